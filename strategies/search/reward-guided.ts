import { z } from "zod";
import { roleOption } from "../../src/core/roles.ts";
import type { ExpansionRequest, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { bestChain, type Chain, growing, handedOut, newChains, take } from "./kit/chains.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  chains: z.int().min(1).default(1).describe("solutions written side by side"),
  threshold: z.number().min(0).max(1).default(0.7).describe("score from which a drafted step is taken"),
  draft: roleOption("draft", "part of the model that drafts"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.7).describe("of the steps"),
  maxSteps: z.int().min(1).default(100).describe("steps of a solution at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/** Reward-guided speculative decoding, RSD (Liao et al. 2025, arXiv:2501.19324, and their repository). */
export const rewardGuided = defineStrategy({
  name: "reward-guided",
  summary: "a small model drafts each step; the policy writes those that score too low",
  paper: "Liao et al. 2025, arXiv:2501.19324",
  family: "search",
  how:
    "Reward-guided speculative decoding, RSD (Liao et al. 2025, arXiv:2501.19324, and their repository): a small, cheap " +
    'model (the one named "draft") proposes each step, a process verifier scores it, and a step below the threshold is ' +
    "replaced by one of the policy's own, which is taken as it comes. Unlike in speculative decoding the text is not " +
    "distributed as the policy's: what scores well may stay, whoever wrote it." +
    "\n\n" +
    "The threshold 0.7 and at most 100 steps are the authors'.",
  costNote:
    "for each chain a step of the draft model and its score, and for each step that is rejected one of the policy.",
  departures: [
    "Theirs decodes greedily and stops all texts of a batch once none ended in 5 steps; neither is done here.",
    "A step that could not be judged is replaced. Without any verifier nothing is drafted: the policy writes all.",
    "Several chains may be written side by side; the best scored end wins, else their vote.",
  ],
  rewards: {
    outcome: "picks among the ends of several chains, and scores drafts where there is no process verifier",
    process: "decides which drafted steps are taken",
    none: "the policy writes every step; the ends of several chains vote",
  },
  options,
  async *candidates(run, given) {
    const judged = run.verifiers.outcome || run.verifiers.process;
    if (!judged) run.emit({ type: "note", message: "reward-guided: no verifier, so nothing is drafted" });
    yield* run.walk({ walk: rewardGuidedWalk(given, judged), ...stepsOf(given), pick: bestChain });
  },
  select: () => walkPickElse(bestOrMajority()),
  cost: ({ chains, maxSteps, actions }) => searchCost({ steps: 2 * chains * maxSteps, actions }),
});

/** `drafts`: does the draft model propose at all? */
export function rewardGuidedWalk(given: Options, drafts = true): Walk<{ readonly chains: Chain[] }> {
  return {
    name: "reward-guided",
    maxSteps: given.maxSteps,
    aggregation: "last",
    begin: () => ({ chains: newChains(given.chains) }),
    plan: ({ tree, own }): ExpansionRequest[] =>
      growing(tree, own.chains).map(({ at, again }) =>
        drafts && !again ? { node: at, count: 1, model: given.draft } : { node: at, count: 1, score: "terminal" },
      ),
    absorb({ tree, own }, round) {
      const handOut = handedOut(round);
      for (const chain of growing(tree, own.chains)) {
        const [step] = handOut(chain.at, 1);
        const accepted = step !== undefined && (tree.scoreOf(step) ?? -1) >= given.threshold;
        if (drafts && !chain.again && !accepted) chain.again = true;
        else take(chain, step);
      }
    },
  };
}
