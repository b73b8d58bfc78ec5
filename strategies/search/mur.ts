import { z } from "zod";
import type { ExpansionRequest, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { bestChain, type Chain, growing, handedOut, newChains, take } from "./kit/chains.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  chains: z.int().min(1).default(1).describe("solutions written side by side"),
  candidates: z.int().min(1).default(4).describe("candidates for an uncertain step"),
  momentum: z.number().min(0).lt(1).default(0.9).describe("α: share of the past in the momentum uncertainty"),
  scaling: z.number().gt(0).max(1).default(0.8).describe("γ: smaller calls fewer steps uncertain"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.6).describe("of the steps"),
  maxSteps: z.int().min(1).default(20).describe("steps of the solution at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/** MUR, momentum uncertainty guided reasoning (Yan et al. 2025, arXiv:2507.14958, and their `guided_search-mur.py`). */
export const mur = defineStrategy({
  name: "mur",
  summary: "one solution; only steps less certain than those before get several candidates",
  paper: "Yan et al. 2025, arXiv:2507.14958",
  family: "search",
  how:
    "MUR, momentum uncertainty guided reasoning (Yan et al. 2025, arXiv:2507.14958, and their " +
    "`guided_search-mur.py`): one solution is written step by step. A step whose mean log-probability is ℓ is " +
    "uncertain where exp(ℓ) < γ exp(m); then `candidates` new ones are drawn in its place and the one that the " +
    "process verifier scores highest is taken. The momentum m starts at 0 and becomes α m + (1 - α) ℓ of the step that " +
    "was taken. The first step is always taken as it comes.",
  costNote:
    "for each chain a call a step, and `candidates` more for each uncertain one: at most `maxSteps · (1 + candidates)`.",
  departures: [
    "The score of a step is any process verifier's, theirs the probability that a critic writes Yes. Without one the " +
      "likeliest candidate is taken.",
    "The last step allowed runs to the end of the text, where theirs writes one more. Its variants that let a critic " +
      "revise the step, or choose by foresight, are not offered.",
    "Several chains may be written side by side (theirs writes one); the best scored end wins, else their vote.",
    "Where the policy gives no log-probabilities every step counts as uncertain (their per-step scaling).",
  ],
  rewards: {
    outcome: "picks among the ends of several chains, and scores candidates where there is no process verifier",
    process: "picks among the candidates for an uncertain step",
    none: "the likeliest candidate for an uncertain step is taken; the ends of several chains vote",
  },
  options,
  async *candidates(run, given) {
    if (run.policy.capabilities.logprobs === null) {
      run.emit({ type: "note", message: "mur: no log-probabilities, so every step counts as uncertain" });
    }
    yield* run.walk({ walk: murWalk(given), ...stepsOf(given), pick: bestChain });
  },
  select: () => walkPickElse(bestOrMajority()),
  cost: ({ chains, maxSteps, candidates, actions }) =>
    searchCost({ steps: chains * maxSteps * (1 + candidates), actions }),
});

export interface MurChain extends Chain {
  /** Momentum of its steps' mean log-probabilities. */
  momentum: number;
}

export function murWalk(given: Options): Walk<{ readonly chains: MurChain[] }> {
  const { candidates, momentum, scaling } = given;
  return {
    name: "mur",
    maxSteps: given.maxSteps,
    aggregation: "last",
    begin: () => ({ chains: newChains(given.chains).map((chain) => ({ ...chain, momentum: 0 })) }),
    plan: ({ tree, own }): ExpansionRequest[] =>
      growing(tree, own.chains).map(({ at, again }) =>
        again ? { node: at, count: candidates } : { node: at, count: 1, score: "terminal" },
      ),
    absorb({ tree, own }, round) {
      const handOut = handedOut(round);
      for (const chain of growing(tree, own.chains)) {
        const { at, again } = chain;
        const step = tree.ranked([...new Set(handOut(at, again ? candidates : 1))])[0];
        const logprob = step === undefined ? Number.NaN : tree.logprob.at(step);
        chain.again = !again && at !== 0 && !(Math.exp(logprob) >= scaling * Math.exp(chain.momentum));
        if (chain.again) continue;
        take(chain, step);
        if (!Number.isNaN(logprob)) chain.momentum = momentum * chain.momentum + (1 - momentum) * logprob;
      }
    },
  };
}
