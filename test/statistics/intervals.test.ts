import { describe, expect, it } from "vitest";
import { acceptable } from "../../src/statistics/intervals/binomial.ts";
import { bootstrap, bootstrapMean, resampleWeights, weightedMean } from "../../src/statistics/intervals/bootstrap.ts";
import { clusteredInterval, clusteredStandardError } from "../../src/statistics/intervals/mean.ts";
import { standardDeviation, sum } from "../../src/statistics/numeric/arrays.ts";

describe("intervals of a mean", () => {
  it("clustered standard error with singleton clusters is the plain one", () => {
    const values = [0, 1, 1, 0, 1, 0.5];
    expect(clusteredStandardError(values, ["a", "b", "c", "d", "e", "f"])).toBeCloseTo(
      (standardDeviation(values) ?? NaN) / Math.sqrt(values.length),
      12,
    );
  });

  it("the two variants differ by sqrt(C / (C − 1)) and follow their formulas", () => {
    const values = [1, 1, 0, 0, 1];
    const clusters = ["a", "a", "b", "b", "c"];
    // Deviations 0.4 0.4 −0.6 −0.6 0.4; cluster sums 0.8 −1.2 0.4; squares sum to 2.24.
    expect(clusteredStandardError(values, clusters, "plain")).toBeCloseTo(Math.sqrt(2.24) / 5, 12);
    expect(clusteredStandardError(values, clusters, "corrected")).toBeCloseTo(Math.sqrt(2.24 * 1.5) / 5, 12);
    expect(clusteredInterval(values, ["a", "a", "a", "a", "a"])).toBeNull();
  });

  it("Student's has no width of 0: without spread there is none", () => {
    expect(clusteredInterval([3, 3, 3], ["a", "b", "c"])).toBeNull();
    expect(clusteredInterval([0, 0, 0], ["a", "b", "c"])).toBeNull();
  });

  it("copies of a problem in one cluster add no information", () => {
    const values = [0, 1, 1, 0, 1, 0];
    const names = ["a", "b", "c", "d", "e", "f"];
    const alone = clusteredStandardError(values, names);
    const copied = clusteredStandardError([...values, ...values, ...values], [...names, ...names, ...names]);
    expect(copied).toBeCloseTo(alone ?? NaN, 12);
  });
});

describe("bootstrap", () => {
  it("has a standard error of population deviation over √n", () => {
    const { standardError: error, estimate } = bootstrapMean(values, { seed: 1, replicates: 20_000 });
    const n = values.length;
    const population = ((standardDeviation(values) ?? 0) / Math.sqrt(n)) * Math.sqrt((n - 1) / n);
    expect(estimate).toBeCloseTo(sum(values) / n, 12);
    expect(Math.abs(error / population - 1)).toBeLessThan(0.02);
  });

  it("keeps clusters together", () => {
    const clusters = values.map((_, i) => String(i % 5));
    const wide = bootstrapMean(
      values.map((_, i) => (i % 5 < 2 ? 1 : 0)),
      { seed: 3, replicates: 4_000, clusters },
    );
    // Five clusters of which two are all ones: the error is sqrt(0.24 / 5), not sqrt(0.24 / 40).
    expect(wide.standardError).toBeCloseTo(Math.sqrt(0.24 / 5), 2);
  });

  const values = Array.from({ length: 40 }, (_, i) => ((i * 7) % 13) / 13);

  it("gives the same interval for the same seed and another for another", () => {
    const one = bootstrapMean(values, { seed: 1, replicates: 500 });
    expect(bootstrapMean(values, { seed: 1, replicates: 500 })).toEqual(one);
    expect(bootstrapMean(values, { seed: 2, replicates: 500 })).not.toEqual(one);
  });

  it("draws replicates that do not depend on each other", () => {
    expect(resampleWeights(10, "s", 7)).toEqual(resampleWeights(10, "s", 7));
    expect(sum(resampleWeights(10, "s", 7))).toBe(10);
  });

  it("BCa shifts the interval of a skewed statistic and says so when it cannot", () => {
    const skewed = values.map((value) => Math.exp(4 * value));
    const statistic = (weights: Float64Array) => weightedMean(skewed, weights);
    const percentile = bootstrap(40, statistic, { seed: 5, replicates: 4_000 });
    const bca = bootstrap(40, statistic, { seed: 5, replicates: 4_000, method: "bca" });
    expect(bca.interval.low).toBeGreaterThan(percentile.interval.low);
    expect(bca.interval.high).toBeGreaterThan(percentile.interval.high);
    const flat = bootstrap(10, () => 1, { seed: 1, replicates: 50, method: "bca" });
    expect(flat.interval).toMatchObject({ low: 1, high: 1, method: "bootstrap percentile (BCa undefined)" });
    const share = bootstrap(10, () => 1, { seed: 1, replicates: 50, share: true });
    expect(share.interval).toMatchObject({ low: expect.closeTo(acceptable(1, 10).low, 8), high: 1 });
  });

  it("leaves undefined replicates out and counts them", () => {
    const { undefinedReplicates } = bootstrap(2, (weights) => (weights[0] === 0 ? null : 1), {
      seed: 1,
      replicates: 1000,
    });
    expect(undefinedReplicates).toBeGreaterThan(180);
    expect(undefinedReplicates).toBeLessThan(320);
    expect(() => bootstrap(2, () => null, { seed: 1, replicates: 10 })).toThrow("at least one item");
  });
});
