import type { z } from "zod";
import type { Candidate } from "./candidate.ts";
import type { Question } from "./question.ts";
import type { Run } from "./run.ts";
import type { Score } from "./score.ts";
import type { Trajectory } from "./trajectory.ts";

/** Scores whole candidates. */
export interface OutcomeVerifier {
  /** scores[i] belongs to candidates[i]. */
  score(question: Question, candidates: readonly Candidate[], run: Run): Promise<Score[]>;
}

/** Scores every step. */
export interface ProcessVerifier {
  /** scores[i][t] belongs to step t of trajectories[i]. */
  scoreSteps(question: Question, trajectories: readonly Trajectory[], run: Run): Promise<Score[][]>;
}

/** A kind of verifier as it is registered: its options and how to make one. */
export interface VerifierDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  /** Says so where the verifier can see more than a real one could (simulated truth). */
  readonly demonstrationOnly?: boolean;
  /** Log-probabilities that it reads from the policy's samples: alternatives per token (0: the sampled token only). */
  readonly needsLogprobs?: number;
  readonly options: z.ZodType<Options>;
  /** The option that a text after the name gives: with "path", `file:my.orm` means {path: "my.orm"}. */
  readonly argument?: string;
  outcome?(options: Options): OutcomeVerifier;
  process?(options: Options): ProcessVerifier;
}

export function defineVerifier<Options>(definition: VerifierDefinition<Options>): VerifierDefinition<Options> {
  return definition;
}
