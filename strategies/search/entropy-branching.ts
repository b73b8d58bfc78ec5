import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { askingRewards } from "../prompting/kit/asking.ts";
import { alternativesGiven, branchBeginnings, continued, forksOf, uncertainForks } from "./kit/forks.ts";
import { limitOptions } from "./kit/options.ts";

/**
 * Entropy branching (Li et al. 2025, arXiv:2503.21961): one greedy solution, then branches from its most uncertain
 * tokens; each takes another likely token there and goes on from it, and all ends vote.
 */
export const entropyBranching = defineStrategy({
  name: "entropy-branching",
  summary: "one greedy solution, branches from its most uncertain tokens, and all ends vote",
  paper: "Li et al. 2025, arXiv:2503.21961",
  family: "search",
  how:
    "Entropy branching (Li et al. 2025, arXiv:2503.21961): one greedy solution, then branches from its most uncertain " +
    "tokens; each takes another likely token there and goes on from it, and all ends vote. At the first token alone " +
    "it is the CoT decoding of Wang and Zhou 2024 (arXiv:2402.10200). A policy sure of every token gets no branches.",
  costNote: "at most `n` calls; branches pay again for the text before their fork as prompt.",
  departures: [
    "Forks are found on a finished greedy solution, not while it is written, and all are followed to the end, " +
      "without pruning.",
    "Where the policy gives no alternatives it is self-consistency, and a note says so.",
  ],
  rewards: askingRewards,
  options: z.strictObject({
    n: z.int().min(1).default(8).describe("solutions at most, the greedy one included"),
    forks: z.int().min(1).default(4).describe("tokens to branch at, those of highest entropy"),
    leastEntropy: z.number().min(0).default(0.3).describe("nats that a token must have to be branched at"),
    temperature: z.number().min(0).default(0.7).describe("of what follows a branch's first token"),
    ...limitOptions,
  }),
  async *candidates(run, { n, forks, leastEntropy, ...drawing }) {
    const logprobs = alternativesGiven(run);
    if (logprobs === null) {
      run.emit({ type: "note", message: "entropy-branching: no token alternatives are told, plain samples instead" });
      yield* sampleSolutions(run, { n, ...drawing });
      return;
    }
    const messages = solutionMessages(run.question);
    const [drawn] = await run.sample({ messages, temperature: 0, from: 0, logprobs, purpose: "solve" });
    if (drawn === undefined) return;
    yield solutionCandidate(run, drawn, { fork: -1 });
    const chosen = uncertainForks(forksOf(drawn), forks, leastEntropy);
    for (let from = 0; ; ) {
      const beginnings = branchBeginnings(chosen, n - 1).slice(from);
      if (beginnings.length === 0) return;
      const wave = beginnings.slice(0, run.batch(beginnings.length));
      if (wave.length === 0) return;
      const { candidates, over } = await continued(run, wave, { n: 1, ...drawing, notes: { wave: from } });
      if (candidates.length > 0) yield candidates;
      if (over) return;
      from += wave.length;
    }
  },
  select: () => bestOrMajority(),
  cost: ({ n }) => ({ calls: n, scored: n }),
});
