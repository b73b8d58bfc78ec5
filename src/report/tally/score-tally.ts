import type { CandidateRecord } from "../../runs/records/record.ts";
import { auroc } from "../../statistics/rewards/discrimination.ts";
import { blockCount } from "./blocks.ts";

export const scoreBins = 10;

/**
 * Scores beside the truth: counts in bins of score, the squared error, and the AUROC within each trial that has both
 * kinds.
 */
export class ScoreTally {
  /** counts[bin][block]. */
  readonly counts = rows();
  readonly right = rows();
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
      bump(this.counts[bin], block, 1);
      bump(this.right[bin], block, correct ? 1 : 0);
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

const rows = (): readonly Float64Array[] => Array.from({ length: scoreBins }, () => new Float64Array(blockCount));

function bump(row: Float64Array | undefined, block: number, by: number): void {
  if (row !== undefined) row[block] = (row[block] ?? 0) + by;
}
