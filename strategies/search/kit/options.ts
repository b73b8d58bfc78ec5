import { z } from "zod";
import {
  type ActionName,
  type ActionSpec,
  actionNames,
  MOST_DRAWN_AGAIN,
  type SplitterName,
  splitterNames,
  type TokenLimits,
} from "../../../src/core/action.ts";
import type { Estimate } from "../../../src/core/strategy.ts";

/** Limits on which tokens may be sampled. */
export const limitOptions = {
  topP: z.number().gt(0).max(1).optional().describe("share of probability that may be sampled; default: the policy's"),
  topK: z.int().min(1).optional().describe("likeliest tokens that may be sampled; default: the policy's"),
  minP: z.number().min(0).max(1).optional().describe("least probability, as a share of the likeliest token's"),
};

/** Options of searches whose steps are one kind by definition. */
export const lengthOptions = {
  ...limitOptions,
  temperature: z.number().min(0).default(0.8).describe("of the steps"),
  maxSteps: z.int().min(1).default(16).describe("steps of a trajectory at most; the last may run to the end"),
  stepTokens: z.int().min(1).default(256).describe("length limit of one step"),
};

/** Of searches that can plan ahead of their outcomes, one expansion at a time. */
export const windowOption = {
  window: z
    .int()
    .min(0)
    .max(1024)
    .optional()
    .describe("plans in flight at most, twice the calls in flight for full use; default 0, which plans in rounds"),
};

/** For `how` of the same. */
export const windowNote =
  "\n\nWith a `window` it plans one expansion at a time, ahead of the outcomes of those before it; they are absorbed in " +
  "the order of planning, so the tree depends on the window and not on how many calls are in flight.";

export const virtualNote = `${windowNote} Until then they count as visits of value 0.`;

/** Options that every search over steps has. */
export const stepOptions = {
  ...lengthOptions,
  actions: z.enum(actionNames).default("reasoning-steps").describe("what one step is"),
  split: z.enum(splitterNames).default("blank-line").describe("where one reasoning step ends"),
};

export interface StepOptions extends TokenLimits {
  readonly temperature: number;
  readonly stepTokens: number;
  readonly actions: ActionName;
  readonly split: SplitterName;
  readonly window?: number;
}

export const limitsOf = ({ topP, topK, minP }: TokenLimits): TokenLimits => ({ topP, topK, minP });

/** How steps are drawn: what a walk needs beside its rule. */
export function stepsOf({ temperature, topP, topK, minP, actions: kind, split, stepTokens, window }: StepOptions): {
  readonly temperature: number;
  readonly limits: TokenLimits;
  readonly actions: ActionSpec;
  readonly window?: number;
} {
  return { temperature, limits: limitsOf({ topP, topK, minP }), actions: { kind, split, stepTokens }, window };
}

/**
 * Calls of a completion at most: code grows step after step, a thought that did not close is closed and then answered;
 * all others are written in one go.
 */
const callsOfCompletion = (actions: ActionName): number =>
  actions === "code-steps" ? 32 : actions === "thought-steps" ? 2 : 1;

export interface SearchWork {
  /** Continuations of one step drawn at most, steps of short rollouts included. */
  readonly steps: number;
  /** Completions to the end drawn at most, beside the one that is made when nothing else finished. Default 0. */
  readonly completions?: number;
  /** Calls beside those (votes, end tests). Default 0. */
  readonly others?: number;
  /** What one step is. Default "reasoning-steps". */
  readonly actions?: ActionName;
}

/**
 * Upper bounds for a search: a call for each continuation, one for each completion (as many as it has steps where steps
 * are code, each of which is then also a program run), and no more judgements than twice the trajectories (their steps,
 * and their outcome). `again`: every continuation of one step may be drawn again or on.
 */
export function searchCost({ steps, completions = 0, others = 0, actions = "reasoning-steps" }: SearchWork): Estimate {
  const ends = completions + 1;
  const drawn = steps + ends * callsOfCompletion(actions);
  return {
    calls: drawn + others,
    again: MOST_DRAWN_AGAIN * (actions === "code-steps" ? drawn : steps),
    scored: 2 * (steps + ends),
    runs: actions === "code-steps" ? drawn : undefined,
  };
}
