/** `value` is a probability of being right in [0, 1]; null means "could not be judged", which is not 0. */
export interface Score {
  readonly value: number | null;
  readonly reason?: string;
  /**
   * The number that `value` was made of, where it is another: a logit, a value head's number, a score before
   * calibration.
   */
  readonly raw?: number;
  /** The calls of the judgement, by their numbers in the solve; absent where none was made. */
  readonly calls?: readonly number[];
}

/**
 * How the scores of steps become one.
 *
 * - `last` (Snell et al. 2024, arXiv:2408.03314), `min` and `product` (Lightman et al. 2023, arXiv:2305.20050), `mean`,
 *   `geometric-mean` and `max` as named.
 * - `model`: the whole answer is scored as one step, so the verifier is asked again and nothing is aggregated; a list
 *   of several step scores has no such score.
 * - `clip`: Σ min(r_t − η, 0), so that a further step can only lose (Gao et al. 2024, arXiv:2410.15115). The sum is
 *   given as exp(Σ), in (0, 1], which keeps its order.
 * - `delta`: Σ of r_t − r_{t+1} up to the last step but one, whose own reward closes the sum, and 0 for the last (same
 *   paper). The sum telescopes to the first score, so that no later step can be gained from; a single step is its own
 *   sum.
 * - `weighted`: the mean with given weights by position, the last weight repeated; without weights step t (from 1)
 *   weighs t.
 */
export const aggregations = [
  "last",
  "min",
  "product",
  "mean",
  "geometric-mean",
  "max",
  "model",
  "clip",
  "delta",
  "weighted",
] as const;
export type Aggregation = (typeof aggregations)[number];

export interface AggregationSettings {
  /** η of `clip`; default 0.5. */
  readonly threshold?: number;
  /** Non-negative weights of `weighted`, by position. */
  readonly weights?: readonly number[];
}

/**
 * One number from step scores. Null (never a neutral number) when there are no steps or a step it needs was not judged;
 * `last` needs the last step only.
 */
export function aggregate(scores: readonly Score[], how: Aggregation, settings: AggregationSettings = {}): Score {
  const last = scores.at(-1);
  if (last === undefined) return { value: null, reason: "no steps to score" };
  if (how === "last") return last;
  if (how === "model") return scores.length === 1 ? last : { value: null, reason: "not scored as one step" };
  const values: number[] = [];
  for (const [index, score] of scores.entries()) {
    if (score.value === null) return { value: null, reason: `step ${index + 1} was not judged` };
    values.push(score.value);
  }
  const product = () => values.reduce((a, b) => a * b, 1);
  switch (how) {
    case "min":
      return { value: Math.min(...values) };
    case "max":
      return { value: Math.max(...values) };
    case "product":
      return { value: product() };
    case "mean":
      return { value: values.reduce((a, b) => a + b, 0) / values.length };
    case "geometric-mean":
      return { value: product() ** (1 / values.length) };
    case "clip":
      return { value: Math.exp(clipped(values, settings.threshold ?? 0.5)) };
    case "delta":
      return { value: telescoped(values) };
    case "weighted":
      return weightedMean(values, settings.weights);
  }
}

export const shapings = ["plain", "clip", "delta", "clip-delta"] as const;
export type Shaping = (typeof shapings)[number];

/**
 * Step scores as the rewards of a policy that is trained on them, one number a step (Gao et al. 2024,
 * arXiv:2410.15115): `clip` min(r_t − η, 0); `delta` r_t − r_{t+1}, for the last step but one its own score, for the
 * last 0; `clip-delta` the deltas of the clipped scores. A single step keeps its own score under `delta`.
 */
export function shapedRewards(
  values: readonly number[],
  how: Shaping,
  { threshold = 0.5 }: AggregationSettings = {},
): number[] {
  if (how === "plain") return [...values];
  if (how === "clip") return values.map((value) => Math.min(value - threshold, 0));
  if (how === "clip-delta") return shapedRewards(shapedRewards(values, "clip", { threshold }), "delta");
  const last = values.length - 1;
  return values.map((value, t) => {
    if (last === 0 || t === last - 1) return value;
    return t === last ? 0 : value - (values[t + 1] ?? 0);
  });
}

/** A shaped reward of each step and the reward of success, which the last step gets beside its own. */
export interface RewardedSteps {
  /** α · shaped reward, without the success. */
  readonly steps: readonly number[];
  /** The same with the success at the last step. */
  readonly rewards: readonly number[];
  /** returns[t]: the sum from step t on. */
  readonly returns: readonly number[];
}

/** success + α · Σ shaped rewards, step by step (same paper); `success` is 1 for a right answer, 0 for a wrong one. */
export function rewardedSteps(
  values: readonly number[],
  success: number,
  { how = "clip-delta", weight = 1, ...settings }: AggregationSettings & { how?: Shaping; weight?: number } = {},
): RewardedSteps {
  const steps = shapedRewards(values, how, settings).map((reward) => weight * reward);
  const rewards = steps.map((reward, t) => (t === steps.length - 1 ? reward + success : reward));
  const returns: number[] = [];
  for (let t = rewards.length - 1; t >= 0; t--) returns[t] = (rewards[t] ?? 0) + (returns[t + 1] ?? 0);
  return { steps, rewards, returns };
}

const clipped = (values: readonly number[], threshold: number): number =>
  values.reduce((sum, value) => sum + Math.min(value - threshold, 0), 0);

/** Equal to the first value; summed as the paper does, and kept in [0, 1] against rounding. */
function telescoped(values: readonly number[]): number {
  const before = values.slice(0, -1);
  if (before.length === 0) return values[0] ?? 0;
  const sum = before.reduce((total, value, t) => total + value - (before[t + 1] ?? 0), 0);
  return Math.min(1, Math.max(0, sum));
}

function weightedMean(values: readonly number[], weights?: readonly number[]): Score {
  const weightOf = (t: number) => (weights === undefined ? t + 1 : (weights[t] ?? weights.at(-1) ?? 0));
  const total = values.reduce((sum, _, t) => sum + weightOf(t), 0);
  if (!(total > 0)) return { value: null, reason: "the weights add up to 0" };
  return { value: values.reduce((sum, value, t) => sum + weightOf(t) * value, 0) / total };
}

/**
 * What each vote weighs, from its score. A vote without one weighs the mean of the known scores: unknown is not 0.
 * Where no score tells answers apart (none is known, or all are 0) votes are counted: those without a score weigh 1
 * each, or all do where every score is 0.
 */
export function voteWeights(scores: readonly (number | null)[]): number[] {
  const known = scores.filter((score) => score !== null);
  if (known.some((score) => score !== 0)) {
    const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
    return scores.map((score) => score ?? mean);
  }
  return known.length === scores.length ? scores.map(() => 1) : scores.map((score) => (score === null ? 1 : 0));
}

/**
 * The order of scores of one verifier: by value, then by the number that the value was made of, so that rewards which a
 * probability in doubles cannot tell apart keep their order. Positive where `a` is higher; an unjudged score is lowest.
 */
export function compareScores(a: Score | null | undefined, b: Score | null | undefined): number {
  const [p, q] = [a?.value ?? -1, b?.value ?? -1];
  if (p !== q) return p - q;
  return a?.raw === undefined || b?.raw === undefined ? 0 : a.raw - b.raw;
}

/** Where the order-keeping form of a reward leaves the sigmoid. */
const BEND = 8;

/**
 * A reward without bounds as a number in (0, 1) that keeps its order in doubles: the sigmoid up to ±8, then tails that
 * fall as 1/|x|, so that 20, 24, 30 and 45 are four different numbers. It is an order, no fitted probability.
 */
export function orderKeeping(x: number): number {
  if (Math.abs(x) <= BEND) return sigmoid(x);
  const tail = (sigmoid(-BEND) * BEND) / Math.abs(x);
  return x > 0 ? 1 - tail : tail;
}

/** The logistic function 1 / (1 + e^-x): log-odds to a probability. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Log-odds of a probability: the inverse of {@link sigmoid}; ±Infinity at 0 and 1. */
export const logit = (p: number): number => Math.log(p / (1 - p));
