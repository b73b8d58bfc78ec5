import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { holm } from "../../../src/statistics/comparing/corrections.ts";
import { mcnemar } from "../../../src/statistics/comparing/mcnemar.ts";
import { type Pair, pairedDifference, pairUp } from "../../../src/statistics/comparing/paired.ts";
import { pairedPermutation } from "../../../src/statistics/comparing/permutation.ts";
import { minimumDetectable, problemsNeeded } from "../../../src/statistics/comparing/power.ts";
import { seedSpread, varianceSplit } from "../../../src/statistics/comparing/variance-split.ts";
import { binomialCdf } from "../../../src/statistics/numeric/binomial.ts";

const pairsOf = (differences: readonly number[], cluster = (i: number) => String(i)): Pair[] =>
  differences.map((d, i) => ({ problem: String(i), cluster: cluster(i), a: d, b: 0 }));

/** Two-sided sign-flip p by trying every pattern. */
function bruteForce(differences: readonly number[]): { pValue: number; midP: number } {
  const observed = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  let [beyond, tie] = [0, 0];
  for (let code = 0; code < 2 ** differences.length; code++) {
    const total = Math.abs(differences.reduce((sum, d, i) => sum + ((code >> i) & 1 ? d : -d), 0));
    if (total > observed + 1e-9) beyond++;
    else if (total > observed - 1e-9) tie++;
  }
  const patterns = 2 ** differences.length;
  return { pValue: (beyond + tie) / patterns, midP: observed < 1e-9 ? 1 : (beyond + tie / 2) / patterns };
}

describe("McNemar", () => {
  it("is the two-sided binomial tail, capped at 1", () => {
    expect(mcnemar(1, 9).exact).toBeCloseTo(2 * binomialCdf(1, 10, 0.5), 12);
    expect(mcnemar(1, 9).exact).toBeCloseTo(0.021484375, 12);
    expect(mcnemar(1, 9).midP).toBeCloseTo(0.021484375 - 10 / 1024, 12);
    expect(mcnemar(5, 5)).toEqual({ exact: 1, midP: 1, discordant: 10 });
    expect(mcnemar(0, 0)).toEqual({ exact: 1, midP: 1, discordant: 0 });
    expect(mcnemar(9, 1)).toEqual(mcnemar(1, 9));
  });

  it("is the permutation test on right and wrong, both forms", () => {
    for (const [lost, gained] of [
      [1, 9],
      [0, 6],
      [12, 30],
      [40, 41],
    ] as const) {
      const differences = [...new Array<number>(lost).fill(1), ...new Array<number>(gained).fill(-1), 0, 0];
      const permutation = pairedPermutation(differences);
      expect(permutation.method).toBe("exact by counting");
      expect(permutation.pValue).toBeCloseTo(mcnemar(lost, gained).exact, 10);
      expect(permutation.midP).toBeCloseTo(mcnemar(lost, gained).midP, 10);
    }
  });
});

describe("paired permutation", () => {
  it("agrees with every sign pattern, on coarse and on continuous differences", () => {
    const coarse = fc.array(
      fc.integer({ min: -4, max: 4 }).map((x) => x / 4),
      { minLength: 1, maxLength: 9 },
    );
    const fine = fc.array(
      fc.integer({ min: -1e6, max: 1e6 }).map((x) => (x * Math.SQRT2) / 1e6),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(fc.oneof(coarse, fine), (differences) => {
        const truth = bruteForce(differences);
        const result = pairedPermutation(differences);
        expect(result.pValue).toBeCloseTo(truth.pValue, 10);
        expect(result.midP).toBeCloseTo(truth.midP, 10);
        expect(result.draws).toBe(0);
      }),
    );
  });

  it("is exact by counting for hundreds of problems with means over seeds", () => {
    const random = new Random("c");
    const differences = Array.from({ length: 300 }, () => (random.integer(7) - 3) / 3);
    const result = pairedPermutation(differences);
    expect(result.method).toBe("exact by counting");
    // The normal limit is close at this size.
    const z = Math.abs(differences.reduce((a, b) => a + b, 0)) / Math.sqrt(differences.reduce((a, d) => a + d * d, 0));
    expect(Math.abs(result.midP - 2 * normalTail(z))).toBeLessThan(0.005);
  });

  it("by Monte Carlo never gives 0, and tends to the exact value", () => {
    const random = new Random("m");
    const differences = Array.from({ length: 21 }, () => random.normal() + 0.3);
    const sampled = pairedPermutation(differences, { draws: 20_000, seed: 1 });
    expect(sampled.method).toBe("monte carlo");
    const exact = allSums(differences);
    expect(Math.abs(sampled.pValue - exact)).toBeLessThan(5 * Math.sqrt((exact * (1 - exact)) / 20_000) + 1e-4);
    const extreme = Array.from({ length: 40 }, (_, i) => 1 + i / 1e5);
    expect(pairedPermutation(extreme, { draws: 999 }).pValue).toBeCloseTo(1 / 1000, 12);
  });

  it("ignores problems without a difference, and finds nothing in none", () => {
    expect(pairedPermutation([0.3, 0, -0.1, 0])).toEqual(pairedPermutation([0.3, -0.1]));
    expect(pairedPermutation([0, 0])).toMatchObject({ pValue: 1, midP: 1 });
  });
});

/** 1 − Φ(z) by a plain numeric integral. */
function normalTail(z: number): number {
  const steps = 100_000;
  const width = 12 / steps;
  let area = 0;
  for (let i = 0; i < steps; i++) area += Math.exp(-((z + (i + 0.5) * width) ** 2) / 2) * width;
  return area / Math.sqrt(2 * Math.PI);
}

function allSums(differences: readonly number[]): number {
  const observed = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  let sums = [0];
  for (const d of differences) sums = sums.flatMap((sum) => [sum + d, sum - d]);
  return sums.filter((sum) => Math.abs(sum) >= observed - 1e-9).length / sums.length;
}

describe("paired differences", () => {
  it("leave out problems with one side and count them", () => {
    const unit = (name: string, value: number) => ({ unit: name, cluster: name, value });
    const { pairs, onlyA, onlyB } = pairUp([unit("p", 1), unit("q", 0)], [unit("q", 1), unit("r", 1), unit("s", 0)]);
    expect(pairs).toEqual([{ problem: "q", cluster: "q", a: 0, b: 1 }]);
    expect([onlyA, onlyB]).toEqual([1, 2]);
  });

  it("have a standard error of 0 where both sides are equal, with a bound on what was not seen", () => {
    const same = Array.from({ length: 20 }, (_, i) => ({ problem: String(i), cluster: String(i), a: i % 2, b: i % 2 }));
    const { difference, standardError, interval, pValue } = pairedDifference(same);
    expect([difference, standardError, pValue]).toEqual([0, 0, 1]);
    // With a share s behaving otherwise, half of (1 − s)^20 is 0.025.
    expect((1 - (interval?.high ?? 0)) ** 20 / 2).toBeCloseTo(0.025, 8);
    expect(interval?.low).toBeCloseTo(-(interval?.high ?? 0), 12);
    const apart = pairedDifference(pairsOf(new Array<number>(20).fill(1))).interval;
    expect(apart?.high).toBe(1);
    expect(apart?.low).toBeGreaterThan(0.5);
    expect(apart?.low).toBeLessThan(0.95);
  });

  it("give Student's paired test", () => {
    const result = pairedDifference(pairsOf([0.1, 0.3, -0.1, 0.2, 0.4]));
    expect(result.difference).toBeCloseTo(0.18, 12);
    expect(result.standardError).toBeCloseTo(Math.sqrt(0.037 / 5), 12);
    expect(result.pValue).toBeCloseTo(0.1044, 3);
  });

  it("are less sure when problems share clusters", () => {
    const differences = [0.5, 0.5, 0.5, -0.2, -0.2, -0.2, 0.3, 0.3, 0.3];
    const alone = pairedDifference(pairsOf(differences));
    const together = pairedDifference(pairsOf(differences, (i) => String(Math.floor(i / 3))));
    expect(together.standardError ?? 0).toBeGreaterThan(1.5 * (alone.standardError ?? 1));
  });
});

describe("families of tests", () => {
  it("Holm has the textbook values, in the order given, and never adjusts downwards", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02].map((x) => expect.closeTo(x, 12)));
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (p) => {
        holm(p).forEach((adjusted, i) => {
          expect(adjusted).toBeGreaterThanOrEqual((p[i] ?? 0) - 1e-15);
        });
      }),
    );
  });
});

describe("power", () => {
  it("power follows Miller's formula and its inverse", () => {
    // z(0.975) + z(0.8) = 2.8015852…
    expect(minimumDetectable(0.01)).toBeCloseTo(0.028015852, 8);
    expect(problemsNeeded(0.03, 0.5)).toBe(Math.ceil((2.8015852180730274 * 0.5) ** 2 / 0.0009));
    expect(problemsNeeded(0, 0.5)).toBe(Infinity);
    const n = problemsNeeded(0.03, 0.5);
    expect(minimumDetectable(0.5 / Math.sqrt(n))).toBeLessThanOrEqual(0.03);
    expect(minimumDetectable(0.5 / Math.sqrt(n - 1))).toBeGreaterThan(0.03);
  });
});

describe("variance split", () => {
  it("recovers problem and seed variance from simulated scores, unequal seeds included", () => {
    const random = new Random("v");
    const scores = Array.from({ length: 3_000 }, (_, p) => {
      const level = 2 * random.normal();
      return Array.from({ length: 2 + (p % 4) }, () => level + 0.5 * random.normal());
    });
    const split = varianceSplit(scores);
    expect(Math.abs(split.betweenProblems - 4)).toBeLessThan(0.3);
    expect(Math.abs((split.withinProblems ?? 0) - 0.25)).toBeLessThan(0.02);
    expect(split.seeds).toBeCloseTo(3.5, 12);
  });

  it("puts everything on seeds where problems are alike, and on problems where seeds agree", () => {
    expect(
      varianceSplit([
        [0, 0],
        [1, 1],
      ]),
    ).toMatchObject({ withinProblems: 0, seedShare: 0 });
    expect(
      varianceSplit([
        [0, 1],
        [1, 0],
      ]),
    ).toMatchObject({ betweenProblems: 0, seedShare: 1 });
    expect(varianceSplit([[0], [1]])).toMatchObject({ withinProblems: null, seedShare: null });
  });

  it("shows the spread over seeds with an interval", () => {
    const spread = seedSpread([0.5, 0.52, 0.47, 0.55, 0.5], { seed: 1 });
    expect(spread.deviation).toBeCloseTo(0.02949576, 6);
    expect(spread.deviationInterval?.low).toBeLessThan(0.0295);
    expect(spread.meanInterval?.high).toBeGreaterThan(0.508);
    expect(seedSpread([0.5], { seed: 1 }).deviation).toBeNull();
  });
});
