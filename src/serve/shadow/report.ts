import type { Interval } from "../../core/metric.ts";
import { pairedInterval, shareInterval } from "../../statistics/intervals/share.ts";
import type { ShadowRecord } from "./record.ts";

export interface ShadowRow {
  /** "2026-11-29", in UTC; null for all days together. */
  readonly day: string | null;
  readonly thought: string;
  readonly plain: string;
  readonly upstream: string;
  /** Answered both ways; those with `failed` have no second answer. */
  readonly requests: number;
  readonly failed: number;
  /** Of requests whose answers could be read both times. */
  readonly changed: { readonly share: number; readonly of: number; readonly interval: Interval | null } | null;
  /** How much better thinking scores, a request. Null without a check. */
  readonly gain: {
    readonly mean: number;
    /** Requests that it is the mean of. */
    readonly of: number;
    readonly interval: Interval | null;
    readonly better: number;
    readonly worse: number;
    /** Not the same, and the check could not decide. */
    readonly undecided: number;
  } | null;
  /** A request, on average. */
  readonly tokens: { readonly thought: number; readonly plain: number };
  readonly dollars: { readonly thought: number; readonly plain: number };
  readonly milliseconds: { readonly thought: number; readonly plain: number };
  /** What the comparison itself took: the second answers and their check. */
  readonly spent: { readonly tokens: number; readonly dollars: number };
}

/** By day, strategies and upstream, and over all days where there are several. */
export function shadowReport(records: readonly ShadowRecord[]): ShadowRow[] {
  const routes = Object.values(
    Object.groupBy(records, ({ thought, plain, upstream }) => JSON.stringify([thought, plain, upstream])),
  );
  return routes.flatMap((route = []) => {
    const days = Object.entries(Object.groupBy(route, dayOfRecord)).sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = days.map(([day, some = []]) => rowOf(day, some));
    return rows.length > 1 ? [...rows, rowOf(null, route)] : rows;
  });
}

const dayOfRecord = ({ time }: ShadowRecord): string => new Date(time * 1000).toISOString().slice(0, 10);

function rowOf(day: string | null, records: readonly ShadowRecord[]): ShadowRow {
  const [{ thought = "", plain = "", upstream = "" } = {}] = records;
  const compared = records.filter(({ outcome }) => outcome !== "failed");
  const mean = (of: (record: ShadowRecord) => number) =>
    compared.reduce((sum, record) => sum + of(record), 0) / Math.max(1, compared.length);
  const both = (name: "tokens" | "dollars" | "milliseconds") => ({
    thought: mean((record) => record[name].thought),
    plain: mean((record) => record[name].plain),
  });
  const extra = (name: "tokens" | "dollars") =>
    records.reduce((sum, { served, ...record }) => {
      const { check, ...answers } = record[name];
      return sum + check + (served === "thought" ? answers.plain : answers.thought);
    }, 0);
  return {
    day,
    thought,
    plain,
    upstream,
    requests: records.length,
    failed: records.length - compared.length,
    changed: changedOf(compared),
    gain: gainOf(compared),
    tokens: both("tokens"),
    dollars: both("dollars"),
    milliseconds: both("milliseconds"),
    spent: { tokens: extra("tokens"), dollars: extra("dollars") },
  };
}

function changedOf(records: readonly ShadowRecord[]): ShadowRow["changed"] {
  const readable = records.filter(({ outcome }) => outcome === "same" || outcome === "changed");
  if (readable.length === 0) return null;
  const values = readable.map(({ outcome }) => (outcome === "changed" ? 1 : 0));
  const share = values.reduce<number>((sum, value) => sum + value, 0) / values.length;
  return { share, of: values.length, interval: shareInterval(values, readable.map(questionOf)) };
}

const questionOf = ({ question }: ShadowRecord): string => question;

/** How much better thinking scored: 0 where the answers are the same, null where the check decided nothing. */
function differenceOf({ outcome, scores }: ShadowRecord): number | null {
  if (outcome === "same") return 0;
  if (scores === null || scores.thought === null || scores.plain === null) return null;
  return scores.thought - scores.plain;
}

function gainOf(records: readonly ShadowRecord[]): ShadowRow["gain"] {
  const checked = records.filter((record) => record.checked);
  const decided = checked.flatMap((record) => {
    const difference = differenceOf(record);
    return difference === null ? [] : [{ difference, question: record.question }];
  });
  if (decided.length === 0) return null;
  const differences = decided.map(({ difference }) => difference);
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    of: differences.length,
    interval: pairedInterval(
      differences,
      decided.map(({ question }) => question),
    ),
    better: differences.filter((difference) => difference > 0).length,
    worse: differences.filter((difference) => difference < 0).length,
    undecided: checked.length - decided.length,
  };
}
