import type { z } from "zod";
import type { Candidate } from "./candidate.ts";
import type { Question } from "./question.ts";
import type { Run } from "./run.ts";
import type { Aggregation, Score } from "./score.ts";
import { parseOptions } from "./strategy.ts";
import type { Trajectory } from "./trajectory.ts";

/** Scores whole candidates. */
export interface OutcomeVerifier {
  /** scores[i] belongs to candidates[i]. */
  score(question: Question, candidates: readonly Candidate[], run: Run): Promise<Score[]>;
  /** About how many tokens judging this text takes, where it is charged (`run.charge`) and not sampled. */
  tokens?(question: Question, text: string): number;
}

/** Scores every step. */
export interface ProcessVerifier {
  /** scores[i][t] belongs to step t of trajectories[i]. */
  scoreSteps(question: Question, trajectories: readonly Trajectory[], run: Run): Promise<Score[][]>;
  /** How its authors make one score of the steps'; used where no other is asked for. */
  readonly aggregation?: Aggregation;
  /** The same for a solution so far. */
  tokens?(question: Question, text: string): number;
}

/** What a verifier reads beside the text. The set-up of a solve sees to it before the first call. */
export interface Needs {
  /** Log-probabilities with every sample: alternatives per token (0: the sampled token only). Absent: none. */
  readonly logprobs?: number;
  /** Embeddings of texts by the policy. */
  readonly embeddings?: boolean;
  /** The policy's own hidden states with every sample. */
  readonly states?: boolean;
}

/** The most that any of them needs. */
export function mostOf(all: readonly Needs[]): Needs {
  const logprobs = all.flatMap((needs) => needs.logprobs ?? []);
  return {
    ...(logprobs.length > 0 && { logprobs: Math.max(...logprobs) }),
    ...(all.some(({ embeddings }) => embeddings === true) && { embeddings: true }),
    ...(all.some(({ states }) => states === true) && { states: true }),
  };
}

/** A preset of a verifier, for the catalogue. */
export interface PresetPage {
  readonly name: string;
  /** `own` forms have no published score that they could equal. */
  readonly checked: "equal" | "unchecked" | "own";
  readonly facts: readonly (readonly [what: string, said: string])[];
}

/** A verifier inside another, by the name it is registered under. */
export interface VerifierMember {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A kind of verifier as it is registered: its options and how to make one. */
export interface VerifierDefinition<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly paper?: string;
  /** Says so where the verifier can see more than a real one could (simulated truth). */
  readonly demonstrationOnly?: boolean;
  readonly options: z.ZodType<Options>;
  /** The option that a text after the name gives: with "path", `file:my.orm` means {path: "my.orm"}. */
  readonly argument?: string;
  /** Its presets, where it has any: `ruminate verifiers show NAME` finds them by name or model. */
  presets?(): readonly PresetPage[];
  /** What is known of one that was learned: from what, and how it did on what it never saw. */
  card?(): readonly (readonly [string, string])[];
  /** What it reads beside the text, with these options. A verifier of verifiers gives the most of its members. */
  needs?(options: Options): Needs;
  /** The verifiers that it asks inside itself, for those who allow some verifiers only. Absent: none. */
  members?(options: Options): readonly VerifierMember[];
  outcome?(options: Options): OutcomeVerifier;
  process?(options: Options): ProcessVerifier;
}

/** What a verifier with these options needs. @throws InvalidOptionError for options that do not fit. */
export const needsOf = (definition: VerifierDefinition, options: unknown): Needs =>
  definition.needs?.(parseOptions(definition, options)) ?? {};

export function defineVerifier<Options>(definition: VerifierDefinition<Options>): VerifierDefinition<Options> {
  return definition;
}
