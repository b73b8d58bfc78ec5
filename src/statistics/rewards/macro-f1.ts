/** A judgement of one of several classes: what is right, and what was said (null: nothing that could be read). */
export interface Labelling {
  readonly truth: string;
  readonly said: string | null;
}

/**
 * Mean over the classes of 2 TP / (2 TP + FP + FN); a class that is neither right nor said anywhere counts as 0. What
 * is said beside the classes is a miss of the class that is right.
 */
export function macroF1(items: readonly Labelling[], classes: readonly string[]): number | null {
  if (items.length === 0 || classes.length === 0) return null;
  const scores = classes.map((one) => {
    const hits = items.filter(({ truth, said }) => truth === one && said === one).length;
    const misses = items.filter(({ truth, said }) => (truth === one) !== (said === one)).length;
    return hits + misses === 0 ? 0 : (2 * hits) / (2 * hits + misses);
  });
  return scores.reduce((sum, score) => sum + score, 0) / classes.length;
}
