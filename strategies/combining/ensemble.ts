import { z } from "zod";
import type { Budget } from "../../src/core/budget.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { crossChecked } from "../kit/cross-checked.ts";
import {
  costOfAll,
  type Member,
  memberSchema,
  resolveMember,
  runMember,
  type StrategyResolver,
} from "./kit/combinators.ts";

/** Runs the members one after the other, each with an equal share of what is left of the budget. */
async function* oneByOne(run: Run, members: readonly Member[]): AsyncGenerator<Candidate> {
  let short = false;
  for (const [place, inner] of members.entries()) {
    const { stopped } = yield* runMember(run, inner, place, equalShare(run, members.length - place));
    short ||= stopped === "budget";
  }
  if (short) run.outOfBudget("combined strategy");
}

/** An equal share of the budget left for each of the members that have not run yet. */
function equalShare(run: Run, membersLeft: number): Budget {
  const { tokens, calls, dollars } = run.budget.remaining();
  const share = (left: number) => (Number.isFinite(left) ? Math.max(1, Math.floor(left / membersLeft)) : undefined);
  return {
    tokens: share(tokens),
    calls: share(calls),
    dollars: Number.isFinite(dollars) ? dollars / membersLeft : undefined,
  };
}

/**
 * Ensemble with cross-check: several strategies solve the question, and only answers that at least `agree` of them
 * reach may win; where there is no such answer, all may.
 */
export const ensemble = (resolve: StrategyResolver) =>
  defineStrategy({
    name: "ensemble",
    summary: "several strategies, answers cross-checked between them",
    paper: "Liang et al. 2024, arXiv:2410.05318",
    family: "combining",
    how:
      "Ensemble with cross-check: several strategies solve the question, and only answers that at least `agree` of " +
      "them reach may win; where there is no such answer, all may. With one member in words and one in code, it keeps " +
      "what a chain of thought and a program agree on (the idea of CoTnPoT, Liang et al. 2024, arXiv:2410.05318; " +
      "there each chain is translated into a program, here both are solved from the question)." +
      "\n\n" +
      "Members run one after the other, each with an equal share of the budget left.",
    costNote: "the sum of the members'.",
    departures: [],
    rewards: {
      outcome: "weighs the votes among the answers that members share; each member uses it as it does alone",
      process: "the same, aggregated over steps",
      none: "plain votes among the answers that members share",
    },
    options: z
      .strictObject({
        members: z
          .array(memberSchema(resolve))
          .min(2)
          .default([
            { name: "self-consistency", options: { n: 8 } },
            { name: "program-aided", options: { n: 8 } },
          ])
          .describe("strategies by name, or {name, options}"),
        agree: z.int().min(1).default(2).describe("members that must reach an answer"),
      })
      .refine(({ members, agree }) => agree <= members.length, {
        path: ["agree"],
        message: "must not be above the number of members",
      }),
    candidates: (run, { members }) =>
      oneByOne(
        run,
        members.map((spec) => resolveMember(resolve, spec)),
      ),
    select: ({ agree }) => crossChecked(agree),
    cost: ({ members }) => {
      const all = costOfAll(members.map((spec) => resolveMember(resolve, spec)));
      return { ...all, scored: (all.scored ?? 0) + all.calls };
    },
    members: ({ members }) => members.map((spec) => resolveMember(resolve, spec)),
  });
