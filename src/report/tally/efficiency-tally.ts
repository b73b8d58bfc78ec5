import type { TrialRecord } from "../../runs/records/record.ts";
import { efficiencyAtK } from "../../statistics/code/efficiency.ts";
import { stepClassBounds } from "../../statistics/code/steps.ts";
import { blockCount } from "./blocks.ts";

/** Sizes at which eff@k is shown, where every measured trial has so many candidates. */
export const efficiencySizes = [1, 2, 5, 10, 20, 50, 100] as const;

/** Steps of programs beside their references', over the trials whose reference could be counted. */
export class EfficiencyTally {
  measured = 0;
  /** Of the picked programs, in blocks. */
  readonly picked = new Float64Array(blockCount);
  readonly trials = new Float64Array(blockCount);
  /** sums[i]: of eff@efficiencySizes[i]; counts[i]: trials with so many candidates. */
  readonly sums = efficiencySizes.map(() => 0);
  readonly counts = efficiencySizes.map(() => 0);
  /** Right picks by class, those beyond the last class in the last place. */
  readonly classes = [...stepClassBounds.map(() => 0), 0];

  add(block: number, { candidates, picks, verdict }: TrialRecord): void {
    const scores = candidates.flatMap(({ efficiency }) => (efficiency === undefined ? [] : [efficiency]));
    if (scores.length === 0 || scores.length < candidates.length) return;
    this.measured++;
    const pick = candidates[picks.at(-1)?.[1] ?? -1];
    this.trials[block] = (this.trials[block] ?? 0) + 1;
    this.picked[block] = (this.picked[block] ?? 0) + (pick?.efficiency ?? 0);
    for (const [i, k] of efficiencySizes.entries()) {
      if (k > scores.length) break;
      this.sums[i] = (this.sums[i] ?? 0) + efficiencyAtK(scores, k);
      this.counts[i] = (this.counts[i] ?? 0) + 1;
    }
    if (verdict !== "correct") return;
    const place = (stepClassBounds as readonly number[]).indexOf(pick?.stepClass ?? 0);
    const at = place < 0 ? stepClassBounds.length : place;
    this.classes[at] = (this.classes[at] ?? 0) + 1;
  }
}
