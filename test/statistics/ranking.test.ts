import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import {
  borda,
  bradleyTerry,
  bradleyTerryBands,
  codeEloRating,
  kemeny,
  kendallTau,
  knockOut,
  knockOutOverProblems,
  type Match,
  roundRobin,
  sequentialElo,
  spearman,
  twoLevelBorda,
} from "../../src/statistics/ranking/index.ts";

const played = (a: string, b: string, winsA: number, winsB: number, draws = 0): Match[] => [
  ...Array.from({ length: winsA }, () => ({ a, b, score: 1 })),
  ...Array.from({ length: winsB }, () => ({ a, b, score: 0 })),
  ...Array.from({ length: draws }, () => ({ a, b, score: 0.5 })),
];

const permutations = (n: number): number[][] =>
  n === 0 ? [[]] : permutations(n - 1).flatMap((p) => Array.from({ length: n }, (_, i) => p.toSpliced(i, 0, n - 1)));

describe("Elo and Bradley-Terry", () => {
  it("Elo moves by K times the surprise and keeps the sum", () => {
    const ratings = sequentialElo([{ a: "x", b: "y", score: 1 }]);
    expect(ratings).toEqual([
      { player: "x", rating: 1002 },
      { player: "y", rating: 998 },
    ]);
    const many = sequentialElo([...played("x", "y", 5, 2), ...played("y", "z", 3, 3, 2)]);
    expect(many.reduce((sum, { rating }) => sum + rating, 0)).toBeCloseTo(3000, 9);
  });

  it("Bradley-Terry of two players is the log odds of their wins", () => {
    const { ratings } = bradleyTerry(played("x", "y", 30, 10));
    const [x, y] = ratings ?? [];
    expect((x?.rating ?? 0) - (y?.rating ?? 0)).toBeCloseTo(400 * Math.log10(3), 8);
    const drawn = bradleyTerry(played("x", "y", 1, 0, 2)).ratings ?? [];
    expect((drawn[0]?.rating ?? 0) - (drawn[1]?.rating ?? 0)).toBeCloseTo(400 * Math.log10(2), 8);
  });

  it("Bradley-Terry satisfies the likelihood equations: expected wins equal wins", () => {
    const matches = [
      ...played("w", "x", 7, 3),
      ...played("x", "y", 4, 4, 1),
      ...played("y", "z", 6, 1),
      ...played("z", "w", 2, 5),
    ];
    const strength = new Map(
      (bradleyTerry(matches).ratings ?? []).map(({ player, rating }) => [player, 10 ** ((rating - 1000) / 400)]),
    );
    for (const player of ["w", "x", "y", "z"]) {
      let [won, expected] = [0, 0];
      for (const { a, b, score } of matches) {
        if (a !== player && b !== player) continue;
        won += a === player ? score : 1 - score;
        const [own, other] = a === player ? [a, b] : [b, a];
        expected += (strength.get(own) ?? 0) / ((strength.get(own) ?? 0) + (strength.get(other) ?? 0));
      }
      expect(expected).toBeCloseTo(won, 9);
    }
  });

  it("Bradley-Terry maximises the likelihood: brute force around the optimum finds nothing better", () => {
    const matches = [...played("x", "y", 5, 2), ...played("y", "z", 4, 3), ...played("z", "x", 2, 6)];
    const likelihood = (rating: ReadonlyMap<string, number>) =>
      matches.reduce((sum, { a, b, score }) => {
        const p = 1 / (1 + 10 ** (((rating.get(b) ?? 0) - (rating.get(a) ?? 0)) / 400));
        return sum + score * Math.log(p) + (1 - score) * Math.log(1 - p);
      }, 0);
    const fitted = new Map((bradleyTerry(matches).ratings ?? []).map(({ player, rating }) => [player, rating]));
    const top = likelihood(fitted);
    for (const player of ["x", "y", "z"]) {
      for (const by of [-5, -0.1, 0.1, 5]) {
        expect(likelihood(new Map(fitted).set(player, (fitted.get(player) ?? 0) + by))).toBeLessThan(top);
      }
    }
  });

  it("Bradley-Terry refuses a win graph that is not strongly connected, unless given a prior", () => {
    const matches = [...played("x", "y", 3, 0), ...played("y", "z", 1, 1)];
    expect(bradleyTerry(matches)).toMatchObject({ ratings: null, reason: /infinite/ });
    const { ratings } = bradleyTerry(matches, { prior: true });
    expect(ratings?.map(({ player }) => player)[0]).toBe("x");
    expect(ratings?.every(({ rating }) => Number.isFinite(rating))).toBe(true);
  });

  it("bands hold the estimate and are the same for the same seed", () => {
    const matches = [...played("x", "y", 40, 20), ...played("y", "z", 30, 25), ...played("z", "x", 10, 35)];
    const bands = bradleyTerryBands(matches, { seed: 1 });
    expect(bands.ratings).not.toBeNull();
    for (const { rating, interval } of bands.ratings ?? []) {
      expect(interval.low).toBeLessThan(rating);
      expect(interval.high).toBeGreaterThan(rating);
    }
    expect(bradleyTerryBands(matches, { seed: 1 })).toEqual(bands);
  });
});

describe("brackets", () => {
  it("a player that beats all others wins any bracket in n − 1 matches", () => {
    for (const n of [1, 2, 3, 5, 8, 13]) {
      const players = Array.from({ length: n }, (_, i) => `p${i}`);
      const strongest = (a: string, b: string) => (Number(a.slice(1)) > Number(b.slice(1)) ? 1 : 0);
      const bracket = knockOut(players, strongest, new Random(n));
      expect(bracket.winner).toBe(`p${n - 1}`);
      expect(bracket.matches).toHaveLength(n - 1);
    }
  });

  it("settles draws by the generator and records them as draws", () => {
    const winners = Array.from({ length: 200 }, (_, i) => knockOut(["x", "y"], () => 0.5, new Random(i)));
    expect(winners.every(({ matches }) => matches[0]?.score === 0.5)).toBe(true);
    const share = winners.filter(({ winner }) => winner === "x").length / 200;
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
  });

  it("over problems, brackets and round robins feed Bradley-Terry", () => {
    const scores = Array.from(
      { length: 60 },
      (_, p) =>
        new Map([
          ["good", p % 4 === 0 ? 0 : 1],
          ["bad", p % 3 === 0 ? 1 : 0],
        ]),
    );
    const { matches, unitOf, wins } = knockOutOverProblems(scores, new Random("t"));
    expect(matches).toHaveLength(60);
    expect(unitOf[59]).toBe("59");
    expect((wins.get("good") ?? 0) + (wins.get("bad") ?? 0)).toBe(60);
    const fit = bradleyTerry(roundRobin(scores).matches);
    expect(fit.ratings?.[0]?.player).toBe("good");
  });
});

describe("rank aggregation", () => {
  it("Borda shares ranks between ties, whatever the order of systems", () => {
    const scores = [
      [3, 1, 1],
      [2, 2, 5],
    ];
    expect(borda(scores).points).toEqual([2 + 0.5, 0.5 + 0.5, 0.5 + 2].map((x) => expect.closeTo(x, 12)));
    const swapped = borda(scores.map(([a = 0, b = 0, c = 0]) => [c, a, b])).points;
    expect(swapped).toEqual([2.5, 2.5, 1].map((x) => expect.closeTo(x, 12)));
  });

  it("Borda can rank a Condorcet winner second, Kemeny cannot", () => {
    // Three voters a > b > c, two voters b > c > a: a beats both by 3 to 2, but b has more points.
    const scores = [...Array.from({ length: 3 }, () => [3, 2, 1]), ...Array.from({ length: 2 }, () => [1, 3, 2])];
    expect(borda(scores).order[0]).toBe(1);
    expect(kemeny(scores).orders[0]?.[0]).toBe(0);
  });

  it("Kemeny finds the least distance and every optimum, as enumeration does", () => {
    const tables = fc.integer({ min: 1, max: 5 }).chain((n) =>
      fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: n, maxLength: n }), {
        minLength: 1,
        maxLength: 5,
      }),
    );
    fc.assert(
      fc.property(tables, (scores) => {
        const distance = (order: readonly number[]) =>
          scores.reduce((sum, row) => {
            let cost = 0;
            order.forEach((i, place) => {
              for (const j of order.slice(place + 1)) if ((row[j] ?? 0) > (row[i] ?? 0)) cost++;
            });
            return sum + cost;
          }, 0);
        const all = permutations(scores[0]?.length ?? 0).map((order) => ({ order, cost: distance(order) }));
        const least = Math.min(...all.map(({ cost }) => cost));
        const optimal = all.filter(({ cost }) => cost === least).map(({ order }) => order.join());
        const result = kemeny(scores, { atMost: 1000 });
        expect(result.distance).toBe(least);
        expect(result.optima).toBe(optimal.length);
        expect(result.orders.map((order) => order.join()).sort()).toEqual(optimal.sort());
      }),
      { numRuns: 60 },
    );
  });

  it("Kemeny is exact at 15 systems and says when it is not", () => {
    const random = new Random("kemeny");
    const table = (n: number) =>
      Array.from({ length: 7 }, () => Array.from({ length: n }, (_, i) => i + 3 * random.normal()));
    expect(kemeny(table(15)).exact).toBe(true);
    const large = kemeny(table(18));
    expect(large.exact).toBe(false);
    expect(new Set(large.orders[0]).size).toBe(18);
  });

  it("two-level Borda counts tasks, not instances", () => {
    const small = [[1, 0]];
    const large = Array.from({ length: 9 }, () => [0, 1]);
    expect(borda([...small, ...large]).order).toEqual([1, 0]);
    expect(twoLevelBorda([small, small, large]).order).toEqual([0, 1]);
  });

  it("refuses tables with holes", () => {
    expect(() => borda([[1, 2], [1]])).toThrow("rows of equal length");
  });
});

describe("correlation of orders", () => {
  it("is 1 for the same order, −1 for the reverse, undefined for a constant", () => {
    for (const correlation of [kendallTau, spearman]) {
      expect(correlation([1, 2, 3, 4], [10, 20, 30, 40])).toBeCloseTo(1, 12);
      expect(correlation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
      expect(correlation([1, 2, 3], [5, 5, 5])).toBeNull();
    }
    expect(kendallTau([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(4 / 6, 12);
    expect(spearman([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8, 12);
    // τ-b with one tie on one side: 2 agreeing of 3 pairs, over sqrt(3 · 2).
    expect(kendallTau([1, 2, 3], [1, 2, 2])).toBeCloseTo(2 / Math.sqrt(6), 12);
  });
});

describe("CodeElo", () => {
  it("is the rating at which the expected rank is the rank reached, as a scan over all integers finds", () => {
    const random = new Random("contest");
    const ratings = Array.from({ length: 250 }, () => 800 + 2000 * random.uniform());
    const expected = (m: number) => ratings.reduce((sum, r) => sum + 1 / (1 + 10 ** ((m - r) / 400)), 1);
    for (const rank of [1, 2, 17, 120, 251]) {
      let scanned = 0;
      for (let m = 0; m <= Math.floor(Math.max(...ratings)) + 99; m++) if (expected(m) >= rank) scanned = m;
      expect(codeEloRating(ratings, rank)).toBe(scanned);
    }
    expect(codeEloRating(ratings, 1)).toBe(Math.floor(Math.max(...ratings)) + 99);
  });
});
