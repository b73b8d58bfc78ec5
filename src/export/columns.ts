import { type RewardedSteps, rewardedSteps, type Shaping } from "../core/score.ts";
import { totalCalls, totalDollars, totalTokens } from "../core/usage.ts";
import type { ArmMetric, MetricPart, MetricSummary } from "../runs/metrics/metric-summary.ts";
import type { CandidateRecord, TraceRecord, TrialRecord } from "../runs/records/record.ts";

/** What a column holds: `count` is a whole number of at most 2^31 - 1, `total` one that sums may take beyond it. */
export type ColumnKind = "text" | "texts" | "boolean" | "count" | "total" | "number";

export type Cell = string | number | boolean | null | readonly string[];

/** A column of an export: the same in every format. */
export interface ExportColumn<Row> {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Cells may be null. */
  readonly optional?: true;
  readonly value: (row: Row) => Cell;
}

/** A trial, and whether it is known what its model costs. */
export type TrialRow = TrialRecord & { readonly priced?: boolean };

/** Of what a trial used: null where it failed, as what it had used by then is not on record. */
const used =
  (of: (trial: TrialRow) => number | null) =>
  (trial: TrialRow): Cell =>
    trial.verdict === "error" ? null : of(trial);

const dollarsOf = ({ usage, priced }: TrialRow): number | null => {
  const dollars = totalDollars(usage);
  return dollars === 0 && priced !== true ? null : dollars;
};

/** One row a trial. */
export const trialColumns: readonly ExportColumn<TrialRow>[] = [
  { name: "dataset", kind: "text", value: ({ dataset }) => dataset },
  { name: "problem", kind: "text", value: ({ problem }) => problem },
  { name: "group", kind: "text", optional: true, value: ({ group }) => group ?? null },
  { name: "tags", kind: "texts", optional: true, value: ({ tags }) => tags ?? null },
  { name: "difficulty", kind: "number", optional: true, value: ({ difficulty }) => difficulty ?? null },
  { name: "arm", kind: "text", value: ({ arm }) => arm },
  { name: "strategy", kind: "text", value: ({ strategy }) => strategy },
  { name: "seed", kind: "total", value: ({ seed }) => seed },
  { name: "verdict", kind: "text", value: ({ verdict }) => verdict },
  { name: "answer", kind: "text", optional: true, value: ({ answer }) => answer },
  { name: "reference", kind: "text", optional: true, value: ({ reference }) => reference ?? null },
  { name: "support", kind: "number", optional: true, value: ({ support }) => support },
  { name: "covered", kind: "boolean", value: ({ candidates }) => candidates.some(({ correct }) => correct) },
  { name: "candidates", kind: "count", value: ({ candidates }) => candidates.length },
  { name: "stopped", kind: "text", value: ({ stopped }) => stopped },
  { name: "rule", kind: "text", value: ({ rule }) => rule },
  { name: "reason", kind: "text", value: ({ reason }) => reason },
  { name: "tokens", kind: "total", optional: true, value: used(({ usage }) => totalTokens(usage)) },
  {
    name: "policy_prompt_tokens",
    kind: "total",
    optional: true,
    value: used(({ usage }) => usage.policy.promptTokens),
  },
  {
    name: "policy_completion_tokens",
    kind: "total",
    optional: true,
    value: used(({ usage }) => usage.policy.completionTokens),
  },
  {
    name: "verifier_tokens",
    kind: "total",
    optional: true,
    value: used(({ usage }) => usage.verifier.promptTokens + usage.verifier.completionTokens),
  },
  { name: "calls", kind: "total", optional: true, value: used(({ usage }) => totalCalls(usage)) },
  { name: "programs", kind: "total", optional: true, value: used(({ usage }) => usage.sandbox.runs) },
  { name: "dollars", kind: "number", optional: true, value: used(dollarsOf) },
  { name: "spent_tokens", kind: "total", optional: true, value: used(({ moment }) => totalTokens(moment.spent)) },
  { name: "milliseconds", kind: "total", optional: true, value: used(({ moment }) => moment.milliseconds) },
  { name: "service_milliseconds", kind: "total", optional: true, value: ({ moment }) => moment.serviceMs ?? null },
];

export interface CandidateRow {
  readonly trial: TrialRecord;
  readonly index: number;
  readonly candidate: CandidateRecord;
}

/** One row a candidate; the first four columns name its trial. */
export const candidateColumns: readonly ExportColumn<CandidateRow>[] = [
  { name: "dataset", kind: "text", value: ({ trial }) => trial.dataset },
  { name: "problem", kind: "text", value: ({ trial }) => trial.problem },
  { name: "arm", kind: "text", value: ({ trial }) => trial.arm },
  { name: "seed", kind: "total", value: ({ trial }) => trial.seed },
  { name: "index", kind: "count", value: ({ index }) => index },
  { name: "answer", kind: "text", optional: true, value: ({ candidate }) => candidate.answer },
  { name: "reference", kind: "text", optional: true, value: ({ trial }) => trial.reference ?? null },
  { name: "class", kind: "count", value: ({ candidate }) => candidate.class },
  {
    name: "correct",
    kind: "boolean",
    optional: true,
    value: ({ candidate }) => (candidate.undecided === true ? null : candidate.correct),
  },
  { name: "score", kind: "number", optional: true, value: ({ candidate }) => candidate.score },
  { name: "complete", kind: "boolean", value: ({ candidate }) => candidate.complete },
  { name: "tokens", kind: "total", value: ({ candidate }) => candidate.tokens },
];

export const candidateRows = (trial: TrialRecord): CandidateRow[] =>
  trial.candidates.map((candidate, index) => ({ trial, index, candidate }));

export interface StepRow {
  readonly trial: TrialRecord;
  readonly index: number;
  /** Null where the grader could not tell. */
  readonly correct: boolean | null;
  /** From 0. */
  readonly step: number;
  readonly score: number | null;
  readonly raw: number | null;
  /** Null where a step of the candidate was not judged, or its outcome is not known. */
  readonly shaped: { readonly [How in Shaping]?: RewardedSteps } | null;
}

const shapedCell =
  (how: Shaping, what: keyof RewardedSteps) =>
  ({ shaped, step }: StepRow): Cell =>
    shaped?.[how]?.[what][step] ?? null;

/** One row a step that a process verifier scored, with its shaped rewards. */
export const stepColumns: readonly ExportColumn<StepRow>[] = [
  { name: "dataset", kind: "text", value: ({ trial }) => trial.dataset },
  { name: "problem", kind: "text", value: ({ trial }) => trial.problem },
  { name: "arm", kind: "text", value: ({ trial }) => trial.arm },
  { name: "seed", kind: "total", value: ({ trial }) => trial.seed },
  { name: "index", kind: "count", value: ({ index }) => index },
  { name: "correct", kind: "boolean", optional: true, value: ({ correct }) => correct },
  { name: "step", kind: "count", value: ({ step }) => step },
  { name: "score", kind: "number", optional: true, value: ({ score }) => score },
  { name: "raw", kind: "number", optional: true, value: ({ raw }) => raw },
  { name: "clip", kind: "number", optional: true, value: shapedCell("clip", "steps") },
  { name: "delta", kind: "number", optional: true, value: shapedCell("delta", "steps") },
  { name: "clip_delta", kind: "number", optional: true, value: shapedCell("clip-delta", "steps") },
  { name: "reward", kind: "number", optional: true, value: shapedCell("clip-delta", "rewards") },
  { name: "return", kind: "number", optional: true, value: shapedCell("clip-delta", "returns") },
];

export const stepRows = (trial: TrialRecord, { candidates }: TraceRecord): StepRow[] =>
  candidates.flatMap(({ steps = [], rawSteps, correct: traced }, index) => {
    const correct = trial.candidates[index]?.undecided === true ? null : traced;
    const shaped = shapedSteps(steps, correct);
    return steps.map((score, step) => ({ trial, index, correct, step, score, raw: rawSteps?.[step] ?? score, shaped }));
  });

function shapedSteps(steps: readonly (number | null)[], correct: boolean | null): StepRow["shaped"] {
  const known = steps.filter((score) => score !== null);
  if (correct === null || known.length < steps.length) return null;
  const of = (how: Shaping) => rewardedSteps(known, correct ? 1 : 0, { how });
  return { clip: of("clip"), delta: of("delta"), "clip-delta": of("clip-delta") };
}

export interface MetricRow {
  readonly metric: MetricSummary;
  readonly arm: ArmMetric;
  /** Null for the metric on all problems. */
  readonly part: MetricPart | null;
}

/** One row a metric of an arm, and one for each of its parts: its difference is to the part it is compared with. */
export const metricColumns: readonly ExportColumn<MetricRow>[] = [
  { name: "metric", kind: "text", value: ({ metric }) => metric.metric },
  { name: "arm", kind: "text", value: ({ arm }) => arm.arm },
  { name: "value", kind: "number", optional: true, value: ({ arm, part }) => (part ?? arm).value },
  { name: "low", kind: "number", optional: true, value: ({ arm, part }) => (part ?? arm).interval?.low ?? null },
  { name: "high", kind: "number", optional: true, value: ({ arm, part }) => (part ?? arm).interval?.high ?? null },
  { name: "interval", kind: "text", optional: true, value: ({ arm, part }) => (part ?? arm).interval?.method ?? null },
  { name: "scale", kind: "text", value: ({ metric }) => metric.scale },
  { name: "better", kind: "text", value: ({ metric }) => metric.better },
  { name: "units", kind: "count", value: ({ arm, part }) => (part ?? arm).units },
  {
    name: "excluded_trials",
    kind: "count",
    optional: true,
    value: ({ arm, part }) => (part === null ? arm.excludedTrials : null),
  },
  {
    name: "undefined_units",
    kind: "count",
    optional: true,
    value: ({ arm, part }) => (part === null ? arm.undefinedUnits : null),
  },
  { name: "note", kind: "text", optional: true, value: ({ arm, part }) => (part ?? arm).note },
  { name: "baseline", kind: "text", optional: true, value: (row) => comparedWith(row) },
  { name: "difference", kind: "number", optional: true, value: (row) => differenceOf(row)?.value ?? null },
  { name: "difference_low", kind: "number", optional: true, value: (row) => differenceOf(row)?.interval?.low ?? null },
  {
    name: "difference_high",
    kind: "number",
    optional: true,
    value: (row) => differenceOf(row)?.interval?.high ?? null,
  },
  { name: "adjusted_p", kind: "number", optional: true, value: (row) => differenceOf(row)?.adjustedP ?? null },
  {
    name: "verdict",
    kind: "text",
    optional: true,
    value: ({ arm, part }) => (part === null ? (arm.difference?.verdict ?? null) : null),
  },
  { name: "by", kind: "text", optional: true, value: ({ metric }) => metric.by ?? null },
  { name: "part", kind: "text", optional: true, value: ({ part }) => part?.part ?? null },
  { name: "macro", kind: "number", optional: true, value: (row) => macroOf(row)?.value ?? null },
  { name: "macro_low", kind: "number", optional: true, value: (row) => macroOf(row)?.interval?.low ?? null },
  { name: "macro_high", kind: "number", optional: true, value: (row) => macroOf(row)?.interval?.high ?? null },
  { name: "range", kind: "number", optional: true, value: (row) => macroOf(row)?.range ?? null },
  { name: "trend", kind: "number", optional: true, value: (row) => macroOf(row)?.trend?.value ?? null },
  { name: "trend_low", kind: "number", optional: true, value: (row) => macroOf(row)?.trend?.interval.low ?? null },
  { name: "trend_high", kind: "number", optional: true, value: (row) => macroOf(row)?.trend?.interval.high ?? null },
];

const differenceOf = ({ arm, part }: MetricRow) => (part === null ? arm.difference : part.gap);
const macroOf = ({ arm, part }: MetricRow) => (part === null ? arm.macro : undefined);

/** The arm's baseline; of a part, the part that it is compared with. */
const comparedWith = ({ metric, arm, part }: MetricRow): string | null =>
  part === null ? (arm.difference?.baseline ?? null) : part.gap === undefined ? null : (metric.against ?? null);

export const metricRows = (metric: MetricSummary): MetricRow[] =>
  metric.arms.flatMap((arm) => [
    { metric, arm, part: null },
    ...(arm.parts ?? []).map((part) => ({ metric, arm, part })),
  ]);
