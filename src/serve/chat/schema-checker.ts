import { Worker } from "node:worker_threads";
import type { SchemaTask, SchemaVerdict } from "./schema-thread.ts";

/** A check that takes longer has failed. */
const longestCheckMs = 500;
/** Threads at most: one check that takes long does not keep all others waiting. */
const mostThreads = 2;
/** Such a thread's own limit; it ends beyond it, and the check has failed. */
const threadMiB = 192;

const threadFile = new URL(`./schema-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

interface Waiting {
  readonly task: SchemaTask;
  /** `null`: it took too long, or too much memory. */
  readonly resolve: (verdict: SchemaVerdict | null) => void;
}

/**
 * Checks texts against JSON schemas in threads of its own, so that no schema, pattern or text can keep the process from
 * answering others. Threads begin at the first check, stay for the next, and keep no process alive.
 */
class SchemaChecker {
  readonly #idle: Thread[] = [];
  readonly #queue: Waiting[] = [];
  #threads = 0;

  /** Resolves to null where a check takes longer, or more memory, than one may. Never rejects. */
  check(task: SchemaTask): Promise<SchemaVerdict | null> {
    return new Promise((resolve) => {
      this.#queue.push({ task, resolve });
      this.#next();
    });
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const thread = this.#idle.pop() ?? this.#begun();
    const waiting = thread === null ? undefined : this.#queue.shift();
    if (thread === null || waiting === undefined) return;
    void thread.check(waiting.task).then((verdict) => {
      if (verdict === null) this.#threads--;
      else this.#idle.push(thread);
      waiting.resolve(verdict);
      this.#next();
    });
  }

  #begun(): Thread | null {
    if (this.#threads >= mostThreads) return null;
    this.#threads++;
    return new Thread();
  }
}

/** One thread; after a check that came to nothing it is over. */
class Thread {
  readonly #worker = new Worker(threadFile, { env: {}, resourceLimits: { maxOldGenerationSizeMb: threadMiB } });
  readonly #ready: Promise<boolean>;
  #tell: (verdict: SchemaVerdict | null) => void = () => {};

  constructor() {
    this.#ready = new Promise((resolve) => {
      this.#worker.once("message", () => {
        this.#worker.on("message", (verdict: SchemaVerdict) => this.#tell(verdict));
        resolve(true);
      });
      const over = () => {
        resolve(false);
        this.#tell(null);
      };
      this.#worker.once("error", over);
      this.#worker.once("exit", over);
    });
  }

  async check(task: SchemaTask): Promise<SchemaVerdict | null> {
    this.#worker.ref();
    if (!(await this.#ready)) return null;
    const verdict = await new Promise<SchemaVerdict | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), longestCheckMs);
      this.#tell = (told) => {
        clearTimeout(timer);
        resolve(told);
      };
      this.#worker.postMessage(task);
    });
    this.#tell = () => {};
    if (verdict === null) void this.#worker.terminate();
    else this.#worker.unref();
    return verdict;
  }
}

export const schemaChecker = new SchemaChecker();
