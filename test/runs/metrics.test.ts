import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";
import { defineMetric } from "../../src/core/metric.ts";
import { emptyLedger } from "../../src/core/usage.ts";
import { exportCsv } from "../../src/export/csv.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { collectReport } from "../../src/report/collect.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { chosenMetrics } from "../../src/runs/metrics/chosen-metrics.ts";
import { ArmRows } from "../../src/runs/metrics/trial-rows.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { smallExperiment, smallRun } from "./small-run.ts";

const withMetrics = (metrics: string) => `${smallExperiment}metrics: ${metrics}\n`;

const summaryIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as ExperimentSummary;

const metricIn = (folder: string, name: string) => {
  const found = summaryIn(folder).metrics?.find(({ metric }) => metric === name);
  if (found === undefined) throw new Error(`${name} is not in the summary`);
  return new Map(found.arms.map((arm) => [arm.arm, arm]));
};

describe("metrics of an experiment", () => {
  const names = "[accuracy, pass@4, pass@40, auroc, dollars, {name: accuracy-at-budget, options: {tokens: 1500}}]";

  it("stand in summary, report and export, agree with the report's own figures, and say why one is missing", async () => {
    const out = await smallRun({}, withMetrics(names));
    const summary = summaryIn(out);
    expect(summary.metrics?.map(({ metric }) => metric)).toEqual([
      ...["accuracy", "pass@4", "pass@40", "auroc", "dollars"],
      "accuracy-at-budget(tokens=1500)",
    ]);
    for (const { arm, accuracy } of summary.arms) {
      expect(metricIn(out, "accuracy").get(arm)?.value, arm).toBeCloseTo(accuracy ?? -1, 12);
    }
    const data = collectReport(out);
    const pool = data.pools.find(({ arm }) => arm === "self-consistency@6");
    const own = pool?.coverage[pool.sizes.indexOf(1)]?.value ?? -1;
    const pooled = new Map(summary.metrics?.[1]?.arms.map(({ arm, value }) => [arm, value]));
    expect(pooled.get("self-consistency@6")).toBeGreaterThan(own);
    expect(metricIn(out, "pass@4").get("chain-of-thought")).toMatchObject({
      value: null,
      note: "needs 4 graded candidates of a problem; no problem has more than 2",
    });
    expect(metricIn(out, "pass@40").get("self-consistency@6")?.value).toBeNull();
    expect(metricIn(out, "auroc").get("self-consistency@6")?.note).toMatch(/outcome verifier/);
    expect(metricIn(out, "auroc").get("best-of-n@6")?.value).toBeGreaterThan(0.5);
    for (const { value, note } of metricIn(out, "dollars").values()) {
      expect(value).toBeNull();
      expect(note).toMatch(/prices/);
    }
    expect(data.metrics).toEqual(summary.metrics);
    const [html, markdown] = ["report.html", "report.md"].map((name) => readFileSync(join(out, name), "utf8"));
    for (const text of [html, markdown]) {
      expect(text).toContain("accuracy-at-budget(tokens=1500)");
      expect(text).toContain("needs 4 graded candidates of a problem; no problem has more than 2");
    }
    const lines: string[] = [];
    exportCsv(out, "metrics", (line) => lines.push(line));
    expect(lines).toHaveLength(1 + 6 * summary.arms.length);
    expect(lines[0]).toMatch(/^metric,arm,value,low,high/);
  });

  it("compare every arm with its baseline on the problems that both have", async () => {
    const out = await smallRun({}, withMetrics("[accuracy, tokens]"));
    const arms = metricIn(out, "tokens");
    expect(arms.get("chain-of-thought")?.difference).toBeNull();
    const other = arms.get("self-consistency@6")?.difference;
    expect(other).toMatchObject({ baseline: "chain-of-thought", units: 24, verdict: "worse" });
    const report = collectReport(out).comparisons.find(({ a }) => a === "self-consistency@6");
    expect(metricIn(out, "accuracy").get("self-consistency@6")?.difference?.value).toBeCloseTo(
      report?.difference ?? 9,
      12,
    );
  });

  it("are measured on a finished run without asking the model again", async () => {
    const out = await smallRun();
    let asked = 0;
    const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
    const watched = {
      ...policy,
      sample: (...args: Parameters<typeof policy.sample>) => {
        asked++;
        return policy.sample(...args);
      },
    };
    await smallRun({ out, open: async () => ({ policy: watched, simulated: true }) }, withMetrics("[maj@6]"));
    expect(asked).toBe(0);
    expect(metricIn(out, "maj@6").get("self-consistency@6")?.value).toBeGreaterThan(0);
  });

  it("come from plug-ins too, by the same door", async () => {
    const catalogue = builtins();
    const longest = defineMetric({
      name: "most-tokens",
      summary: "tokens of the longest trial",
      scale: "tokens",
      better: "lower",
      options: z.strictObject({}),
      compute: (rows) => {
        const value = Math.max(...rows.flatMap(({ tokens }) => (tokens === null ? [] : [tokens])));
        return { value, interval: null, units: [], excludedTrials: 0, undefinedUnits: 0 };
      },
    });
    expect(addPlugin(catalogue, "mine.ts", { longest })).toEqual(["most-tokens"]);
    const out = await smallRun({ catalogue }, withMetrics("[most-tokens]"));
    for (const { value } of metricIn(out, "most-tokens").values()) expect(value).toBeGreaterThan(0);
  });

  it("are refused before the run: unknown names, wrong options, one named twice", () => {
    const choose = (metrics: string) => chosenMetrics(parseExperiment("small.yaml", withMetrics(metrics)), builtins());
    expect(() => choose("[acuracy]")).toThrow(/Unknown metric "acuracy". Did you mean "accuracy"/);
    expect(() => choose("[accuracy-at-budget]")).toThrow(/tokens/);
    expect(() => choose("[pass@0]")).toThrow(/Unknown metric/);
    expect(() => choose("[tokens, tokens]")).toThrow(/names "tokens" twice/);
    expect(choose("[best-of-8, maj@2]").map(({ options }) => options)).toEqual([{ k: 8 }, { k: 2 }]);
  });
});

describe("rows of metrics", () => {
  const candidate = (answer: string | null, number: number, more = {}) =>
    ({ answer, class: number, correct: false, score: null, complete: true, tokens: 5, ...more }) as const;
  const record = (
    seed: number,
    candidates: TrialRecord["candidates"],
    more: Partial<TrialRecord> = {},
  ): TrialRecord => ({
    ...{ version: 1, key: `k${seed}`, arm: "a", strategy: "s", dataset: "d", problem: "p", seed, answer: null },
    ...{ verdict: "incorrect", rule: "", reason: "", support: null, stopped: "finished", candidates, picks: [] },
    ...{ usage: emptyLedger, moment: { milliseconds: 0, spent: emptyLedger } },
    ...more,
  });
  const rowsOf = (...records: TrialRecord[]) => {
    const rows = new ArmRows({ kindOf: () => "number", priced: () => false });
    for (const one of records) rows.add(one);
    return rows.finish();
  };

  it("join equal answers of all seeds of a problem, though each record numbers its own", () => {
    const [first, second] = rowsOf(
      record(1, [candidate("3", 0), candidate("1/2", 1), candidate(null, -1)]),
      record(2, [candidate("0.5", 0), candidate("7", 1)]),
    );
    const classes = [first, second].map((row) => row?.candidates.map(({ answerClass }) => answerClass));
    expect(classes[0]?.[1]).toBe(classes[1]?.[0]);
    expect(new Set(classes.flat())).toEqual(new Set(["0", "1", "2", null]));
  });

  it("hold null for what a record does not know", () => {
    const [failed, undecided] = rowsOf(
      record(1, [], { verdict: "error" }),
      record(2, [candidate("3", 0, { undecided: true })], { verdict: "undecided" }),
    );
    expect(failed).toMatchObject({ tokens: null, calls: null, seconds: null, dollars: null });
    expect(undecided?.candidates[0]?.correct).toBeNull();
    expect(undecided).toMatchObject({ tokens: 0, dollars: null });
  });

  it("read variants and instance sets from the tags of a problem", () => {
    const rows = rowsOf(
      record(1, [], { group: "g", tags: ["perturbed:none"] }),
      record(1, [], { problem: "p~typos", group: "g", tags: ["perturbed:typos"] }),
      record(1, [], { problem: "q", tags: ["set:3"] }),
    );
    expect(rows.map(({ variant }) => variant)).toEqual(["original", "p~typos", "3"]);
    expect(rows[0]?.group).toBe("g");
  });
});
