import { readRows } from "./reading/read-rows.ts";
import { isRecord, type Row } from "./reading/row.ts";
import type { StepLabelRow } from "./step-labels.ts";

/** One completion that a labeller of PRM800K rated: -1 wrong, 0 neutral, 1 right, null not rated. */
export interface RatedStep {
  readonly text: string;
  readonly rating: -1 | 0 | 1 | null;
}

export interface Prm800kRow extends StepLabelRow {
  readonly referenceAnswer: string | null;
  /** All completions offered at each step of the path, the chosen one among them. */
  readonly alternatives: readonly (readonly RatedStep[])[];
  /** A row for checking labellers; leave it out of training and of test figures. */
  readonly isScreening: boolean;
  readonly finishReason: string;
}

/**
 * PRM800K (Lightman et al. 2023, arXiv:2305.20050), one labelled solution a row, of both phases. `steps` are the chosen
 * completions, or the labeller's own; where the path ends without a choice, the completion that the pre-generated
 * solution goes on with, else the first, stands there. Neutral counts as right, as in the paper. A step that holds
 * nothing ends the path (a problem that was given up or found bad). Rows of `prompt`, `completions`, `labels`, as the
 * set is passed on, are read too.
 */
export async function loadPrm800k(path: string, signal?: AbortSignal): Promise<readonly Prm800kRow[]> {
  return (await readRows(path, signal)).map((row) =>
    row.has("completions") && row.has("labels") ? readFlatRow(row) : readLabelledRow(row),
  );
}

function readLabelledRow(row: Row): Prm800kRow {
  const { question, label } = row.fields;
  if (!isRecord(question) || !isRecord(label)) throw row.missing(["question", "label"]);
  if (typeof question.problem !== "string") throw row.wrong("question.problem", "must be text", question.problem);
  const written = label.steps ?? [];
  if (!Array.isArray(written)) throw row.wrong("label.steps", "must be a list or null", label.steps);
  const generated = Array.isArray(question.pre_generated_steps) ? question.pre_generated_steps : [];
  const read = written.map((step: unknown, index) => readPrm800kStep(row, step, index, generated[index]));
  const end = read.indexOf(null);
  const steps = read.flatMap((step) => step ?? []);
  if (end !== -1 && end < steps.length) throw row.wrong(`label.steps[${end}]`, "must hold a completion", written[end]);
  return {
    ...labelled(
      steps.map(({ chosen }) => chosen.text),
      steps.map(({ chosen }) => (chosen.rating === null ? null : chosen.rating >= 0)),
    ),
    id: row.common?.id ?? `prm800k-${row.position}`,
    question: question.problem,
    group: question.problem,
    referenceAnswer: typeof question.ground_truth_answer === "string" ? question.ground_truth_answer : null,
    alternatives: steps.map(({ completions }) => completions),
    isScreening: row.fields.is_quality_control_question === true || row.fields.is_initial_screening_question === true,
    finishReason: typeof label.finish_reason === "string" ? label.finish_reason : "",
  };
}

function labelled(steps: readonly string[], labels: readonly (boolean | null)[]) {
  const firstError = labels.indexOf(false);
  return {
    steps,
    firstError: firstError === -1 ? null : firstError,
    labels,
    subset: "prm800k",
    answerIsRight: null,
  };
}

/** `labels[t]` of `completions[t]`: true, false, or 1, 0, -1. */
function readFlatRow(row: Row): Prm800kRow {
  const steps = row.texts("completions");
  const marks = row.fields.labels;
  if (!Array.isArray(marks) || marks.length !== steps.length)
    throw row.wrong("labels", `must be a list of ${steps.length}`, marks);
  const labels = marks.map((mark: unknown) => {
    if (typeof mark === "boolean") return mark;
    if (mark === 1 || mark === 0 || mark === -1) return mark >= 0;
    throw row.wrong("labels", "must hold true, false, 1, 0 or -1", mark);
  });
  const question = row.text("prompt");
  return {
    ...labelled(steps, labels),
    id: row.common?.id ?? `prm800k-${row.position}`,
    question,
    group: question,
    referenceAnswer: row.optionalText("answer", "ground_truth_answer") ?? null,
    alternatives: steps.map((text, t) => [{ text, rating: labels[t] === true ? 1 : -1 }]),
    isScreening: false,
    finishReason: "",
  };
}

/** The step of the path and all that was offered there; null where nothing was. */
function readPrm800kStep(row: Row, step: unknown, index: number, generated: unknown) {
  const where = `label.steps[${index}]`;
  if (!isRecord(step)) throw row.wrong(where, "must be an object", step);
  const offered = Array.isArray(step.completions) ? step.completions : [];
  const completions = offered.map((item: unknown) => readRatedStep(row, item, where));
  const own = ownStep(row, step.human_completion, where);
  const { chosen_completion: place } = step;
  if (typeof place === "number" && completions[place] === undefined)
    throw row.wrong(`${where}.chosen_completion`, `must be one of ${completions.length} completions`, place);
  const generatedStep = completions.find(({ text }) => text === generated);
  const chosen = typeof place === "number" ? completions[place] : (own ?? generatedStep ?? completions[0]);
  return chosen === undefined ? null : { chosen, completions };
}

/** What the labeller wrote: an object, or its text alone. */
function ownStep(row: Row, human: unknown, where: string): RatedStep | undefined {
  if (typeof human === "string") return human === "" ? undefined : { text: human, rating: null };
  return isRecord(human) && human.text !== null ? readRatedStep(row, { rating: 1, ...human }, where) : undefined;
}

function readRatedStep(row: Row, item: unknown, where: string): RatedStep {
  if (!isRecord(item) || typeof item.text !== "string") throw row.wrong(where, "must hold completions with text", item);
  const rating = item.rating ?? null;
  if (rating === null || rating === -1 || rating === 0 || rating === 1) return { text: item.text, rating };
  throw row.wrong(`${where} rating`, "must be -1, 0, 1 or null", rating);
}
