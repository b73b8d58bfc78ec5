import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { Allocation, type AllocationOptions, allocationSchema } from "../../src/engine/allocation/allocation.ts";
import { drawnUrgency, proportionalTargets } from "../../src/engine/allocation/rules.ts";
import { certainty, disagreement, type Standing } from "../../src/engine/allocation/standing.ts";

const options = (given: Partial<AllocationOptions>) => allocationSchema.parse(given);
const votes = (...weights: number[]): Standing => ({ samples: weights.reduce((a, b) => a + b, 0), weights });

/** Allocates until nothing is wanted or `most` samples are drawn; problem i's samples agree where `agree[i]`. */
function draw(allocation: Allocation, agree: readonly boolean[], most: number): number[] {
  const counts = agree.map(() => 0);
  let drawn = 0;
  for (let asked = allocation.ask(new Random(1)); asked.length > 0; asked = allocation.ask(new Random(1))) {
    for (const i of asked) {
      if (drawn++ >= most) return counts;
      const n = (counts[i] ?? 0) + 1;
      counts[i] = n;
      allocation.tell(i, agree[i] ? votes(n) : votes(...Array.from({ length: n }, () => 1)));
    }
  }
  return counts;
}

describe("an allocation", () => {
  it("gives every problem its least before any gets more, and asks nothing while a round is out", () => {
    const allocation = new Allocation(3, options({ least: 2 }));
    expect(allocation.ask(new Random(1))).toEqual([0, 1, 2]);
    expect(allocation.ask(new Random(1))).toEqual([]);
    for (const i of [2, 0, 1]) allocation.tell(i, votes(1));
    expect(allocation.ask(new Random(1))).toEqual([0, 1, 2]);
  });

  it("drops a problem that is settled: four samples that agree", () => {
    const allocation = new Allocation(2, options({}));
    expect(draw(allocation, [true, true], 100)).toEqual([4, 4]);
    expect(certainty(votes(4))).toBeCloseTo(31 / 32, 12);
    expect(certainty(votes(3))).toBeLessThan(0.95);
  });

  it("never drops one for being settled where that is switched off", () => {
    const allocation = new Allocation(2, options({ rule: "equal", settled: 1 }));
    expect(draw(allocation, [true, false], 40)).toEqual([20, 20]);
  });

  it("with uniform trials samples each problem until so many agree", () => {
    const allocation = new Allocation(3, options({ rule: "uniform", target: 6, settled: 1 }));
    expect(draw(allocation, [true, true, false], 30)).toEqual([6, 6, 18]);
  });

  it("with proportional trials gives a problem without disagreement the least, and ends when all targets are met", () => {
    const allocation = new Allocation(2, options({ rule: "proportional", target: 5, settled: 1, least: 2 }));
    const counts = draw(allocation, [true, false], 40);
    expect(counts).toEqual([2, 38]);
    const agreed = new Allocation(2, options({ rule: "proportional", target: 5, settled: 1, least: 2 }));
    expect(draw(agreed, [true, true], 40)).toEqual([2, 2]);
  });

  it("with Thompson sampling spends on the problem whose answer may still change", () => {
    const allocation = new Allocation(2, options({ round: 1, least: 1, settled: 1 }));
    const random = new Random("urgent");
    allocation.ask(random);
    allocation.tell(0, votes(9));
    allocation.tell(1, votes(5, 4));
    expect(allocation.ask(random)).toEqual([1]);
  });

  it("targets of difficulty-proportional trials: k_p = 192 and fail rates 0.1, 0.5, 0.96 give 20, 100, 192", () => {
    expect(proportionalTargets([0.1, 0.5, 0.96], 192)).toEqual([20, 100, 192]);
    expect(proportionalTargets([0, 0], 192)).toEqual([1, 1]);
    expect(proportionalTargets([0, 0.5], 192)).toEqual([1, 192]);
  });

  it("counts scores as weights, and is never surer for rounding them", () => {
    expect(certainty({ samples: 5, weights: [3.9, 0.4] })).toBe(certainty(votes(3, 1)));
    expect(disagreement(votes(3, 1))).toBe(0.25);
    expect(disagreement({ samples: 0, weights: [] })).toBe(1);
  });

  it("is urgent in [-1, 1] whatever the votes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), fc.integer(), (weights, seed) => {
        const urgency = drawnUrgency(votes(...weights.sort((a, b) => b - a)), new Random(seed));
        expect(urgency).toBeGreaterThanOrEqual(-1);
        expect(urgency).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("asks for the same problems whatever the order of telling", () => {
    const rule = fc.constantFrom("thompson", "proportional", "uniform", "equal" as const);
    fc.assert(
      fc.property(
        rule,
        fc.integer({ min: 1, max: 99 }),
        fc.array(fc.nat(9), { minLength: 4, maxLength: 9 }),
        (name, seed, marks) => {
          const rounds = (reverse: boolean) => {
            const allocation = new Allocation(marks.length, options({ rule: name as "thompson", round: 3 }));
            const counts = marks.map(() => 0);
            const asked: (readonly number[])[] = [];
            for (let round = 0; round < 12; round++) {
              const next = allocation.ask(new Random(seed));
              asked.push(next);
              for (const i of reverse ? [...next].reverse() : next) {
                const n = (counts[i] ?? 0) + 1;
                counts[i] = n;
                const first = Math.ceil((n * ((marks[i] ?? 0) + 10)) / 20);
                allocation.tell(i, votes(first, n - first));
              }
            }
            return asked;
          };
          expect(rounds(true)).toEqual(rounds(false));
        },
      ),
      { numRuns: 40 },
    );
  });
});
