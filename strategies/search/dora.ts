import { z } from "zod";
import type { Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { dot, type Vector, wordVectors } from "../prompting/kit/similarity.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  width: z.int().min(1).default(16).describe("continuations a depth, and finished solutions that end it"),
  balance: z.number().gt(0).default(0.1).describe("softmax temperature over rewards; smaller is greedier"),
  likeness: z
    .number()
    .gt(0)
    .default(0.01)
    .describe("softmax temperature over similarities; smaller: only copies share"),
  ...stepOptions,
  maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
});

/** DORA, direction-oriented resource allocation (Wang et al. 2025, arXiv:2506.15707, and their repository). */
export const dora = defineStrategy({
  name: "dora",
  summary: "shares out a width by the softmax of rewards, each direction of reasoning once",
  paper: "Wang et al. 2025, arXiv:2506.15707",
  family: "search",
  how:
    "DORA, direction-oriented resource allocation (Wang et al. 2025, arXiv:2506.15707, and their repository): REBASE " +
    "favours directions of reasoning that many beams happen to follow. Here a beam's share, softmax(reward / " +
    "`balance`), is multiplied by how unlike the others it is: its own place in the softmax of its similarities / " +
    "`likeness`, so that k copies weigh 1/k each. Beams whose share by reward rounds to none are dropped first. " +
    "Every depth continues `width` beams, until as many solutions have finished.",
  costNote: "`width` steps a depth; every new step is scored once.",
  departures: [
    "Texts are compared by their words, all numbers alike (term frequency times inverse document frequency), there by " +
      "an embedding (BGE-M3).",
    "16 beams by default, there 16, 64 and 256. A step that its length limit cuts goes on, there it is dropped.",
    "The published code names the similarities of the beams that were kept before it has them; what it means is done.",
  ],
  rewards: {
    outcome: "weighs the votes; without a process verifier it also balances the expansion",
    process: "balances the expansion, and weighs the votes when there is no outcome verifier",
    none: "the policy's likelihood balances the expansion; the answers vote",
  },
  options,
  candidates: (run, given) => run.walk({ walk: doraWalk(given), ...stepsOf(given) }),
  select: () => weighted(),
  cost: ({ width, maxSteps, actions }) => searchCost({ steps: width * maxSteps, actions }),
});

type Options = z.output<typeof options>;
type Sharing = Pick<Options, "width" | "balance" | "likeness">;

/** `vectors` of texts, of unit length. The node of each beam: one that was sampled twice stands there twice. */
export function doraWalk(given: Options, vectors = wordVectors): Walk<{ beams: number[]; finished: number }> {
  return {
    name: "dora",
    maxSteps: given.maxSteps,
    begin: () => ({ beams: [0], finished: 0 }),
    plan({ tree, own }) {
      if (own.finished >= given.width || own.beams.length === 0) return [];
      const texts = own.beams.map((node) => tree.trajectoryOf(node).text);
      const counts = sharesOf(tree.rewards(own.beams), vectors(texts), given);
      const chosen = own.beams.flatMap((node, i) => Array.from({ length: counts[i] ?? 0 }, () => node));
      // Rounding may give a few too many or too few: the last are left out, or the first come again.
      own.beams = Array.from({ length: given.width }, (_, i) => chosen[i % chosen.length] ?? 0);
      return own.beams.map((node) => ({ node, count: 1 }));
    },
    absorb({ tree, own }, round) {
      const brought = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
      const samples = own.beams.flatMap((node) => brought.get(node)?.splice(0, 1) ?? []);
      own.finished += samples.filter((node) => tree.terminal.at(node) === 1).length;
      own.beams = samples.filter((node) => tree.growable(node));
    },
  };
}

/** Continuations of each beam, before they are made `width` in all; vectors are of unit length. */
export function sharesOf(rewards: readonly number[], vectors: readonly Vector[], given: Sharing): number[] {
  const { width, balance, likeness } = given;
  const byReward = softmax(rewards.map((reward) => reward / balance));
  const kept = byReward.flatMap((share, i) => (roundToEven(width * share) > 0 ? [i] : []));
  const quality = softmax(kept.map((i) => (rewards[i] ?? 0) / balance));
  const weights = kept.map((i, place) => {
    const similar = kept.map((j) => dot(vectors[i] ?? [], vectors[j] ?? []) / likeness);
    return (quality[place] ?? 0) * (softmax(similar)[place] ?? 0);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return rewards.map((_, i) => roundToEven((width * (weights[kept.indexOf(i)] ?? 0)) / total));
}

function softmax(values: readonly number[]): number[] {
  const highest = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Halves to the even neighbour, as NumPy rounds. */
const roundToEven = (value: number): number =>
  Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
