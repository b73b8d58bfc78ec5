import { requireNumber } from "../numeric/require.ts";
import { type StepCurve, valueAt } from "./anytime.ts";

/**
 * The same for a pick that is in force until the next: the area is under the step curve, nothing picked yet counting as
 * 0.
 */
export function stepRegret(curve: StepCurve, budget: number): number {
  requireNumber("step-regret", "budget", budget, Number.MIN_VALUE);
  let area = 0;
  let from = 0;
  let value = valueAt(curve, 0);
  for (const point of curve) {
    if (point.cost <= 0) continue;
    if (point.cost >= budget) break;
    area += value * (point.cost - from);
    from = point.cost;
    value = point.value;
  }
  return 1 - (area + value * (budget - from)) / budget;
}
