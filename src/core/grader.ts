import type { z } from "zod";
import type { Sandbox } from "./execution.ts";
import type { Message } from "./policy.ts";
import type { Problem } from "./problem.ts";
import type { Score } from "./score.ts";

/** What a grader decides about. It alone is given the reference: no strategy and no verifier ever holds a `Problem`. */
export interface Attempt {
  readonly problem: Problem;
  /** As it was read out of the text, before any rule made it equal to another. */
  readonly answer: string;
}

/** The pick of a trial in full. */
export interface JudgedAttempt {
  readonly problem: Problem;
  readonly answer: string | null;
  readonly text: string;
}

/** Is the answer right? `null`: that cannot be said, which is not wrong. The reason stands in the record's rule. */
export type GraderVerdict = boolean | null | { readonly right: boolean | null; readonly reason?: string };

export interface GraderTools {
  /** Runs programs; null where there is none. */
  readonly sandbox: Sandbox | null;
}

/** Asks the model that grades, at temperature 0. Its cost is kept apart from the arms'. */
export type AskJudge = (
  messages: string | readonly Message[],
  more?: { readonly maxTokens?: number },
) => Promise<string>;

/**
 * A kind of grader as it is registered. It is a function of an answer (`grade`), which is called once for each distinct
 * answer of a trial, or a judge of the pick's text (`judge`), which may ask a model. What it throws makes the answer
 * undecided, with the error's message as the reason.
 */
export interface GraderDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  readonly options: z.ZodType<Options>;
  /** Depends on the attempt and the options alone: stored answers are graded again by it. */
  grade?(attempt: Attempt, options: Options, tools: GraderTools): GraderVerdict | Promise<GraderVerdict>;
  /** A value in [0, 1], right from the experiment's `threshold` on; null where it cannot be said. */
  judge?(attempt: JudgedAttempt, options: Options, ask: AskJudge): Score | Promise<Score>;
}

export function defineGrader<Options>(definition: GraderDefinition<Options>): GraderDefinition<Options> {
  return definition;
}
