import { mean } from "../numeric/arrays.ts";
import { requireSome } from "../numeric/require.ts";

/** One right solution against several wrong ones. A null score ranks below every number. */
export interface OneToMany {
  readonly chosen: number | null;
  readonly rejected: readonly (number | null)[];
}

export interface RewardMathScore {
  /** Share of problems whose right solution scores strictly above every wrong one. */
  readonly accuracy: number;
  /** The same, ties counted as wins. */
  readonly accuracyWithTies: number;
  /** Mean of 1 / rank, tied wrong solutions ahead of the right one. */
  readonly meanReciprocalRank: number;
  /** Problems in which a score was missing. */
  readonly unscored: number;
}

/** RewardMATH (Kim et al. 2024, arXiv:2410.01729): one-to-many comparison of a reward model's scores. */
export function rewardMath(rows: readonly OneToMany[]): RewardMathScore {
  requireSome("reward-math", "rows", rows);
  const rank = (score: number | null) => score ?? -Infinity;
  const ahead = (row: OneToMany, test: (wrong: number, right: number) => boolean) =>
    row.rejected.filter((score) => test(rank(score), rank(row.chosen))).length;
  const atLeast = rows.map((row) => ahead(row, (wrong, right) => wrong >= right));
  return {
    accuracy: mean(atLeast.map((count) => (count === 0 ? 1 : 0))),
    accuracyWithTies: mean(rows.map((row) => (ahead(row, (wrong, right) => wrong > right) === 0 ? 1 : 0))),
    meanReciprocalRank: mean(atLeast.map((count) => 1 / (1 + count))),
    unscored: rows.filter((row) => row.chosen === null || row.rejected.includes(null)).length,
  };
}
