import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { computeOptimal, difficultyBins, winMatrix } from "../../../src/statistics/comparing/index.ts";

describe("compute-optimal choice by difficulty", () => {
  it("cuts problems into bins of equal size, easiest first", () => {
    expect(difficultyBins([0.1, 0.9, 0.5, 0.7, 0.3], 5)).toEqual([4, 0, 2, 1, 3]);
    const bins = difficultyBins(
      Array.from({ length: 100 }, (_, i) => (i * 37) % 100),
      5,
    );
    expect([0, 1, 2, 3, 4].map((bin) => bins.filter((b) => b === bin).length)).toEqual([20, 20, 20, 20, 20]);
  });

  it("picks each bin's better strategy where they differ", () => {
    const bins = Array.from({ length: 80 }, (_, p) => p % 2);
    const easy = bins.map((bin) => (bin === 0 ? 1 : 0));
    const hard = bins.map((bin) => (bin === 1 ? 1 : 0));
    expect(computeOptimal([easy, hard], bins, 1)).toMatchObject({
      accuracy: 1,
      chosen: [
        [0, 1],
        [0, 1],
      ],
    });
  });

  it("claims no gain from noise, unlike choosing and reporting on the same problems", () => {
    const random = new Random("noise");
    let [honest, optimistic] = [0, 0];
    for (let r = 0; r < 200; r++) {
      const scores = Array.from({ length: 6 }, () =>
        Array.from({ length: 50 }, () => (random.uniform() < 0.5 ? 1 : 0)),
      );
      const bins = Array.from({ length: 50 }, (_, p) => p % 5);
      honest += computeOptimal(scores, bins, r).accuracy / 200;
      for (let bin = 0; bin < 5; bin++) {
        const means = scores.map(
          (row) => row.filter((_, p) => p % 5 === bin).reduce((sum: number, x) => sum + x, 0) / 10,
        );
        optimistic += Math.max(...means) / 5 / 200;
      }
    }
    expect(Math.abs(honest - 0.5)).toBeLessThan(0.02);
    expect(optimistic).toBeGreaterThan(0.65);
  });
});

describe("win matrix", () => {
  it("adds to one across the diagonal and is sure of what is sure", () => {
    const random = new Random("win");
    const row = (p: number) => Array.from({ length: 60 }, () => (random.uniform() < p ? 1 : 0));
    const wins = winMatrix([row(0.2), row(0.9), row(0.85)], { seed: 1, replicates: 300 });
    expect(wins[1]?.[0]).toBe(1);
    expect(wins[0]?.[0]).toBe(0.5);
    expect((wins[1]?.[2] ?? 0) + (wins[2]?.[1] ?? 0)).toBeCloseTo(1, 12);
  });
});
