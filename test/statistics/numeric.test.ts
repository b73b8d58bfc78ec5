import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { midRanks, quantileOfSorted, sum, variance } from "../../src/statistics/numeric/arrays.ts";
import { betaCdf } from "../../src/statistics/numeric/beta.ts";
import {
  binomialCdf,
  binomialPmf,
  choose,
  chooseExact,
  hypergeometricPmf,
  logChoose,
} from "../../src/statistics/numeric/binomial.ts";
import { logFactorials, logGamma } from "../../src/statistics/numeric/gamma.ts";
import { erfc, normalCdf, normalQuantile } from "../../src/statistics/numeric/normal.ts";
import { tCdf, tQuantile, tTwoSided } from "../../src/statistics/numeric/student.ts";

const relative = (value: number, truth: number) => Math.abs(value - truth) / Math.abs(truth);

describe("special functions", () => {
  it("the incomplete beta function matches binomial tails, powers and its own symmetry", () => {
    expect(betaCdf(0.3, 1, 5)).toBeCloseTo(1 - 0.7 ** 5, 13);
    expect(betaCdf(0.4, 3, 8)).toBeCloseTo(1 - binomialCdf(2, 10, 0.4), 12);
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        (x, a, b) => {
          expect(Math.abs(betaCdf(x, a, b) + betaCdf(1 - x, b, a) - 1)).toBeLessThan(1e-11);
        },
      ),
    );
  });

  it("log-gamma agrees with factorials and with Γ(½) = √π to 1e-13", () => {
    expect(relative(logGamma(0.5), Math.log(Math.PI) / 2)).toBeLessThan(1e-13);
    expect(relative(logGamma(11), Math.log(3628800))).toBeLessThan(1e-13);
    expect(relative(logGamma(171), at(logFactorials(170), 170))).toBeLessThan(1e-13);
    expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12);
  });

  it("erfc keeps its relative accuracy far into the tail", () => {
    expect(relative(erfc(0.5), 0.4795001221869535)).toBeLessThan(1e-13);
    expect(relative(erfc(2), 0.004677734981047266)).toBeLessThan(1e-13);
    expect(relative(erfc(5), 1.5374597944280349e-12)).toBeLessThan(1e-12);
    expect(erfc(-1)).toBeCloseTo(1.8427007929497148, 13);
  });

  it("the series and the fraction of erfc meet where they change over", () => {
    expect(relative(erfc(2 - 1e-12), erfc(2 + 1e-12))).toBeLessThan(1e-10);
  });

  it("normal quantiles are those of the tables, and undo the distribution function", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
    expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) - p)).toBeLessThan(1e-13);
      }),
    );
  });

  it("t quantiles and tails are those of the tables", () => {
    expect(tQuantile(0.975, 1)).toBeCloseTo(12.706204736174698, 9);
    expect(tQuantile(0.975, 10)).toBeCloseTo(2.2281388519649385, 10);
    expect(tQuantile(0.95, 29)).toBeCloseTo(1.6991270265334972, 10);
    expect(tTwoSided(2, 5)).toBeCloseTo(0.1019394788298503, 10);
    // With one degree of freedom it is Cauchy's: P(T ≤ t) = ½ + atan(t)/π.
    expect(tCdf(3, 1)).toBeCloseTo(0.5 + Math.atan(3) / Math.PI, 13);
    expect(tCdf(-3, 1)).toBeCloseTo(0.5 - Math.atan(3) / Math.PI, 13);
    expect(tQuantile(0.3, 1)).toBeCloseTo(Math.tan(Math.PI * -0.2), 10);
  });
});

const at = (values: ArrayLike<number>, i: number) => values[i] as number;

describe("combinatorics", () => {
  it("binomial and hypergeometric probabilities sum to 1 and their tails add up", () => {
    const pmf = Array.from({ length: 31 }, (_, k) => binomialPmf(k, 30, 0.2));
    expect(sum(pmf)).toBeCloseTo(1, 12);
    for (const k of [0, 3, 6, 12, 29]) {
      expect(binomialCdf(k, 30, 0.2)).toBeCloseTo(sum(pmf.slice(0, k + 1)), 12);
    }
    expect(sum(Array.from({ length: 8 }, (_, x) => hypergeometricPmf(x, 50, 12, 7)))).toBeCloseTo(1, 12);
  });

  it("binomials agree in doubles, in logs and in big integers", () => {
    expect(chooseExact(10_000, 1_000).toString()).toHaveLength(1410);
    for (const [n, k] of [
      [5, 2],
      [52, 5],
      [60, 30],
      [1000, 3],
    ] as const) {
      expect(relative(choose(n, k), Number(chooseExact(n, k)))).toBeLessThan(1e-15);
      expect(relative(Math.exp(logChoose(n, k)), Number(chooseExact(n, k)))).toBeLessThan(1e-11);
    }
    expect(choose(4, 5)).toBe(0);
    expect(logChoose(4, -1)).toBe(-Infinity);
  });
});

describe("arrays", () => {
  it("quantiles interpolate by type 7 and variance has divisor n − 1", () => {
    expect(quantileOfSorted([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(variance([1, 2, 3, 4])).toBeCloseTo(5 / 3, 14);
    expect(variance([1])).toBeNull();
  });

  it("compensated summation survives cancellation", () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(new Array(1_000_000).fill(0.1))).toBe(100_000);
  });

  it("mid-ranks share ties", () => {
    expect(midRanks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  });
});
