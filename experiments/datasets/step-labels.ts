import { mrGsm8kFirstError, mrGsm8kSteps } from "./mr-gsm8k.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";

/**
 * A solution whose steps were judged, for measuring verifiers. It is no problem to be solved, so it is no dataset of
 * problems. All positions count from 0, whatever the file does.
 */
export interface StepLabelRow {
  readonly id: string;
  readonly question: string;
  readonly steps: readonly string[];
  /** Index of the first wrong step, or null where every step is right. */
  readonly firstError: number | null;
  /** labels[t] of step t: right, wrong, or null where nobody judged it (as after the first error). */
  readonly labels: readonly (boolean | null)[];
  /** Part of the benchmark whose figures are published apart. */
  readonly subset: string;
  /** Whether the final answer is right, where the file tells. */
  readonly answerIsRight: boolean | null;
  /** Rows of one group are about one problem. */
  readonly group: string;
  readonly generator?: string;
}

/**
 * ProcessBench (Zheng et al. 2024, arXiv:2412.06559): `label` counts from 0, -1 means no error; later steps are
 * unjudged.
 */
export async function loadProcessBench(path: string, signal?: AbortSignal): Promise<readonly StepLabelRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const steps = row.texts("steps");
    const firstError = indexIn(row, "label", steps.length, { none: -1 });
    const question = row.common?.question ?? row.text("problem");
    return {
      ...upToFirstError(steps, firstError),
      id: row.common?.id ?? row.text("id"),
      question,
      subset: row.optionalText("subset") ?? row.text("id").replace(/-\d+$/, ""),
      answerIsRight: row.fields.final_answer_correct === true,
      group: question,
      generator: row.optionalText("generator"),
    };
  });
}

/** BIG-Bench-Mistake (Tyen et al. 2024, arXiv:2311.08516): `mistake_index` counts from 0, null means no mistake. */
export async function loadBigBenchMistake(path: string, signal?: AbortSignal): Promise<readonly StepLabelRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const steps = row.texts("steps");
    const target = row.optionalText("target")?.trim();
    const answer = row.optionalText("trace_answer", "answer")?.trim();
    const question = row.common?.question ?? row.text("input");
    return {
      ...upToFirstError(steps, indexIn(row, "mistake_index", steps.length, { none: null })),
      id: row.common?.id ?? `bigbench-mistake-${row.position}`,
      question,
      subset: row.optionalText("task") ?? "bigbench-mistake",
      answerIsRight: target === undefined ? null : answer === target,
      group: question,
    };
  });
}

/**
 * PRMBench (Song et al. 2025, arXiv:2501.03124): `error_steps` counts from **1** and names every wrong step; the others
 * are right. A few rows name a step after the last one; such a number is passed over. `subset` is the class of error.
 */
export async function loadPrmBench(path: string, signal?: AbortSignal): Promise<readonly StepLabelRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const steps = row.texts("modified_process");
    const wrong = new Set(row.texts("error_steps").map((text) => Number(text) - 1));
    const bad = [...wrong].find((index) => !Number.isInteger(index) || index < 0);
    if (bad !== undefined) throw row.wrong("error_steps", "must hold step numbers from 1", row.fields.error_steps);
    const labels = steps.map((_, index) => !wrong.has(index));
    const firstError = labels.indexOf(false);
    return {
      id: row.common?.id ?? row.text("idx"),
      question: row.common?.question ?? row.text("modified_question"),
      steps,
      firstError: firstError === -1 ? null : firstError,
      labels,
      subset: row.text("classification"),
      answerIsRight: null,
      group: row.text("original_question"),
    };
  });
}

/** The tag that stands at the end of each step of a published Math-Shepherd input. */
const shepherdTag = " \u043a\u0438";

/**
 * Math-Shepherd (Wang et al. 2023, arXiv:2312.08935): each line of `label` ends in + or -, the hard estimate that some
 * continuation of the prefix was right. The labels are a machine's, so a + may follow a -.
 */
export async function loadMathShepherd(path: string, signal?: AbortSignal): Promise<readonly StepLabelRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const from = row.text("input").indexOf("Step 1:");
    const question = row.common?.question ?? row.text("input").slice(0, from).trim();
    const lines = row
      .text("label")
      .slice(from)
      .split("\n")
      .map((line) => line.trimEnd());
    if (from === -1) throw row.wrong("input", 'must hold "Step 1:"', row.text("input"));
    const labels = lines.map((line) => line.endsWith("+"));
    if (!lines.every((line) => /[+-]$/.test(line)))
      throw row.wrong("label", "must end each step in + or -", row.text("label"));
    const firstError = labels.indexOf(false);
    return {
      id: row.common?.id ?? `math-shepherd-${row.position}`,
      question,
      steps: lines.map((line) => line.slice(0, -1).replaceAll(shepherdTag, "").trimEnd()),
      firstError: firstError === -1 ? null : firstError,
      labels,
      subset: row.optionalText("task") ?? "math-shepherd",
      answerIsRight: null,
      group: question,
    };
  });
}

/**
 * MR-GSM8K (Zeng et al. 2023, arXiv:2312.17080): the first wrong step counts from **1** in the file; later steps are
 * unjudged. `subset` is the kind of question.
 */
export async function loadMrGsm8k(path: string, signal?: AbortSignal): Promise<readonly StepLabelRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const steps = mrGsm8kSteps(row);
    return {
      ...upToFirstError(steps, mrGsm8kFirstError(row, steps.length)),
      id: `mr-gsm8k-${row.text("uuid")}`,
      question: row.text("question"),
      subset: row.text("question_type"),
      answerIsRight: /^(?:true|correct)$/i.test(String(row.fields.model_output_answer_correctness ?? "")),
      group: row.text("question"),
    };
  });
}

function upToFirstError(steps: readonly string[], firstError: number | null) {
  const label = (_: string, index: number) =>
    firstError === null || index < firstError ? true : index === firstError ? false : null;
  return { steps, firstError, labels: steps.map(label) };
}

/** A 0-based step index; `none` is how the file writes "no wrong step". */
function indexIn(row: Row, field: string, count: number, { none }: { none: number | null }): number | null {
  const value = row.fields[field];
  if (value === none) return null;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < count) return value;
  const absent = none === null ? "null" : String(none);
  throw row.wrong(field, `must be a step index from 0 to ${count - 1}, or ${absent} for no wrong step`, value);
}
