import type { Candidate } from "../core/candidate.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Question } from "../core/question.ts";
import type { Solution } from "../core/solution.ts";
import { type SolveSetup, solveWith, streamWith } from "./solving.ts";

export type { SolveSetup };

/** A tree takes action spaces, rounds and a frontier: half as much code again as all the rest of the engine. */
// biome-ignore lint/correctness/useYield: it has nothing to yield
async function* noWalk(): AsyncGenerator<readonly Candidate[]> {
  throw new EnvironmentError(
    'This strategy walks a tree, which "ruminate/core" does without: import solve from "ruminate/core/full".',
  );
}

/** As solve() of "ruminate", for strategies that walk no tree. */
export const solve = (question: string | Question, setup: SolveSetup): Promise<Solution> =>
  solveWith(noWalk, question, setup);

/** As stream() of "ruminate", for strategies that walk no tree. */
export const stream = (question: string | Question, setup: SolveSetup): AsyncGenerator<RunEvent, Solution> =>
  streamWith(noWalk, question, setup);
