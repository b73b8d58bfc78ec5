import type { Conventions } from "../core/conventions.ts";
import type { Reference } from "../core/problem.ts";
import type { Question } from "../core/question.ts";
import { gradeGame24, isGame24 } from "./arithmetic-puzzle.ts";
import { type CompareOptions, compareAnswers } from "./equal.ts";
import { normalise } from "./normalise.ts";
import { quantity } from "./quantity.ts";
import { multiply, ofInteger } from "./rational.ts";
import type { Grade, Verdict } from "./verdict.ts";

export type { Grade } from "./verdict.ts";

/** What grading may look at of a question; its text says whether a percentage is asked for. */
export type Graded = Pick<Question, "kind"> & Partial<Pick<Question, "text" | "choices">>;

/**
 * Grades an answer against its reference. Unlike `compareAnswers` it knows which side is the reference, and only the
 * reference and the question may loosen the comparison: a bare p counts as p% where the reference carries the sign,
 * bare digits as those of the reference's base, "p%" as a bare p where the question asks for a percentage, and a
 * tolerance comes with the reference. Values separated by ";" must all be there, in any order. Code is graded
 * elsewhere, by running it. `conventions` sets what a careful reader may decide either way.
 */
export function grade(
  answer: string | null,
  reference: Reference,
  question: Graded,
  conventions: Partial<Conventions> = {},
): Grade {
  if (answer === null || answer.trim() === "") return { verdict: "unparsed", rule: "none" };
  if (reference.answer.trim() === "") return { verdict: "undecided", rule: "no-reference" };
  if (reference.answer.trim() === "24" && isGame24(question.text ?? ""))
    return gradeGame24(answer, question.text ?? "");
  const set = { ...reference.conventions, ...conventions };
  const relativeTolerance = reference.relativeTolerance ?? set.relativeTolerance;
  // Several values are compared as a list, whatever the kind of each.
  const kind = reference.answer.includes(";") && question.kind !== "choice" ? "math" : question.kind;
  const options: CompareOptions = { ...set, kind, relativeTolerance, choices: question.choices };
  const verdict = compareAnswers(answer, reference.answer, options);
  if (verdict.verdict === "different" && isPercentOf(answer, reference.answer, question.text, relativeTolerance)) {
    return { verdict: "correct", rule: "percent-of-reference" };
  }
  if (verdict.verdict === "different" && isDigitsOf(answer, reference.answer))
    return { verdict: "correct", rule: "base-of-reference" };
  return asGrade(verdict);
}

/** The reference states its base (52_8), which the question then asked for; the answer gives the digits alone. */
function isDigitsOf(answer: string, reference: string): boolean {
  const digits = /^(-?[0-9A-Fa-f]+)_\{?\d{1,2}\}?$/.exec(normalise(reference).replace(/ /g, ""))?.[1];
  return digits !== undefined && digits.toLowerCase() === normalise(answer).replace(/ /g, "").toLowerCase();
}

function asGrade({ verdict, rule }: Verdict): Grade {
  return { verdict: verdict === "equal" ? "correct" : verdict === "different" ? "incorrect" : "undecided", rule };
}

const asksForPercent = /\bpercent(?:age)?s?\b|%/i;

/** p% and a bare p, where the reference has the sign, or has none but the question asks for a percentage. */
function isPercentOf(
  answer: string,
  reference: string,
  text: string | undefined,
  tolerance: number | undefined,
): boolean {
  const [given, right] = [quantity(normalise(answer)), quantity(normalise(reference))];
  if (given === null || right === null || given.percent === right.percent) return false;
  if (!right.percent && !asksForPercent.test(text ?? "")) return false;
  const [signed, bare] = given.percent ? [given, right] : [right, given];
  if (bare.unit !== "") return false;
  const hundredfold = multiply(signed.value, ofInteger(100));
  const options = tolerance === undefined ? {} : { relativeTolerance: tolerance };
  const show = (value: typeof hundredfold): string => `${value.n}/${value.d}`;
  return compareAnswers(show(hundredfold), show(bare.value), options).verdict === "equal";
}
