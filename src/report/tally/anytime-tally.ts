import { totalTokens } from "../../core/usage.ts";
import type { TrialRecord } from "../../runs/records/record.ts";
import { blockCount } from "./blocks.ts";

/** Budgets at which curves are read: this many to a factor of ten, from 1 to 10⁹ tokens. */
const perDecade = 24;
const decades = 9;
export const gridSize = perDecade * decades + 1;

export const gridBudget = (i: number): number => 10 ** (i / perDecade);

/** The first grid budget that affords `tokens`. */
export function gridIndex(tokens: number): number {
  if (tokens <= 1) return 0;
  return Math.min(gridSize - 1, Math.ceil(perDecade * Math.log10(tokens) - 1e-9));
}

/**
 * How many trials of each block have a right pick in force at each budget of the grid. A pick counts from the first
 * grid budget that affords it; before the first pick a trial is wrong; after the last it keeps its verdict.
 */
export class AnytimeTally {
  /** changes[budget · blocks + block]: by how much the count rises at this budget. */
  readonly #changes = new Float64Array(gridSize * blockCount);
  first = gridSize - 1;
  last = 0;

  add(block: number, record: TrialRecord): void {
    let inForce = 0;
    const put = (tokens: number, right: boolean) => {
      const at = gridIndex(tokens);
      const now = right ? 1 : 0;
      this.first = Math.min(this.first, at);
      this.last = Math.max(this.last, at);
      const cell = at * blockCount + block;
      this.#changes[cell] = (this.#changes[cell] ?? 0) + now - inForce;
      inForce = now;
    };
    for (const [, picked, tokens] of record.picks) {
      put(tokens, picked !== null && record.candidates[picked]?.correct === true);
    }
    put(totalTokens(record.usage), record.verdict === "correct");
  }

  /** Right trials in each block at the budget, for every budget from `from` to `to`. */
  *counts(from: number, to: number): Generator<Float64Array> {
    const current = new Float64Array(blockCount);
    for (let at = 0; at <= to; at++) {
      for (let block = 0; block < blockCount; block++) {
        current[block] = (current[block] ?? 0) + (this.#changes[at * blockCount + block] ?? 0);
      }
      if (at >= from) yield current;
    }
  }
}
