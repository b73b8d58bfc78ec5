import { letterOf } from "../../../src/answer/equal.ts";
import { extractAnswer } from "../../../src/answer/extract.ts";
import { grade } from "../../../src/answer/grade.ts";
import { normalise } from "../../../src/answer/normalise.ts";
import { readValue } from "../../../src/answer/read.ts";
import type { ProblemRow } from "../../../src/core/problem.ts";
import { letters } from "../choices.ts";
import { type Finding, type Look, quoted } from "./finding.ts";
import { error, warning } from "./prompts.ts";

/** What no answer's text decides: tests, checkers, a puzzle's rule. */
const isDecidedElsewhere = ({ kind, reference }: ProblemRow): boolean =>
  kind === "code" ||
  reference.tests !== undefined ||
  reference.check !== undefined ||
  reference.expression !== undefined;

/** A reply that boxes the reference must be graded right, and the reference must be of the question's kind. */
export const wrongReferences: Look = (problems) =>
  problems.flatMap((problem): Finding[] => {
    const { kind, reference, choices } = problem;
    const { answer } = reference;
    if (isDecidedElsewhere(problem)) return [];
    if (answer.trim() === "") return [error("reference", problem, "the reference is empty, and nothing else decides")];
    const unread = unreadable(problem);
    if (unread !== null) return [error("reference", problem, unread)];
    if (kind === "text") return [];
    const said = kind === "choice" ? `The answer is (${letterOf(answer, choices) ?? answer}).` : `\\boxed{${answer}}`;
    const read = extractAnswer(said, problem);
    const { verdict, rule } = grade(read?.text ?? null, reference, problem);
    if (verdict === "correct") return [];
    const what = verdict === "incorrect" ? "is not equal to itself" : "cannot be graded";
    return [error("reference", problem, `${quoted(answer)} ${what} when a reply gives it (${verdict}, ${rule})`)];
  });

function unreadable({ kind, reference: { answer }, choices }: ProblemRow): string | null {
  if (kind === "choice") {
    const letter = letterOf(answer, choices);
    const place = letter === null ? -1 : letters.indexOf(letter);
    return place < 0 || place >= (choices?.length ?? letters.length)
      ? `${quoted(answer)} is none of the options`
      : null;
  }
  if (kind !== "number" && kind !== "math") return null;
  const { type } = readValue(normalise(answer), kind);
  if (type === "unknown") return `${quoted(answer)} is nothing that the grader can read`;
  return kind === "number" && type === "words" && !/^none$/i.test(answer) ? `${quoted(answer)} is no number` : null;
}

/** A worked solution that ends in another answer: one of the two is wrong. */
export const otherSolutions: Look = (problems) =>
  problems.flatMap((problem): Finding[] => {
    const { solution, answer } = problem.reference;
    if (solution === undefined || isDecidedElsewhere(problem) || problem.kind === "text") return [];
    const read = /\\boxed|####/.test(solution) ? extractAnswer(solution, problem) : null;
    if (read === null || grade(read.text, problem.reference, problem).verdict !== "incorrect") return [];
    return [warning("solution", problem, `ends in ${quoted(read.text)}, the reference is ${quoted(answer)}`)];
  });
