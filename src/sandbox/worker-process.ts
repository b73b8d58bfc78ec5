import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { SandboxError } from "../core/errors.ts";
import { type Answer, tail, type WorkReply, type WorkRequest } from "./protocol.ts";
import { readReply } from "./reply.ts";

/**
 * How to start a process that answers `WorkRequest` lines on standard input with `WorkReply` lines on standard output.
 */
export interface WorkerCommand {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** User and group to run as, where not this process's own. */
  readonly user?: number;
  /** The worker itself ends programs at their wall time; it gets this much longer to say so before it is ended. */
  readonly graceMs?: number;
  /** It reads the source that questions a subject in the process that runs it, and asks for it. */
  readonly readsSourceApart?: boolean;
}

/** The process ended without an answer. */
export class WorkerDied extends Error {
  /** A signal ended it: it did not fail by itself. */
  readonly fromOutside: boolean;
  constructor(message: string, fromOutside = false) {
    super(message);
    this.fromOutside = fromOutside;
  }
}

/** Which of the large libraries a source names: the server that has them loaded is chosen before the source is sent. */
const librariesIn = (source: string): string[] => [...new Set(source.match(/numpy|mpmath|sympy/g))];

/** No line of a reply is longer: more means that the worker no longer speaks the protocol. */
const longestLine = 64 * 1024 * 1024;

const alive = new Set<WorkerProcess>();
let watching = false;

/**
 * Workers lead process groups of their own, so that ending one ends whatever it started; none outlives this process.
 */
function keepTrack(worker: WorkerProcess): void {
  alive.add(worker);
  if (watching) return;
  watching = true;
  process.once("exit", () => {
    for (const one of alive) one.kill();
  });
}

/** One worker process: it takes one request at a time, and keeps this process running only while it has one. */
export class WorkerProcess {
  readonly ready: Promise<void>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #name: string;
  #line = "";
  #errors = "";
  #dead = false;
  readonly #readsSourceApart: boolean;
  #started: () => void = () => {};
  #asked = 0;
  /** What is sent when the worker wants it. */
  #kept = "";
  #waiting: { readonly resolve: (reply: WorkReply) => void; readonly reject: (error: WorkerDied) => void } | null =
    null;

  constructor({ name, file, args, user, readsSourceApart = false }: WorkerCommand) {
    this.#name = name;
    this.#readsSourceApart = readsSourceApart;
    this.#child = spawn(file, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { TZ: "UTC", ...(process.platform === "win32" && { SystemRoot: process.env.SystemRoot }) },
      detached: process.platform !== "win32",
      windowsHide: true,
      ...(user !== undefined && { uid: user, gid: user }),
    });
    keepTrack(this);
    this.#listen();
    this.ready = this.#next().then((reply) => {
      if (!("ready" in reply)) throw new WorkerDied("the worker answered before it was ready");
    });
    this.ready.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get usable(): boolean {
    return !this.#dead;
  }

  /** @throws WorkerDied where the process ends, by itself or by `kill`, before it has answered. */
  async ask(request: WorkRequest, started: () => void): Promise<Answer> {
    const answer = this.#next();
    this.#started = started;
    this.#asked = request.id;
    const apart = this.#readsSourceApart && request.subject !== null;
    this.#kept = apart ? JSON.stringify({ source: request.source }) : "";
    const sent = apart ? { ...request, source: "", mentions: librariesIn(request.source) } : request;
    this.#child.stdin.write(`${JSON.stringify(sent)}\n`);
    const reply = await answer;
    if ("result" in reply && reply.id === request.id) return reply;
    this.kill();
    throw new WorkerDied("the worker answered another request");
  }

  kill(): void {
    this.#end("it was ended");
    const { pid } = this.#child;
    try {
      if (pid !== undefined && process.platform !== "win32") process.kill(-pid, "SIGKILL");
      else this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  #next(): Promise<WorkReply> {
    if (this.#dead) return Promise.reject(new WorkerDied(`${this.#name}: the worker is gone`));
    if (this.#waiting !== null) return Promise.reject(new SandboxError("A worker was asked twice at once."));
    this.#hold(true);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #listen(): void {
    const child = this.#child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => this.#read(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = tail(this.#errors + text);
    });
    child.stdin.on("error", () => {}); // the exit that follows says it better
    child.once("error", (error) => this.#end(error.message));
    child.once("exit", (code, signal) => this.#end(`it ended with ${signal ?? `status ${code}`}`, signal !== null));
  }

  #read(text: string): void {
    this.#line += text;
    if (this.#line.length > longestLine) this.kill();
    for (let end = this.#line.indexOf("\n"); end >= 0; end = this.#line.indexOf("\n")) {
      const line = this.#line.slice(0, end);
      this.#line = this.#line.slice(end + 1);
      this.#answer(line);
    }
  }

  #answer(line: string): void {
    const reply = readReply(line);
    if (reply === null) {
      this.#end("the worker wrote something that is no reply");
      this.kill();
      return;
    }
    if ("started" in reply) {
      // Once a request: a program that could say it again would renew its time.
      const started = reply.id === this.#asked ? this.#started : null;
      this.#started = () => {};
      started?.();
      return;
    }
    if ("wants" in reply) {
      const kept = reply.id === this.#asked ? this.#kept : "";
      this.#kept = "";
      this.#child.stdin.write(`${kept}\n`);
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#hold(false);
    waiting?.resolve(reply);
  }

  #end(reason: string, fromOutside = false): void {
    if (this.#dead) return;
    this.#dead = true;
    alive.delete(this);
    const said = this.#errors.trim();
    this.#waiting?.reject(new WorkerDied(`${this.#name}: ${reason}${said === "" ? "" : `: ${said}`}`, fromOutside));
    this.#waiting = null;
    this.#hold(false);
  }

  /** Whether an idle event loop waits for this worker. */
  #hold(wait: boolean): void {
    const handles = [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr] as unknown as Socket[];
    for (const handle of handles) {
      if (wait) handle.ref();
      else handle.unref();
    }
  }
}
