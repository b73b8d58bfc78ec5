/** `value` is a probability of being right in [0, 1]; null means "could not be judged", which is not 0. */
export interface Score {
  readonly value: number | null;
  readonly reason?: string;
}

/**
 * How the scores of steps become one. `min`, `product`, `mean`, `geometric-mean`, `max` and `last` as named (METHODS: Lightman et
 * al. 2023, arXiv:2305.20050 use the product; Snell et al. 2024, arXiv:2408.03314 the last).
 */
export const aggregations = ["last", "min", "product", "mean", "geometric-mean", "max"] as const;
export type Aggregation = (typeof aggregations)[number];

/**
 * One number from step scores. Null (never a neutral number) when there are no steps or a step it needs was not judged;
 * `last` needs the last step only.
 */
export function aggregate(scores: readonly Score[], how: Aggregation): Score {
  const last = scores.at(-1);
  if (last === undefined) return { value: null, reason: "no steps to score" };
  if (how === "last") return last;
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
  }
}
