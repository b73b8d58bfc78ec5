import { AnswerClasses } from "../../src/core/answer-classes.ts";
import type { Answer } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";

/** What the other answers are of, for the reason: "4 of 5 programs give the same answer". */
export interface Others {
  readonly answers: readonly (Answer | null)[];
  /** Said where none of them has an answer. */
  readonly none: string;
  readonly what: string;
}

/** The share of other answers that equal this one; null without one, or where no other could be read. */
export function agreeingShare(run: Run, answer: Answer | null, { answers, none, what }: Others): Score {
  if (answer === null) return { value: null, reason: "no answer to compare" };
  const classes = AnswerClasses.of(run, [{ answer }, ...answers.map((other) => ({ answer: other }))]);
  const [agreeing, known] = [classes.votesFor(0) - 1, classes.answered - 1];
  if (known <= 0) return { value: null, reason: none };
  return { value: agreeing / known, reason: `${agreeing} of ${known} ${what}` };
}
