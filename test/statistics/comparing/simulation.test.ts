import { describe, expect, it } from "vitest";
import type { Interval } from "../../../src/core/metric.ts";
import { Random } from "../../../src/core/random.ts";
import { compareFamily, type StrategyValues } from "../../../src/statistics/comparing/compare.ts";
import type { Comparison, ComparisonOptions } from "../../../src/statistics/comparing/comparison.ts";
import { mcnemar } from "../../../src/statistics/comparing/mcnemar.ts";
import { type Pair, pairedDifference } from "../../../src/statistics/comparing/paired.ts";
import { pairedPermutation } from "../../../src/statistics/comparing/permutation.ts";
import { bootstrapMean } from "../../../src/statistics/intervals/bootstrap.ts";
import { clusteredInterval } from "../../../src/statistics/intervals/mean.ts";
import { shareInterval } from "../../../src/statistics/intervals/share.ts";
import { quantileOfSorted } from "../../../src/statistics/numeric/arrays.ts";

/** One pair as a family of its own. */
const compare = (a: StrategyValues, b: StrategyValues, options?: ComparisonOptions): Comparison =>
  compareFamily([[a, b]], options)[0] as Comparison;

/**
 * Two thousand experiments in which both strategies are equally good: problems differ in difficulty (so scores
 * correlate across strategies), seeds are noise. At 2,000 the share of rejections has a standard error of half a point.
 */
const experiments = 2_000;

interface World {
  readonly problems: number;
  readonly seeds: number;
  /** Problems of one group share their difficulty and the direction in which strategies differ on them. */
  readonly groupSize: number;
}

const singleShot: World = { problems: 100, seeds: 1, groupSize: 1 };
const fiveSeeds: World = { problems: 60, seeds: 5, groupSize: 1 };
const variants: World = { problems: 120, seeds: 1, groupSize: 4 };
const small: World = { problems: 24, seeds: 3, groupSize: 1 };

function experiment({ problems, seeds, groupSize }: World, random: Random): Pair[] {
  const pairs: Pair[] = [];
  for (let group = 0; group * groupSize < problems; group++) {
    const difficulty = random.beta(1.2, 1);
    const lean = groupSize === 1 ? 0 : 0.3 * (2 * random.uniform() - 1);
    for (let i = 0; i < groupSize; i++) {
      const score = (p: number) => {
        let right = 0;
        for (let s = 0; s < seeds; s++) if (random.uniform() < p) right++;
        return right / seeds;
      };
      const problem = `${group}/${i}`;
      pairs.push({ problem, cluster: String(group), a: score(difficulty + lean), b: score(difficulty - lean) });
    }
  }
  return pairs;
}

const rate = (world: World, name: string, rejects: (pairs: Pair[], r: number) => boolean): number => {
  const random = new Random(`null/${name}/${world.problems}`);
  let count = 0;
  for (let r = 0; r < experiments; r++) if (rejects(experiment(world, random.fork(r)), r)) count++;
  return count / experiments;
};

const sides = (pairs: readonly Pair[]): [StrategyValues, StrategyValues] => [
  { strategy: "a", units: pairs.map(({ problem, cluster, a }) => ({ unit: problem, cluster, value: a })) },
  { strategy: "b", units: pairs.map(({ problem, cluster, b }) => ({ unit: problem, cluster, value: b })) },
];

const expectFivePercent = (share: number) => {
  expect(share).toBeGreaterThanOrEqual(0.04);
  expect(share).toBeLessThanOrEqual(0.06);
};

const expectCoverage = (share: number) => {
  expect(share).toBeGreaterThanOrEqual(0.935);
  expect(share).toBeLessThanOrEqual(0.965);
};

const worlds = [
  ["one shot on 100 problems", singleShot],
  ["five seeds on 60 problems", fiveSeeds],
  ["groups of four variants", variants],
  ["three seeds on 24 problems", small],
] as const;

describe.each(worlds)("with no true difference, %s", (name, world) => {
  it("the default comparison claims one in at most 5 % of cases, and not in far fewer", () => {
    const share = rate(world, name, (pairs) => {
      const [a, b] = sides(pairs);
      const { verdict } = compare(a, b);
      return verdict === "better" || verdict === "worse";
    });
    expect(share).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / experiments));
    expect(share).toBeGreaterThan(0.02);
  });

  it("the paired t test rejects at 5 % ± 1 %, and its interval covers 0 at 95 % ± 1.5 %", () => {
    let covered = 0;
    const share = rate(world, name, (pairs) => {
      const { interval, pValue } = pairedDifference(pairs);
      if (interval !== null && interval.low <= 0 && interval.high >= 0) covered++;
      return pValue !== null && pValue < 0.05;
    });
    expectFivePercent(share);
    expectCoverage(covered / experiments);
  });
});

describe("with no true difference", () => {
  it("mid-p McNemar rejects at 5 % ± 1 %, the exact one is conservative by nature and never above", () => {
    const discordant = (pairs: readonly Pair[]) =>
      mcnemar(pairs.filter(({ a, b }) => a > b).length, pairs.filter(({ a, b }) => a < b).length);
    expectFivePercent(rate(singleShot, "mcnemar", (pairs) => discordant(pairs).midP <= 0.05));
    const exact = rate(singleShot, "mcnemar", (pairs) => discordant(pairs).exact <= 0.05);
    expect(exact).toBeLessThanOrEqual(0.05);
    expect(exact).toBeGreaterThan(0.015);
  });

  it("the Monte-Carlo permutation test rejects at 5 % ± 1 % on continuous scores", () => {
    const random = new Random("continuous");
    let count = 0;
    for (let r = 0; r < experiments; r++) {
      const differences = Array.from({ length: 40 }, () => random.normal() * random.uniform());
      if (pairedPermutation(differences, { seed: r, draws: 399 }).midP <= 0.05) count++;
    }
    expectFivePercent(count / experiments);
  });

  it("ignoring groups of variants rejects far too often, which is why clusters are the default", () => {
    const share = rate(variants, "unclustered", (pairs) => {
      const { pValue } = pairedDifference(pairs.map((pair) => ({ ...pair, cluster: pair.problem })));
      return pValue !== null && pValue < 0.05;
    });
    expect(share).toBeGreaterThan(0.065);
  });
});

describe("intervals of one strategy's accuracy", () => {
  const accuracy = 1.2 / 2.2;
  const covers = (interval: Interval | null) =>
    interval !== null && interval.low <= accuracy && accuracy <= interval.high;
  const coverage = (world: World, name: string, intervalOf: (pairs: Pair[], r: number) => Interval | null) =>
    rate(world, name, (pairs, r) => covers(intervalOf(pairs, r)));
  const scores = (pairs: readonly Pair[]) => pairs.map(({ a }) => a);

  it.each(worlds)("the one that tables show covers at 95 % ± 1.5 %, %s", (name, world) => {
    const shown = (pairs: readonly Pair[]) =>
      shareInterval(
        scores(pairs),
        pairs.map(({ cluster }) => cluster),
      );
    expectCoverage(coverage(world, name, shown));
  });

  it("Student's over problem means covers at 95 % ± 1.5 % with several seeds", () => {
    expectCoverage(
      coverage(fiveSeeds, "student", (pairs) =>
        clusteredInterval(
          scores(pairs),
          pairs.map(({ problem }) => problem),
        ),
      ),
    );
  });

  it("the clustered interval covers at 95 % ± 1.5 % with variants", () => {
    const clustered = (pairs: readonly Pair[]) =>
      clusteredInterval(
        scores(pairs),
        pairs.map(({ cluster }) => cluster),
      );
    expectCoverage(coverage(variants, "clustered", clustered));
  });

  it("the problem bootstrap covers at 95 % ± 1.5 %, by percentile and by BCa", () => {
    let byPercentile = 0;
    const world = { problems: 60, seeds: 3, groupSize: 1 };
    const bca = coverage(world, "bootstrap", (pairs, r) => {
      // Fewer than about a thousand replicates leave the tail quantiles, and with them the coverage, short.
      const drawn = bootstrapMean(scores(pairs), { seed: r, replicates: 1_000, method: "bca" });
      const [low, high] = [quantileOfSorted(drawn.replicates, 0.025), quantileOfSorted(drawn.replicates, 0.975)];
      if (low <= accuracy && accuracy <= high) byPercentile++;
      return drawn.interval;
    });
    expectCoverage(bca);
    expectCoverage(byPercentile / experiments);
  });
});
