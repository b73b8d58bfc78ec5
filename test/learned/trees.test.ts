import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { binned, binsOf, missingBin } from "../../src/learned/bins.ts";
import { fitLogistic, predict } from "../../src/learned/logistic.ts";
import { principalComponents, project } from "../../src/learned/projection.ts";
import { fitTrees, logOddsOf, predictTrees } from "../../src/learned/trees.ts";
import { auroc } from "../../src/statistics/rewards/discrimination.ts";

/** Rows whose class is the exclusive or of two signs: no linear model tells it. */
function exclusiveOr(count: number, seed: string) {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => [random.normal(), random.normal(), random.normal()]);
  return { rows, labels: rows.map(([a = 0, b = 0]) => a > 0 !== b > 0) };
}

const area = (scores: readonly number[], labels: readonly boolean[]) =>
  auroc(scores.map((score, i) => ({ score, correct: labels[i] ?? false }))) ?? 0;

describe("bins", () => {
  it("keep the order of values, and put missing ones apart", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 200 }),
        (values) => {
          const rows = [...values.map((value) => [value]), [Number.NaN]];
          const [column = []] = binned(rows, binsOf(rows));
          for (let i = 1; i < values.length; i++) {
            const [a, b] = [values[i - 1] ?? 0, values[i] ?? 0];
            if ((column[i - 1] ?? 0) < (column[i] ?? 0)) expect(a).toBeLessThan(b);
          }
          expect(column.at(-1)).toBe(missingBin);
          expect(Math.max(...[...column].slice(0, -1))).toBeLessThanOrEqual(32);
        },
      ),
    );
  });
});

describe("boosted trees", () => {
  it("learn what a linear head cannot: the exclusive or of two signs", () => {
    const [train, test] = [exclusiveOr(600, "train"), exclusiveOr(600, "test")];
    const trees = fitTrees(train.rows, train.labels, { rounds: 120 });
    const linear = fitLogistic(train.rows, train.labels, 1);
    expect(
      area(
        test.rows.map((row) => predictTrees(trees, row)),
        test.labels,
      ),
    ).toBeGreaterThan(0.97);
    expect(
      area(
        test.rows.map((row) => predict(linear, row)),
        test.labels,
      ),
    ).toBeLessThan(0.6);
  });

  it("make the training loss fall with every round", () => {
    const { rows, labels } = exclusiveOr(300, "loss");
    const losses: number[] = [];
    fitTrees(
      rows,
      labels,
      { rounds: 60 },
      {
        rows,
        goOn: (logOdds) => {
          losses.push(
            labels.reduce((sum, label, i) => sum + Math.log1p(Math.exp((label ? -1 : 1) * (logOdds[i] ?? 0))), 0),
          );
          return true;
        },
      },
    );
    for (let round = 1; round < losses.length; round++)
      expect(losses[round]).toBeLessThanOrEqual((losses[round - 1] ?? 0) + 1e-9);
    expect(losses).toHaveLength(60);
  });

  it("watch rows with the same log-odds that the finished trees give them, and stop when told", () => {
    const { rows, labels } = exclusiveOr(200, "watch");
    const others = exclusiveOr(20, "others").rows;
    let [seen, rounds] = [new Float64Array(0), 0];
    const trees = fitTrees(
      rows,
      labels,
      {},
      {
        rows: others,
        goOn: (logOdds) => {
          seen = Float64Array.from(logOdds);
          return ++rounds < 7;
        },
      },
    );
    expect(trees.trees).toHaveLength(7);
    for (const [i, row] of others.entries()) expect(logOddsOf(trees, row)).toBeCloseTo(seen[i] ?? 0, 9);
  });

  it("learn the side of missing values", () => {
    const random = new Random("missing");
    const rows = Array.from({ length: 400 }, (_, i) => [i % 2 === 0 ? Number.NaN : random.normal(), random.normal()]);
    const labels = rows.map(([a = 0]) => Number.isNaN(a) || a > 1);
    const trees = fitTrees(rows, labels, { rounds: 80 });
    expect(predictTrees(trees, [Number.NaN, 0])).toBeGreaterThan(0.9);
    expect(predictTrees(trees, [-1, 0])).toBeLessThan(0.1);
    expect(predictTrees(trees, [2, 0])).toBeGreaterThan(0.8);
  });

  it("give the class's share where nothing tells, and take shares as targets", () => {
    const rows = Array.from({ length: 100 }, () => [1, 2]);
    const trees = fitTrees(
      rows,
      rows.map((_, i) => i < 20),
      { rounds: 20 },
    );
    expect(predictTrees(trees, [1, 2])).toBeCloseTo(0.2, 1);
    const shares = fitTrees(
      rows.map((_, i) => [i % 2]),
      rows.map((_, i) => (i % 2 === 0 ? 0.25 : 0.75)),
      { rounds: 200 },
    );
    expect(predictTrees(shares, [0])).toBeCloseTo(0.25, 1);
    expect(predictTrees(shares, [1])).toBeCloseTo(0.75, 1);
  });
});

describe("logistic regression on missing features", () => {
  it("puts the mean of the known rows in their place", () => {
    const random = new Random("logistic-missing");
    const rows = Array.from({ length: 300 }, (_, i) => [i % 3 === 0 ? Number.NaN : 4 + random.normal()]);
    const labels = rows.map(([a = 0]) => (Number.isNaN(a) ? random.uniform() < 0.5 : a > 4));
    const model = fitLogistic(rows, labels, 1);
    expect(predict(model, [Number.NaN])).toBeCloseTo(predict(model, [model.means[0] ?? 0]), 9);
    expect(predict(model, [6])).toBeGreaterThan(0.8);
  });
});

describe("principal components", () => {
  it("find the plane that the vectors lie in, orthonormal and in order", () => {
    const random = new Random("plane");
    const [first, second] = [
      [0.6, 0.8, 0, 0, 0],
      [0, 0, 1, 0, 0],
    ];
    const vectors = Array.from({ length: 200 }, () => {
      const [a, b] = [5 * random.normal(), random.normal()];
      return (first ?? []).map((x, j) => 1 + a * x + b * ((second ?? [])[j] ?? 0));
    });
    const found = principalComponents(vectors, 4);
    expect(found.components).toHaveLength(2);
    expect(
      Math.abs((found.components[0] ?? []).reduce((sum, x, j) => sum + x * ((first ?? [])[j] ?? 0), 0)),
    ).toBeCloseTo(1, 2);
    const [vector = []] = vectors;
    const along = project(found, vector);
    const rebuilt = found.mean.map(
      (centre, j) => centre + along.reduce((sum, x, k) => sum + x * (found.components[k]?.[j] ?? 0), 0),
    );
    for (const [j, value] of rebuilt.entries()) expect(value).toBeCloseTo(vector[j] ?? 0, 3);
  });
});
