import { packVector } from "../../core/line-states.ts";
import type { LineState } from "../../core/policy.ts";

/** Gathers the hidden states of one text as it is drawn or read: one entry for each line that is not blank. */
export class StateTrack {
  readonly lines: LineState[] = [];
  #sum: Float64Array | null = null;
  #tokens = 0;
  #blank = true;

  /**
   * The next token: the state it was drawn from, its text, how many characters stood before it, and whether the text
   * ends with it.
   */
  take(state: Float32Array, word: string, before: number, ends: boolean): void {
    this.#sum ??= new Float64Array(state.length);
    for (let j = 0; j < state.length; j++) this.#sum[j] = (this.#sum[j] as number) + (state[j] as number);
    this.#tokens++;
    const [head = "", ...rest] = word.split("\n");
    if (head.trim() !== "") this.#blank = false;
    if (!ends && rest.length === 0) return;
    const [sum, tokens] = [this.#sum, this.#tokens];
    if (!this.#blank) {
      const mean = packVector(sum.map((value) => value / tokens));
      this.lines.push({ end: before + head.length, tokens, last: packVector(state), mean });
    }
    this.#sum = null;
    this.#tokens = 0;
    this.#blank = (rest.at(-1) ?? "").trim() === "";
  }
}
