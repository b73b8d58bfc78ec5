import { z } from "zod";
import type { Random } from "../../src/core/random.ts";
import type { End, Expanded, SearchState, TreeView, Walk } from "../../src/core/search.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { searchCost, stepOptions, stepsOf } from "./kit/options.ts";
import { walkPickElse } from "./kit/walk-picks.ts";

const options = z.strictObject({
  particles: z.int().min(1).default(8),
  resampling: z.enum(["multinomial", "systematic"]).default("multinomial"),
  threshold: z.number().gt(0).max(1).default(1).describe("resample below this share of effective particles"),
  resample: z.enum(["all", "active"]).default("all").describe("do finished particles take part?"),
  weightTemperature: z.number().gt(0).default(1).describe("above 1 is more even"),
  entropy: z.number().min(0).max(1).default(0).describe("least share of effective particles while young; 0 is off"),
  iterations: z.int().min(1).default(1).describe("more than 1 is particle Gibbs"),
  references: z.int().min(1).default(1).describe("reference particles of Gibbs, fewer than particles"),
  referenceWeight: z
    .enum(["final", "step"])
    .default("final")
    .describe("a reference's weight: that of its end, or of as many steps as the others have taken"),
  pick: z.enum(["argmax", "sample", "vote"]).default("argmax").describe("how the answer is chosen"),
  ...stepOptions,
  maxSteps: z.int().min(1).default(40).describe("steps of a trajectory at most; the last may run to the end"),
});
type Options = z.output<typeof options>;

/**
 * Particle filtering over steps (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with `iterations`
 * above 1, algorithm 2): every particle takes a step; its log-weight is the logit of the score of its newest step, so
 * that resampling is in proportion to odds; all particles are resampled by weight; finished ones are absorbing (no
 * further step, last weight kept); it ends when all have finished.
 *
 * Defaults are those of the authors' its_hub: multinomial resampling of all particles after each step, the last one
 * included, and the answer of the particle of highest weight. Until the filter has ended, and where nothing is scored,
 * the votes decide. Systematic resampling, the effective-sample-size threshold, tempering and particle Gibbs are
 * options. Between resamplings weights do not multiply up: the newest score already judges the whole prefix.
 *
 * In particle Gibbs each iteration starts with fresh particles and `references` finished ones, drawn by weight from the
 * iteration before. A reference is never resampled away; a copy of it begins at its prefix, as long as the others are.
 * It weighs what its end weighs, as in the authors' code; conditional sequential Monte Carlo as it is written weighs
 * that prefix (`referenceWeight: "step"`). Only the last iteration's particles are the result, though all that finished
 * is a candidate. A particle whose step brought nothing dies.
 *
 * Cost: at most `particles · maxSteps · iterations` steps; every new step is scored once.
 */
export const particleFilter = defineStrategy({
  name: "particle-filter",
  summary: "a population of solutions, resampled by the verifier's odds",
  paper: "Puri et al. 2025, arXiv:2502.01618",
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
  /** Steps after which they were resampled last. */
  resampled: number;
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
    begin: () => ({ at: fresh(particles), iteration: 0, steps: 0, resampled: 0, references: [] }),
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
function resample({ tree, own }: Filter, random: Random, given: Options): void {
  const free = own.at.map((_, index) => index);
  const drawn = free.filter((index) => given.resample === "all" || tree.growable(own.at[index] ?? 0));
  const begun = own.references.map((path) => path[Math.min(own.steps, path.length - 1)] ?? 0);
  const ends = own.references.map((path) => path.at(-1) ?? 0);
  const standing = drawn.map((index) => own.at[index] ?? 0);
  const weighing = [...standing, ...(given.referenceWeight === "final" ? ends : begun)];
  const logWeights = logWeightsOf(tree, weighing, given.weightTemperature);
  if (given.threshold < 1 && effectiveSampleSize(normalise(logWeights)) >= given.threshold * weighing.length) return;
  const young = own.steps <= given.maxSteps / 2;
  const sharpness = young && given.entropy > 0 ? sharpnessFor(logWeights, given.entropy * weighing.length) : 1;
  const draw = given.resampling === "systematic" ? systematic : multinomial;
  const chosen = draw(normalise(logWeights, sharpness), drawn.length, random);
  const sources = [...standing, ...begun];
  for (const [place, index] of drawn.entries()) own.at[index] = sources[chosen[place] ?? 0] ?? 0;
}

/** Paths of finished particles, drawn by weight, one for each reference of the next iteration. */
function drawReferences(state: Filter, random: Random, given: Options): number[][] {
  const { tree } = state;
  const nodes = population(state);
  const weights = normalise(logWeightsOf(tree, nodes, given.weightTemperature));
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
  const weights = normalise(logWeightsOf(tree, pool, 1));
  const place = random === null ? weights.indexOf(Math.max(...weights)) : random.weighted(weights);
  return finished.find((end) => !end.rollout && end.node === pool[place]) ?? null;
}

const logWeightsOf = (tree: TreeView, nodes: readonly number[], temperature: number): number[] =>
  tree.rewards(nodes).map((reward) => logit(reward) / temperature);

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
  const drawn: number[] = [];
  const offset = random.uniform();
  let index = 0;
  let cumulated = weights[0] ?? 0;
  for (let stride = 0; stride < count; stride++) {
    const position = (stride + offset) / count;
    while (position >= cumulated && index < weights.length - 1) cumulated += weights[++index] ?? 0;
    drawn.push(index);
  }
  return drawn;
}

/**
 * Entropic tempering: the largest sharpness in (0, 1] at which the tempered weights keep an effective sample size of at
 * least `least` (40 halvings), so that an over-confident verifier cannot end the search's diversity early. 1 where they
 * do without tempering.
 */
export function sharpnessFor(logWeights: readonly number[], least: number): number {
  const keeps = (sharpness: number) => effectiveSampleSize(normalise(logWeights, sharpness)) >= least;
  if (keeps(1)) return 1;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return low;
}
