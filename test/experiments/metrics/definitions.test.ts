import { describe, expect, it } from "vitest";
import {
  accuracy,
  accuracyAtBudget,
  anyVariant,
  aurocMetric,
  bestOfKMetric,
  brierMetric,
  budgetArea,
  budgetedPoolMetric,
  type CandidateRow,
  computeMetric,
  coverageLawMetric,
  errorRate,
  everyVariant,
  flopsMetric,
  instanceSetSpread,
  type MetricDefinition,
  majorityAtKMetric,
  normalisedRegretMetric,
  passAtKMetric,
  reasoningGap,
  selectionEfficiencyMetric,
  selectionGapMetric,
  type TrialRow,
  tokensMetric,
  undecidedRate,
  unparsedRate,
  weightedAtKMetric,
  wilson,
  withinAurocMetric,
} from "../../../experiments/metrics/index.ts";

const trial = (problem: string, verdict: TrialRow["verdict"], more: Partial<TrialRow> = {}): TrialRow => ({
  problem,
  strategy: "s",
  seed: 0,
  verdict,
  tokens: 100,
  calls: 1,
  candidates: [],
  picks: [],
  ...more,
});

const candidate = (answerClass: string | null, correct: boolean | null, score: number | null = null): CandidateRow => ({
  answerClass,
  correct,
  score,
  tokens: 10,
});

/** With the metric's own defaults for what is not given. */
const run = <Options>(metric: MetricDefinition<Options>, rows: readonly TrialRow[], options: unknown = {}) =>
  computeMetric(metric, rows, metric.options.parse(options), 1);

describe("accuracy", () => {
  const rows = [
    trial("p", "correct"),
    trial("q", "incorrect"),
    trial("r", "unparsed"),
    trial("s", "undecided"),
    trial("t", "error"),
  ];

  it("counts unparsed as not right, and leaves undecided and failed trials out, counted", () => {
    const result = run(accuracy, rows);
    expect(result.value).toBeCloseTo(1 / 3, 12);
    expect(result.excludedTrials).toBe(2);
    expect(result.interval).toEqual(wilson(1, 3));
  });

  it("reports the three rates apart, over all trials", () => {
    for (const metric of [unparsedRate, undecidedRate, errorRate]) expect(run(metric, rows).value).toBeCloseTo(0.2, 12);
  });

  it("averages seeds within a problem first, so a problem with more seeds does not weigh more", () => {
    const seeds = [0, 1, 2, 3].map((seed) => trial("p", "correct", { seed }));
    const result = run(accuracy, [...seeds, trial("q", "incorrect")]);
    expect(result.value).toBeCloseTo(0.5, 12);
    expect(result.units.map(({ unit, value }) => [unit, value])).toEqual([
      ["p", 1],
      ["q", 0],
    ]);
  });

  it("clusters its interval by group", () => {
    const grouped = run(accuracy, [
      trial("p1", "correct", { group: "p" }),
      trial("p2", "correct", { group: "p" }),
      trial("q1", "incorrect", { group: "q" }),
      trial("q2", "incorrect", { group: "q" }),
    ]);
    expect(grouped.interval?.method).toContain("clustered");
  });

  it("keeps an honest interval where every problem of every group was right", () => {
    const rows = Array.from({ length: 12 }, (_, i) => trial(`p${i}`, "correct", { group: `g${i % 6}` }));
    expect(run(accuracy, rows).interval).toEqual(wilson(6, 6));
  });

  it("is undefined, not 0, on no judged trial", () => {
    expect(run(accuracy, [trial("p", "error")])).toMatchObject({ value: null, interval: null, excludedTrials: 1 });
  });
});

describe("metrics of the pool of candidates", () => {
  const rows = [
    trial("p", "correct", {
      candidates: [
        candidate("1", true, 0.9),
        candidate("1", true, 0.2),
        candidate("2", false, 0.5),
        candidate(null, false),
      ],
    }),
    trial("q", "incorrect", {
      candidates: [
        candidate("1", false, 0.8),
        candidate("1", false, 0.7),
        candidate("2", true, 0.9),
        candidate("3", false, 0.1),
      ],
    }),
  ];

  it("agree at k = 1 and never beat coverage", () => {
    for (const metric of [passAtKMetric, majorityAtKMetric, bestOfKMetric, weightedAtKMetric]) {
      expect(run(metric as MetricDefinition, rows, { k: 1 }).value).toBeCloseTo((2 / 4 + 1 / 4) / 2, 12);
      const coverage = run(passAtKMetric, rows, { k: 3 }).value ?? 0;
      expect(run(metric as MetricDefinition, rows, { k: 3 }).value ?? 9).toBeLessThanOrEqual(coverage + 1e-12);
    }
  });

  it("pick what each rule picks from the whole pool", () => {
    expect(run(majorityAtKMetric, rows, { k: 4 }).units.map(({ value }) => value)).toEqual([1, 0]);
    expect(run(bestOfKMetric, rows, { k: 4 }).units.map(({ value }) => value)).toEqual([1, 1]);
    expect(run(passAtKMetric, rows, { k: 4 }).value).toBe(1);
    expect(run(budgetedPoolMetric, rows, { tokens: 40, rule: "best" }).value).toBeCloseTo(1, 12);
    expect(run(budgetedPoolMetric, rows, { tokens: 9 }).value).toBe(0);
  });

  it("are undefined on problems with too few graded candidates, which are counted", () => {
    const short = trial("r", "correct", { candidates: [candidate("1", true), candidate("2", null)] });
    const result = run(passAtKMetric, [...rows, short], { k: 2 });
    expect(result).toMatchObject({ undefinedUnits: 1 });
    expect(result.units).toHaveLength(2);
  });

  it("measure what the pick leaves to the oracle", () => {
    expect(run(selectionGapMetric, rows).value).toBeCloseTo(0.5, 12);
    // p: from ½ to 1 of 1, all of the gap; q: from ¼ down to 0.
    expect(run(selectionEfficiencyMetric, rows).value).toBeCloseTo((1 - 1 / 3) / 2, 12);
  });

  it("measure the verifier pooled and within problems", () => {
    // p: right 0.9, 0.2 against 0.5 → ½; q: 0.9 above all → 1.
    expect(run(withinAurocMetric, rows).value).toBeCloseTo(0.75, 12);
    const pooled = run(aurocMetric, rows);
    expect(pooled.value).toBeCloseTo((4 + 4 + 1) / 12, 12);
    expect(pooled.interval?.low).toBeLessThanOrEqual(pooled.value ?? -1);
    expect(run(brierMetric, rows).value).toBeCloseTo((0.01 + 0.64 + 0.25 + 0.64 + 0.49 + 0.01 + 0.01) / 7, 12);
    expect(run(aurocMetric, [trial("p", "correct")])).toMatchObject({ value: null, excludedTrials: 1 });
  });

  it("predict coverage beyond the pool, or say why not", () => {
    const pools = Array.from({ length: 30 }, (_, p) =>
      trial(`p${p}`, "correct", { candidates: Array.from({ length: 20 }, (_, i) => candidate(String(i), i * i < p)) }),
    );
    const law = run(coverageLawMetric, pools, { k: 100, replicates: 100 });
    expect(law.value).toBeGreaterThan(run(passAtKMetric, pools, { k: 20 }).value ?? 1);
    expect(law.interval?.high).toBeGreaterThan(law.value ?? 1);
    const solved = trial("p", "correct", { candidates: [candidate("1", true), candidate("1", true)] });
    expect(run(coverageLawMetric, [solved], { replicates: 100 }).note).toMatch(/strictly between/);
  });
});

describe("metrics of anytime runs", () => {
  const rows = [
    trial("p", "correct", {
      picks: [
        { tokens: 100, correct: false },
        { tokens: 1000, correct: true },
      ],
    }),
    trial("q", "correct", { picks: [{ tokens: 10, correct: true }] }),
  ];

  it("read one run at any budget; at infinity it is the final accuracy", () => {
    const at = (tokens: number) => run(accuracyAtBudget, rows, { tokens }).value;
    expect([5, 10, 999, 1000, 1e12].map(at)).toEqual([0, 0.5, 0.5, 1, 1]);
    expect(at(1e12)).toBe(run(accuracy, rows).value);
  });

  it("give areas and regrets per problem, ready to be paired", () => {
    const area = run(budgetArea, rows, { low: 10, high: 100_000 });
    expect(area.units.map(({ value }) => value)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(1, 12)]);
    const regret = run(normalisedRegretMetric, rows, { tokens: 2000 });
    expect(regret.units.map(({ value }) => value)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.005, 12)]);
  });
});

describe("metrics of groups of variants", () => {
  const rows = ["a", "b"].flatMap((group) =>
    ["original", "1", "2"].map((variant) =>
      trial(`${group}-${variant}`, group === "a" || variant === "1" ? "correct" : "incorrect", { group, variant }),
    ),
  );

  it("need every variant of a group right", () => {
    expect(run(everyVariant, rows).value).toBe(0.5);
    expect(run(anyVariant, rows).value).toBe(1);
    expect(run(reasoningGap, rows).value).toBeCloseTo(4 / 6 - 0.5, 12);
  });

  it("leave a group out where a variant could not be judged, and count it", () => {
    const broken = [...rows.slice(0, 5), trial("b-2", "undecided", { group: "b", variant: "2" })];
    expect(run(everyVariant, broken)).toMatchObject({ value: 1, undefinedUnits: 1, excludedTrials: 1 });
  });

  it("spread accuracy over instance sets, the original apart", () => {
    const result = run(instanceSetSpread, rows);
    expect(result.units.map(({ unit, value }) => [unit, value])).toEqual([
      ["1", 1],
      ["2", 0.5],
    ]);
    expect(result.value).toBeCloseTo(Math.SQRT1_2 / 2, 12);
    expect(result.note).toContain("the original above 25.0 % of sets");
  });
});

describe("metrics of cost", () => {
  it("include failed trials, which were paid for, and leave out what is not known", () => {
    const rows = [trial("p", "error", { tokens: 300 }), trial("q", "correct", { flops: 7 })];
    expect(run(tokensMetric, rows).value).toBe(200);
    expect(run(flopsMetric, rows)).toMatchObject({ value: 7, undefinedUnits: 1 });
  });
});
