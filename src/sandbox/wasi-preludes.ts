import type { ExecutionLimits, ExecutionResult } from "../core/execution.ts";
import { PictureStore } from "./picture.ts";
import type { WasiInterpreter } from "./wasi-interpreter.ts";

const mostBytes = 64 * 1024 * 1024;

/** Brings an interpreter to the state after a prelude, which is run once and then kept as a picture. */
export class WasiPreludes {
  readonly #pictures = new PictureStore(mostBytes);

  /** What ended a prelude that did not end well; null where a program can begin. */
  begin(interpreter: WasiInterpreter, prelude: string | null, limits: ExecutionLimits): ExecutionResult | null {
    const known = prelude === null ? undefined : this.#pictures.get(prelude);
    interpreter.restore(known ?? interpreter.fresh, limits.memoryMiB);
    if (prelude === null || known !== undefined) return null;
    const { result, whole } = interpreter.run({ source: prelude, result: null, stdin: "", limits }, 0);
    if (!whole || result.verdict !== "ok") return result;
    this.#pictures.set(prelude, interpreter.picture(interpreter.fresh));
    return null;
  }
}
