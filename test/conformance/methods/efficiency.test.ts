import { describe, expect, it } from "vitest";
import { dps } from "../../../experiments/metrics/dps.ts";
import { efficientAtK } from "../../../experiments/metrics/efficient-at-k.ts";
import type { CandidateRow, TrialRow } from "../../../src/core/metric.ts";
import { costClusters, performanceScore } from "../../../src/statistics/code/dps.ts";
import { efficiencyAtK, enamelEfficiency } from "../../../src/statistics/code/efficiency.ts";
import { computeMetric } from "../../../src/statistics/metric.ts";
import { passAtK } from "../../../src/statistics/sampling/pass-at-k.ts";
import { recorded } from "./recorded.ts";

type Case =
  | {
      readonly kind: "evalperf";
      readonly costs: readonly number[];
      readonly sizes: readonly number[];
      readonly slowest: readonly number[];
      /** In per cent, as all of theirs. */
      readonly scores: readonly number[];
      readonly samples: readonly (number | null | "wrong")[];
      readonly of: readonly (readonly [number | null, number | null])[];
      readonly dps: number;
      readonly norm: number;
    }
  | { readonly kind: "eff@k"; readonly e: readonly number[]; readonly k: number; readonly value: number }
  | {
      readonly kind: "levels";
      readonly hardness: readonly number[];
      readonly reference: readonly number[];
      readonly time: readonly (number | null)[];
      readonly value: number;
    }
  | {
      readonly kind: "efficient@1";
      readonly problems: readonly { readonly reference: readonly number[]; readonly cost: readonly number[] | null }[];
      readonly value: number;
    }
  | {
      readonly kind: "efficient@k";
      readonly n: number;
      readonly c: number;
      readonly k: number;
      readonly value: number;
    };

const all = recorded<Case>("efficiency");
const ofKind = <Kind extends Case["kind"]>(kind: Kind) =>
  all.filter((one): one is Extract<Case, { kind: Kind }> => one.kind === kind);
const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);

const rowOf = (problem: string, candidates: readonly CandidateRow[]): TrialRow => ({
  ...{ problem, strategy: "s", seed: 1, verdict: "correct", tokens: 1, calls: 1, picks: [], candidates },
});
const candidate = (rest: Partial<CandidateRow>): CandidateRow => ({
  ...{ answerClass: "0", correct: true, score: null, tokens: 1, ...rest },
});

describe("efficiency of programs, beside the authors' code", () => {
  it("parts programs into the clusters of EvalPerf and scores samples by them", () => {
    const cases = ofKind("evalperf");
    expect(cases.length).toBeGreaterThanOrEqual(40);
    for (const { costs, sizes, slowest, scores, samples, of, ...means } of cases) {
      const clusters = costClusters(costs);
      expect(clusters.map(({ members }) => members.length)).toEqual(sizes);
      expect(clusters.map((one) => costs[one.slowest])).toEqual(slowest);
      clusters.forEach(({ score }, i) => {
        expect(100 * score).toBeCloseTo(scores[i] ?? -1, 9);
      });
      const references = clusters.map((one) => ({ cost: costs[one.slowest] ?? 0, score: one.score }));
      const found = samples.map((cost) => (cost === "wrong" ? null : performanceScore(cost, references)));
      found.forEach((one, i) => {
        const [theirs = null, norm = null] = of[i] ?? [];
        expect(one === null).toBe(theirs === null);
        expect(100 * (one?.dps ?? 0)).toBeCloseTo(theirs ?? 0, 9);
        expect(100 * (one?.dpsNorm ?? 0)).toBeCloseTo(norm ?? 0, 9);
      });
      const row = rowOf(
        "p",
        found.map((one) => candidate(one === null ? { correct: false } : one)),
      );
      const [plain, norm] = [false, true].map(
        (way) => computeMetric(dps, [row], { norm: way, minCorrect: 1 }, "seed").value ?? -1,
      );
      expect(100 * (plain ?? -1)).toBeCloseTo(means.dps, 9);
      expect(100 * (norm ?? -1)).toBeCloseTo(means.norm, 9);
    }
  });

  it("estimates ENAMEL's eff@k and scores levels that were cut as it does", () => {
    for (const { e, k, value } of ofKind("eff@k")) expect(efficiencyAtK(e, k)).toBeCloseTo(value, 10);
    for (const { hardness, reference, time, value } of ofKind("levels")) {
      const levels = hardness.map((one, i) => ({
        hardness: one,
        referenceTime: reference[i] ?? 0,
        time: time[i] ?? null,
      }));
      expect(enamelEfficiency(levels)).toBeCloseTo(value, 10);
    }
  });

  it("counts COFFE's efficient@k: right, and cheaper than the reference over all tests", () => {
    for (const { problems, value } of ofKind("efficient@1")) {
      const rows = problems.map(({ reference, cost }, i) => {
        const costRatio = cost === null ? null : sum(cost) / sum(reference);
        return rowOf(`p${i}`, [candidate({ correct: cost !== null, efficiency: cost === null ? 0 : 1, costRatio })]);
      });
      expect(computeMetric(efficientAtK, rows, { k: 1 }, "seed").value).toBeCloseTo(value, 10);
    }
    for (const { n, c, k, value } of ofKind("efficient@k")) expect(passAtK(n, c, k)).toBeCloseTo(value, 10);
  });
});
