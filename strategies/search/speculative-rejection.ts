import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";
import type { Expanded, ExpansionRequest, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  n: z.int().min(1).default(16).describe("texts that are begun"),
  alpha: z.number().min(0).lt(1).default(0.5).describe("share of the texts that is dropped at a time"),
  first: z.int().min(1).default(1).describe("pieces of each text before the first drop; `n · first` is the memory"),
  ...stepOptions,
  temperature: z.number().min(0).default(1),
  split: stepOptions.split.unwrap().default("tokens").describe("where a piece ends: by default after `stepTokens`"),
  stepTokens: z.int().min(1).default(64).describe("length limit of a piece"),
  maxSteps: z.int().min(1).default(64).describe("pieces of a text at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/** Speculative rejection (Sun et al. 2024, arXiv:2410.20290, and their repository): best-of-n that drops beginnings. */
export const speculativeRejection = defineStrategy({
  name: "speculative-rejection",
  summary: "best-of-n that drops the worst beginnings, a share at a time",
  paper: "Sun et al. 2024, arXiv:2410.20290",
  family: "search",
  how:
    "Speculative rejection (Sun et al. 2024, arXiv:2410.20290, and their repository): `n` texts are written side by " +
    "side, more than memory could hold to their ends. Whenever they fill it, all are scored as they stand, finished " +
    "ones among them, and the worst share `alpha` is dropped; the others may grow on into the room. The best of those " +
    "that finish is the answer." +
    "\n\n" +
    "`n · first` pieces fill the memory: with the defaults 16 texts are halved at 64 tokens, 8 at 128, 4 at 256, 2 at " +
    "512, and the last is written to its end. When there is nothing left to drop the rest is written in one go. Ties " +
    "of scores keep the order; of a fraction of a text half is rounded to even, as in the authors' code.",
  costNote:
    "with the defaults at most 64 pieces and one completion, and a judgement of each text at each drop. Many small " +
    "calls: the prompt is sent with each piece, so it pays where the server caches prefixes.",
  departures: [
    "The memory is a number of pieces, there what is free on the device; at least one text is kept, where theirs drops " +
      "the last one too and returns it as it stands.",
    "A finished text that is dropped remains a candidate.",
    "With a process verifier beginnings are ranked by it and ends by the outcome verifier. Without any verifier texts " +
      "are ranked by their likelihood per token (their option of self-evaluation) and the survivors vote.",
  ],
  rewards: {
    outcome: "scores beginnings as they stand, where there is no process verifier, and picks the best end",
    process: "scores beginnings; it picks by the aggregate when there is no outcome verifier",
    none: "the likelier beginnings are kept; their ends vote",
  },
  options,
  candidates: (run, given) => {
    const judged = run.verifiers.outcome && !run.verifiers.process;
    return run.walk({ walk: rejectionWalk(given), ...stepsOf(given), judge: judged ? byOutcome : undefined });
  },
  select: () => bestOrMajority(),
  cost: ({ n, alpha, first, maxSteps, actions }) => {
    let [steps, left] = [0, n];
    for (let drops = 0; keptOf(left, alpha) < left && drops < maxSteps; drops++) {
      steps += Math.max(left, n * first);
      left = keptOf(left, alpha);
    }
    return searchCost({ steps, completions: left, actions });
  },
});

/** Each text as it stands, judged once as if it were whole. */
const byOutcome = (run: Run, paths: readonly Trajectory[]): Promise<Score[]> =>
  run.score(
    paths.map((path) => ({
      ...{ trajectory: path, text: path.text, answer: run.extract(path.text), complete: path.terminal },
    })),
  );

export interface RejectionState {
  /** Finished ones first, then by the last ranking; identical ones are one node, and stand here several times. */
  texts: number[];
  /** Pieces that the unfinished ones have, and will have when they are ranked next. */
  length: number;
  until: number;
}

export function rejectionWalk({ n, alpha, first, maxSteps }: Options): Walk<RejectionState> {
  return {
    name: "speculative-rejection",
    maxSteps,
    begin: () => ({ texts: Array.from({ length: n }, () => 0), length: 0, until: first }),
    plan({ tree, own }): ExpansionRequest[] {
      const growing = own.texts.filter((node) => tree.growable(node));
      if (keptOf(own.texts.length, alpha) === own.texts.length) {
        own.texts = [];
        return growing.map((node) => ({ node, kind: "rollout", count: 1 }));
      }
      const ranked = own.length + 1 >= own.until;
      return growing.map((node) => ({ node, count: 1, score: ranked ? true : "terminal" }));
    },
    absorb({ tree, own }, round) {
      if (own.texts.length === 0) return;
      own.texts = grown(own.texts, round);
      if (++own.length < own.until && own.texts.some((node) => tree.growable(node))) return;
      const kept = best(tree, own.texts).slice(0, keptOf(own.texts.length, alpha));
      const growing = kept.filter((node) => tree.growable(node));
      own.texts = [...kept.filter((node) => !tree.growable(node)), ...growing];
      own.until = Math.max(own.length + 1, Math.floor((n * first) / Math.max(1, growing.length)));
    },
  };
}

/** Every text after its next piece; those that could not be written on are gone. */
function grown(texts: readonly number[], round: readonly Expanded[]): number[] {
  const drawn = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  return texts.flatMap((node) => (drawn.has(node) ? (drawn.get(node)?.shift() ?? []) : [node]));
}

/** Best first: by score, by the likelihood of the whole text where nothing is judged. */
function best(tree: TreeView, texts: readonly number[]): number[] {
  const judged = texts.some((node) => tree.scoreOf(node) !== null);
  const rewards = judged ? tree.rewards(texts) : texts.map((node) => likelihood(tree.trajectoryOf(node)));
  return [...texts.keys()].sort((a, b) => (rewards[b] ?? 0) - (rewards[a] ?? 0)).map((place) => texts[place] ?? 0);
}

/** Mean log-probability of a token; 0 for all where the policy gives none. */
function likelihood({ steps }: Trajectory): number {
  const tokens = steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
  return steps.reduce((sum, { logprob = 0 }) => sum + logprob, 0) / Math.max(1, tokens);
}

/** How many of so many texts are kept: one at least, half a text rounded to even. */
export function keptOf(texts: number, alpha: number): number {
  const exact = (1 - alpha) * texts;
  const half = exact - Math.floor(exact) === 0.5;
  return Math.max(Math.min(1, texts), half ? 2 * Math.round(exact / 2) : Math.round(exact));
}
