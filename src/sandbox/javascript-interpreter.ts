import { type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, Scope } from "quickjs-emscripten";
import type { ExecutionResult, Verdict } from "../core/execution.ts";
import type { JavascriptMachine } from "./javascript-machine.ts";
import { type OpenedJavascript, openJavascript } from "./javascript-opened.ts";
import { JavascriptSubject } from "./javascript-subject.ts";
import { tail, type WorkRequest } from "./protocol.ts";

/** Why the host interrupted a program. */
type Ending = "timeout" | "output-limit";

const endings: Readonly<Record<Ending, string>> = {
  timeout: "The program took longer than its wall time",
  "output-limit": "The program wrote more than it may",
};

/**
 * Runs one program in a QuickJS runtime and context of its own. The context has the language and what the harness adds;
 * there is no module loader, no timer, no host object. `now` is the host's clock, in milliseconds: the deadline is
 * checked from inside the interpreter. `usable` is false where the interpreter could not be cleaned up after the
 * program and must not be used again.
 */
export function runJavascript(
  machine: JavascriptMachine,
  request: Omit<WorkRequest, "id">,
  now: () => number,
  { started = () => {}, apart = null }: { started?: () => void; apart?: JavascriptMachine | null } = {},
): { result: ExecutionResult; usable: boolean } {
  const scope = new Scope();
  const evaluation = new Evaluation(scope, machine, request, now, apart);
  const result = evaluation.run(started);
  let usable = true;
  for (const end of [() => evaluation.endSubject(), () => scope.dispose(), () => evaluation.close()]) {
    try {
      end();
    } catch {
      usable = false;
    }
  }
  return { result, usable };
}

class Evaluation {
  readonly #machine: JavascriptMachine;
  readonly #scope: Scope;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #opened: OpenedJavascript;
  readonly #request: Omit<WorkRequest, "id">;
  readonly #written: [string[], string[]] = [[], []];
  readonly #now: () => number;
  readonly #apart: JavascriptMachine | null;
  #subject: JavascriptSubject | null = null;
  #deadline: number;
  #room: number;
  #ending: Ending | null = null;

  constructor(
    scope: Scope,
    machine: JavascriptMachine,
    request: Omit<WorkRequest, "id">,
    now: () => number,
    apart: JavascriptMachine | null,
  ) {
    this.#scope = scope;
    this.#apart = apart;
    this.#request = request;
    this.#room = request.limits.outputBytes;
    this.#now = now;
    this.#deadline = now() + request.limits.wallMs * (1 + request.history.length);
    this.#machine = machine;
    const { stdin, prelude, subject } = request;
    this.#opened = openJavascript(
      machine,
      { stdin, prelude, asks: subject !== null },
      {
        write: (stream, text) => this.#write(stream, text),
        stops: () => {
          if (this.#ending === null && now() > this.#deadline) this.#ending = "timeout";
          return this.#ending !== null;
        },
        ask: (question) => this.#ask(subject ?? "", question),
      },
    );
    this.#runtime = this.#opened.runtime;
    this.#context = this.#opened.context;
  }

  close(): void {
    this.#opened.close();
  }

  run(started: () => void): ExecutionResult {
    this.#replay();
    started();
    const outcome = this.#evaluate(this.#opened.canonical);
    const [stdout, stderr] = [this.#written[0].join(""), this.#written[1].join("")];
    if (this.#ending !== null) {
      return { verdict: this.#ending, value: null, stdout, error: endings[this.#ending] };
    }
    if ((outcome.value?.length ?? 0) > this.#request.limits.outputBytes) {
      return { verdict: "output-limit", value: null, stdout, error: "The value is longer than the output limit" };
    }
    return { ...outcome, stdout, error: tail(outcome.error === "" ? stderr : outcome.error) };
  }

  /** Runs a session's past cells, whose output has been seen; what they threw, they threw then. */
  #replay(): void {
    for (const { source } of this.#request.history) {
      const cell = this.#context.evalCode(source, "<program>", { type: "global" });
      (cell.error ?? cell.value).dispose();
      const done = this.#runtime.executePendingJobs();
      (done.error ?? done).dispose();
      this.#room = this.#request.limits.outputBytes;
      for (const written of this.#written) written.length = 0;
    }
    this.#deadline = this.#now() + this.#request.limits.wallMs;
  }

  endSubject(): void {
    this.#subject?.dispose();
  }

  /** The subject starts with the first question. */
  #ask(source: string, question: string): ReturnType<JavascriptSubject["ask"]> {
    if (this.#apart === null) return { end: "ended" };
    try {
      this.#subject ??= new JavascriptSubject(this.#apart, source, this.#request.limits, {
        late: () => this.#now() > this.#deadline,
        back: (text) => this.#answerBack(text),
      });
      return this.#subject.ask(question);
    } catch {
      return { end: "ended" };
    } finally {
      if (this.#now() > this.#deadline) this.#ending ??= "timeout";
    }
  }

  /** What the program's own function `reply` gives, for a subject that asks back. */
  #answerBack(text: string): string {
    const context = this.#context;
    return Scope.withScope((scope) => {
      const reply = scope.manage(context.getProp(context.global, "reply"));
      const given = scope.manage(context.newString(text));
      const result = context.callFunction(reply, context.undefined, given);
      if (result.error) {
        result.error.dispose();
        return "";
      }
      return context.getString(scope.manage(result.value));
    });
  }

  #write(stream: number, text: string): void {
    const bytes = Buffer.from(text);
    const kept = bytes.subarray(0, this.#room);
    this.#room -= kept.length;
    this.#written[stream === 1 ? 0 : 1].push(kept.toString("utf8"));
    if (kept.length < bytes.length) this.#ending = "output-limit";
  }

  #evaluate(canonical: QuickJSHandle): Pick<ExecutionResult, "verdict" | "value" | "error"> {
    const context = this.#context;
    if (this.#request.prelude !== null && !this.#opened.prepared) {
      const prelude = context.evalCode(this.#request.prelude, "<program>", { type: "global" });
      if (prelude.error) return this.#failure(prelude.error);
      prelude.value.dispose();
    }
    const program = context.evalCode(this.#request.source, "<program>", { type: "global" });
    if (program.error) return this.#failure(program.error);
    const completion = this.#scope.manage(program.value);
    const jobs = this.#settle();
    if (jobs !== null) return jobs;
    const expression = resultExpression(this.#request.result);
    if (expression === null) {
      return this.#request.key === null ? { verdict: "ok", value: null, error: "" } : this.#text(canonical, completion);
    }
    const result = context.evalCode(expression, "<result>", { type: "global" });
    if (result.error) return this.#failure(result.error);
    return this.#text(canonical, this.#scope.manage(result.value));
  }

  /** The canonical text of a value, or of what a promise settles to. */
  #text(canonical: QuickJSHandle, handle: QuickJSHandle): Pick<ExecutionResult, "verdict" | "value" | "error"> {
    const context = this.#context;
    const settled = this.#await(handle);
    if ("verdict" in settled) return settled;
    const text = context.callFunction(canonical, context.undefined, settled.value);
    if (text.error) return this.#failure(text.error);
    const value = context.typeof(text.value) === "string" ? context.getString(text.value) : null;
    text.value.dispose();
    return { verdict: "ok", value, error: "" };
  }

  /** The value of a promise that has settled, or the value itself. */
  #await(handle: QuickJSHandle): { value: QuickJSHandle } | Pick<ExecutionResult, "verdict" | "value" | "error"> {
    const context = this.#context;
    const failed = this.#settle();
    if (failed !== null) return failed;
    const state = context.getPromiseState(handle);
    if (state.type === "pending") return { verdict: "error", value: null, error: "The promise never settles" };
    if (state.type === "rejected") return this.#failure(state.error);
    return { value: state.notAPromise ? handle : this.#scope.manage(state.value) };
  }

  /** Runs what promises left to do. Null where nothing failed. */
  #settle(): Pick<ExecutionResult, "verdict" | "value" | "error"> | null {
    const done = this.#runtime.executePendingJobs();
    if (done.error) return this.#failure(done.error);
    done.dispose();
    return null;
  }

  #failure(handle: QuickJSHandle): { verdict: Verdict; value: null; error: string } {
    if (this.#ending !== null) {
      handle.dispose();
      return { verdict: this.#ending, value: null, error: "" };
    }
    const error = this.#describe(this.#scope.manage(handle));
    const memory = error.startsWith("InternalError: out of memory") || (error === "Uncaught null" && this.#full());
    return { verdict: memory ? "memory" : "error", value: null, error };
  }

  /** QuickJS throws null itself where it has no memory left for an error. */
  #full(): boolean {
    return this.#machine.quickjs.getWasmMemory().buffer.byteLength > this.#machine.mostBytes - 4 * 1024 * 1024;
  }

  /** Name, message and the program's own frames, read property by property: the thrown value may be anything. */
  #describe(handle: QuickJSHandle): string {
    const context = this.#context;
    if (context.sameValue(handle, context.null)) return "Uncaught null";
    if (context.typeof(handle) !== "object") return `Uncaught ${context.typeof(handle)}`;
    const read = (name: string) => {
      const property = context.getProp(handle, name);
      const text = context.typeof(property) === "string" ? context.getString(property) : "";
      property.dispose();
      return text;
    };
    const frames = read("stack")
      .split("\n")
      .filter((frame) => frame.includes("<program>"))
      .slice(0, 8);
    const name = read("name");
    return [`${name === "" ? "Error" : name}: ${read("message")}`, ...frames].join("\n").trim();
  }
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What to evaluate for the value; `typeof` tells a missing name from a failing one. */
function resultExpression(wanted: WorkRequest["result"]): string | null {
  if (wanted === null || wanted === undefined) return null;
  const name = "call" in wanted ? wanted.call : wanted.variable;
  if (!identifier.test(name)) return `throw new ReferenceError(${JSON.stringify(`${name} is not a name`)})`;
  const kind = "call" in wanted ? "function" : "variable";
  const missing = `throw new ReferenceError(${JSON.stringify(`The program defines no ${kind} '${name}'`)})`;
  return `if (typeof ${name} === "undefined") { ${missing} } ${"call" in wanted ? `${name}()` : name}`;
}
