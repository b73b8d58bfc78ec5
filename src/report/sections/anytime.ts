import type { AnytimeSection } from "../data.ts";
import { gridBudget, gridSize } from "../tally/anytime-tally.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { type Banded, banded, bandedDifference, blockCount, type Resamples, total } from "../tally/blocks.ts";

/** 1-2-5 budgets inside the measured range. */
export function roundBudgets(low: number, high: number): number[] {
  const budgets: number[] = [];
  for (let decade = 1; decade <= 1e9; decade *= 10) {
    for (const step of [1, 2, 5]) if (decade * step >= low && decade * step <= high) budgets.push(decade * step);
  }
  return budgets;
}

/**
 * Accuracy of the pick in force at each token budget, for all arms on one grid from the first pick to the dearest
 * trial.
 */
export function anytimeSection(
  arms: readonly ArmColumns[],
  baselines: ReadonlyMap<string, string>,
  resamples: Resamples,
): AnytimeSection | null {
  const known = arms.filter((arm) => total(arm.block.trials) > 0);
  if (known.length === 0) return null;
  const from = Math.max(0, Math.min(gridSize - 1, ...known.map(({ anytime }) => anytime.first)) - 1);
  const to = Math.max(from + 1, ...known.map(({ anytime }) => anytime.last));
  const budgets = Array.from({ length: to - from + 1 }, (_, i) => gridBudget(from + i));
  const curves = known.map((arm) => {
    const points: Banded[] = [];
    for (const counts of arm.anytime.counts(from, to)) {
      const point = banded(counts, arm.block.trials, resamples, { binary: true });
      if (point !== null) points.push(point);
    }
    return { arm: arm.tally.arm, points, ...summaries(points, budgets) };
  });
  const rounds = roundBudgets(budgets[1] ?? 1, (budgets.at(-1) ?? 1) * 1.0001);
  const table = rounds.map((budget) => {
    const at = budgets.findLastIndex((one) => one <= budget * 1.0001);
    return {
      budget,
      cells: known.map((arm, i) => {
        const baseline = known.find((other) => other.tally.arm === baselines.get(arm.tally.arm));
        return {
          arm: arm.tally.arm,
          accuracy: curves[i]?.points[at]?.value ?? 0,
          difference: baseline === undefined ? null : difference(arm, baseline, from + at, resamples),
        };
      }),
    };
  });
  return { budgets, curves, table };
}

/** Difference of two arms' accuracy at a grid budget, paired over the blocks that both have. */
function difference(a: ArmColumns, b: ArmColumns, at: number, resamples: Resamples): Banded | null {
  const [ofA, ofB] = [countsAt(a, at), countsAt(b, at)];
  const counts = a.block.trials.map((trials, block) => ((b.block.trials[block] ?? 0) > 0 ? trials : 0));
  const sums = counts.map((trials, block) =>
    trials === 0 ? 0 : (ofA[block] ?? 0) - ((ofB[block] ?? 0) * trials) / (b.block.trials[block] ?? 1),
  );
  return bandedDifference(sums, counts, resamples);
}

function countsAt(arm: ArmColumns, at: number): Float64Array {
  for (const counts of arm.anytime.counts(at, at)) return counts;
  return new Float64Array(blockCount);
}

function summaries(points: readonly Banded[], budgets: readonly number[]): { regret: number[]; area: number } {
  let area = 0;
  let logArea = 0;
  const regret = points.map((_, i) => {
    const before = points[i - 1];
    const [budget, last] = [budgets[i] ?? 0, budgets[i - 1]];
    if (before !== undefined && last !== undefined) {
      area += before.value * (budget - last);
      logArea += before.value * Math.log(budget / last);
    }
    return 1 - (budget === 0 ? 0 : area / budget);
  });
  const [first, last] = [budgets[0] ?? 1, budgets.at(-1) ?? 1];
  return { regret, area: last > first ? logArea / Math.log(last / first) : 0 };
}
