import { z } from "zod";
import type { Run } from "../core/run.ts";
import type { ActionSpace } from "../search/actions/action-space.ts";
import { reasoningSteps } from "../search/actions/reasoning-steps.ts";
import { splitter, splitterNames } from "../search/actions/splitting.ts";
import { solutionMessages } from "./sampling.ts";

/** Options that every search over steps has. */
export const stepOptions = {
  temperature: z.number().min(0).default(0.8).describe("of the steps"),
  maxSteps: z.int().min(1).default(16).describe("steps of a trajectory at most; the last may run to the end"),
  split: z.enum(splitterNames).default("blank-line").describe("where one step ends"),
  stepTokens: z.int().min(1).default(256).describe("length limit of one step"),
};

export interface StepOptions {
  readonly split: (typeof splitterNames)[number];
  readonly stepTokens: number;
}

/** Reasoning steps of a plain solution. */
export function solutionSteps({ split, stepTokens }: StepOptions): ActionSpace {
  return reasoningSteps({
    messages: (run: Run) => solutionMessages(run.question),
    split: splitter(split, stepTokens),
    stepTokens,
  });
}
