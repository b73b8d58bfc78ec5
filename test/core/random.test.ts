import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random, seedOf } from "../../src/core/random.ts";

describe("Random", () => {
  it("gives the same numbers for the same key and others for another", () => {
    const draw = (key: string) =>
      Array.from(
        { length: 5 },
        (
          (random) => () =>
            random.bits()
        )(new Random(key)),
      );
    expect(draw("a")).toEqual(draw("a"));
    expect(draw("a")).not.toEqual(draw("b"));
  });

  it("forks without advancing and without depending on what was drawn before", () => {
    const drawn = new Random("x");
    drawn.uniform();
    drawn.uniform();
    expect(drawn.fork("sample", 3).uniform()).toBe(new Random("x").fork("sample", 3).uniform());
  });

  it("is uniform: the mean and the share below each decile are within 4 standard errors", () => {
    const random = new Random("uniform");
    const n = 40_000;
    const values = Array.from({ length: n }, () => random.uniform());
    for (let decile = 1; decile < 10; decile++) {
      const share = values.filter((value) => value < decile / 10).length / n;
      const error = Math.sqrt(((decile / 10) * (1 - decile / 10)) / n);
      expect(Math.abs(share - decile / 10)).toBeLessThan(4 * error);
    }
  });

  it("has neighbouring keys that are uncorrelated", () => {
    const n = 20_000;
    const values = Array.from({ length: n }, (_, i) => new Random(`k/${i}`).uniform() - 0.5);
    const lagged = values.slice(1).reduce((sum, value, i) => sum + value * (values[i] ?? 0), 0) / n;
    expect(Math.abs(lagged)).toBeLessThan((4 * (1 / 12)) / Math.sqrt(n));
  });

  it("draws normal, gamma and beta variates with the right mean and variance", () => {
    const random = new Random("moments");
    const n = 30_000;
    const moments = (draw: () => number) => {
      const values = Array.from({ length: n }, draw);
      const mean = values.reduce((a, b) => a + b, 0) / n;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / n] as const;
    };
    const [normalMean, normalVariance] = moments(() => random.normal());
    expect(Math.abs(normalMean)).toBeLessThan(4 / Math.sqrt(n));
    expect(normalVariance).toBeCloseTo(1, 1);
    const [gammaMean, gammaVariance] = moments(() => random.gamma(2.5));
    expect(Math.abs(gammaMean - 2.5)).toBeLessThan(4 * Math.sqrt(2.5 / n));
    expect(gammaVariance).toBeCloseTo(2.5, 0);
    const [smallMean] = moments(() => random.gamma(0.5));
    expect(Math.abs(smallMean - 0.5)).toBeLessThan(4 * Math.sqrt(0.5 / n));
    const [betaMean] = moments(() => random.beta(2, 6));
    expect(Math.abs(betaMean - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 9 / n));
  });

  it("draws by weight, never an index of weight 0", () => {
    const random = new Random("weights");
    const counts = [0, 0, 0];
    for (let i = 0; i < 9000; i++) {
      const index = random.weighted([1, 0, 2]);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(counts[1]).toBe(0);
    expect(Math.abs((counts[2] ?? 0) / 9000 - 2 / 3)).toBeLessThan(0.02);
    expect(() => random.weighted([0, 0])).toThrow(/positive sum/);
  });

  it("shuffles without losing anything", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, key) => {
        const shuffled = new Random(key).shuffle(items);
        expect([...shuffled].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  it("makes seeds of 31 bits that servers accept", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, index) => {
        const seed = seedOf(text, index);
        expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31).toBe(true);
      }),
    );
  });
});
