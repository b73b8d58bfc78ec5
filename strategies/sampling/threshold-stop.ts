import { z } from "zod";
import { defineStrategy, type Pick, type Stopping } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";
import { changeProbability } from "./threshold-stop/change-probability.ts";

const options = z.strictObject({
  n: z.int().min(1).default(16).describe("independent samples at most"),
  epsilon: z.number().gt(0).lt(1).default(0.05).describe("stops when a change of the answer is less likely than this"),
  least: z.int().min(1).default(2).describe("samples before it may stop"),
  temperature: z.number().min(0).default(0.7),
  ...exemplarOptions,
});

/** Threshold stop: self-consistency that goes on only while more samples are likely enough to change the answer. */
export const thresholdStop = defineStrategy({
  name: "threshold-stop",
  summary: "vote, until more samples would hardly change it",
  paper: "Huang et al. 2024, arXiv:2405.19715 (the threshold policy)",
  family: "sampling",
  how:
    "Threshold stop: self-consistency that goes on only while more samples are likely enough to change the answer. " +
    "The policy is SpecDec++'s (Huang et al. 2024, arXiv:2405.19715): where each step costs the same and gains less " +
    "than the one before, it is best to stop when a probability crosses a threshold. There it is the chance that a " +
    "drafted token is refused; here the posterior chance that the samples still allowed change the winner of the vote " +
    "(`changeProbability`). Far from `n` it draws about as many as Adaptive-Consistency; near `n` it stops as soon as " +
    "the runner-up can hardly catch up." +
    "\n\n" +
    "As many as it takes at least before it can stop are drawn together.",
  costNote: "at most `n` policy calls. The same stream and vote as self-consistency, so the same samples, only fewer.",
  departures: [],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote",
    process: "is not read by the vote",
    none: "the votes of the samples themselves",
  },
  options,
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: () => majority(),
  stop: (given) => unlikelyToChange(given),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n }),
});

function unlikelyToChange({ n, epsilon, least }: z.output<typeof options>): Stopping {
  return {
    name: `threshold-stop(${epsilon}, ${n})`,
    needs(candidates, pick) {
      const [leader = 0, ...others] = votesOf(pick);
      const left = Math.max(0, n - candidates.length);
      let more = Math.max(1, least - candidates.length);
      while (more < left && changeProbability([leader + more, ...others], left - more) >= epsilon) more++;
      return more;
    },
    enough: (candidates, pick) => {
      if (candidates.length < least || pick === null) return null;
      const votes = votesOf(pick);
      const left = Math.max(0, n - candidates.length);
      const chance = changeProbability(votes, left);
      return chance < epsilon
        ? `${left} more samples would change the answer with probability ${chance.toFixed(3)} at most`
        : null;
    },
  };
}

const votesOf = (pick: Pick | null): number[] => (pick?.tally ?? []).map(({ votes }) => votes).sort((a, b) => b - a);
