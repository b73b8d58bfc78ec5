import type { QuickJSWASMModule } from "quickjs-emscripten";

/** An instance of the interpreter with a memory of its own, which cannot grow beyond what programs were promised. */
export interface JavascriptMachine {
  readonly quickjs: QuickJSWASMModule;
  readonly memoryMiB: number;
  /** The interpreter's own needs come on top. */
  readonly mostBytes: number;
}
