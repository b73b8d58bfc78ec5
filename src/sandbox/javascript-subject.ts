import { type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, Scope } from "quickjs-emscripten";
import type { ExecutionLimits } from "../core/execution.ts";
import { javascriptHarness } from "./javascript-harness.ts";
import type { JavascriptMachine } from "./javascript-machine.ts";

const stackBytes = 256 * 1024;
const longestReply = 32 * 1024 * 1024;

/** Why a subject replies no more. */
export type SubjectEnd = "memory" | "output-limit" | "ended";

/**
 * A program that replies to questions, in a runtime of its own, on a machine that runs nothing but subjects. While it
 * replies it can ask back (`ask_back(text)`), which is how it calls a function that it was handed.
 */
export class JavascriptSubject {
  readonly #scope = new Scope();
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #reply: QuickJSHandle | null;
  readonly #full: () => boolean;
  #room: number;
  #end: SubjectEnd | null = null;

  constructor(
    machine: JavascriptMachine,
    source: string,
    limits: ExecutionLimits,
    { late, back }: { readonly late: () => boolean; readonly back: (text: string) => string },
  ) {
    this.#room = limits.outputBytes;
    this.#full = () => machine.quickjs.getWasmMemory().buffer.byteLength > machine.mostBytes - 4 * 1024 * 1024;
    this.#runtime = this.#scope.manage(machine.quickjs.newRuntime());
    this.#runtime.setMaxStackSize(stackBytes);
    this.#runtime.setInterruptHandler(() => this.#end !== null || late());
    this.#context = this.#scope.manage(this.#runtime.newContext());
    this.#prepare(back);
    this.#context.unwrapResult(this.#context.evalCode(source, "<subject>", { type: "global" })).dispose();
    this.#reply = this.#scope.manage(this.#context.getProp(this.#context.global, "reply"));
  }

  #prepare(back: (text: string) => string): void {
    const context = this.#context;
    const harness = this.#scope.manage(context.unwrapResult(context.evalCode(javascriptHarness, "<harness>")));
    const write = this.#scope.manage(
      context.newFunction("write", (_stream, text) => {
        this.#room -= Buffer.byteLength(context.getString(text));
        if (this.#room < 0) this.#end ??= "output-limit";
      }),
    );
    const input = this.#scope.manage(context.newString(""));
    context.unwrapResult(context.callFunction(harness, context.undefined, write, input)).dispose();
    const askBack = this.#scope.manage(
      context.newFunction("ask_back", (text) => context.newString(back(context.getString(text)))),
    );
    context.setProp(context.global, "ask_back", askBack);
  }

  ask(question: string): { readonly reply: string } | { readonly end: SubjectEnd } {
    if (this.#end !== null || this.#reply === null) return { end: this.#end ?? "ended" };
    const context = this.#context;
    const given = context.newString(question);
    const result = context.callFunction(this.#reply, context.undefined, given);
    given.dispose();
    if (result.error) {
      result.error.dispose();
      this.#end ??= this.#full() ? "memory" : "ended";
      return { end: this.#end };
    }
    const reply = context.typeof(result.value) === "string" ? context.getString(result.value) : "";
    result.value.dispose();
    const done = this.#runtime.executePendingJobs();
    (done.error ?? done).dispose();
    if (reply.length > longestReply) this.#end ??= "output-limit";
    return this.#end === null ? { reply } : { end: this.#end };
  }

  /** @throws where the program has left the interpreter in a state that cannot be cleaned up. */
  dispose(): void {
    this.#scope.dispose();
  }
}
