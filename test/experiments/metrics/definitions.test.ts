import { describe, expect, it } from "vitest";
import { accuracy } from "../../../experiments/metrics/accuracy.ts";
import { accuracyAtBudget } from "../../../experiments/metrics/accuracy-at-budget.ts";
import { auroc } from "../../../experiments/metrics/auroc.ts";
import { bestOfK } from "../../../experiments/metrics/best-of-k.ts";
import { betaCoverage } from "../../../experiments/metrics/beta-coverage.ts";
import { brier } from "../../../experiments/metrics/brier.ts";
import { budgetArea } from "../../../experiments/metrics/budget-area.ts";
import { confidence } from "../../../experiments/metrics/confidence.ts";
import { dollars, tokens } from "../../../experiments/metrics/cost.ts";
import { coverageLaw } from "../../../experiments/metrics/coverage-law.ts";
import { efficiencyAtK } from "../../../experiments/metrics/efficiency-at-k.ts";
import { instanceSetSpread } from "../../../experiments/metrics/instance-set-spread.ts";
import { majAtK } from "../../../experiments/metrics/maj-at-k.ts";
import { normalisedRegret } from "../../../experiments/metrics/normalised-regret.ts";
import { partAccuracy } from "../../../experiments/metrics/part-accuracy.ts";
import { passAtK } from "../../../experiments/metrics/pass-at-k.ts";
import { pairedSolved, performanceDrop } from "../../../experiments/metrics/perturbation.ts";
import { poolAtBudget } from "../../../experiments/metrics/pool-at-budget.ts";
import { seedSpread } from "../../../experiments/metrics/seed-spread.ts";
import { selectionEfficiency } from "../../../experiments/metrics/selection-efficiency.ts";
import { selectionGap } from "../../../experiments/metrics/selection-gap.ts";
import { tokensSaved } from "../../../experiments/metrics/tokens-saved.ts";
import { tokensToReach } from "../../../experiments/metrics/tokens-to-reach.ts";
import { anyVariant, everyVariant, firstVariant, reasoningGap } from "../../../experiments/metrics/variants.ts";
import { errorRate, undecidedRate, unparsedRate } from "../../../experiments/metrics/verdict-rates.ts";
import { weightedAtK } from "../../../experiments/metrics/weighted-at-k.ts";
import { withinProblemAuroc } from "../../../experiments/metrics/within-problem-auroc.ts";
import type { CandidateRow, MetricDefinition, TrialRow } from "../../../src/core/metric.ts";
import { Random } from "../../../src/core/random.ts";
import { acceptable } from "../../../src/statistics/intervals/binomial.ts";
import { computeMetric } from "../../../src/statistics/metric.ts";

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
    expect(result.interval).toMatchObject(acceptable(1 / 3, 3));
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
    expect(run(accuracy, rows).interval).toMatchObject(acceptable(1, 6));
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
    for (const metric of [passAtK, majAtK, bestOfK, weightedAtK]) {
      expect(run(metric as MetricDefinition, rows, { k: 1 }).value).toBeCloseTo((2 / 4 + 1 / 4) / 2, 12);
      const coverage = run(passAtK, rows, { k: 3 }).value ?? 0;
      expect(run(metric as MetricDefinition, rows, { k: 3 }).value ?? 9).toBeLessThanOrEqual(coverage + 1e-12);
    }
  });

  it("pick what each rule picks from the whole pool", () => {
    expect(run(majAtK, rows, { k: 4 }).units.map(({ value }) => value)).toEqual([1, 0]);
    expect(run(bestOfK, rows, { k: 4 }).units.map(({ value }) => value)).toEqual([1, 1]);
    expect(run(passAtK, rows, { k: 4 }).value).toBe(1);
    expect(run(poolAtBudget, rows, { tokens: 40, rule: "best" }).value).toBeCloseTo(1, 12);
    expect(run(poolAtBudget, rows, { tokens: 9 }).value).toBe(0);
  });

  it("pick what is finished and answered by its score, as the selection does", () => {
    const pool = [
      { ...candidate(null, false, 0.9), complete: true },
      { ...candidate("1", true, 0.8), complete: true },
      { ...candidate("2", false, 0.95), complete: false },
      { ...candidate("3", false), complete: true },
    ];
    const unanswered = [trial("p", "correct", { candidates: pool })];
    expect(run(bestOfK, unanswered, { k: 4 }).value).toBe(1);
    expect(run(bestOfK, unanswered, { k: 2 }).value).toBeCloseTo(1 / 2, 12); // every pair with the right one
    expect(run(poolAtBudget, unanswered, { tokens: 40, rule: "best" }).value).toBeCloseTo(1, 12);
    expect(run(bestOfK, unanswered, { k: 1 }).value).toBeCloseTo(1 / 4, 12);
  });

  it("are undefined on problems with too few graded candidates, which are counted", () => {
    const short = trial("r", "correct", { candidates: [candidate("1", true), candidate("2", null)] });
    const result = run(passAtK, [...rows, short], { k: 2 });
    expect(result).toMatchObject({ undefinedUnits: 1 });
    expect(result.units).toHaveLength(2);
  });

  it("measure what the pick leaves to the oracle", () => {
    expect(run(selectionGap, rows).value).toBeCloseTo(0.5, 12);
    // p: from ½ to 1 of 1, all of the gap; q: from ¼ down to 0.
    expect(run(selectionEfficiency, rows).value).toBeCloseTo((1 - 1 / 3) / 2, 12);
  });

  it("measure the verifier pooled and within problems", () => {
    // p: right 0.9, 0.2 against 0.5 → ½; q: 0.9 above all → 1.
    expect(run(withinProblemAuroc, rows).value).toBeCloseTo(0.75, 12);
    const pooled = run(auroc, rows);
    expect(pooled.value).toBeCloseTo((4 + 4 + 1) / 12, 12);
    expect(pooled.interval?.low).toBeLessThanOrEqual(pooled.value ?? -1);
    expect(run(brier, rows).value).toBeCloseTo((0.01 + 0.64 + 0.25 + 0.64 + 0.49 + 0.01 + 0.01) / 7, 12);
    expect(run(auroc, [trial("p", "correct")])).toMatchObject({ value: null, excludedTrials: 1 });
  });

  it("predict coverage beyond the pool, or say why not", () => {
    const pools = Array.from({ length: 30 }, (_, p) =>
      trial(`p${p}`, "correct", { candidates: Array.from({ length: 20 }, (_, i) => candidate(String(i), i * i < p)) }),
    );
    const law = run(coverageLaw, pools, { k: 100, replicates: 100 });
    expect(law.value).toBeGreaterThan(run(passAtK, pools, { k: 20 }).value ?? 1);
    expect(law.interval?.high).toBeGreaterThan(law.value ?? 1);
    const solved = trial("p", "correct", { candidates: [candidate("1", true), candidate("1", true)] });
    expect(run(coverageLaw, [solved], { replicates: 100 }).note).toMatch(/strictly between/);
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
    const regret = run(normalisedRegret, rows, { tokens: 2000 });
    expect(regret.units.map(({ value }) => value)).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.005, 12)]);
  });
});

describe("tests in parts", () => {
  const judged = (parts: Readonly<Record<string, boolean | null>>): CandidateRow => ({
    ...candidate("a", false),
    parts,
  });
  const value = (rows: readonly TrialRow[], options: object) =>
    computeMetric(partAccuracy, rows, partAccuracy.options.parse(options), 1).value;

  it("give the share of programs that pass one, or the mean over all", () => {
    const rows = [
      trial("p", "correct", { candidates: [judged({ base: true, plus: true }), judged({ base: true, plus: false })] }),
      trial("q", "correct", { candidates: [judged({ base: false, plus: null })] }),
      trial("r", "correct", { candidates: [candidate("a", true)] }),
    ];
    expect(value(rows, { part: "base" })).toBe(0.5);
    expect(value(rows, { part: "plus" })).toBe(0.5);
    expect(value(rows, {})).toBe(0.375);
    expect(computeMetric(partAccuracy, rows, { part: "sum" }, 1)).toMatchObject({
      value: null,
      note: "no program was judged by a part sum",
    });
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
  it("leave out what is not known, and count it: a failed trial's cost is not 0", () => {
    const rows = [trial("p", "error", { tokens: null }), trial("q", "undecided", { tokens: 300 })];
    expect(run(tokens, rows)).toMatchObject({ value: 300, excludedTrials: 1 });
    expect(run(dollars, rows)).toMatchObject({ value: null, note: expect.stringContaining("prices") });
    expect(run(dollars, [trial("p", "correct", { dollars: 0 })]).value).toBe(0);
  });
});

describe("metrics that a run lacks something for", () => {
  const plain = [trial("p", "correct", { candidates: [candidate("1", true)] }), trial("q", "incorrect")];

  it("say what is missing, and give no number", () => {
    const missing = [
      [bestOfK, /outcome verifier/],
      [auroc, /outcome verifier/],
      [everyVariant, /groups of variants/],
      [performanceDrop, /originals/],
      [instanceSetSpread, /instance sets/],
      [efficiencyAtK, /counted steps/],
      [normalisedRegret, /pick after each candidate/],
      [seedSpread, /two seeds/],
    ] as const;
    for (const [metric, words] of missing) {
      const result = run(metric as MetricDefinition, plain, metric === normalisedRegret ? { tokens: 10 } : {});
      expect(result.value, metric.name).toBeNull();
      expect(result.note, metric.name).toMatch(words);
    }
  });

  it("say how many samples there are where k asks for more", () => {
    expect(run(passAtK, plain, { k: 4 })).toMatchObject({
      value: null,
      note: "needs 4 graded candidates of a problem; no problem has more than 1",
    });
  });
});

describe("metrics of reruns, perturbations and programs", () => {
  it("spread accuracy over seeds", () => {
    const rows = [0, 1].flatMap((seed) =>
      ["p", "q"].map((problem) => trial(problem, seed === 0 || problem === "p" ? "correct" : "incorrect", { seed })),
    );
    expect(run(seedSpread, rows).value).toBeCloseTo(Math.sqrt(0.125), 12);
  });

  it("set perturbed questions against their originals", () => {
    const verdicts = { a: ["correct", "correct", "incorrect"], b: ["correct", "incorrect", "incorrect"] } as const;
    const rows = Object.entries(verdicts).flatMap(([group, [original, ...variants]]) => [
      trial(group, original, { group, variant: "original" }),
      ...variants.map((verdict, i) => trial(`${group}~${i}`, verdict, { group, variant: `${group}~${i}` })),
    ]);
    expect(run(performanceDrop, rows).value).toBeCloseTo(1 - 1 / 4, 12);
    expect(run(pairedSolved, rows).value).toBeCloseTo(1 / 4, 12);
    expect(run(firstVariant, rows).value).toBe(1);
  });

  it("take the best of k programs by their steps", () => {
    const programs = [0.5, 1, 0].map((efficiency) => ({ ...candidate("x", efficiency > 0), efficiency }));
    expect(run(efficiencyAtK, [trial("p", "correct", { candidates: programs })], { k: 3 }).value).toBeCloseTo(1, 12);
  });

  it("tell the least tokens that reach an accuracy, or the best that was reached", () => {
    const rows = [100, 400].map((at, i) => trial(`p${i}`, "correct", { picks: [{ tokens: at, correct: i === 0 }] }));
    expect(run(tokensToReach, rows, { accuracy: 0.5 }).value).toBe(100);
    expect(run(tokensToReach, rows, { accuracy: 0.9 })).toMatchObject({
      value: null,
      note: expect.stringMatching(/50/),
    });
  });

  it("predict coverage from the distribution of success rates", () => {
    const pools = Array.from({ length: 20 }, (_, p) =>
      trial(`p${p}`, "correct", { candidates: Array.from({ length: 20 }, (_, i) => candidate(String(i), i < p)) }),
    );
    const { value } = run(betaCoverage, pools, { k: 40 });
    expect(value).toBeGreaterThan(run(passAtK, pools, { k: 20 }).value ?? 1);
    expect(value).toBeLessThan(1);
  });
});

describe("what limits of confidence are measured by", () => {
  const draws = [true, false, false, false, true, true].map((right, i) => candidate(right ? "4" : `${i}`, right));
  const rows = [
    trial("p", "correct", { candidates: draws }),
    trial("q", "incorrect", { candidates: draws.slice(1, 3) }),
  ];

  it("pass@k over disjoint blocks counts whole blocks in the order of the draws", () => {
    const { value, undefinedUnits } = run(passAtK, rows.slice(0, 1), { k: 2, blocks: "disjoint" });
    expect([value, undefinedUnits]).toEqual([expect.closeTo(2 / 3), 0]);
    expect(run(passAtK, rows, { k: 4, blocks: "disjoint" }).value).toBe(1);
  });

  it("confidence is the share of the most frequent answer, with a histogram over problems", () => {
    const { value, parts = [] } = run(confidence, rows, { bins: 2 });
    expect(value).toBeCloseTo(0.5);
    expect(parts.map((one) => [one.part, one.value])).toEqual([
      ["0–50 %", 0],
      ["50–100 %", 1],
    ]);
  });

  it("tokens are saved against the arm of the same policy", () => {
    const arms = new Map(
      [
        ["draws · a", 100],
        ["drop · a", 50],
        ["draws · b", 200],
        ["drop · b", 150],
      ].map(([arm, policyTokens]) => [
        arm as string,
        [trial("p", "correct", { policyTokens: policyTokens as number })],
      ]),
    );
    const given = tokensSaved.options.parse({ than: "draws" });
    const values = [...(tokensSaved.across?.(arms, given, new Random(1)) ?? [])].map(([, { value }]) => value);
    expect(values).toEqual([null, 0.5, null, 0.25]);
  });
});
