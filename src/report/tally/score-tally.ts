import type { CandidateRecord } from "../../runs/records/record.ts";
import { auroc } from "../../statistics/rewards/discrimination.ts";
import { blockCount } from "./blocks.ts";

export const scoreBins = 10;

/**
 * Scores beside the truth: counts in bins of score, the squared error, and the AUROC within each trial that has both
 * kinds.
 */
export class ScoreTally {
  readonly counts = new Float64Array(scoreBins);
  readonly right = new Float64Array(scoreBins);
  readonly scoreSums = new Float64Array(scoreBins);
  squaredError = 0;
  scored = 0;
  unscored = 0;
  /** Sums of AUROC and number of trials that have one, in blocks. */
  readonly areas = new Float64Array(blockCount);
  readonly areaTrials = new Float64Array(blockCount);

  add(block: number, candidates: readonly CandidateRecord[]): void {
    const items: { score: number; correct: boolean }[] = [];
    for (const { score, correct } of candidates) {
      if (score === null) this.unscored++;
      else items.push({ score, correct });
    }
    for (const { score, correct } of items) {
      const bin = Math.min(scoreBins - 1, Math.floor(score * scoreBins));
      this.counts[bin] = (this.counts[bin] ?? 0) + 1;
      this.right[bin] = (this.right[bin] ?? 0) + (correct ? 1 : 0);
      this.scoreSums[bin] = (this.scoreSums[bin] ?? 0) + score;
      this.squaredError += (score - (correct ? 1 : 0)) ** 2;
      this.scored++;
    }
    const area = items.length < 2 ? null : auroc(items);
    if (area === null) return;
    this.areas[block] = (this.areas[block] ?? 0) + area;
    this.areaTrials[block] = (this.areaTrials[block] ?? 0) + 1;
  }
}
