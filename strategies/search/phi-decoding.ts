import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { Expanded, ExpansionRequest, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { clusters, unit, type Vector } from "../prompting/kit/similarity.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";

const options = z.strictObject({
  width: z.int().min(1).default(4).describe("beams kept after each step"),
  branching: z.int().min(1).default(4).describe("continuations per beam"),
  foresights: z.int().min(1).default(8).describe("steps that are looked beyond at most"),
  least: z.int().min(1).default(4).describe("steps that are looked beyond before it may stop early"),
  sigma: z.number().min(0).default(1).describe("standard deviations of likelihood below the mean that are pruned"),
  sharpness: z.number().gt(0).default(0.1).describe("softmax temperature over advantages; smaller is greedier"),
  groups: z.int().min(1).default(3).describe("clusters of foresights"),
  agree: z.number().gt(0).max(1).default(0.7).describe("share of one cluster above which it stops looking ahead"),
  ...stepOptions,
  temperature: z.number().min(0).default(0.6).describe("of the steps; foresights are sampled at 1"),
  split: stepOptions.split.unwrap().default("line").describe("where one reasoning step ends"),
});
type Options = z.output<typeof options>;

/**
 * φ-decoding, adaptive foresight sampling (Xu et al. 2025, arXiv:2503.13288, and their repository): every step is
 * judged by a completion of it, its foresight.
 */
export const phiDecoding = defineStrategy({
  name: "phi-decoding",
  summary: "draws steps by how likely their completions are, and how many completions agree",
  paper: "Xu et al. 2025, arXiv:2503.13288",
  family: "search",
  how:
    "φ-decoding, adaptive foresight sampling (Xu et al. 2025, arXiv:2503.13288, and their repository): every step is " +
    "judged by a completion of it, its foresight. A step weighs half by its advantage (how much likelier, per token, " +
    "its foresight is than that of the step before) and half by how many foresights resemble its own; `width` steps " +
    "are drawn by weight, without replacement. Steps far less likely than the mean are pruned before their foresight; " +
    "looking ahead stops when most foresights agree. The beams are then completed." +
    "\n\n" +
    "Defaults as published: 4 beams, 4 continuations, 8 foresights, 3 clusters, σ 1, temperature 0.1 of the softmax, " +
    "stop above 0.7 after 4 steps. As there, only steps of positive advantage are clustered; where they are fewer " +
    "than `width`, all are drawn from by advantage alone (so always at the first step).",
  costNote:
    "`width · branching` steps and as many completions a foresight, and `width` completions. Foresights that are not " +
    "followed are no candidates.",
  departures: [
    "a step that ends its trajectory is a candidate and leaves the search; identical steps are one; clusters are " +
      "those of spherical k-means; the ends of all beams vote, or the verifier picks (there one is drawn from the " +
      "larger of two clusters).",
  ],
  rewards: {
    outcome: "picks among the ends of the beams; the policy's likelihood guides the search",
    process: "picks by the aggregate when there is no outcome verifier",
    none: "the ends of the beams vote",
  },
  options,
  async *candidates(run, given) {
    if (run.policy.capabilities.logprobs === null) {
      run.emit({ type: "note", message: "phi-decoding: no log-probabilities, so steps weigh by agreement alone" });
    }
    yield* run.walk({ walk: phiWalk(given), ...stepsOf(given) });
  },
  select: () => bestOrMajority(),
  cost: ({ width, branching, foresights, actions }) => {
    const steps = width * branching * foresights;
    return searchCost({ steps, completions: steps + width, actions });
  },
});

/** A step with its foresight. */
interface Foresight {
  readonly node: number;
  /** What follows the step. */
  readonly text: string;
  /** Mean log-probability of a token of it; null where unknown. */
  readonly likelihood: number | null;
}

export interface PhiState {
  /** Steps that were looked beyond. */
  steps: number;
  beams: number[];
  /** Likelihood of the foresight by which each beam was chosen. */
  value: Record<number, number>;
  /** Continuations of the beams, before their foresight. */
  candidates: number[];
  foresights: Foresight[];
  stage: "step" | "foresight" | "choose" | "end";
}
type Search = SearchState<PhiState>;

export function phiWalk(given: Options): Walk<PhiState> {
  return {
    name: "phi-decoding",
    maxSteps: given.maxSteps,
    begin: () => ({ steps: 0, beams: [0], value: {}, candidates: [], foresights: [], stage: "step" }),
    plan: (state, random) => plan(state, random, given),
    absorb: ({ tree, own }, round) => {
      if (own.stage === "step") {
        own.candidates = [...new Set(round.flatMap(({ nodes }) => nodes))].filter((node) => tree.growable(node));
        own.stage = "foresight";
      } else if (own.stage === "foresight") {
        own.foresights = round.flatMap((expanded) => foresightOf(tree, expanded));
        own.stage = "choose";
      }
    },
  };
}

function plan(state: Search, random: Random, given: Options): ExpansionRequest[] {
  const { own } = state;
  if (own.stage === "choose") choose(state, random.fork("choose"), given);
  if (own.stage === "foresight") {
    const kept = promising(state, random.fork("prune"), given);
    return kept.map((node) => ({ node, kind: "rollout", count: 1, temperature: 1, offer: false, score: false }));
  }
  if (own.stage === "step") {
    // The first step is drawn from the question by every beam.
    const count = own.steps === 0 ? given.width * given.branching : given.branching;
    return own.beams.map((node) => ({ node, count, score: "terminal" }));
  }
  const ends = own.beams.map((node): ExpansionRequest => ({ node, kind: "rollout", count: 1 }));
  own.beams = [];
  return ends;
}

/** Pruning in width: steps not more than `sigma` deviations below the mean likelihood, and at least `width`. */
function promising({ tree, own }: Search, random: Random, { width, sigma, sharpness }: Options): number[] {
  const likelihood = filled(own.candidates.map((node) => known(tree.logprob.at(node))));
  const mean = likelihood.reduce((sum, each) => sum + each, 0) / likelihood.length;
  const deviation = Math.sqrt(likelihood.reduce((sum, each) => sum + (each - mean) ** 2, 0) / likelihood.length);
  const places = [...own.candidates.keys()];
  const kept = places.filter((place) => (likelihood[place] ?? 0) > mean - sigma * deviation);
  const others = places.filter((place) => !kept.includes(place));
  const weights = softmax(others.map((place) => (likelihood[place] ?? 0) / sharpness));
  const added = withoutReplacement(weights, width - kept.length, random).map((index) => others[index] ?? 0);
  return [...kept, ...added].sort((a, b) => a - b).map((place) => own.candidates[place] ?? 0);
}

function foresightOf(tree: TreeView, { expansion, children }: Expanded): Foresight[] {
  const from = tree.trajectoryOf(expansion.node).text.length;
  return children.map(({ trajectory, logprob }) => ({
    node: expansion.node,
    text: trajectory.text.slice(from).trim(),
    likelihood: logprob,
  }));
}

/** The next beams, by advantage and agreement; looks ahead no further where most foresights agree. */
function choose({ tree, own }: Search, random: Random, given: Options): void {
  const { foresights, value } = own;
  const likelihood = filled(foresights.map((each) => each.likelihood));
  const before = foresights.map(({ node }) => value[tree.parent.at(node)] ?? 0);
  const advantages = likelihood.map((each, i) => each - (before[i] ?? 0));
  const { chosen, largest } = drawSteps(
    foresights.map(({ text }) => text),
    advantages,
    random,
    given,
  );
  own.steps++;
  own.beams = chosen.map((index) => foresights[index]?.node ?? 0);
  own.value = Object.fromEntries(chosen.map((index) => [foresights[index]?.node ?? 0, likelihood[index] ?? 0]));
  const agreed = largest > given.agree && own.steps >= given.least;
  const alike = own.beams.length === 1 && given.width > 1 && own.steps > given.least;
  own.foresights = [];
  own.stage = agreed || alike || own.steps >= given.foresights ? "end" : "step";
}

type Drawing = Pick<Options, "width" | "sharpness" | "groups">;

/** Which steps are chosen, by index, and the share of the largest cluster of foresights; 0 where they are too few. */
export function drawSteps(
  texts: readonly string[],
  advantages: readonly number[],
  random: Random,
  { width, sharpness, groups }: Drawing,
): { readonly chosen: readonly number[]; readonly largest: number } {
  const able = [...texts.keys()].filter((index) => (advantages[index] ?? 0) > 0 && texts[index] !== "");
  const byAdvantage = (indices: readonly number[]) =>
    softmax(indices.map((index) => (advantages[index] ?? 0) / sharpness));
  if (able.length < width) {
    const all = [...texts.keys()];
    return { chosen: withoutReplacement(byAdvantage(all), width, random), largest: 0 };
  }
  const found = clusters(termVectors(able.map((index) => texts[index] ?? "")), groups, random.fork("clusters"));
  const shares = able.map((_, place) => shareOf(found, place, able.length));
  const agreement = softmax(shares);
  const weights = byAdvantage(able).map((weight, place) => (weight + (agreement[place] ?? 0)) / 2);
  const chosen = withoutReplacement(weights, width, random).map((place) => able[place] ?? 0);
  return { chosen, largest: Math.max(0, ...shares) };
}

const shareOf = (found: ReturnType<typeof clusters>, place: number, of: number): number =>
  (found.find(({ members }) => members.includes(place))?.members.length ?? 0) / of;

const wordPattern = /[\p{L}\p{N}_]{2,}/gu;

/**
 * Unit vectors of term frequency times inverse document frequency, ln((1 + n) / (1 + documents with the word)) + 1;
 * words have two characters at least (scikit-learn's defaults, which the authors use).
 */
export function termVectors(texts: readonly string[]): Vector[] {
  const words = texts.map((text) => text.toLowerCase().match(wordPattern) ?? []);
  const terms = [...new Set(words.flat())].sort();
  const holding = terms.map((term) => words.filter((list) => list.some((word) => word === term)).length);
  return words.map((list) =>
    unit(
      terms.map((term, i) => {
        const frequency = list.filter((word) => word === term).length;
        return frequency * (Math.log((1 + texts.length) / (1 + (holding[i] ?? 0))) + 1);
      }),
    ),
  );
}

/** At most `count` indices, drawn one after the other in proportion to the weights of those left. */
function withoutReplacement(weights: readonly number[], count: number, random: Random): number[] {
  const left = [...weights];
  const drawn: number[] = [];
  while (drawn.length < count && left.some((weight) => weight > 0)) {
    const index = random.weighted(left);
    drawn.push(index);
    left[index] = 0;
  }
  return drawn;
}

function softmax(values: readonly number[]): number[] {
  const highest = Math.max(...values);
  const weights = values.map((value) => Math.exp(value - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Unknown ones take the mean of the others; all 0 where none is known. */
function filled(values: readonly (number | null)[]): number[] {
  const those = values.filter((value) => value !== null);
  const mean = those.length === 0 ? 0 : those.reduce((sum, value) => sum + value, 0) / those.length;
  return values.map((value) => value ?? mean);
}
