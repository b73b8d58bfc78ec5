import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { chooseExact } from "../../src/statistics/numeric/binomial.ts";
import { bestOfK } from "../../src/statistics/sampling/best-of-k.ts";
import { budgetedPool } from "../../src/statistics/sampling/budgeted.ts";
import { majorityAtK, majorityAtKExact, votesOf } from "../../src/statistics/sampling/majority-at-k.ts";
import { gPassAtK, logSpaced, meanGPassAtK, passAtK, passHatK } from "../../src/statistics/sampling/pass-at-k.ts";
import { type PoolSample, subsets } from "../../src/statistics/sampling/pool.ts";
import { selectionEfficiency } from "../../src/statistics/sampling/selection.ts";
import { weightedAtK } from "../../src/statistics/sampling/weighted-at-k.ts";

/** A small pool: few classes and few scores, so that ties are common; the class decides the label. */
const pools = fc
  .array(fc.record({ name: fc.constantFrom("a", "b", "c", "d", null), score: fc.constantFrom(null, 0.1, 0.5, 0.9) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((samples) =>
    samples.map(
      ({ name, score }): PoolSample => ({ answerClass: name, correct: name === "a" || name === "b", score, tokens: 1 }),
    ),
  );

/** Mean of an outcome over all k-subsets. */
function enumerated(pool: readonly PoolSample[], k: number, outcome: (drawn: readonly PoolSample[]) => number): number {
  let [total, count] = [0, 0];
  for (const subset of subsets(pool.length, k)) {
    total += outcome(subset.map((i) => pool[i] as PoolSample));
    count++;
  }
  return total / count;
}

/** All orders of a short list. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => orders(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

const anyRight = (drawn: readonly PoolSample[]) => (drawn.some(({ correct }) => correct) ? 1 : 0);

/** Weighted plurality with ties split, written as plainly as can be. */
function vote(drawn: readonly PoolSample[], weightOf: (members: readonly PoolSample[]) => number): number {
  const names = [...new Set(drawn.map(({ answerClass }) => answerClass))].filter((name) => name !== null);
  const totals = names.map((name) => weightOf(drawn.filter(({ answerClass }) => answerClass === name)));
  const winners = names.filter((_, i) => Math.abs((totals[i] ?? 0) - Math.max(...totals)) < 1e-9);
  if (winners.length === 0) return 0;
  return winners.filter((name) => name === "a" || name === "b").length / winners.length;
}

function best(drawn: readonly PoolSample[]): number {
  const top = Math.max(...drawn.map(({ score }) => score ?? -1));
  const tied = drawn.filter(({ score }) => (score ?? -1) === top);
  return tied.filter(({ correct }) => correct).length / tied.length;
}

const everyK = (check: (pool: PoolSample[], k: number) => void, runs = 60) =>
  fc.assert(
    fc.property(pools, (pool) => {
      for (let k = 1; k <= pool.length; k++) check(pool, k);
    }),
    { numRuns: runs, seed: 7 },
  );

const rightIn = (pool: readonly PoolSample[]) => pool.filter(({ correct }) => correct).length;

describe("coverage", () => {
  it("pass@k has the worked values", () => {
    expect(passAtK(10, 3, 1)).toBeCloseTo(0.3, 12);
    expect(passAtK(10, 3, 5)).toBeCloseTo(0.9166666666666666, 12);
    expect(passAtK(100, 1, 10)).toBeCloseTo(0.1, 12);
    expect(passAtK(10, 8, 3)).toBe(1);
  });

  it("pass@k at n = 10,000 agrees with exact fractions to 1e-12", () => {
    expect(passAtK(10_000, 3, 1_000)).toBeCloseTo(0.2710243, 7);
    for (const [c, k] of [
      [3, 1_000],
      [1, 10_000],
      [17, 64],
      [400, 9],
      [5_000, 2],
      [37, 2_500],
    ] as const) {
      const scale = 10n ** 20n;
      const miss = Number((chooseExact(10_000 - c, k) * scale) / chooseExact(10_000, k)) / 1e20;
      expect(Math.abs(passAtK(10_000, c, k) - (1 - miss))).toBeLessThan(1e-12);
    }
  });

  it("pass@k, pass^k and G-Pass@k equal the mean over all subsets", () => {
    everyK((pool, k) => {
      const [n, c] = [pool.length, rightIn(pool)];
      expect(passAtK(n, c, k)).toBeCloseTo(enumerated(pool, k, anyRight), 10);
      expect(passHatK(n, c, k)).toBeCloseTo(
        enumerated(pool, k, (d) => (d.every((s) => s.correct) ? 1 : 0)),
        10,
      );
      for (const threshold of [0, 0.25, 0.5, 0.75, 1]) {
        const least = Math.max(1, Math.ceil(threshold * k));
        const share = enumerated(pool, k, (drawn) => (rightIn(drawn) >= least ? 1 : 0));
        expect(gPassAtK(n, c, k, threshold)).toBeCloseTo(share, 10);
      }
    });
  });

  it("G-Pass@k runs from pass@k to pass^k, for large pools too", () => {
    for (const [n, c, k] of [
      [200, 31, 16],
      [1000, 700, 64],
    ] as const) {
      expect(gPassAtK(n, c, k, 0)).toBeCloseTo(passAtK(n, c, k), 9);
      expect(gPassAtK(n, c, k, 1)).toBeCloseTo(passHatK(n, c, k), 9);
    }
    // k = 4 of n = 4, c = 3: at least 3 right is certain, 4 impossible, so (2/4)·1.
    expect(meanGPassAtK(4, 3, 4)).toBeCloseTo(0.5, 12);
  });

  it("does not read 0.07 × 100 as more than 7", () => {
    expect(gPassAtK(100, 7, 100, 0.07)).toBeCloseTo(1, 12);
  });

  it("coverage never falls with k, and k beyond the pool is refused rather than 0", () => {
    for (let k = 2; k <= 50; k++) expect(passAtK(50, 4, k)).toBeGreaterThanOrEqual(passAtK(50, 4, k - 1));
    expect(() => passAtK(10, 3, 11)).toThrow('pass@k: "k" must be an integer from 1 to 10, got 11.');
  });

  it("spaces k evenly in log, ends included, without repeats", () => {
    const ks = logSpaced(1000, 40);
    expect(ks[0]).toBe(1);
    expect(ks.at(-1)).toBe(1000);
    expect(new Set(ks).size).toBe(ks.length);
    expect(logSpaced(1)).toEqual([1]);
  });
});

describe("maj@k", () => {
  it("equals the mean over all subsets with ties split, several right classes and unparsed ones included", () => {
    everyK((pool, k) => {
      const truth = enumerated(pool, k, (drawn) => vote(drawn, (members) => members.length));
      expect(majorityAtKExact(votesOf(pool), k)).toBeCloseTo(truth, 10);
    }, 150);
  });

  it("equals first-seen tie-breaking averaged over random orders", () => {
    const names = ["a", "b", "a", "c", "b", null];
    const firstSeen = (order: readonly (string | null)[]) => {
      const counts = new Map<string, number>();
      for (const name of order) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
      const top = Math.max(...counts.values());
      return [...counts].find(([, count]) => count === top)?.[0] === "a" ? 1 : 0;
    };
    const all = orders(names).map(firstSeen);
    const votes = votesOf(names.map((name) => ({ answerClass: name, correct: name === "a" })));
    expect(majorityAtKExact(votes, 6)).toBeCloseTo(all.reduce((sum: number, x) => sum + x, 0) / all.length, 12);
  });

  it("falls to 0 where a wrong class is the mode and to 0 where nothing was parsed", () => {
    const votes = {
      classes: [
        { size: 30, correct: true },
        { size: 34, correct: false },
      ],
      unparsed: 0,
    };
    expect(majorityAtKExact(votes, 1)).toBeCloseTo(30 / 64, 10);
    expect(majorityAtKExact(votes, 64)).toBe(0);
    expect(majorityAtKExact({ classes: [], unparsed: 5 }, 3)).toBe(0);
  });

  it("agrees with seeded subsets on a pool too large to enumerate", () => {
    const sizes = [40, 35, 20, 10, 5, 5, 3, 2];
    const votes = { classes: sizes.map((size, i) => ({ size, correct: i === 1 })), unparsed: 8 };
    const exact = majorityAtKExact(votes, 32);
    const names = [...sizes.flatMap((size, i) => new Array<number | null>(size).fill(i)), ...new Array(8).fill(null)];
    const random = new Random("check");
    let total = 0;
    for (let r = 0; r < 20_000; r++) {
      const drawn = random.shuffle(names).slice(0, 32);
      const counts = sizes.map((_, i) => drawn.filter((name) => name === i).length);
      const top = Math.max(...counts);
      if (counts[1] === top) total += 1 / counts.filter((count) => count === top).length;
    }
    expect(Math.abs(total / 20_000 - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / 20_000));
  });

  it("gives seeded subsets and their error where the exact cost is too high, the same for the same seed", () => {
    const classes = Array.from({ length: 60 }, (_, i) => ({ size: 12, correct: i < 3 }));
    const one = majorityAtK({ classes, unparsed: 10 }, 400, new Random("m"), 500);
    expect(one.monteCarloError).toBeGreaterThan(0);
    expect(one.monteCarloError).toBeLessThan(0.03);
    expect(majorityAtK({ classes, unparsed: 10 }, 400, new Random("m"), 500)).toEqual(one);
    expect(Math.abs(one.value - 3 / 60)).toBeLessThan(5 * one.monteCarloError);
  });
});

describe("best-of-k", () => {
  it("has the worked values: more samples hurt when the top score is wrong", () => {
    const right = [false, true, true, false];
    const pool = [0.1, 0.4, 0.2, 0.9].map((score, i) => ({ score, correct: right[i] ?? false }));
    expect([1, 2, 3, 4].map((k) => bestOfK(pool, k))).toEqual([0.5, 0.5, 0.25, 0].map((x) => expect.closeTo(x, 12)));
  });

  it("equals the mean over all subsets with ties split and unscored last", () => {
    everyK((pool, k) => expect(bestOfK(pool, k)).toBeCloseTo(enumerated(pool, k, best), 10), 150);
  });

  it("is pass@k with a perfect scorer, pass@1 with a constant one, and the top label over the whole pool", () => {
    everyK((pool, k) => {
      const [n, c] = [pool.length, rightIn(pool)];
      const perfect = pool.map(({ correct }) => ({ correct, score: correct ? 1 : 0 }));
      expect(bestOfK(perfect, k)).toBeCloseTo(passAtK(n, c, k), 12);
      const constant = pool.map(({ correct }) => ({ correct, score: 0.5 }));
      expect(bestOfK(constant, k)).toBeCloseTo(c / n, 12);
      expect(bestOfK(pool, n)).toBeCloseTo(best(pool), 12);
    });
  });
});

describe("weighted@k", () => {
  const random = new Random("weights");
  const total = (members: readonly PoolSample[]) => members.reduce((sum, { score }) => sum + (score ?? 0), 0);
  const own = (members: readonly PoolSample[]) => members.filter(({ score }) => score !== null);
  const most = (members: readonly PoolSample[]) => Math.max(...members.map(({ score }) => score ?? 0));
  const average = (members: readonly PoolSample[]) => total(members) / members.length;
  /** The drawn samples that vote, each with a score: the mean of the known ones, or a count where those say nothing. */
  function filled(drawn: readonly PoolSample[]): PoolSample[] {
    const voters = drawn.filter(({ answerClass }) => answerClass !== null);
    const known = own(voters);
    const says = known.some(({ score }) => score !== 0);
    const unknown = known.length < voters.length;
    return voters.map((sample) => {
      if (says) return { ...sample, score: sample.score ?? average(known) };
      return { ...sample, score: !unknown || sample.score === null ? 1 : 0 };
    });
  }
  /** A class with scores of its own is measured by those; else by what stands for them. */
  const ownElseFilled = (drawn: readonly PoolSample[], measure: (members: readonly PoolSample[]) => number) => {
    const full = filled(drawn);
    const says = own(drawn).some(({ score, answerClass }) => answerClass !== null && score !== 0);
    return vote(drawn, (members) => {
      const known = own(members);
      if (says && known.length > 0) return measure(known);
      const name = members[0]?.answerClass;
      const standing = full.filter(({ answerClass }) => answerClass === name);
      const scoredOnes = standing.filter((_, i) => members[i]?.score !== null);
      return measure(known.length > 0 ? scoredOnes : standing);
    });
  };

  it("equals the mean over all subsets for sums, means and maxima; an unknown score is the mean of the known", () => {
    everyK((pool, k) => {
      const value = (rule: "sum" | "mean" | "max") => weightedAtK(pool, k, random, { rule }).value;
      const sums = enumerated(pool, k, (drawn) => vote(filled(drawn), total));
      expect(value("sum")).toBeCloseTo(sums, 10);
      expect(value("mean")).toBeCloseTo(
        enumerated(pool, k, (drawn) => ownElseFilled(drawn, average)),
        10,
      );
      expect(value("max")).toBeCloseTo(
        enumerated(pool, k, (drawn) => ownElseFilled(drawn, most)),
        10,
      );
    });
  });

  it("is maj@k when all weights are 1", () => {
    everyK((pool, k) => {
      const equal = pool.map((sample) => ({ ...sample, score: 1 }));
      expect(weightedAtK(equal, k, random).value).toBeCloseTo(majorityAtKExact(votesOf(pool), k), 10);
    });
  });

  it("samples subsets of a large pool with an error that covers the enumeration", () => {
    const pool = Array.from({ length: 18 }, (_, i) => ({
      answerClass: "abc"[i % 3] ?? "a",
      correct: i % 3 === 0,
      score: ((i * 5) % 11) / 11,
    }));
    const sampled = weightedAtK(pool, 9, random);
    expect(sampled.monteCarloError).toBeGreaterThan(0);
    const everything = enumerated(
      pool.map((sample) => ({ ...sample, tokens: 1 })),
      9,
      (drawn) => {
        const sums = ["a", "b", "c"].map((name) => total(drawn.filter(({ answerClass }) => answerClass === name)));
        const top = Math.max(...sums);
        const tied = sums.filter((sum) => Math.abs(sum - top) < 1e-9).length;
        return Math.abs((sums[0] ?? 0) - top) < 1e-9 ? 1 / tied : 0;
      },
    );
    expect(Math.abs(sampled.value - everything)).toBeLessThan(4 * sampled.monteCarloError);
  });

  it("refuses negative scores", () => {
    expect(() => weightedAtK([{ answerClass: "a", correct: true, score: -1 }], 1, random)).toThrow(
      "must not be negative",
    );
  });
});

describe("identities between picks", () => {
  it("maj@1 = best@1 = weighted@1 = pass@1, and no pick beats coverage", () => {
    everyK((pool, k) => {
      const [n, c] = [pool.length, rightIn(pool)];
      const coverage = passAtK(n, c, k) + 1e-12;
      // Votes need every right sample parsed: here labels follow the class, so they are.
      const picks = [majorityAtKExact(votesOf(pool), k), bestOfK(pool, k), weightedAtK(pool, k, new Random("i")).value];
      for (const pick of picks) expect(pick).toBeLessThanOrEqual(coverage);
      if (k === 1) for (const pick of picks) expect(pick).toBeCloseTo(c / n, 12);
    });
  });

  it("selection efficiency is undefined without a gap and negative below chance", () => {
    expect(selectionEfficiency(0.6, 0.5, 0.9)).toBeCloseTo(0.25, 12);
    expect(selectionEfficiency(0.4, 0.5, 0.9)).toBeCloseTo(-0.25, 12);
    expect(selectionEfficiency(0.5, 0.5, 0.5)).toBeNull();
  });
});

describe("pools at a token budget", () => {
  const pool: PoolSample[] = ["a", "x", "a", "y", "x", "a", null, "y"].map((name, i) => ({
    answerClass: name,
    correct: name === "a",
    score: [0.3, 0.9, 0.5, null, 0.2, 0.8, 0.1, 0.4][i] ?? null,
    tokens: 100,
  }));

  it("tends to the exact formulas when all samples have one length", () => {
    const random = new Random("budget");
    const budgets = [99, 100, 350, 800];
    const coverage = budgetedPool(pool, budgets, "coverage", random, 4_000);
    const majority = budgetedPool(pool, budgets, "majority", random, 4_000);
    const bests = budgetedPool(pool, budgets, "best", random, 4_000);
    expect(coverage[0]?.value).toBe(0);
    [1, 3, 8].forEach((k, i) => {
      const near = (estimate: { value: number; monteCarloError: number } | undefined, truth: number) =>
        expect(Math.abs((estimate?.value ?? NaN) - truth)).toBeLessThanOrEqual(
          4 * (estimate?.monteCarloError ?? 0) + 1e-9,
        );
      near(coverage[i + 1], passAtK(8, 3, k));
      near(majority[i + 1], majorityAtKExact(votesOf(pool), k));
      near(bests[i + 1], bestOfK(pool, k));
    });
  });

  it("weighs a vote without a score as elsewhere", () => {
    const mixed: PoolSample[] = [
      { answerClass: "a", correct: true, score: 0.9, tokens: 10 },
      { answerClass: "a", correct: true, score: null, tokens: 10 },
      { answerClass: "b", correct: false, score: 0.95, tokens: 10 },
    ];
    expect(budgetedPool(mixed, [30], "weighted", new Random("mixed"), 2)[0]?.value).toBe(1);
  });

  it("does not admit the sample that would cross, nor a cheaper one after it", () => {
    const dear: PoolSample = { answerClass: "x", correct: false, score: 1, tokens: 500 };
    const cheap: PoolSample = { answerClass: "a", correct: true, score: 1, tokens: 10 };
    const [estimate] = budgetedPool([dear, cheap], [100], "coverage", new Random("o"), 2_000);
    // Right only where the cheap one comes first.
    expect(Math.abs((estimate?.value ?? 0) - 0.5)).toBeLessThan(0.05);
  });
});
