/** A strategy at one setting: less cost and more accuracy are better. */
export interface CostPoint {
  readonly cost: number;
  readonly accuracy: number;
}

const dominates = (a: CostPoint, b: CostPoint): boolean =>
  a.cost <= b.cost && a.accuracy >= b.accuracy && (a.cost < b.cost || a.accuracy > b.accuracy);

/** onFrontier[i]: no other point is at least as good in both and better in one. Equal points stand or fall together. */
export const frontier = (points: readonly CostPoint[]): boolean[] =>
  points.map((point) => !points.some((other) => dominates(other, point)));
