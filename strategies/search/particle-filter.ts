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
 * Defaults as published (multinomial resampling after each step; the answer is that of the particle of highest weight).
 * Until the filter has ended, and where nothing is scored, the votes decide. Systematic resampling, the
 * effective-sample-size threshold, tempering and particle Gibbs are options. Between resamplings weights do not
 * multiply up: the newest score already judges the whole prefix. In particle Gibbs the reference walks its known path
 * without calls and is never resampled away; only the last iteration's particles are the result, though all that
 * finished is a candidate. A particle whose step brought nothing dies.
 *
 * Cost: at most `particles · maxSteps · iterations` steps; every new step is scored once.
 */
export const particleFilter = defineStrategy({
  name: "particle-filter",
  summary: "a population of solutions, resampled by the verifier's odds",
  paper: "Puri et al. 2025, arXiv:2502.01618",
  family: "search",
  how:
    "Particle filtering over steps: every particle takes a step, then all are resampled in proportion to the odds " +
    "that the verifier gives their newest step (Puri et al. 2025, arXiv:2502.01618, algorithm 1; particle Gibbs with " +
    "`iterations` above 1, algorithm 2).",
  costNote:
    "at most `particles · maxSteps · iterations` steps; every new step is scored once. The answer is that of the " +
    "particle of highest weight, as published; until the filter has ended, and where nothing is scored, the votes " +
    "decide.",
  departures: [],
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
  /** The node of each particle, one that finished included. With a reference, particle 0 is it. */
  at: number[];
  iteration: number;
  steps: number;
  /** Path of the reference particle from the root, node by node; null in the first iteration. */
  reference: number[] | null;
}
type Filter = SearchState<ParticleState>;

const fresh = ({ particles }: Options): number[] => Array.from({ length: particles }, () => 0);

export function particleWalk(given: Options): Walk<ParticleState> {
  return {
    name: "particle-filter",
    maxSteps: given.maxSteps,
    begin: () => ({ at: fresh(given), iteration: 0, steps: 0, reference: null }),
    plan(state, random) {
      const { tree, own } = state;
      if (!own.at.some((node) => tree.growable(node))) {
        if (own.iteration + 1 >= given.iterations || own.at.length === 0) return [];
        restart(state, random.fork("reference"), given);
      } else if (own.steps > 0) {
        resample(state, random.fork("resample"), given);
      }
      const moving = own.at.filter((node, index) => tree.growable(node) && !(index === 0 && own.reference !== null));
      return moving.map((node) => ({ node, count: 1 }));
    },
    absorb,
  };
}

/** Every particle takes its step. */
function absorb({ own }: Filter, round: readonly Expanded[]): void {
  const brought = new Map(round.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  own.steps++;
  own.at = own.at.flatMap((node, index) => {
    if (index === 0 && own.reference !== null) return [own.reference[own.steps] ?? node];
    const nodes = brought.get(node);
    if (nodes === undefined) return [node];
    const next = nodes.shift();
    return next === undefined ? [] : [next];
  });
}

function resample({ tree, own }: Filter, random: Random, given: Options): void {
  const members = own.at.map((_, index) => index);
  const drawn = members.filter((index) => given.resample === "all" || tree.growable(own.at[index] ?? 0));
  const standing = drawn.map((index) => own.at[index] ?? 0);
  const logWeights = logWeightsOf(tree, standing, given.weightTemperature);
  if (given.threshold < 1 && effectiveSampleSize(normalise(logWeights)) >= given.threshold * drawn.length) return;
  const young = own.steps <= given.maxSteps / 2;
  const sharpness = young && given.entropy > 0 ? sharpnessFor(logWeights, given.entropy * drawn.length) : 1;
  const draw = given.resampling === "systematic" ? systematic : multinomial;
  const chosen = draw(normalise(logWeights, sharpness), drawn.length, random).map((place) => standing[place] ?? 0);
  const next = [...own.at];
  for (const [place, index] of drawn.entries()) next[index] = chosen[place] ?? 0;
  if (own.reference !== null) next[0] = own.at[0] ?? 0;
  own.at = next;
}

/** The next Gibbs iteration: fresh particles and one reference drawn by the final weights. */
function restart({ tree, own }: Filter, random: Random, given: Options): void {
  const path: number[] = [];
  const weights = normalise(logWeightsOf(tree, own.at, given.weightTemperature));
  for (let node = own.at[random.weighted(weights)] ?? 0; node >= 0; node = tree.parent.at(node)) path.push(node);
  own.at = fresh(given);
  own.reference = path.reverse();
  own.iteration++;
  own.steps = 0;
}

/**
 * Among the last particles that finished, the one of highest weight (ties: lower index), or one drawn by weight. Null
 * when none finished.
 */
export function pickParticle({ tree, own }: Filter, finished: readonly End[], random: Random | null): End | null {
  const pool = own.at.filter((node) => tree.terminal.at(node) === 1);
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
