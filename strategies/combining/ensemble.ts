import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { crossChecked, ensembleCandidates } from "../kit/cross-checked.ts";
import { costOfAll, memberSchema, resolveMember, type StrategyResolver } from "./kit/combinators.ts";

/**
 * Ensemble with cross-check: several strategies solve the question, and only answers that at least `agree` of them reach may win; where there is no such
 * answer, all may. In words beside in code, it keeps what a chain of thought and a program agree on (the idea of CoTnPoT, Liang et al. 2024,
 * arXiv:2410.05318; there each chain is translated into a program, here both are solved afresh).
 *
 * Members run one after the other, each with an equal share of the budget left. Cost: the sum of the members'.
 */
export const ensemble = (resolve: StrategyResolver) =>
  defineStrategy({
    name: "ensemble",
    summary: "several strategies, answers cross-checked between them",
    paper: "Liang et al. 2024, arXiv:2410.05318",
    rewards: {
      outcome: "weighs the votes among the answers that members share; each member uses it as it does alone",
      process: "the same, aggregated over steps",
      none: "plain votes among the answers that members share",
    },
    options: z.strictObject({
      members: z
        .array(memberSchema(resolve))
        .min(2)
        .default([
          { name: "self-consistency", options: { n: 8 } },
          { name: "program-aided", options: { n: 8 } },
        ])
        .describe("strategies by name, or {name, options}"),
      agree: z.int().min(1).default(2).describe("members that must reach an answer"),
    }),
    candidates: (run, { members }) =>
      ensembleCandidates(
        run,
        members.map((spec) => resolveMember(resolve, spec)),
      ),
    select: ({ agree }) => crossChecked(agree),
    cost: ({ members }) => {
      const all = costOfAll(members.map((spec) => resolveMember(resolve, spec)));
      return { ...all, scored: (all.scored ?? 0) + all.calls };
    },
  });
