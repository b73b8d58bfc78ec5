import type { RunEvent } from "../core/events.ts";
import type { Question } from "../core/question.ts";
import type { Solution } from "../core/solution.ts";
import { type SolveSetup, solveWith, streamWith } from "./solving.ts";
import { walking } from "./walking.ts";

export type { SolveSetup };

/**
 * Solves one question: runs the strategy, scores and re-picks after every candidate, stops by rule, budget, time or
 * abort, and returns the best answer so far with its evidence and cost.
 *
 * @throws InvalidOptionError for bad options, and for a model that they name and that is not there, before any call.
 *   ModelCallError when the model cannot be had. The signal's reason on abort.
 */
export const solve = (question: string | Question, setup: SolveSetup): Promise<Solution> =>
  solveWith(walking, question, setup);

/** Solves and yields the events as they happen; returns the solution. Ending the loop early aborts the solve. */
export const stream = (question: string | Question, setup: SolveSetup): AsyncGenerator<RunEvent, Solution> =>
  streamWith(walking, question, setup);
