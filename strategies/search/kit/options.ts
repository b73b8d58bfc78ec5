import { z } from "zod";
import type { Run } from "../../../src/core/run.ts";
import type { Estimate } from "../../../src/core/strategy.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import type { ActionSpace } from "../../../src/search/actions/action-space.ts";
import { codeSteps } from "../../../src/search/actions/code-steps.ts";
import { humanActions } from "../../../src/search/actions/human-actions.ts";
import { planSteps } from "../../../src/search/actions/plan-steps.ts";
import { proposedSteps } from "../../../src/search/actions/proposed-steps.ts";
import { reasoningSteps } from "../../../src/search/actions/reasoning-steps.ts";
import { splitter, splitterNames } from "../../../src/search/actions/splitting.ts";
import { wholeSolutions } from "../../../src/search/actions/whole-solutions.ts";

/** What a step may be, by the names that configurations use. */
export const actionNames = [
  "reasoning-steps",
  "plan-steps",
  "code-steps",
  "human-actions",
  "whole-solutions",
  "proposed-steps",
] as const;
export type ActionName = (typeof actionNames)[number];

/** Options of searches whose steps are one kind by definition. */
export const lengthOptions = {
  temperature: z.number().min(0).default(0.8).describe("of the steps"),
  maxSteps: z.int().min(1).default(16).describe("steps of a trajectory at most; the last may run to the end"),
  stepTokens: z.int().min(1).default(256).describe("length limit of one step"),
};

/** Options that every search over steps has. */
export const stepOptions = {
  ...lengthOptions,
  actions: z.enum(actionNames).default("reasoning-steps").describe("what one step is"),
  split: z.enum(splitterNames).default("blank-line").describe("where one reasoning step ends"),
};

export interface StepOptions {
  readonly stepTokens: number;
  /** Default "reasoning-steps". */
  readonly actions?: ActionName;
  /** Of reasoning steps; default "blank-line". */
  readonly split?: (typeof splitterNames)[number];
}

/** The action space of this name, over plain solutions of the run's question. */
export function actionSpace({
  actions = "reasoning-steps",
  split = "blank-line",
  stepTokens,
}: StepOptions): ActionSpace {
  const messages = (run: Run) => solutionMessages(run.question);
  switch (actions) {
    case "reasoning-steps":
      return reasoningSteps({ messages, split: splitter(split, stepTokens), stepTokens });
    case "plan-steps":
      return planSteps({ messages, stepTokens });
    case "code-steps":
      return codeSteps({ stepTokens });
    case "human-actions":
      return humanActions({ messages, stepTokens });
    case "whole-solutions":
      return wholeSolutions({ messages });
    case "proposed-steps":
      return proposedSteps({ messages, stepTokens });
  }
}

/** A completion of code grows step after step, so many at most; all others are written in one go. */
const longestScript = 32;

export interface SearchWork {
  /** Continuations of one step drawn at most, steps of short rollouts included. */
  readonly steps: number;
  /** Completions to the end drawn at most, beside the one that is made when nothing else finished. */
  readonly completions?: number;
  /** Calls beside those (votes, end tests). */
  readonly others?: number;
  /** Default "reasoning-steps". */
  readonly actions?: ActionName;
}

/**
 * Upper bounds for a search: a call for each continuation, one for each completion (as many as it has steps where steps are code, each of which
 * is then also a program run), and no more judgements than twice the trajectories (their steps, and their outcome).
 */
export function searchCost({ steps, completions = 0, others = 0, actions = "reasoning-steps" }: SearchWork): Estimate {
  const ends = completions + 1;
  const drawn = steps + ends * (actions === "code-steps" ? longestScript : 1);
  return {
    calls: drawn + others,
    scored: 2 * (steps + ends),
    ...(actions === "code-steps" ? { runs: drawn } : {}),
  };
}
