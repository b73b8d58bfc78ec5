import { describe, expect, it } from "vitest";
import { digitMatch, lengthDifference } from "../../../experiments/metrics/digits.ts";
import { judgeCodes } from "../../../experiments/metrics/judge.ts";
import { macroF1, mathcheckScore } from "../../../experiments/metrics/macro-f1.ts";
import type { MetricDefinition, TrialRow } from "../../../src/core/metric.ts";
import { codesIn, codesOptions, codesScore } from "../../../src/runs/judging/codes.ts";
import { computeMetric } from "../../../src/statistics/metric.ts";
import { digitsOf } from "../../../src/statistics/numeric/digits.ts";
import { macroF1 as f1Of } from "../../../src/statistics/rewards/macro-f1.ts";

let made = 0;
const trial = (reference: string, answer: string | null, more: Partial<TrialRow> = {}): TrialRow => ({
  ...{ problem: `p${made++}`, strategy: "s", seed: 0, tokens: 1, calls: 1, candidates: [], picks: [] },
  ...{ reference, answer, verdict: answer === null ? "unparsed" : answer === reference ? "correct" : "incorrect" },
  ...more,
});

const run = <Options>(metric: MetricDefinition<Options>, rows: readonly TrialRow[], options: object = {}) =>
  computeMetric(metric, rows, metric.options.parse(options), 1);

describe("macro-F1", () => {
  it("weighs classes alike, what cannot be read being a miss", () => {
    const items = ([...["yy", "yy", "yn", "ny", "nn", "nn", "n?", "y?"]] as const).map(([truth = "", said]) => ({
      ...{ truth, said: said === "?" ? null : (said ?? null) },
    }));
    expect(f1Of(items, ["n", "y"])).toBeCloseTo((4 / 7 + 4 / 7) / 2, 12);
    expect(f1Of(items.slice(0, 2), ["n", "y"])).toBe(0.5);
  });

  it("reads labels from references, and takes free answers for none", () => {
    const rows = [trial("Correct", "Correct"), trial("Correct", "incorrect"), trial("Incorrect", null)];
    expect(run(macroF1, rows).value).toBeCloseTo(1 / 3, 12);
    const numbers = Array.from({ length: 30 }, (_, i) => trial(String(i), String(i)));
    expect(run(macroF1, numbers).note).toMatch(/30 different references/);
  });

  it("stands in MathCheck's cells where a yes or no is asked", () => {
    const cell = (task: string, form: string, reference: string, answer: string | null) =>
      trial(reference, answer, { tags: [`task:${task}`, `form:${form}`] });
    const rows = [
      ...[cell("solving", "a", "4", "4"), cell("solving", "a", "5", "4"), cell("solving", "b", "4", "4")],
      ...[cell("outcome_judging", "a", "Correct", "Correct"), cell("outcome_judging", "a", "Incorrect", "Correct")],
      cell("process_judging", "a", "Step 2", "Step 3"),
    ];
    const { value, parts } = run(mathcheckScore, rows);
    const f1 = (2 / 3 + 0) / 2;
    expect(parts?.map(({ part, value: own }) => [part, own])).toEqual([
      ["outcome_judging · a", f1],
      ["process_judging · a", 0],
      ["solving · a", 0.5],
      ["solving · b", 1],
    ]);
    expect(value).toBeCloseTo((f1 + 0 + 0.5 + 1) / 4, 12);
    expect(run(mathcheckScore, [trial("4", "4")]).note).toMatch(/task:… and form:…/);
  });
});

describe("digits", () => {
  it("are counted as the authors' code counts them", () => {
    const of = (reference: string, answer: string | null) => {
      const found = digitsOf(reference, answer);
      return found === null ? null : [found.match, found.lengthDifference];
    };
    expect(of("12345", "2345")).toEqual([0.8, 1]);
    expect(of("12.345", "12.3")).toEqual([0.6, 2]);
    expect(of("1.50e12", "1.5e12")).toEqual([0.8, 1]);
    expect(of("3/14", "13/14")).toEqual([1, 1]);
    expect(of("12.5", "125")).toEqual([0, 3]);
    expect(of("-907", null)).toEqual([0, 3]);
    expect(of("none", "3")).toBeNull();
  });

  it("are metrics of runs; texts have none", () => {
    const rows = [trial("100", "100"), trial("100", "10"), trial("no number", "x")];
    expect(run(digitMatch, rows).value).toBeCloseTo((1 + 1 / 3) / 2, 12);
    expect(run(lengthDifference, rows).value).toBe(0.5);
    expect(run(digitMatch, rows).excludedTrials).toBe(1);
  });
});

describe("a rating with codes", () => {
  const options = codesOptions({
    codes: [
      { name: "e1", text: "missing step" },
      { name: "units", text: "wrong units" },
    ],
  });
  const read = (reply: string) => codesScore(reply, options);

  it("is read line by line, and null where it is not there", () => {
    const good = read("Rating: 4\nCodes: E1, (units)\nReason: mixes up metres.");
    expect([good.value, codesIn(good.reason ?? "")]).toEqual([0.75, ["e1", "units"]]);
    expect(codesIn(read("**Rating**: 1\n**Codes**: none\nReason: fine").reason ?? "x")).toEqual([]);
    expect(read("Rating: 5\nCodes: e9\nReason: x").reason).toBe("rated 5, codes none; x (not in the list: e9)");
    for (const bad of ["Rating: 6\nCodes: none", "Codes: e1", "Rating: 3", ""]) expect(read(bad).value).toBeNull();
    expect(() =>
      codesOptions({
        codes: [
          { name: "a", text: "x" },
          { name: "A", text: "y" },
        ],
      }),
    ).toThrow(/twice/);
  });

  it("tells how often each applies, among all or among what is wrong", () => {
    const rows = [["e1"], ["e1", "units"], [], []].map((codes, i) =>
      trial("1", i < 3 ? "2" : "1", { judged: { score: 0.5, codes, label: null } }),
    );
    const shares = (among: string) => run(judgeCodes, rows, { among }).parts?.map(({ part, value }) => [part, value]);
    expect(shares("all")).toEqual([
      ["e1", 0.5],
      ["units", 0.25],
    ]);
    expect(shares("wrong")?.[0]).toEqual(["e1", 2 / 3]);
    expect(run(judgeCodes, rows).value).toBe(0.5);
  });
});
