import { InvalidOptionError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { voteWeights } from "../../core/score.ts";
import { at } from "../numeric/arrays.ts";
import { choose } from "../numeric/binomial.ts";
import { requireInteger } from "../numeric/require.ts";
import { averageOverDraws, type Estimate, exactly, type PoolSample, subsets } from "./pool.ts";

export type WeightRule = "sum" | "mean" | "max";
/** `tieBreak`: of classes of equal weight the one with the highest wins; absent, and where equal, they are split. */
type Voter = Pick<PoolSample, "answerClass" | "correct" | "score"> & { readonly tieBreak?: number };

/** Weights closer than this, relatively, are tied: sums in different orders must not break ties by float noise. */
const slack = 1e-12;

/** Turns samples into flat arrays that a draw can be evaluated on quickly. */
function prepare(samples: readonly Voter[]) {
  const numbers = new Map<string, number>();
  const correct: boolean[] = [];
  const classes = samples.map(({ answerClass, correct: right }) => {
    if (answerClass === null) return -1;
    const number = numbers.get(answerClass) ?? numbers.size;
    numbers.set(answerClass, number);
    correct[number] = (correct[number] ?? false) || right;
    return number;
  });
  const tieBreaks = samples.map(({ tieBreak = -Infinity }) => tieBreak);
  return { classes, correct, scores: samples.map(({ score }) => score), tieBreaks };
}

/**
 * Outcome of a weighted vote over the drawn samples: the right share of the classes tied at the top, 0 where no answer
 * was drawn. An unscored sample weighs as the mean of the drawn scores (`voteWeights`, the rule of the selection
 * `weighted`); in "mean" and "max" only where its class has no score of its own.
 */
function outcome(pool: ReturnType<typeof prepare>, subset: readonly number[], rule: WeightRule): number {
  const size = pool.correct.length;
  const voters = subset.filter((i) => at(pool.classes, i) >= 0);
  const filled = voteWeights(voters.map((i) => pool.scores[i] ?? null));
  const scored = new Set(voters.flatMap((i) => ((pool.scores[i] ?? null) === null ? [] : [at(pool.classes, i)])));
  const weights = new Float64Array(size);
  const counted = new Int32Array(size);
  const seen = new Uint8Array(size);
  for (const [place, i] of voters.entries()) {
    const name = at(pool.classes, i);
    seen[name] = 1;
    if (rule !== "sum" && scored.has(name) && (pool.scores[i] ?? null) === null) continue;
    counted[name] = at(counted, name) + 1;
    weights[name] =
      rule === "max" ? Math.max(at(weights, name), at(filled, place)) : at(weights, name) + at(filled, place);
  }
  if (rule === "mean") for (let i = 0; i < size; i++) weights[i] = at(weights, i) / Math.max(1, at(counted, i));
  const top = weights.reduce((most, weight, i) => (at(seen, i) === 1 && weight > most ? weight : most), 0);
  const isTop = (name: number) => at(seen, name) === 1 && at(weights, name) >= top - slack * Math.max(1, top);
  const tops = voters.filter((i) => isTop(at(pool.classes, i)));
  const most = tops.reduce((highest, i) => Math.max(highest, at(pool.tieBreaks, i)), -Infinity);
  const winners = new Set(tops.filter((i) => at(pool.tieBreaks, i) === most).map((i) => at(pool.classes, i)));
  const right = [...winners].filter((name) => pool.correct[name]).length;
  return winners.size === 0 ? 0 : right / winners.size;
}

/**
 * weighted@k: expected correctness of the answer class with the largest sum (or mean, or maximum) of scores over k
 * samples drawn without replacement. There is no closed form: all subsets where C(n, k) is at most 20,000, else `draws`
 * seeded ones with their Monte-Carlo standard error. Scores must not be negative. Equal weights of 1 with "sum" give
 * maj@k.
 */
export function weightedAtK(
  samples: readonly Voter[],
  k: number,
  random: Random,
  { rule = "sum", draws = 2_000 }: { readonly rule?: WeightRule; readonly draws?: number } = {},
): Estimate {
  const n = samples.length;
  requireInteger("weighted@k", "k", k, 1, n);
  const negative = samples.find(({ score }) => score !== null && !(score >= 0));
  if (negative !== undefined) {
    throw new InvalidOptionError(
      'weighted@k: "score"',
      `must not be negative, got ${negative.score}. Map logits by a sigmoid.`,
    );
  }
  const pool = prepare(samples);
  const count = choose(n, k);
  if (count > 20_000) return averageOverDraws(n, k, draws, random, (subset) => outcome(pool, subset, rule));
  let total = 0;
  for (const subset of subsets(n, k)) total += outcome(pool, subset, rule);
  return exactly(total / count);
}
