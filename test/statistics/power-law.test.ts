import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { betaCoverage, fitSuccessBeta } from "../../src/statistics/sampling/beta-coverage.ts";
import { logSpaced, passAtK } from "../../src/statistics/sampling/pass-at-k.ts";
import { coverageAt, coverageLaw, fitPowerLaw } from "../../src/statistics/sampling/power-law.ts";

describe("the power law of coverage", () => {
  it("has the worked values", () => {
    const law = { a: -1.6, b: -0.5 };
    expect([1, 10, 100, 1000].map((k) => coverageAt(law, k))).toEqual(
      [0.2019, 0.6029, 0.8521, 0.9507].map((value) => expect.closeTo(value, 4)),
    );
  });

  it("is recovered from noiseless points, parameters to 1e-6", () => {
    for (const law of [
      { a: -1.6, b: -0.5 },
      { a: -5, b: -0.2 },
      { a: -0.3, b: -0.05 },
      { a: -8, b: -0.9 },
      { a: -0.01, b: -1.4 },
    ]) {
      for (const ks of [[1, 10, 100, 1000], logSpaced(10_000)]) {
        const { law: fitted } = fitPowerLaw(ks.map((k) => ({ k, coverage: coverageAt(law, k) })));
        expect(fitted?.a).toBeCloseTo(law.a, 6);
        expect(fitted?.b).toBeCloseTo(law.b, 6);
        expect(fitted?.rmse).toBeLessThan(1e-9);
      }
    }
  });

  it("minimises the squared error of coverage itself: no neighbour does better", () => {
    const random = new Random("noise");
    const points = logSpaced(1000).map((k) => ({
      k,
      coverage: Math.min(0.999, Math.max(0.001, coverageAt({ a: -2, b: -0.4 }, k) + 0.03 * random.normal())),
    }));
    const { law } = fitPowerLaw(points);
    const loss = (a: number, b: number) =>
      points.reduce((sum, { k, coverage }) => sum + (coverageAt({ a, b }, k) - coverage) ** 2, 0);
    expect(law).not.toBeNull();
    if (law === null) return;
    for (const [da, db] of [
      [1e-4, 0],
      [-1e-4, 0],
      [0, 1e-4],
      [0, -1e-4],
      [1e-4, 1e-4],
      [-1e-4, -1e-4],
    ] as const) {
      expect(loss(law.a + da, law.b + db)).toBeGreaterThan(loss(law.a, law.b));
    }
    expect(law.largestError).toBeGreaterThanOrEqual(law.rmse);
  });

  it("is refused, with the reason, where the points cannot tell", () => {
    const at = (k: number, coverage: number) => ({ k, coverage });
    expect(fitPowerLaw([at(1, 0), at(10, 0.5), at(100, 1)])).toMatchObject({ law: null, reason: /only 1 of 3/ });
    expect(fitPowerLaw([at(5, 0.4), at(5, 0.5)])).toMatchObject({ law: null, reason: /same k/ });
    expect(fitPowerLaw([at(1, 0.5), at(10, 0.5), at(100, 0.5)])).toMatchObject({ law: null, reason: /does not grow/ });
  });

  it("comes with a band from refitting on resampled problems that holds the prediction", () => {
    const random = new Random("pools");
    const pools = Array.from({ length: 80 }, () => {
      const p = random.beta(0.4, 2);
      return { n: 64, c: Array.from({ length: 64 }, () => random.uniform()).filter((u) => u < p).length };
    });
    const result = coverageLaw(pools, [64, 1000], { seed: 1, replicates: 200 });
    expect(result.points.at(-1)?.coverage).toBeCloseTo(
      pools.reduce((sum, { n, c }) => sum + passAtK(n, c, 64), 0) / pools.length,
      12,
    );
    expect(result.fit.law?.rmse).toBeLessThan(0.02);
    const [inside, beyond] = result.predictions;
    for (const prediction of [inside, beyond]) {
      expect(prediction?.band.low).toBeLessThan(prediction?.coverage ?? 0);
      expect(prediction?.band.high).toBeGreaterThan(prediction?.coverage ?? 1);
    }
    expect(result.parameters?.a.low).toBeLessThan(result.parameters?.a.high ?? -Infinity);
    expect(coverageLaw(pools, [64, 1000], { seed: 1, replicates: 200 })).toEqual(result);
  });
});

describe("the distribution of success rates", () => {
  it("gives coverage as the mean of 1 − (1 − p)^k", () => {
    // Beta(1, 1) is uniform: E[(1 − p)^k] = 1 / (k + 1).
    expect(betaCoverage({ alpha: 1, beta: 1 }, 9)).toBeCloseTo(0.9, 12);
    expect(betaCoverage({ alpha: 0.3, beta: 2 }, 1)).toBeCloseTo(0.3 / 2.3, 12);
  });

  it("is recovered from counts and forecasts coverage far beyond the samples", () => {
    const random = new Random("rates");
    const rates = Array.from({ length: 4_000 }, () => random.beta(0.4, 3));
    const pools = rates.map((p) => ({
      n: 32,
      c: Array.from({ length: 32 }, () => random.uniform()).filter((u) => u < p).length,
    }));
    const fitted = fitSuccessBeta(pools);
    expect(fitted).not.toBeNull();
    if (fitted === null) return;
    expect(Math.abs(fitted.alpha - 0.4)).toBeLessThan(0.03);
    expect(Math.abs(fitted.beta - 3)).toBeLessThan(0.3);
    const truth = rates.reduce((sum, p) => sum + 1 - (1 - p) ** 3_000, 0) / rates.length;
    expect(Math.abs(betaCoverage(fitted, 3_000) - truth)).toBeLessThan(0.015);
  });

  it("has no maximum where all problems agree", () => {
    expect(
      fitSuccessBeta([
        { n: 5, c: 0 },
        { n: 5, c: 0 },
      ]),
    ).toBeNull();
    expect(fitSuccessBeta([{ n: 5, c: 5 }])).toBeNull();
  });
});
