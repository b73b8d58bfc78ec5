import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { bordaShares, kemenyPositions, positions, twoLevelShares } from "../../src/statistics/ranking/aggregate.ts";
import { bradleyTerry } from "../../src/statistics/ranking/bradley-terry.ts";

const orders = (n: number): number[][] =>
  n === 0
    ? [[]]
    : orders(n - 1).flatMap((rest) =>
        Array.from({ length: n }, (_, i) => [...rest.slice(0, i), n - 1, ...rest.slice(i)]),
      );

const disagreements = (order: readonly number[], scores: readonly (readonly number[])[]) =>
  scores.reduce(
    (sum, task) =>
      sum +
      order.reduce((own, a, i) => own + order.slice(i + 1).filter((b) => (task[b] ?? 0) > (task[a] ?? 0)).length, 0),
    0,
  );

describe("rank aggregation", () => {
  it("gives positions with ties shared, and Borda shares from 0 to 1", () => {
    expect(positions([0.2, 0.9, 0.9])).toEqual([3, 1.5, 1.5]);
    expect(
      bordaShares([
        [3, 2, 1],
        [30, 20, 10],
      ]),
    ).toEqual([1, 0.5, 0]);
  });

  it("finds Kemeny's order as trying all orders does", () => {
    const random = new Random("kemeny");
    for (let round = 0; round < 40; round++) {
      const arms = 2 + (round % 4);
      const scores = Array.from({ length: 5 }, () => Array.from({ length: arms }, () => random.integer(4)));
      const found = kemenyPositions(scores);
      const order = found.map((_, a) => a).sort((a, b) => (found[a] ?? 0) - (found[b] ?? 0));
      const least = Math.min(...orders(arms).map((one) => disagreements(one, scores)));
      expect(disagreements(order, scores)).toBe(least);
      expect([...found].sort()).toEqual(Array.from({ length: arms }, (_, i) => i + 1));
    }
  });

  it("tells Borda from Kemeny where a majority and a mean disagree", () => {
    // Three of five tasks have a, b, c; two have b, c, a: a wins against all, b has the better sum.
    const scores = [...Array.from({ length: 3 }, () => [3, 2, 1]), ...Array.from({ length: 2 }, () => [1, 3, 2])];
    expect(kemenyPositions(scores)).toEqual([1, 2, 3]);
    expect((bordaShares(scores)[1] ?? 0) > (bordaShares(scores)[0] ?? 0)).toBe(true);
  });

  it("weighs tasks alike on two levels, however many instances they have", () => {
    const big = Array.from({ length: 100 }, () => [1, 0]);
    const small = [[0, 1]];
    expect(twoLevelShares([big, small])).toEqual([0.5, 0.5]);
  });
});

describe("Bradley and Terry's strengths", () => {
  it("are the log-odds of two arms, in Elo's unit", () => {
    const [a = 0, b = 0] =
      bradleyTerry([
        [0, 75],
        [25, 0],
      ]) ?? [];
    expect(a - b).toBeCloseTo(400 * Math.log10(3), 6);
    expect((a + b) / 2).toBeCloseTo(1000, 6);
  });

  it("find the strengths that the expected wins were made from", () => {
    const truth = [1200, 1050, 950, 800];
    const wins = truth.map((own, i) => truth.map((other, j) => (i === j ? 0 : 50 / (1 + 10 ** ((other - own) / 400)))));
    expect(bradleyTerry(wins)?.map(Math.round)).toEqual(truth);
  });

  it("are unknown where an arm never won", () => {
    expect(
      bradleyTerry([
        [0, 5],
        [0, 0],
      ]),
    ).toBeNull();
    expect(
      bradleyTerry([
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
      ]),
    ).toBeNull();
  });
});
