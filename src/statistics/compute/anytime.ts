import { InvalidOptionError } from "../../core/errors.ts";
import { requireSome } from "../numeric/require.ts";

/**
 * The pick in force from `cost` on, until the next one: 1 right, 0 wrong, or a share. A list of them ascends in cost.
 */
export interface StepPoint {
  readonly cost: number;
  readonly value: number;
}

/** One problem's anytime curve. Before the first point nothing was picked, which counts as wrong. */
export type StepCurve = readonly StepPoint[];

/** The curve of one run from its picks, in order of cost; of several picks at one cost the last counts. */
export function stepCurve(picks: readonly { readonly tokens: number; readonly correct: boolean }[]): StepCurve {
  const sorted = picks.map((pick, i) => ({ pick, i })).sort((a, b) => a.pick.tokens - b.pick.tokens || a.i - b.i);
  return sorted.map(({ pick }) => ({ cost: pick.tokens, value: pick.correct ? 1 : 0 }));
}

/** The value in force at a budget; 0 where nothing was picked yet. At Infinity the final value. */
export function valueAt(curve: StepCurve, budget: number): number {
  let value = 0;
  for (const point of curve) {
    if (point.cost > budget) break;
    value = point.value;
  }
  return value;
}

/** Mean curve over problems, one point at each cost where any of them changes. */
export function averageCurve(curves: readonly StepCurve[]): StepCurve {
  requireSome("anytime", "curves", curves);
  const jumps = curves.flatMap((curve) =>
    curve.map((point, i) => ({ cost: point.cost, by: point.value - (curve[i - 1]?.value ?? 0) })),
  );
  jumps.sort((a, b) => a.cost - b.cost);
  const points: StepPoint[] = [];
  let total = 0;
  for (const { cost, by } of jumps) {
    total += by;
    if (points.at(-1)?.cost === cost) points.pop();
    points.push({ cost, value: total / curves.length });
  }
  return points;
}

function checkRange(low: number, high: number): void {
  if (low > 0 && high > low && Number.isFinite(high)) return;
  throw new InvalidOptionError(
    'area: "low", "high"',
    `must satisfy 0 < low < high, got ${low} and ${high}. A log axis has no zero: put the zero-cost baseline in the table.`,
  );
}

/**
 * Normalised area under a step curve, ∫ value d(ln cost) over [low, high] / ln(high / low): the mean accuracy over
 * budgets drawn evenly in log. `low` and `high` must be shared by all strategies compared. Linear in the curve, so
 * per-problem areas pair up.
 */
export function logArea(curve: StepCurve, low: number, high: number): number {
  checkRange(low, high);
  let area = 0;
  let from = low;
  let value = valueAt(curve, low);
  for (const point of curve) {
    if (point.cost <= low) continue;
    if (point.cost >= high) break;
    area += value * Math.log(point.cost / from);
    from = point.cost;
    value = point.value;
  }
  return (area + value * Math.log(high / from)) / Math.log(high / low);
}
