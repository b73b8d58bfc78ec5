import { failed } from "./failed.ts";
import { type Picture, PictureStore } from "./picture.ts";
import type { Answer, WorkRequest } from "./protocol.ts";
import type { WasiInterpreter } from "./wasi-interpreter.ts";

const mostBytes = 256 * 1024 * 1024;

/**
 * Runs cells, keeping the picture after each, so that the next cell or a fork starts there instead of from the
 * beginning.
 */
export class WasiCells {
  readonly #interpreter: WasiInterpreter;
  readonly #pictures = new PictureStore(mostBytes);
  /** The key of the cell whose state the interpreter is in, where that is known. */
  #live: string | null = null;

  constructor(interpreter: WasiInterpreter) {
    this.#interpreter = interpreter;
  }

  /** A program has used the interpreter in between. */
  forget(): void {
    this.#live = null;
  }

  run(key: string, work: Omit<WorkRequest, "id">, started: () => void): Answer {
    const before = this.#replay(work);
    if (before === null)
      return { result: failed("crashed", "The earlier cells of the session could not be run again") };
    started();
    const { result, whole } = this.#interpreter.run(work, work.history.length + 1);
    this.#keep(key, before, whole);
    return { result, kept: whole };
  }

  /**
   * Brings the interpreter to the state after the history, from the latest state that is known. Null where a cell fails
   * to run again.
   */
  #replay({ history, limits }: Omit<WorkRequest, "id">): Picture | null {
    let known = history.length;
    let picture: Picture | undefined;
    while (known > 0 && picture === undefined) {
      picture = this.#pictures.get(history[known - 1]?.key ?? "");
      if (picture === undefined) known--;
    }
    picture ??= this.#interpreter.fresh;
    const live = this.#live !== null && this.#live === history[known - 1]?.key;
    if (!live || this.#interpreter.memoryMiB !== limits.memoryMiB) this.#interpreter.restore(picture, limits.memoryMiB);
    for (const [index, cell] of history.entries()) {
      if (index < known) continue;
      const { whole } = this.#interpreter.run({ ...cell, result: null, limits }, index + 1);
      picture = this.#keep(cell.key, picture, whole);
      if (!whole) return null;
    }
    return picture;
  }

  #keep(key: string, before: Picture, whole: boolean): Picture {
    this.#live = whole ? key : null;
    if (!whole) return before;
    const picture = this.#interpreter.picture(before);
    this.#pictures.set(key, picture);
    return picture;
  }
}
