import { type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, Scope } from "quickjs-emscripten";
import { javascriptHarness } from "./javascript-harness.ts";
import type { JavascriptMachine } from "./javascript-machine.ts";
import { type MemoryPicture, putMemoryBack, takeMemory } from "./javascript-picture.ts";

const stackBytes = 256 * 1024;

/** What the host does for a program that runs. */
export interface JavascriptHost {
  readonly write: (stream: number, text: string) => void;
  readonly stops: () => boolean;
  readonly ask: (question: string) => { readonly reply: string } | { readonly end: string };
}

/** A runtime and a context with what the harness adds; `canonical` writes values as text. */
export interface OpenedJavascript {
  readonly runtime: QuickJSRuntime;
  readonly context: QuickJSContext;
  readonly canonical: QuickJSHandle;
  /** Is the prelude in it already? */
  readonly prepared: boolean;
  /** @throws where the interpreter could not be cleaned up. */
  readonly close: () => void;
}

interface Wanted {
  readonly stdin: string;
  readonly prelude: string | null;
  /** May it question a subject? */
  readonly asks: boolean;
}

type Fresh = Omit<OpenedJavascript, "prepared" | "close"> & { host: JavascriptHost; readonly scope: Scope };

function openFresh(machine: JavascriptMachine, { stdin, asks }: Wanted, host: JavascriptHost): Fresh {
  const scope = new Scope();
  const runtime = scope.manage(machine.quickjs.newRuntime());
  runtime.setMaxStackSize(stackBytes);
  const context = scope.manage(runtime.newContext());
  const made: { host: JavascriptHost } = { host };
  runtime.setInterruptHandler(() => made.host.stops());
  const harness = scope.manage(context.unwrapResult(context.evalCode(javascriptHarness, "<harness>")));
  const write = context.newFunction("write", (stream, text) =>
    made.host.write(context.getNumber(stream), context.getString(text)),
  );
  const input = scope.manage(context.newString(stdin));
  if (asks) {
    const ask = context.newFunction("ask_subject", (text) => {
      const answered = made.host.ask(context.getString(text));
      if ("end" in answered) return { error: context.newError({ name: "EOFError", message: answered.end }) };
      return context.newString(answered.reply);
    });
    context.setProp(context.global, "ask_subject", scope.manage(ask));
  }
  const called = context.callFunction(harness, context.undefined, scope.manage(write), input);
  return Object.assign(made, { runtime, context, canonical: scope.manage(context.unwrapResult(called)), scope });
}

interface Prepared {
  readonly prelude: string;
  readonly asks: boolean;
  readonly fresh: Fresh;
  readonly memory: MemoryPicture;
}

const preparedOn = new WeakMap<JavascriptMachine, Prepared>();

const nobody: JavascriptHost = { write: () => {}, stops: () => false, ask: () => ({ end: "ended" }) };

/** The prelude is run once; after each program the machine's memory is put back to where it was then. */
function prepare(machine: JavascriptMachine, wanted: Wanted & { readonly prelude: string }, host: JavascriptHost) {
  const { prelude, asks } = wanted;
  const known = preparedOn.get(machine);
  if (known?.prelude === prelude && known.asks === asks) {
    known.fresh.host = host;
    return known;
  }
  known?.fresh.scope.dispose();
  preparedOn.delete(machine);
  const fresh = openFresh(machine, wanted, host);
  const ran = fresh.context.evalCode(prelude, "<program>", { type: "global" });
  (ran.error ?? ran.value).dispose();
  if (ran.error) {
    fresh.scope.dispose();
    return null;
  }
  const made = { prelude, asks, fresh, memory: takeMemory(machine) };
  preparedOn.set(machine, made);
  return made;
}

/** Opens a context for one program, with its prelude where that could be run before. */
export function openJavascript(machine: JavascriptMachine, wanted: Wanted, host: JavascriptHost): OpenedJavascript {
  const { prelude, stdin } = wanted;
  const prepared = prelude !== null && stdin === "" ? prepare(machine, { ...wanted, prelude }, host) : null;
  if (prepared === null) {
    const { runtime, context, canonical, scope } = openFresh(machine, wanted, host);
    return { runtime, context, canonical, prepared: false, close: () => scope.dispose() };
  }
  const { fresh, memory } = prepared;
  const close = () => {
    fresh.host = nobody;
    putMemoryBack(machine, memory);
  };
  return { runtime: fresh.runtime, context: fresh.context, canonical: fresh.canonical, prepared: true, close };
}
