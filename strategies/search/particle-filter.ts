import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { End, Expanded, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z
  .strictObject({
    particles: z.int().min(1).default(8),
    weights: z
      .enum(["odds", "twisted"])
      .default("odds")
      .describe("of the newest score, or the change of the square root of a value (twisted sequential Monte Carlo)"),
    resampling: z.enum(["multinomial", "systematic", "stratified"]).default("multinomial"),
    threshold: z.number().gt(0).max(1).default(1).describe("resample below this share of effective particles"),
    resample: z.enum(["all", "active"]).default("all").describe("do finished particles take part?"),
    weightTemperature: z.number().gt(0).default(1).describe("above 1 is more even"),
    annealing: z
      .enum(["none", "ess", "entropy", "base"])
      .default("none")
      .describe("evens out weights that fall to few particles early: by how few they are, their entropy, or progress"),
    annealBelow: z.number().min(0).max(1).default(0.5).describe("share of effective particles below which it anneals"),
    early: z.number().min(0).max(1).default(0.5).describe("share of the steps within which it anneals"),
    iterations: z.int().min(1).default(1).describe("more than 1 is particle Gibbs"),
    references: z.int().min(1).default(1).describe("reference particles of Gibbs, fewer than particles"),
    referenceWeight: z
      .enum(["final", "step"])
      .default("final")
      .describe("a reference's weight: that of its end, or of as many steps as the others have taken"),
    pick: z.enum(["argmax", "sample", "vote"]).default("argmax").describe("how the answer is chosen"),
    ...stepOptions,
    maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
  })
  .refine(({ iterations, references, particles }) => iterations === 1 || references < particles, {
    path: ["references"],
    message: "must be below `particles`",
  });
type Options = z.output<typeof options>;

/**
 * Particle filtering over steps (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with `iterations`
 * above 1, algorithm 2): every particle takes a step; its log-weight is the logit of the score of its newest step, so
 * that resampling is in proportion to odds; all particles are resampled by weight; finished ones are absorbing (no
 * further step, last weight kept); it ends when all have finished.
 */
export const particleFilter = defineStrategy({
  name: "particle-filter",
  summary: "a population of solutions, resampled by the verifier's odds",
  paper: "Puri et al. 2025, arXiv:2502.01618",
  family: "search",
  how:
    "Particle filtering over steps (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with `iterations` " +
    "above 1, algorithm 2): every particle takes a step; its log-weight is the logit of the score of its newest step, " +
    "so that resampling is in proportion to odds; all particles are resampled by weight; finished ones are absorbing " +
    "(no further step, last weight kept); it ends when all have finished." +
    "\n\n" +
    "Defaults are those of the authors' its_hub: multinomial resampling of all particles after each step, the last " +
    "one included, and the answer of the particle of highest weight. Until the filter has ended, and where nothing is " +
    "scored, the votes decide. Systematic resampling, the effective-sample-size threshold, tempering and particle " +
    "Gibbs are options. Between resamplings odds do not multiply up: the newest score already judges the whole " +
    "prefix." +
    "\n\n" +
    "`annealing` is entropic particle filtering (EntropicParticleFiltering of its_hub 1.2.0): where, within the `early` " +
    "steps, the effective share of particles is below `annealBelow`, weights are taken to the power 1 / T, with T at " +
    "least 1: (1 - progress) / share, 1 / (h + (1 - h) · progress) for normalised entropy h, or 2 - progress." +
    "\n\n" +
    'With `weights: "twisted"` it is twisted sequential Monte Carlo (Feng et al. 2024, arXiv:2410.01920): scores are ' +
    "values V, the twist of an unfinished prefix is √V (the one of least variance where the policy itself proposes), " +
    "that of a finished one V, and a particle weighs the twist of its prefix divided by that of where it was last " +
    'resampled. It goes with stratified resampling and a vote weighted by scores (`pick: "vote"`).' +
    "\n\n" +
    "In particle Gibbs each iteration starts with fresh particles and `references` finished ones, drawn by weight " +
    "from the iteration before. A reference is never resampled away; a copy of it begins at its prefix, as long as " +
    "the others are. It weighs what its end weighs, as in the authors' code; conditional sequential Monte Carlo as it " +
    'is written weighs that prefix (`referenceWeight: "step"`). Only the last iteration\'s particles are the result, ' +
    "though all that finished is a candidate. A particle whose step brought nothing dies.",
  costNote: "at most `particles · maxSteps · iterations` steps; every new step is scored once.",
  departures: ["Twisted weights need scores: without any they are the odds of the policy's likelihood."],
  rewards: {
    outcome: "scores finished particles; without a process verifier it also weighs prefixes",
    process: "weighs the particles",
    none: "the policy's likelihood weighs the particles; their answers vote",
  },
  options,
  candidates(run, given) {
    const random = given.pick === "sample" ? run.random.fork("particle-filter", "pick") : null;
    const judged = run.verifiers.outcome || run.verifiers.process;
    return run.walk({
      walk: particleWalk(given),
      ...stepsOf(given),
      pick: judged && given.pick !== "vote" ? (state, finished) => pickParticle(state, finished, random) : undefined,
    });
  },
  select: () => walkPickElse(weighted()),
  cost: ({ particles, maxSteps, iterations, actions }) =>
    searchCost({ steps: particles * maxSteps * iterations, actions }),
});

export interface ParticleState {
  /** The node of each free particle, one that finished included. */
  at: number[];
  iteration: number;
  /** Taken in this iteration. */
  steps: number;
  /** Steps after which their weights were last looked at. */
  resampled: number;
  /** Steps after which they were last drawn again. */
  drawn: number;
  /** Path of each reference particle from the root, node by node; none in the first iteration. */
  references: number[][];
}
type Filter = SearchState<ParticleState>;

export function particleWalk(given: Options): Walk<ParticleState> {
  const { particles, iterations, maxSteps } = given;
  const fresh = (count: number): number[] => Array.from({ length: count }, () => 0);
  return {
    name: "particle-filter",
    maxSteps,
    begin: () => ({ at: fresh(particles), iteration: 0, steps: 0, resampled: 0, drawn: 0, references: [] }),
    plan(state, random) {
      const { tree, own } = state;
      if (own.steps > own.resampled) {
        resample(state, random.fork("resample"), given);
        own.resampled = own.steps;
      }
      const over = !own.at.some((node) => tree.growable(node));
      if (over && own.iteration + 1 < iterations && own.at.length > 0) {
        own.references = drawReferences(state, random.fork("reference"), given);
        own.at = fresh(particles - own.references.length);
        own.iteration++;
        own.steps = 0;
        own.resampled = 0;
        own.drawn = 0;
      }
      return own.at.filter((node) => tree.growable(node)).map((node) => ({ node, count: 1 }));
    },
    absorb,
  };
}

/** Every free particle takes its step. */
function absorb({ own }: Filter, round: readonly Expanded[]): void {
  const brought = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  own.steps++;
  own.at = own.at.flatMap((node) => {
    const nodes = brought.get(node);
    return nodes === undefined ? [node] : nodes.splice(0, 1);
  });
}

/**
 * The free particles are drawn again from all, the references among them. A threshold or `resample: "active"` leaves
 * particles as they are.
 */
function resample(state: Filter, random: Random, given: Options): void {
  const { tree, own } = state;
  const free = own.at.map((_, index) => index);
  const drawn = free.filter((index) => given.resample === "all" || tree.growable(own.at[index] ?? 0));
  const begun = own.references.map((path) => path[Math.min(own.steps, path.length - 1)] ?? 0);
  const ends = own.references.map((path) => path.at(-1) ?? 0);
  const standing = drawn.map((index) => own.at[index] ?? 0);
  const weighing = [...standing, ...(given.referenceWeight === "final" ? ends : begun)];
  const twisted = given.weights === "twisted" && weighing.some((node) => tree.scoreOf(node) !== null);
  const weigh = twisted ? twistedWeightsOf : oddsOf;
  const logWeights = weigh(state, weighing).map((weight) => weight / given.weightTemperature);
  if (given.threshold < 1 && effectiveSampleSize(normalise(logWeights)) >= given.threshold * weighing.length) return;
  const temperature = annealed(normalise(logWeights), own.steps / given.maxSteps, own.at.length, given);
  const draw = { multinomial, systematic, stratified }[given.resampling];
  const chosen = draw(normalise(logWeights, 1 / temperature), drawn.length, random);
  own.drawn = own.steps;
  const sources = [...standing, ...begun];
  for (const [place, index] of drawn.entries()) own.at[index] = sources[chosen[place] ?? 0] ?? 0;
}

/** Paths of finished particles, drawn by weight, one for each reference of the next iteration. */
function drawReferences(state: Filter, random: Random, given: Options): number[][] {
  const { tree } = state;
  const nodes = population(state);
  const weights = normalise(oddsOf(state, nodes).map((weight) => weight / given.weightTemperature));
  const count = Math.min(given.references, given.particles - 1);
  return multinomial(weights, count, random).map((index) => {
    const path: number[] = [];
    for (let node = nodes[index] ?? 0; node >= 0; node = tree.parent.at(node)) path.push(node);
    return path.reverse();
  });
}

/** The free particles, then the references' ends. */
const population = ({ own }: Filter): number[] => [...own.at, ...own.references.map((path) => path.at(-1) ?? 0)];

/**
 * Among the last particles that finished, the one of highest weight (ties: the first), or one drawn by weight. Null
 * when none finished.
 */
export function pickParticle(state: Filter, finished: readonly End[], random: Random | null): End | null {
  const { tree } = state;
  const pool = population(state).filter((node) => tree.terminal.at(node) === 1);
  if (pool.length === 0) return null;
  const weights = normalise(oddsOf(state, pool));
  const place = random === null ? weights.indexOf(Math.max(...weights)) : random.weighted(weights);
  return finished.find((end) => !end.rollout && end.node === pool[place]) ?? null;
}

const oddsOf = ({ tree }: Filter, nodes: readonly number[]): number[] =>
  tree.rewards(nodes).map((reward) => logit(reward));

/** log ψ of each node, less log ψ of its ancestor where the particles were drawn last; ψ of the question is 1. */
function twistedWeightsOf({ tree, own }: Filter, nodes: readonly number[]): number[] {
  const before = nodes.map((node) => {
    let ancestor = node;
    while (tree.depth.at(ancestor) > own.drawn) ancestor = tree.parent.at(ancestor);
    return ancestor;
  });
  const [now, then] = [logTwists(tree, nodes), logTwists(tree, before)];
  return now.map((each, i) => each - (then[i] ?? 0));
}

const logTwists = (tree: TreeView, nodes: readonly number[]): number[] =>
  tree.rewards(nodes).map((value, i) => {
    const node = nodes[i] ?? 0;
    return node === 0 ? 0 : Math.log(Math.max(1e-7, value)) * (tree.terminal.at(node) === 1 ? 1 : 0.5);
  });

/** log(p / (1 - p)), with p kept inside [clip, 1 - clip]. */
export function logit(probability: number, clip = 1e-7): number {
  const p = Math.min(1 - clip, Math.max(clip, probability));
  return Math.log(p / (1 - p));
}

/** Softmax of logWeights × sharpness: sums to 1. */
export function normalise(logWeights: readonly number[], sharpness = 1): number[] {
  const highest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp((weight - highest) * sharpness));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Effective sample size 1 / Σ w², of weights that sum to 1: from 1 (one particle has it all) to their number (all
 * equal).
 */
export const effectiveSampleSize = (weights: readonly number[]): number =>
  1 / weights.reduce((sum, weight) => sum + weight * weight, 0);

/** `count` indices drawn independently in proportion to their weights. */
export const multinomial = (weights: readonly number[], count: number, random: Random): number[] =>
  Array.from({ length: count }, () => random.weighted(weights));

/**
 * `count` indices by systematic resampling (Kitagawa 1996): one uniform offset, then equal strides through the
 * cumulated weights. An index with weight w (weights sum to 1) is drawn floor(count · w) or ceil(count · w) times.
 */
export function systematic(weights: readonly number[], count: number, random: Random): number[] {
  const offset = random.uniform();
  return along(
    weights,
    Array.from({ length: count }, (_, stride) => (stride + offset) / count),
  );
}

/** The same with an offset of its own for each stride (stratified resampling). */
export const stratified = (weights: readonly number[], count: number, random: Random): number[] =>
  along(
    weights,
    Array.from({ length: count }, (_, stride) => (stride + random.uniform()) / count),
  );

/** The index into whose part of the cumulated weights each of these rising positions falls. */
function along(weights: readonly number[], positions: readonly number[]): number[] {
  let index = 0;
  let cumulated = weights[0] ?? 0;
  return positions.map((position) => {
    while (position >= cumulated && index < weights.length - 1) cumulated += weights[++index] ?? 0;
    return index;
  });
}

/** The temperature of entropic annealing, at least 1; `progress` is the share of the steps that were taken. */
export function annealed(
  weights: readonly number[],
  progress: number,
  particles: number,
  { annealing, annealBelow, early }: Pick<Options, "annealing" | "annealBelow" | "early">,
): number {
  if (annealing === "none" || particles <= 1 || progress >= early) return 1;
  const clipped = weights.map((weight) => Math.min(1 - 1e-7, Math.max(1e-7, weight)));
  const share = effectiveSampleSize(clipped) / particles;
  if (share >= annealBelow) return 1;
  if (annealing === "base") return Math.max(1, 2 - progress);
  if (annealing === "ess") return Math.max(1, (1 - progress) / share);
  const entropy = clipped.reduce((sum, weight) => sum - weight * Math.log(weight), 0);
  const normalised = weights.length > 2 ? entropy / Math.log(weights.length) : entropy;
  return Math.max(1, 1 / (normalised + (1 - normalised) * progress));
}
