import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { compareFamily, type StrategyValues } from "../../../src/statistics/comparing/compare.ts";
import type { Comparison, ComparisonOptions } from "../../../src/statistics/comparing/comparison.ts";
import { formatDifference, formatP } from "../../../src/statistics/comparing/words.ts";

/** One pair as a family of its own. */
const compare = (a: StrategyValues, b: StrategyValues, options?: ComparisonOptions): Comparison =>
  compareFamily([[a, b]], options)[0] as Comparison;

const strategy = (name: string, values: readonly number[], group = (i: number) => `p${i}`): StrategyValues => ({
  strategy: name,
  units: values.map((value, i) => ({ unit: `p${i}`, cluster: group(i), value })),
});

/** `right` of `n` problems right, the first ones. */
const first = (right: number, n: number) => Array.from({ length: n }, (_, i) => (i < right ? 1 : 0));

describe("a comparison of two strategies", () => {
  it("says better with difference, interval, p and size", () => {
    const result = compare(strategy("beam", first(70, 100)), strategy("greedy", first(50, 100)));
    expect(result).toMatchObject({ verdict: "better", n: 100, clusters: 100, difference: expect.closeTo(0.2, 12) });
    expect(result.mcnemarExact).toBeCloseTo(2 ** -19, 12);
    expect(result.words).toBe(
      "beam is better than greedy: +20.0 points (95 % interval +12.4 to +28.7, p < 0.0001) on 100 problems.",
    );
  });

  it("says worse with the sides swapped, and mirrors every number", () => {
    const [a, b] = [strategy("beam", first(70, 100)), strategy("greedy", first(50, 100))];
    const [there, back] = [compare(a, b), compare(b, a)];
    expect(back.verdict).toBe("worse");
    expect(back.difference).toBeCloseTo(-(there.difference ?? 0), 12);
    expect(back.interval?.low).toBeCloseTo(-(there.interval?.high ?? 0), 12);
    expect(back.pValue).toBe(there.pValue);
  });

  it("says what the size could have found, and what size would settle it, when nothing is significant", () => {
    const random = new Random("w");
    const values = (p: number) => Array.from({ length: 30 }, () => (random.uniform() < p ? 1 : 0));
    const result = compare(strategy("a", values(0.5)), strategy("b", values(0.5)));
    expect(result.verdict).toBe("no significant difference");
    expect(result.minimumDetectable).toBeGreaterThan(0.2);
    expect(result.words).toMatch(/^No significant difference between a and b at this size: [+−]\d/);
    expect(result.words).toMatch(/This many problems find a true difference of \d+\.\d points or more\./);
    expect(result.words).toMatch(/About [\d,]+ problems would settle a difference as small as this one\.$/);
  });

  it("does not claim equality from identical results: it bounds what was not seen", () => {
    const result = compare(strategy("a", first(10, 20)), strategy("b", first(10, 20)));
    expect(result).toMatchObject({
      verdict: "no significant difference",
      difference: 0,
      pValue: 1,
      problemsToSettle: null,
    });
    expect(result.minimumDetectable).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
  });

  it("counts problems that only one side has", () => {
    const result = compare(strategy("a", first(10, 30)), strategy("b", first(10, 20)));
    expect(result).toMatchObject({ n: 20, onlyA: 10, onlyB: 0 });
    expect(result.words).toContain("(left out: 10 only for a)");
  });

  it("gives no verdict on fewer than two problems or groups", () => {
    expect(compare(strategy("a", [1]), strategy("b", [0]))).toMatchObject({
      verdict: "too few problems",
      pValue: null,
    });
    const grouped = compare(
      strategy("a", [1, 1, 1], () => "g"),
      strategy("b", [0, 0, 0], () => "g"),
    );
    expect(grouped.words).toBe("a and b cannot be compared: 3 problems in 1 clusters have both.");
  });

  it("does not take copies of a problem for evidence", () => {
    const a = Array.from({ length: 40 }, (_, i) => (i < 24 ? 1 : 0));
    const b = Array.from({ length: 40 }, (_, i) => (i < 16 ? 1 : 0));
    expect(compare(strategy("a", a), strategy("b", b)).verdict).toBe("better");
    const copies = compare(
      strategy("a", a, (i) => `g${Math.floor(i / 8)}`),
      strategy("b", b, (i) => `g${Math.floor(i / 8)}`),
    );
    expect(copies.verdict).toBe("no significant difference");
    expect(copies.mcnemarExact).toBeNull();
  });

  it("knows that less cost is better, and prints costs as numbers", () => {
    const random = new Random("t");
    const cheap = Array.from({ length: 50 }, () => 1000 + 100 * random.normal());
    const result = compare(
      strategy("cheap", cheap),
      strategy(
        "dear",
        cheap.map((x) => x + 500 + 50 * random.normal()),
      ),
      {
        better: "lower",
        scale: "number",
      },
    );
    expect(result.verdict).toBe("better");
    expect(result.words).toMatch(
      /^cheap is better than dear: −\d{3} \(95 % interval −\d{3} to −\d{3}, p < 0\.0001\) on 50 problems\.$/,
    );
  });
});

describe("a family of comparisons", () => {
  it("leaves pairs that cannot be compared out of the family", () => {
    const [a, b] = [strategy("a", first(5, 10)), strategy("b", first(6, 10))];
    const c = { strategy: "c", units: [{ unit: "elsewhere", cluster: "elsewhere", value: 1 }] };
    const family = compareFamily([
      [a, b],
      [a, c],
    ]);
    expect(family.map(({ family: size }) => size)).toEqual([1, 1]);
    expect(family[1]?.verdict).toBe("too few problems");
  });

  it("adjusts by Holm, so that one lucky pair among many is not a claim", () => {
    const plain = first(50, 100);
    const lucky = plain.map((value, i) => (i >= 50 && i < 58 ? 1 : i === 0 ? 0 : value));
    const alone = compare(strategy("lucky", lucky), strategy("base", plain));
    expect(alone.verdict).toBe("better");
    const others = Array.from({ length: 6 }, (_, k) =>
      strategy(
        `s${k}`,
        plain.map((v, i) => (i % 25 === k ? 1 - v : v)),
      ),
    );
    const family = compareFamily(
      [strategy("lucky", lucky), ...others].map((one) => [one, strategy("base", plain)] as const),
    );
    expect(family).toHaveLength(7);
    expect(family[0]?.adjustedP).toBeCloseTo(7 * (alone.pValue ?? 0), 12);
    expect(family[0]?.verdict).toBe("no significant difference");
    expect(family[0]?.words).toContain("after Holm over 7 pairs");
    expect(family[0]?.words).toContain("95 % interval of this pair alone");
  });
});

describe("numbers in words", () => {
  it("print p to two digits and never as 0.00", () => {
    expect([0.0213, 0.5, 0.00012, 1e-9].map(formatP)).toEqual(["p = 0.021", "p = 0.5", "p = 0.00012", "p < 0.0001"]);
  });

  it("print differences with a sign, shares in points to 0.1", () => {
    expect(formatDifference(0.0321, "share")).toBe("+3.2");
    expect(formatDifference(-0.5, "share")).toBe("−50.0");
    expect(formatDifference(-12345, "number")).toBe("−12,300");
  });
});
