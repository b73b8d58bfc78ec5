import { closest, InvalidOptionError } from "../../core/errors.ts";
import type { ArmsRows, MetricResult, TrialRow } from "../../core/metric.ts";
import type { Problem } from "../../core/problem.ts";
import { holm } from "../../statistics/comparing/corrections.ts";
import { type Gap, gapBetween } from "../../statistics/comparing/gap.ts";
import { macroAverage } from "../../statistics/macro.ts";
import { type PartFacts, partsOfProblem, splittable } from "../../statistics/problem-parts.ts";
import { timeOf, trendOf } from "../../statistics/trend.ts";
import type { ChosenMetric } from "./chosen-metrics.ts";
import type { ArmMetric, MetricPart } from "./metric-summary.ts";

/** The facts of a dataset's problem. */
export const partFacts = (
  dataset: string,
  { question, tags, difficulty }: Pick<Problem, "question" | "tags" | "difficulty">,
): PartFacts => ({ dataset, difficulty, tags, variant: variantOf(question.id, tags) });

/** Which variant of its group, or which instance set, the tags of a problem say it is; null where they say neither. */
export function variantOf(problem: string, tags: readonly string[] = []): string | null {
  const tagged = (key: string) => tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1);
  const perturbed = tagged("perturbed");
  if (perturbed !== undefined) return perturbed === "none" ? "original" : problem;
  return tagged("set") ?? null;
}

/**
 * @throws InvalidOptionError where a metric is split by what no problem has, or compares with a part that is not there.
 */
export function checkParts(metrics: readonly ChosenMetric[], problems: readonly PartFacts[]): void {
  for (const { label, by, against } of metrics) {
    if (by === undefined) continue;
    const parts = new Set(problems.flatMap((facts) => partsOfProblem(facts, by)));
    if (parts.size === 0) {
      const able = splittable(problems.flatMap(({ tags = [] }) => tags));
      throw new InvalidOptionError(
        `metrics: ${label}`,
        `is split by "${by}", and no problem has that. ${nearest(by, able)}`,
      );
    }
    if (against === undefined || parts.has(against)) continue;
    throw new InvalidOptionError(
      `metrics: ${label}`,
      `compares with "${against}", which is no part by ${by}. ${nearest(against, [...parts].sort())}`,
    );
  }
}

function nearest(given: string, able: readonly string[]): string {
  const near = closest(given, able);
  return `${near === undefined ? "" : `Did you mean "${near}"? `}There are: ${able.slice(0, 20).join(", ")}.`;
}

type Parts = Required<Pick<ArmMetric, "parts" | "macro">>;

/** The metric on each part of the problems, on every arm, with the macro average and the gaps to one of the parts. */
export function partsOf(
  { definition, against }: Pick<ChosenMetric, "definition" | "against">,
  by: string,
  arms: ArmsRows,
  compute: (arms: ArmsRows) => ReadonlyMap<string, MetricResult>,
): Map<string, Parts> {
  const split = new Map([...arms].map(([arm, rows]) => [arm, splitRows(rows, by)]));
  const names = [...new Set([...split.values()].flatMap((parts) => [...parts.keys()]))];
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const results = names.map((name) => compute(new Map([...split].map(([arm, parts]) => [arm, parts.get(name) ?? []]))));
  return new Map(
    [...new Set(results.flatMap((one) => [...one.keys()]))].map((arm) => {
      const own = names.map((name, i) => ({ name, result: results[i]?.get(arm) ?? nothing }));
      const gaps = gapsTo(against, own, definition.scale === "share");
      const parts = own.map(({ name, result }, i) => partOf(name, result, gaps[i]));
      return [arm, { parts, macro: macroOf(own, definition.scale) }];
    }),
  );
}

function splitRows(rows: readonly TrialRow[], by: string): Map<string, TrialRow[]> {
  const parts = new Map<string, TrialRow[]>();
  for (const row of rows) {
    for (const part of partsOfProblem(row, by)) {
      const members = parts.get(part);
      if (members === undefined) parts.set(part, [row]);
      else members.push(row);
    }
  }
  return parts;
}

const nothing: MetricResult = { value: null, interval: null, units: [], excludedTrials: 0, undefinedUnits: 0 };

interface Named {
  readonly name: string;
  readonly result: MetricResult;
}

const partOf = (part: string, { value, interval, units, note }: MetricResult, gap?: MetricPart["gap"]) => ({
  ...{ part, value, interval, units: units.length, gap },
  note: note ?? null,
});

/** Of a statistic of the whole there are no units, and so no interval. */
function macroOf(parts: readonly Named[], scale: ChosenMetric["definition"]["scale"]): Parts["macro"] {
  const values = parts.map(({ result }) => result.value);
  const value = values.some((one) => one === null) ? null : values.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const averaged = macroAverage(
    parts.map(({ result }) => result.units),
    scale,
  );
  const mean = value === null || parts.length === 0 ? null : value / parts.length;
  const same = averaged !== null && mean !== null && Math.abs(averaged.value - mean) < 1e-9;
  return {
    value: mean,
    interval: same ? averaged.interval : null,
    parts: parts.length,
    range: value === null || parts.length < 2 ? null : rangeOf(values as number[]),
    ...trendIn(parts),
  };
}

const rangeOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** Of parts that are times, which have been told from each other. */
function trendIn(parts: readonly Named[]): Pick<NonNullable<Parts["macro"]>, "trend"> {
  const times = parts.map(({ name, result }) => ({ at: timeOf(name), units: result.units }));
  if (times.length < 2 || times.some(({ at }) => at === null)) return {};
  return { trend: trendOf(times.map(({ at, units }) => ({ at: at ?? 0, units }))) };
}

function gapsTo(
  against: string | undefined,
  parts: readonly Named[],
  share: boolean,
): (MetricPart["gap"] | undefined)[] {
  const other = parts.find(({ name }) => name === against);
  if (other === undefined) return parts.map(() => undefined);
  const gaps = parts.map((part): Gap | null =>
    part === other ? null : gapBetween(part.result.units, other.result.units, { share, seed: part.name }),
  );
  const tested = gaps.flatMap((gap) => (gap?.pValue == null ? [] : [gap]));
  const adjusted = new Map(holm(tested.map(({ pValue }) => pValue ?? 1)).map((p, i) => [tested[i], p]));
  return gaps.map((gap) => {
    if (gap === null) return undefined;
    const { difference, interval, paired, clusters } = gap;
    return { value: difference, interval, adjustedP: adjusted.get(gap) ?? null, paired, clusters };
  });
}
