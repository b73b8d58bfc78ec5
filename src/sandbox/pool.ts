import { randomInt } from "node:crypto";
import { SandboxError } from "../core/errors.ts";
import type { ExecutionLimits, Program } from "../core/execution.ts";
import { failed } from "./failed.ts";
import type { Answer, WorkRequest } from "./protocol.ts";
import { type WorkerCommand, WorkerDied, WorkerProcess } from "./worker-process.ts";

/** Numbers of requests are drawn, so that no program knows that of the next. */
const mostId = 2 ** 47;

/** A program with everything filled in. */
export type Work = Omit<WorkRequest, "id">;

export const workOf = (program: Omit<Program, "language">, limits: ExecutionLimits): Work => ({
  source: program.source,
  result: program.result ?? null,
  stdin: program.stdin ?? "",
  files: program.files ?? {},
  prelude: program.prelude ?? null,
  subject: program.subject?.source ?? null,
  limits,
  key: null,
  history: [],
});

/** A place for one worker process; the process in it is replaced whenever it ends. */
class Slot {
  readonly #command: WorkerCommand;
  #worker: WorkerProcess | null = null;
  #ready = false;
  #served = 0;
  #closed = false;

  constructor(command: WorkerCommand) {
    this.#command = command;
  }

  /** The process, once it has started. */
  get pid(): number | undefined {
    return this.#ready && this.#worker?.usable ? this.#worker.pid : undefined;
  }

  /** Starts a process unless one is there; does not wait for it. */
  warm(): WorkerProcess {
    if (this.#worker === null || !this.#worker.usable) {
      this.#worker = new WorkerProcess(this.#command);
      this.#ready = false;
      this.#served = 0;
    }
    return this.#worker;
  }

  /**
   * A process that has started. @throws SandboxError where two in a row fail to, or ten are ended from outside as they
   * start.
   */
  async started(): Promise<WorkerProcess> {
    let failures = 0;
    for (;;) {
      if (this.#closed) throw disposedOf();
      const worker = this.warm();
      try {
        await worker.ready;
        this.#ready = true;
        return worker;
      } catch (error) {
        this.drop();
        failures += error instanceof WorkerDied && error.fromOutside ? 1 : 5;
        if (failures >= 10) throw cannotStart(error);
      }
    }
  }

  /** Counts a program; the process makes room for a new one when it has served its time. */
  served(recycle: boolean, programsPerWorker: number): void {
    this.#served++;
    if (!recycle && this.#served < programsPerWorker) return;
    this.drop();
    if (!this.#closed) this.warm();
  }

  /** Nothing is started here any more. */
  close(): void {
    this.#closed = true;
    this.drop();
  }

  drop(): void {
    this.#worker?.kill();
    this.#worker = null;
  }
}

const disposedOf = () => new SandboxError("The sandbox was disposed of.");

const cannotStart = (error: unknown) =>
  new SandboxError(`A worker did not start: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });

export interface PoolOptions {
  readonly workers: number;
  /** A process is replaced after this many programs. */
  readonly programsPerWorker: number;
}

/**
 * Worker processes kept warm, and a queue in order of arrival in front of them. A program that passes its wall time is
 * ended with its process (and everything that process started); a process that ends by itself under a program gives
 * that program one more try in a new one, and after that the verdict `crashed`. Every request is answered exactly once:
 * by a result, or by the signal's reason.
 */
export class Pool {
  readonly #slots: readonly Slot[];
  readonly #idle: Slot[];
  readonly #queue: { readonly take: (slot: Slot) => void; readonly refuse: (error: unknown) => void }[] = [];
  readonly #programsPerWorker: number;
  readonly #graceMs: number;
  #disposed = false;

  constructor(command: WorkerCommand, { workers, programsPerWorker }: PoolOptions) {
    this.#slots = Array.from({ length: workers }, () => new Slot(command));
    this.#idle = [...this.#slots];
    this.#programsPerWorker = programsPerWorker;
    this.#graceMs = command.graceMs ?? 0;
  }

  /** The processes that have started and are there now: for tests of what happens when one is ended from outside. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => slot.pid ?? []);
  }

  /** Starts all processes and waits for them. */
  async start(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.started()));
  }

  /** `place` is where to run if that is free; it comes back as where the work did run, which knows its state best. */
  async run(work: Work, signal?: AbortSignal, place?: number): Promise<Answer & { readonly place: number }> {
    const slot = await this.#acquire(signal, place);
    try {
      return { ...(await this.#perform(slot, work, signal)), place: this.#slots.indexOf(slot) };
    } finally {
      this.#release(slot);
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const waiting of this.#queue.splice(0)) waiting.refuse(disposedOf());
    for (const slot of this.#slots) slot.close();
  }

  async #perform(slot: Slot, work: Work, signal?: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const worker = await slot.started();
      signal?.throwIfAborted();
      if (this.#disposed) throw disposedOf();
      try {
        const answer = await this.#ask(worker, work, signal);
        slot.served(answer.recycle ?? false, this.#programsPerWorker);
        return answer;
      } catch (error) {
        slot.drop();
        if (error instanceof OutOfTime) {
          if (!this.#disposed) slot.warm();
          return { result: failed("timeout", `The program took longer than ${work.limits.wallMs} ms`) };
        }
        signal?.throwIfAborted();
        if (this.#disposed) throw disposedOf();
        if (!(error instanceof WorkerDied)) throw error;
        if (attempt === 2) return { result: failed("crashed", error.message) };
      }
    }
  }

  async #ask(worker: WorkerProcess, work: Work, signal?: AbortSignal): Promise<Answer> {
    let late = false;
    const stop = () => worker.kill();
    const endAfter = (milliseconds: number) =>
      setTimeout(() => {
        late = true;
        worker.kill();
      }, milliseconds);
    const allowed = work.limits.wallMs + this.#graceMs;
    let timer = endAfter(allowed * (1 + work.history.length));
    const started = () => {
      clearTimeout(timer);
      timer = endAfter(allowed);
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await worker.ask({ id: randomInt(mostId), ...work }, started);
    } catch (error) {
      throw late ? new OutOfTime() : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  #acquire(signal?: AbortSignal, place?: number): Promise<Slot> {
    signal?.throwIfAborted();
    if (this.#disposed) throw disposedOf();
    const wanted = this.#idle.findIndex((slot) => slot === this.#slots[place ?? -1]);
    const slot = wanted < 0 ? this.#idle.pop() : this.#idle.splice(wanted, 1)[0];
    if (slot !== undefined) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const waiting = {
        take: (free: Slot) => {
          signal?.removeEventListener("abort", leave);
          resolve(free);
        },
        refuse: (error: unknown) => {
          signal?.removeEventListener("abort", leave);
          reject(error);
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
    });
  }

  #release(slot: Slot): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#idle.push(slot);
    else next.take(slot);
  }
}

/** A program passed its wall time. */
class OutOfTime extends Error {}
