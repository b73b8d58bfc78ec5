import type { Random } from "../../../src/core/random.ts";
import type { Aggregation } from "../../../src/core/score.ts";
import type { End, Search } from "../../../src/core/search.ts";
import { rewards, tally } from "../../../src/search/rewards.ts";
import { growable, type Result, rounds, type SearchState, type Wish } from "../../../src/search/rounds.ts";
import { effectiveSampleSize, logit, multinomial, normalise, sharpnessFor, systematic } from "./resampling.ts";

export interface ParticleOptions {
  /** Default 8. */
  readonly particles?: number;
  /** Default 40. */
  readonly maxSteps?: number;
  /** Default "last": the newest step's score stands for the whole prefix. */
  readonly aggregation?: Aggregation;
  /** Default "multinomial". */
  readonly resampling?: "multinomial" | "systematic";
  /** Resamples only when the effective sample size falls below this share of the particles. Default 1: after every step. */
  readonly threshold?: number;
  /** "all" (default): finished particles take part in resampling and may be drawn again or lost. "active": they stay as they are. */
  readonly resample?: "all" | "active";
  /** Divides the log-weights: above 1 is more even, below 1 greedier. Default 1. */
  readonly temperature?: number;
  /**
   * Entropic tempering: in the first half of `maxSteps`, weights are flattened until the effective sample size is at least this share of
   * the particles, so that an over-confident verifier cannot end the search's diversity early. Default 0: off.
   */
  readonly entropy?: number;
  /** Particle Gibbs: filters run one after another, each keeping one particle of the last as reference. Default 1: a plain filter. */
  readonly iterations?: number;
}

export interface ParticleState {
  /** The node of each particle, one that finished included. With a reference, particle 0 is it. */
  at: number[];
  iteration: number;
  steps: number;
  /** Path of the reference particle from the root, node by node; null in the first iteration. */
  reference: number[] | null;
}

type Full = Required<Omit<ParticleOptions, "aggregation">>;
type Filter = SearchState<ParticleState>;

/**
 * Particle filtering (Puri et al. 2025, arXiv:2502.01618): every particle takes a step; its log-weight is the logit of the score of
 * its newest step, so that resampling is in proportion to odds; all particles are drawn anew by weight; finished ones are absorbing
 * (no further step, last weight kept); it ends when all have finished.
 *
 * Defaults as published (multinomial resampling after each step). Systematic resampling, the effective-sample-size threshold, tempering
 * and particle Gibbs are options. Between resamplings weights do not multiply up: the newest score already judges the whole prefix.
 * In particle Gibbs the reference walks its known path without calls and is never resampled away; only the last iteration's particles are the
 * result ({@link pickParticle}), though all that finished is offered. A particle whose step brought nothing dies.
 */
export function particleFilter(options: ParticleOptions = {}): Search<Filter> {
  const { particles = 8, maxSteps = 40, resampling = "multinomial", threshold = 1, resample = "all" } = options;
  const { temperature = 1, entropy = 0, iterations = 1 } = options;
  const full: Full = { particles, maxSteps, resampling, threshold, resample, temperature, entropy, iterations };
  return rounds<ParticleState>({
    name: "particle-filter",
    maxSteps: full.maxSteps,
    aggregation: options.aggregation ?? "last",
    begin: () => ({ at: fresh(full), iteration: 0, steps: 0, reference: null }),
    plan: (state, random) => plan(state, random, full),
    absorb,
  });
}

const fresh = ({ particles }: Full): number[] => Array.from({ length: particles }, () => 0);

function plan(state: Filter, random: Random, full: Full): Wish[] {
  const { tree, own } = state;
  const active = (node: number) => growable(tree, node, full.maxSteps);
  if (!own.at.some(active)) {
    if (own.iteration + 1 >= full.iterations || own.at.length === 0) return [];
    restart(state, random.fork("reference"), full);
  } else if (own.steps > 0) {
    resample(state, random.fork("resample"), full);
  }
  const moving = own.at.filter((node, index) => active(node) && !(index === 0 && own.reference !== null));
  return [...tally(moving)].map(([node, count]) => ({ node, count }));
}

/** The next Gibbs iteration: fresh particles and one reference drawn by the final weights. */
function restart({ tree, own }: Filter, random: Random, full: Full): void {
  const path: number[] = [];
  const chosen = own.at[random.weighted(weightsOf(tree, own.at, full.temperature))] ?? 0;
  for (let node = chosen; node >= 0; node = tree.parent.at(node)) path.push(node);
  own.at = fresh(full);
  own.reference = path.reverse();
  own.iteration++;
  own.steps = 0;
}

function weightsOf(tree: Filter["tree"], at: readonly number[], temperature: number): number[] {
  return normalise(rewards(tree, at).map((reward) => logit(reward) / temperature));
}

function resample({ tree, own }: Filter, random: Random, full: Full): void {
  const members = own.at.map((_, index) => index);
  const drawn = members.filter((index) => full.resample === "all" || growable(tree, own.at[index] ?? 0, full.maxSteps));
  const logWeights = rewards(
    tree,
    drawn.map((index) => own.at[index] ?? 0),
  ).map((reward) => logit(reward) / full.temperature);
  if (full.threshold < 1 && effectiveSampleSize(normalise(logWeights)) >= full.threshold * drawn.length) return;
  const young = own.steps <= full.maxSteps / 2;
  const sharpness = young && full.entropy > 0 ? sharpnessFor(logWeights, full.entropy * drawn.length) : 1;
  const weights = normalise(logWeights, sharpness);
  const draw = full.resampling === "systematic" ? systematic : multinomial;
  const chosen = draw(weights, drawn.length, random).map((place) => own.at[drawn[place] ?? 0] ?? 0);
  const next = [...own.at];
  for (const [place, index] of drawn.entries()) next[index] = chosen[place] ?? 0;
  if (own.reference !== null) next[0] = own.at[0] ?? 0;
  own.at = next;
}

function absorb({ own }: Filter, results: readonly Result[]): void {
  const brought = new Map(results.map(({ expansion, nodes }) => [expansion.node, [...nodes]]));
  own.steps++;
  own.at = own.at.flatMap((node, index) => {
    if (index === 0 && own.reference !== null) return [own.reference[own.steps] ?? node];
    const nodes = brought.get(node);
    if (nodes === undefined) return [node];
    const next = nodes.shift();
    return next === undefined ? [] : [next];
  });
}

/**
 * The result of a filter: among its last particles that finished (all of them when none did), the one of highest weight
 * (ties: lower index), or one drawn by weight. Null when there are no particles.
 */
export function pickParticle(
  search: Search<Filter>,
  state: Filter,
  how: "argmax" | { readonly sample: Random },
): End | null {
  const { tree, own } = state;
  const finished = own.at.filter((node) => tree.terminal.at(node) === 1);
  const pool = finished.length > 0 ? finished : own.at;
  if (pool.length === 0) return null;
  const weights = weightsOf(tree, pool, 1);
  const place = how === "argmax" ? weights.indexOf(Math.max(...weights)) : how.sample.weighted(weights);
  const ends = [...search.finished(state), ...search.frontier(state)];
  return ends.find((end) => !end.rollout && end.node === pool[place]) ?? null;
}
