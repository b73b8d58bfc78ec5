import type { Reference } from "../core/problem.ts";
import type { Question } from "../core/question.ts";
import { compareAnswers } from "./equal.ts";

/** What became of an answer: `unparsed` there was none, `undecided` the rules cannot say (false in scores, counted apart). */
export interface Grade {
  readonly verdict: "correct" | "incorrect" | "unparsed" | "undecided";
  readonly rule: string;
}

/** Grades an answer against its reference. Code is graded elsewhere, by running it. */
export function grade(
  answer: string | null,
  reference: Reference,
  question: Pick<Question, "kind" | "choices"> & Partial<Pick<Question, "text" | "id">>,
): Grade {
  if (answer === null || answer.trim() === "") return { verdict: "unparsed", rule: "none" };
  const { relativeTolerance } = reference;
  const { verdict, rule } = compareAnswers(answer, reference.answer, {
    kind: question.kind,
    ...(relativeTolerance === undefined ? {} : { relativeTolerance }),
    ...(question.choices === undefined ? {} : { choices: question.choices }),
  });
  return { verdict: verdict === "equal" ? "correct" : verdict === "different" ? "incorrect" : "undecided", rule };
}
