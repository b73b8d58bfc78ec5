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
 * PRM800K (Lightman et al. 2023, arXiv:2305.20050), one labelled solution a row. `steps` are the chosen completions, or
 * the labeller's own; where the path ends without a choice, the first rated completion stands there. Neutral counts as
 * right, as in the paper.
 */
export async function loadPrm800k(path: string, signal?: AbortSignal): Promise<readonly Prm800kRow[]> {
  return (await readRows(path, signal)).map((row) => {
    const { question, label } = row.fields;
    if (!isRecord(question) || !isRecord(label) || !Array.isArray(label.steps))
      throw row.missing(["question", "label"]);
    const path = label.steps.map((step: unknown, index) => readPrm800kStep(row, step, index));
    const labels = path.map(({ chosen }) => (chosen.rating === null ? null : chosen.rating >= 0));
    const firstError = labels.indexOf(false);
    return {
      id: row.common?.id ?? `prm800k-${row.position}`,
      question: String(question.problem),
      steps: path.map(({ chosen }) => chosen.text),
      firstError: firstError === -1 ? null : firstError,
      labels,
      subset: "prm800k",
      answerIsRight: null,
      group: String(question.problem),
      referenceAnswer: typeof question.ground_truth_answer === "string" ? question.ground_truth_answer : null,
      alternatives: path.map(({ completions }) => completions),
      isScreening: row.fields.is_quality_control_question === true || row.fields.is_initial_screening_question === true,
      finishReason: String(label.finish_reason),
    };
  });
}

function readPrm800kStep(row: Row, step: unknown, index: number) {
  const where = `label.steps[${index}]`;
  if (!isRecord(step)) throw row.wrong(where, "must be an object", step);
  const offered = Array.isArray(step.completions) ? step.completions : [];
  const completions = offered.map((item: unknown) => readRatedStep(row, item, where));
  const human = step.human_completion;
  const own = isRecord(human) ? readRatedStep(row, { rating: 1, ...human }, where) : undefined;
  const chosen =
    typeof step.chosen_completion === "number" ? completions[step.chosen_completion] : (own ?? completions[0]);
  if (chosen === undefined) throw row.wrong(where, "must hold a completion", step);
  return { chosen, completions };
}

function readRatedStep(row: Row, item: unknown, where: string): RatedStep {
  if (!isRecord(item) || typeof item.text !== "string") throw row.wrong(where, "must hold completions with text", item);
  const rating = item.rating ?? null;
  if (rating === null || rating === -1 || rating === 0 || rating === 1) return { text: item.text, rating };
  throw row.wrong(`${where} rating`, "must be -1, 0, 1 or null", rating);
}
