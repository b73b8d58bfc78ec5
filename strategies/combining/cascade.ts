import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { Solution } from "../../src/core/solution.ts";
import { defineStrategy, type Rewards, type Strategy } from "../../src/core/strategy.ts";
import {
  costOfAll,
  endedByBudget,
  lastStage,
  type Member,
  memberSchema,
  resolveMember,
  runMember,
  type StrategyResolver,
  stageOf,
} from "./kit/combinators.ts";

/** When a stage's answer stands. */
export interface Confidence {
  /** Support (share of the vote, or score) of the pick at least, in (0, 1]. */
  readonly threshold: number;
  /** Candidates that the stage must have seen. */
  readonly least: number;
}

const isSure = ({ pick, candidates }: Solution, { threshold, least }: Confidence): boolean =>
  pick !== null && pick.support !== null && pick.support >= threshold && candidates.length >= least;

/** Runs the stages in order until one is sure of its answer. */
async function* inOrder(run: Run, stages: readonly Member[], unless: Confidence): AsyncGenerator<Candidate> {
  for (const [place, stage] of stages.entries()) {
    const solution = yield* runMember(run, stage, place);
    if (endedByBudget(run, solution)) return;
    const support = solution.pick?.support?.toFixed(2) ?? "unknown";
    run.emit({ type: "note", message: `stage ${place + 1}, ${stage.strategy.name}: support ${support}` });
    if (isSure(solution, unless)) return;
  }
}

/** The answer of the last stage that ran and has one. */
const ofLastStage = (stages: readonly Member[]) => lastStage(new Map(stages.map(stageOf)));

const rewards: Rewards = {
  outcome: "each stage uses it as it does alone; where a stage picks by score, the score is what it is sure by",
  process: "each stage uses it as it does alone",
  none: "a stage is sure by its share of the vote",
};

/**
 * Cascade: cheap strategies first, the next one only if the pick of the last is not sure enough (model cascades: Chen
 * et al. 2023, "FrugalGPT", arXiv:2305.05176, section 3; here over strategies, models or both: a stage with a `model`
 * uses that one of the run's models).
 */
export const cascade = (resolve: StrategyResolver) =>
  defineStrategy({
    name: "cascade",
    summary: "cheap strategies first, more expensive ones only if unsure",
    paper: "Chen et al. 2023, arXiv:2305.05176",
    family: "combining",
    how:
      "Cascade: cheap strategies first, the next one only if the pick of the last is not sure enough (model cascades: " +
      'Chen et al. 2023, "FrugalGPT", arXiv:2305.05176, section 3; here over strategies, models or both: a stage with ' +
      "a `model` uses that one of the run's models). The order is the user's, so stages of several models stand by " +
      "price." +
      "\n\n" +
      "A stage is sure when the support of its pick (its share of the vote, or its score) reaches `confident` after " +
      "`least` candidates. The answer is that of the last stage that ran, by that stage's own rule. Plain solutions " +
      "that stages share are drawn and paid for once.",
    costNote: "at most that of all stages.",
    departures: [],
    rewards,
    options: z.strictObject({
      stages: z
        .array(memberSchema(resolve))
        .min(1)
        .default([{ name: "self-consistency", options: { n: 4 } }, "beam-search"])
        .describe("strategies by name, or {name, options, model}, the cheapest first"),
      confident: z.number().gt(0).max(1).default(0.9).describe("support at which a stage's answer stands"),
      least: z.int().min(1).default(2).describe("candidates that a stage must have seen to be sure"),
    }),
    candidates: (run, { stages, confident, least }) =>
      inOrder(
        run,
        stages.map((spec) => resolveMember(resolve, spec)),
        { threshold: confident, least },
      ),
    select: ({ stages }) => ofLastStage(stages.map((spec) => resolveMember(resolve, spec))),
    cost: ({ stages }) => costOfAll(stages.map((spec) => resolveMember(resolve, spec))),
    members: ({ stages }) => stages.map((spec) => resolveMember(resolve, spec)),
  });

/**
 * The same for strategy values that need not be registered, for use in code:
 * `defineCascade([member(selfConsistency, { n: 4 }), member(mcts)])`.
 */
export function defineCascade(
  stages: readonly Member[],
  unless: Confidence = { threshold: 0.9, least: 2 },
): Strategy<Record<string, never>> {
  const names = stages.map(({ strategy }) => strategy.name);
  return {
    name: `cascade(${names.join(", ")})`,
    summary: `${names.join(", then ")}, until one is sure`,
    family: "combining",
    how: "The stages run in order until one is sure of its answer.",
    costNote: "at most that of all stages.",
    departures: [],
    rewards,
    options: z.strictObject({}) as z.ZodType<Record<string, never>>,
    candidates: (run) => inOrder(run, stages, unless),
    select: () => ofLastStage(stages),
    cost: () => costOfAll(stages),
    members: () => stages,
  };
}
