import type { Candidate, Confidence } from "../core/candidate.ts";
import type { TokenLogprob } from "../core/policy.ts";

/** Alternatives per token that are read: more would make the numbers depend on how many were asked for. */
export const alternativesRead = 5;

/** Tokens in a group whose confidence is averaged. */
const groupSize = 64;

/** The names of the numbers that {@link confidenceOf} gives, in their order. */
export const confidenceNames = [
  "mean-logprob",
  "least-logprob",
  "low-share",
  "last-mean-logprob",
  "mean-margin",
  "mean-entropy",
  "lowest-group",
  "numbers-mean-logprob",
  "numbers-least-logprob",
  "answer-logprob",
] as const;

/**
 * A text's log-probabilities in a few numbers, by the names of {@link confidenceNames}: mean, least, share below −1
 * (nats), mean of the last 20; margin between the two likeliest tokens, entropy of the five likeliest and the lowest
 * mean confidence of 64 neighbouring tokens (DeepConf: Fu et al. 2025, arXiv:2508.15260), null without so many
 * alternatives; mean and least over tokens with digits; mean over the last boxed answer, null without one. Undefined
 * where the policy gave no log-probabilities.
 */
export function confidenceOf({
  logprobs,
  confidence,
}: Pick<Candidate, "logprobs" | "confidence">): Confidence | undefined {
  if (logprobs === undefined || logprobs.length === 0) return confidence;
  const values = logprobs.map(bounded);
  const numbers = logprobs.filter(({ token }) => /\d/.test(token)).map(bounded);
  const tops = logprobs.flatMap(({ top }) => (top === undefined ? [] : [top.map(bounded)]));
  const pairs = tops.filter(({ length }) => length >= 2);
  const fives = tops.filter(({ length }) => length >= alternativesRead).map((top) => top.slice(0, alternativesRead));
  return [
    mean(values),
    Math.min(...values),
    values.filter((value) => value < -1).length / values.length,
    mean(values.slice(-20)),
    meanOf(pairs, ([first = 0, second = 0]) => Math.min(10, first - second)),
    meanOf(fives, (top) => top.reduce((sum, value) => sum - Math.exp(value) * value, 0)),
    lowestGroup(fives.map((top) => -mean(top))),
    numbers.length === 0 ? null : mean(numbers),
    numbers.length === 0 ? null : Math.min(...numbers),
    answerLogprob(logprobs),
  ];
}

const bounded = ({ logprob }: { readonly logprob: number }): number => Math.max(-20, logprob);

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);

const meanOf = <T>(list: readonly T[], of: (item: T) => number): number | null =>
  list.length === 0 ? null : mean(list.map(of));

/** The lowest mean over any `window` neighbouring values; over all of them where there are fewer. */
export function lowestGroup(values: readonly number[], window = groupSize): number | null {
  if (values.length === 0) return null;
  const size = Math.min(window, values.length);
  let sum = values.slice(0, size).reduce((a, b) => a + b, 0);
  let least = sum;
  for (let i = size; i < values.length; i++) {
    sum += (values[i] ?? 0) - (values[i - size] ?? 0);
    least = Math.min(least, sum);
  }
  return least / size;
}

/** Mean log-probability of the tokens inside the last \boxed{…}; null without one. */
function answerLogprob(logprobs: readonly TokenLogprob[]): number | null {
  const text = logprobs.map(({ token }) => token).join("");
  const opened = text.lastIndexOf("\\boxed{");
  if (opened < 0) return null;
  const from = opened + "\\boxed{".length;
  const closed = text.indexOf("}", from);
  const to = closed < 0 ? text.length : closed;
  let at = 0;
  const inside = logprobs.filter(({ token }) => {
    const start = at;
    at += token.length;
    return at > from && start < to;
  });
  return meanOf(inside, bounded);
}
