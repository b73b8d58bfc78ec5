import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { betaPosterior, drawBeta, drawGaussian, gaussianPosterior } from "../../strategies/search/ab-mcts.ts";
import { noRewards, withReward } from "../../strategies/search/kit/adaptive-branching.ts";
import { evenly } from "../../strategies/search/kit/beam.ts";
import { puct, uct } from "../../strategies/search/kit/mcts/simulation.ts";
import {
  annealed,
  effectiveSampleSize,
  logit,
  multinomial,
  normalise,
  stratified,
  systematic,
} from "../../strategies/search/particle-filter.ts";
import { apportion } from "../../strategies/search/rebase.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const rewardsOf = (...values: number[]) => values.reduce(withReward, noRewards);

describe("REBASE's apportionment", () => {
  it("gives the worked examples", () => {
    expect(apportion([0.9, 0.8, 0.5, 0.2], 16, 0.2)).toEqual([10, 5, 1, 0]);
    expect(apportion([0.95, 0.9, 0.1], 3, 0.2)).toEqual([2, 1, 0]);
    // Of equal ones the last comes first, as in the authors' code.
    expect(apportion([0.7, 0.7, 0.7], 4, 0.2)).toEqual([1, 1, 2]);
  });

  it("gives equal rewards equal shares where floating point would tip one over the integer", () => {
    expect(apportion([0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 8, 0.2)).toEqual([2, 1, 1, 1, 1, 1, 1]);
    expect(apportion([0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 16, 0.2)).toEqual([4, 2, 2, 2, 2, 2, 2]);
  });

  it("hands out exactly the budget for 10,000 random score sets", () => {
    const random = new Random("rebase");
    for (let set = 0; set < 10_000; set++) {
      const rewards = Array.from({ length: 1 + random.integer(20) }, () =>
        random.uniform() < 0.2 ? Math.round(random.uniform()) : random.uniform(),
      );
      const budget = random.integer(65);
      const counts = apportion(rewards, budget, random.choice([0.001, 0.05, 0.2, 1, 100]));
      expect(sum(counts)).toBe(budget);
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    }
  });

  it("never gives a worse node more than a better one by more than the rounding", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.nat(64),
        (r, b) => {
          const counts = apportion(r, b, 0.2);
          for (const [i, x] of r.entries()) {
            for (const [j, y] of r.entries())
              if (x > y) expect(counts[i] ?? 0).toBeGreaterThanOrEqual((counts[j] ?? 0) - 1);
          }
        },
      ),
    );
  });

  it("shares evenly with the remainder at the front", () => {
    expect(evenly(10, 4)).toEqual([3, 3, 2, 2]);
    expect(evenly(2, 4)).toEqual([1, 1, 0, 0]);
  });
});

describe("particle weights", () => {
  it("are odds, normalised", () => {
    const weights = normalise([0.9, 0.5, 0.2].map((score) => logit(score)));
    expect(weights.map((weight) => Number(weight.toFixed(3)))).toEqual([0.878, 0.098, 0.024]);
  });

  it("stay finite for certain scores", () => {
    expect(logit(1)).toBeCloseTo(16.118, 3);
    expect(logit(0)).toBeCloseTo(-16.118, 3);
  });

  it("have an effective sample size between one and their number", () => {
    expect(effectiveSampleSize([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(4, 12);
    expect(effectiveSampleSize([1, 0, 0])).toBe(1);
    expect(effectiveSampleSize(normalise([0.9, 0.5, 0.2].map((score) => logit(score))))).toBeCloseTo(1.28, 2);
  });

  it("are drawn by systematic resampling as often as their share, up to rounding", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (raw, count, seed) => {
          const weights = raw.map((weight) => weight / sum(raw));
          const drawn = systematic(weights, count, new Random(seed));
          expect(drawn.length).toBe(count);
          for (const [index, weight] of weights.entries()) {
            const times = drawn.filter((value) => value === index).length;
            expect(times).toBeGreaterThanOrEqual(Math.floor(count * weight - 1e-9));
            expect(times).toBeLessThanOrEqual(Math.ceil(count * weight + 1e-9));
          }
        },
      ),
    );
  });

  it("are drawn by multinomial resampling in proportion", () => {
    const drawn = multinomial([0.7, 0.2, 0.1, 0], 20_000, new Random("multinomial"));
    const shares = [0, 1, 2, 3].map((index) => drawn.filter((value) => value === index).length / 20_000);
    expect(shares[0]).toBeCloseTo(0.7, 1);
    expect(shares[1]).toBeCloseTo(0.2, 1);
    expect(shares[3]).toBe(0);
  });

  it("are annealed as their effective share falls, early on", () => {
    const given = { annealing: "ess", annealBelow: 0.5, early: 0.5 } as const;
    const [even, one] = [
      [0.25, 0.25, 0.25, 0.25],
      [1, 0, 0, 0],
    ];
    expect(annealed(even, 0.1, 4, given)).toBe(1);
    expect(annealed(one, 0.1, 4, given)).toBeCloseTo(3.6, 5);
    expect(annealed(one, 0.5, 4, given)).toBe(1);
    expect(annealed(one, 0.1, 4, { ...given, annealing: "base" })).toBe(1.9);
    expect(annealed(one, 0.2, 4, { ...given, annealing: "entropy" })).toBeCloseTo(5, 3);
    expect(annealed(one, 0.1, 4, { ...given, annealing: "none" })).toBe(1);
  });

  it("are drawn by stratified resampling, one in each stratum", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(stratified([0.25, 0.25, 0.25, 0.25], 4, new Random(seed))).toEqual([0, 1, 2, 3]);
      const drawn = stratified([0.5, 0.3, 0.2], 10, new Random(seed));
      expect(drawn.filter((index) => index === 0)).toHaveLength(5);
      expect(drawn.filter((index) => index === 2)).toHaveLength(2);
    }
  });
});

describe("confidence bounds", () => {
  it("give the worked examples", () => {
    expect(uct(0.5, 10, 4, 2)).toBeCloseTo(2.0174, 4);
    expect(puct(0.5, 0.3, 10, 4, 1.25)).toBeCloseTo(0.7372, 4);
  });

  it("send an unvisited child first", () => {
    expect(uct(0, 10, 0, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("Thompson beliefs", () => {
  it("give the worked Gaussian posteriors", () => {
    expect(gaussianPosterior(rewardsOf(0.8))).toEqual({ mean: 0.4, kappa: 2, nu: 2, tau2: expect.closeTo(0.21, 10) });
    const after = gaussianPosterior(rewardsOf(0.8, 0.4, 0.6));
    expect(after.mean).toBeCloseTo(0.45, 10);
    expect([after.kappa, after.nu]).toEqual([4, 4]);
    expect(after.tau2).toBeCloseTo(0.1125, 10);
  });

  it("count fractional successes for Beta", () => {
    const { a, b } = betaPosterior(rewardsOf(0.8, 0.4));
    expect(a).toBeCloseTo(1.7, 12);
    expect(b).toBeCloseTo(1.3, 12);
  });

  it("do not depend on the order of rewards", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }), (values) => {
        const forward = gaussianPosterior(rewardsOf(...values));
        const backward = gaussianPosterior(rewardsOf(...[...values].reverse()));
        expect(backward.mean).toBeCloseTo(forward.mean, 10);
        expect(backward.tau2).toBeCloseTo(forward.tau2, 10);
      }),
    );
  });

  it("are sampled around their mean", () => {
    const random = new Random("thompson");
    const belief = gaussianPosterior(rewardsOf(0.8, 0.4, 0.6));
    const draws = Array.from({ length: 20_000 }, () => drawGaussian(belief, random));
    expect(sum(draws) / draws.length).toBeCloseTo(0.45, 1);
    // The marginal is Student's t with ν = 4: variance τ² / κ · ν / (ν - 2).
    const variance = sum(draws.map((draw) => (draw - 0.45) ** 2)) / draws.length;
    expect(Math.abs(variance - (0.1125 / 4) * 2)).toBeLessThan(0.015);
    const betas = Array.from({ length: 20_000 }, () => drawBeta({ a: 1.7, b: 1.3 }, random));
    expect(Math.abs(sum(betas) / betas.length - 1.7 / 3)).toBeLessThan(0.01);
  });
});
