import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from "quickjs-emscripten";
import type { ExecutionLimits } from "../core/execution.ts";
import { javascriptHarness } from "./javascript-harness.ts";
import type { JavascriptMachine } from "./javascript-machine.ts";
import { type MemoryPicture, putMemoryBack, takeMemory } from "./javascript-picture.ts";

const stackBytes = 256 * 1024;
const longestReply = 32 * 1024 * 1024;

/** Why a subject replies no more. */
export type SubjectEnd = "memory" | "output-limit" | "ended";

/** What the host does for a subject that replies. */
interface Host {
  readonly write: (text: string) => void;
  readonly back: (text: string) => string;
  readonly stops: () => boolean;
}

/** A machine on which a subject's source was run once, and its memory after that. */
interface Loaded {
  readonly source: string;
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly reply: QuickJSHandle;
  readonly memory: MemoryPicture;
  /** Of the subject that is on the machine now. */
  host: Host;
}

const loadedOn = new WeakMap<JavascriptMachine, Loaded>();

/** Every subject begins in the memory that the first one with this source left after loading: nothing is run again. */
function load(machine: JavascriptMachine, source: string, host: Host): Loaded {
  const known = loadedOn.get(machine);
  if (known?.source === source) {
    putMemoryBack(machine, known.memory);
    known.host = host;
    return known;
  }
  const runtime = machine.quickjs.newRuntime();
  runtime.setMaxStackSize(stackBytes);
  const context = runtime.newContext();
  const made: { host: Host } = { host };
  runtime.setInterruptHandler(() => made.host.stops());
  const harness = context.unwrapResult(context.evalCode(javascriptHarness, "<harness>"));
  const write = context.newFunction("write", (_stream, text) => made.host.write(context.getString(text)));
  const input = context.newString("");
  context.unwrapResult(context.callFunction(harness, context.undefined, write, input)).dispose();
  const askBack = context.newFunction("ask_back", (text) => context.newString(made.host.back(context.getString(text))));
  context.setProp(context.global, "ask_back", askBack);
  for (const handle of [harness, write, input, askBack]) handle.dispose();
  context.unwrapResult(context.evalCode(source, "<subject>", { type: "global" })).dispose();
  const reply = context.getProp(context.global, "reply");
  const loaded = Object.assign(made, { source, runtime, context, reply, memory: takeMemory(machine) });
  loadedOn.set(machine, loaded);
  return loaded;
}

/**
 * A program that replies to questions, in a runtime of its own, on a machine that runs nothing but subjects. While it
 * replies it can ask back (`ask_back(text)`), which is how it calls a function that it was handed.
 */
export class JavascriptSubject {
  readonly #loaded: Loaded;
  readonly #full: () => boolean;
  #room: number;
  #end: SubjectEnd | null = null;
  /** The interpreter itself failed. */
  #broken = false;

  constructor(
    machine: JavascriptMachine,
    source: string,
    limits: ExecutionLimits,
    { late, back }: { readonly late: () => boolean; readonly back: (text: string) => string },
  ) {
    this.#room = limits.outputBytes;
    this.#full = () => machine.quickjs.getWasmMemory().buffer.byteLength > machine.mostBytes - 4 * 1024 * 1024;
    const write = (text: string) => {
      this.#room -= Buffer.byteLength(text);
      if (this.#room < 0) this.#end ??= "output-limit";
    };
    this.#loaded = load(machine, source, { write, back, stops: () => this.#end !== null || late() });
  }

  ask(question: string): { readonly reply: string } | { readonly end: SubjectEnd } {
    if (this.#end !== null) return { end: this.#end };
    try {
      return this.#asked(question);
    } catch (error) {
      this.#broken = true;
      throw error;
    }
  }

  #asked(question: string): ReturnType<JavascriptSubject["ask"]> {
    const { context, runtime, reply: replying } = this.#loaded;
    const given = context.newString(question);
    const result = context.callFunction(replying, context.undefined, given);
    given.dispose();
    if (result.error) {
      result.error.dispose();
      this.#end ??= this.#full() ? "memory" : "ended";
      return { end: this.#end };
    }
    const reply = context.typeof(result.value) === "string" ? context.getString(result.value) : "";
    result.value.dispose();
    const done = runtime.executePendingJobs();
    (done.error ?? done).dispose();
    if (reply.length > longestReply) this.#end ??= "output-limit";
    return this.#end === null ? { reply } : { end: this.#end };
  }

  /** @throws where the program has left the interpreter in a state that it must not be used in again. */
  dispose(): void {
    if (this.#broken) throw new Error("The subject's interpreter failed.");
  }
}
