import { csvCell } from "../../export/csv.ts";
import type { ReportData } from "../data.ts";

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;

/** One table for each kind of plot: a row a point, every column named, nothing rounded. Empty: unknown. */
export function plotData(data: ReportData): ReadonlyMap<string, string> {
  const { anytime, law } = data;
  const tables: Readonly<Record<string, readonly Row[]>> = {
    arms: data.arms.map((arm) => ({
      ...{ arm: arm.arm, strategy: arm.strategy, baseline: arm.baseline, trials: arm.n, problems: arm.problems },
      ...{ accuracy: arm.accuracy, low: arm.interval?.low ?? null, high: arm.interval?.high ?? null },
      ...{ coverage: arm.coverage, tokens: arm.tokensPerTrial, verifierTokens: arm.verifierTokensPerTrial },
      ...{ calls: arm.callsPerTrial, seconds: arm.secondsPerTrial, dollars: arm.dollarsPerTrial },
      overBudget: arm.overBudget !== undefined,
    })),
    differences: data.comparisons.map(({ a, b, difference, interval, pValue, adjustedP, verdict }) => ({
      ...{ arm: a, baseline: b, difference, low: interval?.low ?? null, high: interval?.high ?? null },
      ...{ p: pValue, pHolm: adjustedP, verdict },
    })),
    "accuracy-by-budget":
      anytime?.curves.flatMap(({ arm, points, regret }) =>
        points.map(({ value, low, high }, i) => ({
          ...{ arm, tokens: anytime.budgets[i] ?? null, accuracy: value, low, high, regret: regret[i] ?? null },
        })),
      ) ?? [],
    frontier: data.frontiers.flatMap(({ unit, points }) =>
      points.map(({ arm, cost, accuracy, interval, on, share }) => ({
        ...{ arm, unit, cost, accuracy, low: interval?.low ?? null, high: interval?.high ?? null, on, share },
      })),
    ),
    pools: data.pools.flatMap(({ arm, sizes, ...curves }) =>
      (["coverage", "vote", "best"] as const).flatMap((pick) =>
        curves[pick].flatMap((point, i) =>
          point === null
            ? []
            : [{ arm, pick, k: sizes[i] ?? null, value: point.value, low: point.low, high: point.high }],
        ),
      ),
    ),
    "coverage-law":
      law?.predictions.map(({ k, coverage, band }) => ({
        arm: law.arm,
        k,
        coverage,
        low: band.low,
        high: band.high,
      })) ?? [],
    reliability: data.verifiers.flatMap(({ arm, verifier, bins }) =>
      bins.map(({ low, high, count, meanScore, accuracy }) => ({
        arm,
        verifier,
        low,
        high,
        count,
        meanScore,
        accuracy,
      })),
    ),
    failures: data.failures.map(({ arm, stops: _stops, errors: _errors, ...counts }) => ({ arm, ...counts })),
    groups: data.groups.flatMap(({ kind, rows }) =>
      rows.flatMap(({ name, problems, cells }) =>
        cells.map(({ arm, accuracy }) => ({ kind, name, problems, arm, accuracy })),
      ),
    ),
    metrics: data.metrics.flatMap(({ metric, arms }) => arms.map(({ arm, value }) => ({ metric, arm, value }))),
    "metric-parts": data.metrics.flatMap(({ metric, by = "part", arms }) =>
      arms.flatMap(({ arm, parts = [] }) =>
        parts.map(({ part, value, interval, units }) => ({
          ...{ metric, by, part, arm, value, low: interval?.low ?? null, high: interval?.high ?? null, units },
        })),
      ),
    ),
  };
  return new Map(Object.entries(tables).flatMap(([name, rows]) => (rows.length === 0 ? [] : [[name, csv(rows)]])));
}

function csv(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: Cell | undefined) => csvCell(typeof value === "boolean" ? String(value) : (value ?? null));
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(cell).join(",")}\n`)
    .join("");
}
