import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { leadProbability } from "../../src/engine/picking/stopping.ts";
import { betaBinomial, changeProbability } from "../../strategies/sampling/threshold-stop/change-probability.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** The chance by playing on: the posterior's shares drawn, then the samples; a tie counts as a change. */
function played(votes: readonly number[], more: number, games: number): number {
  const random = new Random(`${votes.join()}/${more}`);
  let changed = 0;
  for (let game = 0; game < games; game++) {
    const shares = [...votes, 0].map((count) => random.gamma(count + 1));
    const counts = [...votes, 0];
    for (let i = 0; i < more; i++) {
      const at = random.weighted(shares);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    const [leader = 0, ...others] = counts;
    if (others.some((count) => count >= leader)) changed++;
  }
  return changed / games;
}

describe("the chance that more samples change a vote", () => {
  it("holds where the chances are smaller than any double", () => {
    expect(changeProbability([300, 300], 900)).toBeCloseTo(0.5, 1);
    expect(changeProbability([300, 10], 900)).toBeLessThan(1e-50);
    expect(betaBinomial(2000, 1000, 5).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  });

  it("is 0 when nothing more comes, and when nobody can catch up", () => {
    expect(changeProbability([3, 2], 0)).toBe(0);
    expect(changeProbability([9, 2], 6)).toBe(0);
    expect(changeProbability([9, 2], 7)).toBeGreaterThan(0);
    expect(changeProbability([], 4)).toBe(1);
  });

  it("is exact for a unanimous vote: the unseen answer must get as many", () => {
    // One vote, one more sample: leader 2/3, another answer 1/3, which ties.
    expect(changeProbability([1], 1)).toBeCloseTo(1 / 3, 12);
    // Two more: both elsewhere (1/3 · 2/4) passes it, one elsewhere leaves it ahead.
    expect(changeProbability([1], 2)).toBeCloseTo(1 / 6, 12);
  });

  it.each([
    [[4, 1], 8],
    [[3, 3], 6],
    [[5, 3, 1], 10],
    [[2, 1, 1, 1], 12],
  ])("bounds from above what playing on gives, and closely: %j with %i more", (votes, more) => {
    const games = 6000;
    const chance = played(votes, more, games);
    const margin = 3 * Math.sqrt((chance * (1 - chance)) / games) + 1e-3;
    const bound = changeProbability(votes, more);
    expect(bound).toBeGreaterThanOrEqual(chance - margin);
    expect(bound).toBeLessThanOrEqual(2 * chance + margin);
  });

  it("tends to Adaptive-Consistency's probability where two answers share the vote", () => {
    // The runner-up and an answer not seen yet, each against the leader.
    const limit = 1 - leadProbability(8, 2) + (1 - leadProbability(8, 0));
    expect(changeProbability([8, 2], 4000)).toBeCloseTo(limit, 2);
  });

  it("beta-binomial chances add up to 1", () => {
    const small = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(small, small, fc.integer({ min: 0, max: 30 }), (n, a, b) => {
        expect(sum(betaBinomial(n, a, b))).toBeCloseTo(1, 9);
      }),
    );
  });

  it("never grows when the leader gets the next sample", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (a, b, more) => {
          const votes = [Math.max(a, b), Math.min(a, b)].filter((count) => count > 0);
          const next = [(votes[0] ?? 0) + 1, ...votes.slice(1)];
          expect(changeProbability(next, more - 1)).toBeLessThanOrEqual(changeProbability(votes, more) + 1e-12);
        },
      ),
    );
  });
});
