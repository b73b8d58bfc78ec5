import type { AnswerKind } from "../../src/core/question.ts";
import { defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

const judgeOutcome = 'Is the final answer of this solution right? Answer "Correct" or "Incorrect".';
const judgeProcess =
  'The solution contains a mistake. Which step is the first wrong one? Answer "Step k" with its number.';
const judgeAnswerable =
  'Does this problem give all the information that is needed to answer it? Answer "Answerable" or "Unanswerable".';

/**
 * Instruction for each task that is not plain solving. The publisher's rows hold only question and candidate solution.
 */
const instructions: Readonly<Record<string, string>> = {
  outcome_judging: judgeOutcome,
  process_judging: judgeProcess,
  answerable_judging: judgeAnswerable,
};

/**
 * MathCheck-GSM (Zhou et al. 2024, arXiv:2407.08733): four tasks (`task:solving`, `task:outcome_judging`,
 * `task:process_judging`, `task:answerable_judging`) times four forms of each question (`form:…`), one group a seed
 * question. Steps count from 1.
 */
export const mathcheck = defineFileDataset({
  name: "mathcheck",
  summary: "Solving and three kinds of judging over four forms of each GSM8K question",
  licence: "CC BY 4.0",
  citation: "Zhou et al. 2024, Is Your Model Really A Good Math Reasoner?, arXiv:2407.08733",
  rows: 3096,
  grading: "number for solving, exact label for judging",
  upstream: "PremiLab-Math/MathCheck, gsm_checklist.json",
  files: ["mathcheck_gsm.jsonl", "gsm_checklist.json"],
  options: selectionSchema,
  read: (row) => {
    const task = row.text("task_type");
    const kind: AnswerKind = task === "solving" ? "number" : "text";
    return {
      id: `mathcheck-${row.position}`,
      text: statement(row, task),
      kind,
      reference: { answer: row.common?.answer ?? row.text("answer") },
      group: `mathcheck-${row.text("group_id")}`,
      tags: [`task:${task}`, `form:${row.text("question_type")}`],
    };
  },
});

function statement(row: Row, task: string): string {
  const problem = row.common?.question ?? row.text("question");
  if (task === "solving") return problem;
  const instruction = instructions[task];
  if (instruction === undefined)
    throw row.wrong("task_type", `must be solving, ${Object.keys(instructions).join(", ")}`, task);
  if (task === "answerable_judging") return `Problem:\n${problem}\n\n${instruction}`;
  const solution = row.text("candidate_solution", "solution");
  return `Problem:\n${problem}\n\nSolution:\n${solution}\n\n${instruction}`;
}
