import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { acceptable, midP } from "../../src/statistics/intervals/binomial.ts";
import { clusteredShare, gainsAndLosses, pairedInterval, shareInterval } from "../../src/statistics/intervals/share.ts";
import { binomialPmf } from "../../src/statistics/numeric/binomial.ts";

const names = (n: number) => Array.from({ length: n }, (_, i) => `p${i}`);

describe("the interval of a share", () => {
  /** Roots of binom.sf(x, n, p) + binom.pmf(x, n, p) / 2 by scipy 1.17.1, brentq at 1e-14. */
  it.each([
    [0, 5, 0, 0.4507197283469411],
    [1, 5, 0.01000198123318032, 0.6655604584638776],
    [5, 5, 0.5492802716530591, 1],
    [81, 263, 0.2544021049455224, 0.3657734742577797],
    [2, 200, 0.0016800458817606253, 0.03264254808535719],
    [19, 20, 0.7771939442823724, 0.9974991271684397],
  ])("%i of %i: mid-p as scipy gives it", (x, n, low, high) => {
    expect(midP(x / n, n).low).toBeCloseTo(low, 8);
    expect(midP(x / n, n).high).toBeCloseTo(high, 8);
  });

  /**
   * The least p, by finer and finer steps, with 0.7 binom.sf(x - 1, n, p) + 0.3 binom.sf(x, n, p) + the largest
   * binom.cdf(y, n, p) under binom.sf(x - 1, n, p) of at least 5 %; scipy 1.17.1.
   */
  it.each([
    [0, 5, 0, 0.49999999999994993],
    [1, 5, 0.014525973245322836, 0.6263796804790447],
    [5, 5, 0.5000000000000501, 1],
    [81, 263, 0.25391853313805923, 0.36646339685166984],
    [2, 200, 0.002112792303085366, 0.03324008523461497],
    [19, 20, 0.7612059214981686, 0.9963569291727585],
  ])("%i of %i is the interval of acceptability that scipy gives", (x, n, low, high) => {
    expect(acceptable(x / n, n).low).toBeCloseTo(low, 8);
    expect(acceptable(x / n, n).high).toBeCloseTo(high, 8);
    const right = Array.from({ length: n }, (_, i) => (i < x ? 1 : 0));
    expect(shareInterval(right, names(n))?.low).toBeCloseTo(low, 8);
  });

  it("holds every share in at least 92 % of experiments", () => {
    for (const n of [5, 10, 20, 50]) {
      const ends = Array.from({ length: n + 1 }, (_, x) => acceptable(x / n, n));
      for (let p = 0.005; p < 1; p += 0.005) {
        const held = ends.reduce(
          (sum, { low, high }, x) => sum + (low <= p && p <= high ? binomialPmf(x, n, p) : 0),
          0,
        );
        expect(held).toBeGreaterThan(0.92);
      }
    }
  });

  /** statsmodels 0.15.0, proportion_confint(81, 263) by three methods, and (2, 200): it lies among them. */
  it("lies between Jeffreys' and Clopper and Pearson's", () => {
    const { low, high } = midP(81 / 263, 263);
    expect(low).toBeGreaterThan(0.25273674558527126);
    expect(low).toBeLessThan(0.2545219349910236);
    expect(high).toBeGreaterThan(0.36564749917408246);
    expect(high).toBeLessThan(0.3676219226013514);
    expect(midP(0.01, 200).low).toBeGreaterThan(0.0012133490137360304);
    expect(midP(0.01, 200).low).toBeLessThan(0.0020836899305662062);
  });

  it("does not call five right answers with two seeds certain", () => {
    const sums = [2, 2, 2, 2, 2];
    const found = clusteredShare({ sums, counts: sums, trials: 10 });
    expect(found).toMatchObject({ share: 1, interval: { high: 1, low: expect.closeTo(0.5, 8) } });
  });

  it("takes copies of a problem for what they are", () => {
    const [once, twice] = [
      shareInterval([0, 1, 1, 0, 1, 1], names(6)),
      shareInterval([0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1], [...names(6), ...names(6)]),
    ];
    expect(twice?.low).toBeCloseTo(once?.low ?? 0, 12);
    expect(twice?.high).toBeCloseTo(once?.high ?? 0, 12);
  });

  it("is narrower where seeds differ within problems than where they agree", () => {
    const counts = new Array<number>(40).fill(5);
    const width = (sums: readonly number[]) => {
      const { low = 0, high = 0 } = clusteredShare({ sums, counts, trials: 200 })?.interval ?? {};
      return high - low;
    };
    expect(width(counts.map((_, i) => (i % 2 === 0 ? 2 : 3)))).toBeLessThan(
      0.6 * width(counts.map((_, i) => (i % 2) * 5)),
    );
  });

  it("sees a block of several clusters as several", () => {
    const counts = new Array<number>(10).fill(100);
    const [few, many] = [
      clusteredShare({ sums: counts, counts }),
      clusteredShare({ sums: counts, counts, clusters: 1000 }),
    ];
    expect(few?.interval.low).toBeCloseTo(acceptable(1, 10).low, 8);
    expect(many?.interval.low).toBeCloseTo(acceptable(1, 1000).low, 8);
  });

  it("is there for a single problem, and absent where nothing was counted", () => {
    expect(clusteredShare({ sums: [3], counts: [5] })?.interval).toMatchObject(acceptable(0.6, 1));
    expect(clusteredShare({ sums: [], counts: [] })).toBeNull();
    expect(shareInterval([], [])).toBeNull();
  });

  it("has a width, holds the share and stays in [0, 1], whatever the values", () => {
    const value = fc.constantFrom(0, 1, 0.5, 1 / 3, 1e-9, 1 - 1e-12, 0.2);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.nat(6)), { minLength: 1, maxLength: 30 }), (items) => {
        const found = shareInterval(
          items.map(([one]) => one),
          items.map(([, cluster]) => String(cluster)),
        );
        const mean = items.reduce((sum, [one]) => sum + one, 0) / items.length;
        const { low = 1, high = 0 } = found ?? {};
        expect(high - low).toBeGreaterThan(1e-4);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
    );
  });
});

describe("the interval of a paired difference", () => {
  it("has a width, holds the difference, mirrors and stays in [−1, 1], whatever the values", () => {
    const value = fc.constantFrom(0, 1, -1, 0.5, -0.2, 1e-9);
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.nat(9)), { minLength: 1, maxLength: 30 }), (items) => {
        const clusters = items.map(([, cluster]) => String(cluster));
        const differences = items.map(([one]) => one);
        const { low = 1, high = 0 } = pairedInterval(differences, clusters) ?? {};
        const back = pairedInterval(
          differences.map((one) => -one),
          clusters,
        );
        const mean = differences.reduce<number>((sum, one) => sum + one, 0) / items.length;
        expect(high - low).toBeGreaterThan(1e-4);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(back?.low).toBeCloseTo(-high, 9);
      }),
    );
  });

  it("with nothing seen to differ is a bound on what was not seen", () => {
    const interval = gainsAndLosses({ sums: [0, 0, 0, 0, 0], counts: [1, 1, 1, 1, 1] });
    expect(interval).toMatchObject({
      low: expect.closeTo(0.05 ** 0.2 - 1, 8),
      high: expect.closeTo(1 - 0.05 ** 0.2, 8),
    });
  });

  it("tends to Student's with many problems", () => {
    const random = new Random("many");
    const differences = Array.from({ length: 2_000 }, () => [-1, 0, 0, 1, 1][random.integer(5)] ?? 0);
    const mean = differences.reduce((sum, one) => sum + one, 0) / 2_000;
    const error = Math.sqrt(differences.reduce((sum, one) => sum + (one - mean) ** 2, 0)) / 2_000;
    const { low = 0, high = 0 } = pairedInterval(differences, names(2_000)) ?? {};
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.97);
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.05);
  });
});
