import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { cascadeCandidates, cascadeSelection } from "./cascade/cascading.ts";
import { costOfAll, memberSchema, resolveMember, type StrategyResolver } from "./kit/combinators.ts";

/**
 * Cascade: cheap strategies first, the next one only if the pick of the last is not sure enough (model cascades: Chen et al. 2023, "FrugalGPT",
 * arXiv:2305.05176, section 3; here over strategies, models or both: a stage with a `model` asks that one of the run's models). The order is the user's, so stages
 * of several models stand by price.
 *
 * A stage is sure when the support of its pick (its share of the vote, or its score) reaches `confident` after `least` candidates. The answer is that of
 * the last stage that ran, by that stage's own rule. Plain solutions that stages share are drawn and paid for once. Cost: at most that of all stages.
 */
export const cascade = (resolve: StrategyResolver) =>
  defineStrategy({
    name: "cascade",
    summary: "cheap strategies first, dearer ones only if unsure",
    paper: "Chen et al. 2023, arXiv:2305.05176",
    rewards: {
      outcome: "each stage uses it as it does alone; where a stage picks by score, the score is what it is sure by",
      process: "each stage uses it as it does alone",
      none: "a stage is sure by its share of the vote",
    },
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
      cascadeCandidates(
        run,
        stages.map((spec) => resolveMember(resolve, spec)),
        { threshold: confident, least },
      ),
    select: ({ stages }) => cascadeSelection(stages.map((spec) => resolveMember(resolve, spec))),
    cost: ({ stages }) => costOfAll(stages.map((spec) => resolveMember(resolve, spec))),
  });
