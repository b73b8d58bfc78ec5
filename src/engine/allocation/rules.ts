import type { Random } from "../../core/random.ts";
import { disagreement, leader, type Standing } from "./standing.ts";

/** Which problems get the next samples. Pure: it reads standings, and `random` for what it draws. */
export interface AllocationRule {
  readonly name: string;
  /** Why this problem needs no more, or null; asked after each of its samples. */
  readonly enough?: (standing: Standing) => string | null;
  /** Of the `open` problems those that should get a sample now, most urgent first. */
  order(standings: readonly Standing[], open: readonly number[], random: Random): readonly number[];
}

const at = (standings: readonly Standing[], problem: number): Standing =>
  standings[problem] ?? { samples: 0, weights: [] };

/** Problems by a key, smallest first; ties in the order of the problems. */
function ascending(open: readonly number[], keyOf: (problem: number) => number): number[] {
  const keys = new Map(open.map((problem) => [problem, keyOf(problem)]));
  return [...open].sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || a - b);
}

/** The same number of samples for every problem: what adaptive rules are compared with. */
export const equalShares: AllocationRule = {
  name: "equal",
  order: (standings, open) => ascending(open, (problem) => at(standings, problem).samples),
};

/**
 * DART's uniform trials (Tong et al. 2024, arXiv:2407.13690, section 2.2): sample each problem until `target` samples
 * are right. At test time nobody knows what is right, so "right" is "agrees with the leading answer". Problems with the
 * fewest samples go first. Departure: their code asks for more than the target (a strict inequality), ours for the
 * target.
 */
export const uniformTrials = (target: number): AllocationRule => ({
  name: "uniform",
  enough: (standing) => (leader(standing) >= target ? `${target} samples agree` : null),
  order: equalShares.order,
});

/**
 * DART's difficulty-proportional trials (the same section, "Prop2Diff"): problem i needs k_i = round(`hardest` · f_i /
 * max f_j) agreeing samples, at least 1, where f_i is its fail rate: the share of its samples that disagree with its
 * leading answer. The targets move while samples arrive. The problem with the smallest part of its target goes first.
 */
export const proportionalTrials = (hardest: number): AllocationRule => ({
  name: "proportional",
  order: (standings, open) => {
    const targets = proportionalTargets(standings.map(disagreement), hardest);
    const reached = (problem: number) => leader(at(standings, problem)) / (targets[problem] ?? 1);
    return ascending(
      open.filter((problem) => reached(problem) < 1),
      reached,
    );
  },
});

/** Targets for these fail rates: `hardest` for the largest, at least 1 for each; all 1 where nothing failed. */
export function proportionalTargets(failRates: readonly number[], hardest: number): number[] {
  const largest = Math.max(0, ...failRates);
  return failRates.map((rate) => (largest === 0 ? 1 : Math.max(1, Math.round((hardest * rate) / largest))));
}

/**
 * Thompson sampling over problems (Thompson 1933; as a bandit over problems it is ours). For each problem the shares p
 * of its answers are drawn from their posterior, Dirichlet(weight + 1) over the answers seen and one unseen. With these
 * shares a challenger c with p_c > p_leader overtakes after about (w_leader − w_c + 1) / (p_c − p_leader) samples; the
 * inverse of that is the problem's urgency, and the most urgent go first. Departure: the urgency is the mean over
 * `draws` posterior draws, as one is noisy while many problems compete; 1 is plain Thompson sampling.
 */
export const thompsonSampling = (draws: number): AllocationRule => ({
  name: "thompson",
  order: (standings, open, random) =>
    ascending(open, (problem) => {
      const own = random.fork(problem);
      let urgency = 0;
      for (let i = 0; i < draws; i++) urgency += drawnUrgency(at(standings, problem), own);
      return -urgency;
    }),
});

/** Weight of the lead where no challenger overtakes: small beside any urgency of one that does. */
const idle = 1e-3;

/**
 * Urgency under one posterior draw, at most 1: one over the samples until a challenger overtakes. Where none does it is
 * a small negative number, the further below 0 the larger the lead in shares.
 */
export function drawnUrgency({ weights }: Standing, random: Random): number {
  const seen = weights.length === 0 ? [0] : weights;
  const draws = [...seen, 0].map((weight) => random.gamma(weight + 1));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  const [first = 0, ...others] = draws.map((draw) => draw / total);
  const top = seen[0] ?? 0;
  let urgency = -1;
  for (const [i, share] of others.entries()) {
    const gap = share - first;
    urgency = Math.max(urgency, gap > 0 ? gap / (top - (seen[i + 1] ?? 0) + 1) : idle * gap);
  }
  return urgency;
}
