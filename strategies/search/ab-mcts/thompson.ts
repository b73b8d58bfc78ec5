import type { Random } from "../../../src/core/random.ts";

/** Sufficient statistics of an arm's rewards: how many, their mean, their sum of squared deviations from it. */
export interface Rewards {
  readonly n: number;
  readonly mean: number;
  readonly squares: number;
}

export const noRewards: Rewards = { n: 0, mean: 0, squares: 0 };

/** With one reward more (Welford's update). */
export function withReward({ n, mean, squares }: Rewards, reward: number): Rewards {
  const gap = reward - mean;
  const moved = mean + gap / (n + 1);
  return { n: n + 1, mean: moved, squares: squares + gap * (reward - moved) };
}

/** Parameters of a normal-inverse-gamma belief about a mean: location m, pseudo-counts κ and ν, scale τ². */
export interface Gaussian {
  readonly mean: number;
  readonly kappa: number;
  readonly nu: number;
  readonly tau2: number;
}

/** AB-MCTS-A's default prior (Inoue et al. 2025, arXiv:2503.04412, appendix). */
export const gaussianPrior: Gaussian = { mean: 0, kappa: 1, nu: 1, tau2: 0.1 };

/** The belief after these rewards. */
export function gaussianPosterior({ n, mean, squares }: Rewards, prior: Gaussian = gaussianPrior): Gaussian {
  const kappa = prior.kappa + n;
  const nu = prior.nu + n;
  const gap = prior.mean - mean;
  return {
    mean: (prior.kappa * prior.mean + n * mean) / kappa,
    kappa,
    nu,
    tau2: (prior.nu * prior.tau2 + squares + (n * prior.kappa * gap * gap) / kappa) / nu,
  };
}

/** A draw of the mean: σ² from InverseGamma(ν / 2, ν τ² / 2), then μ from Normal(m, σ² / κ). */
export function drawGaussian({ mean, kappa, nu, tau2 }: Gaussian, random: Random): number {
  const variance = (nu * tau2) / 2 / random.gamma(nu / 2);
  return mean + random.normal() * Math.sqrt(variance / kappa);
}

/** Beta belief; the default prior is Jeffreys', as in AB-MCTS-A. */
export interface BetaBelief {
  readonly a: number;
  readonly b: number;
}

export const betaPrior: BetaBelief = { a: 0.5, b: 0.5 };

/** Rewards in [0, 1] count as fractional successes: a + Σ r, b + Σ (1 - r). */
export const betaPosterior = ({ n, mean }: Rewards, prior: BetaBelief = betaPrior): BetaBelief => ({
  a: prior.a + n * mean,
  b: prior.b + n * (1 - mean),
});

export const drawBeta = ({ a, b }: BetaBelief, random: Random): number => random.beta(a, b);
