import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { totalTokens } from "../../src/core/usage.ts";
import { spread } from "../../src/report/charts/draw.ts";
import { collectReport } from "../../src/report/collect.ts";
import { reportHtml } from "../../src/report/html.ts";
import { reportFiles, writeReport } from "../../src/report/write-report.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";
import { passAtK } from "../../src/statistics/sampling/pass-at-k.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "../runs/small-run.ts";

const recordsOf = (folder: string): TrialRecord[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);
const summaryOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as ExperimentSummary;

describe("the report", () => {
  const made = smallRun();

  it("gives every part a name of its own", async () => {
    const html = readFileSync(join(await made, "report.html"), "utf8");
    const names = [...html.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(8);
    expect(new Set(names).size).toBe(names.length);
  });

  it("is the same bytes when it is made again, also elsewhere", async () => {
    const folder = await made;
    const before = reportFiles.map((name) => readFileSync(join(folder, name), "utf8"));
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    writeReport(copy);
    expect(reportFiles.map((name) => readFileSync(join(copy, name), "utf8"))).toEqual(before);
  });

  it("shows the figures of summary.json, and its comparisons follow the seeds' means", async () => {
    const folder = await made;
    const data = collectReport(folder);
    const summary = summaryOf(folder);
    for (const [i, arm] of summary.arms.entries()) expect(data.arms[i]).toMatchObject(JSON.parse(JSON.stringify(arm)));
    expect(data.trials).toBe(24 * 4 * 2);
    for (const comparison of data.comparisons) {
      const [a, b] = [comparison.a, comparison.b].map(
        (name) => summary.arms.find(({ arm }) => arm === name)?.accuracy ?? 0,
      );
      expect(comparison.difference).toBeCloseTo((a ?? 0) - (b ?? 0), 12);
    }
  });

  it("reads the anytime curve at a budget as the records do, and ends it at the accuracy", async () => {
    const folder = await made;
    const data = collectReport(folder);
    const rows = recordsOf(folder);
    const { budgets = [], curves = [] } = data.anytime ?? {};
    for (const { arm, points, regret } of curves) {
      const own = rows.filter((record) => record.arm === arm);
      for (const at of [5, Math.floor(budgets.length / 2), budgets.length - 1]) {
        const budget = budgets[at] ?? 0;
        const right = own.map(({ picks, candidates, usage, verdict }) => {
          if (totalTokens(usage) <= budget) return verdict === "correct" ? 1 : 0;
          const inForce = picks.findLast(([, , tokens]) => tokens <= budget)?.[1] ?? null;
          return inForce !== null && candidates[inForce]?.correct ? 1 : 0;
        });
        expect(points[at]?.value).toBeCloseTo(mean(right), 12);
      }
      expect(points.at(-1)?.value).toBeCloseTo(data.arms.find((one) => one.arm === arm)?.accuracy ?? -1, 12);
      expect(points.every(({ value, low, high }) => low <= value + 1e-12 && value <= high + 1e-12)).toBe(true);
      expect(regret.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  it("computes coverage over random subsets, starts all three rules at the same point, and never picks above coverage", async () => {
    const folder = await made;
    const rows = recordsOf(folder);
    const { pools } = collectReport(folder);
    expect(pools.map(({ arm }) => arm)).toEqual(expect.arrayContaining(["self-consistency@6", "best-of-n@6"]));
    for (const { arm, sizes, coverage, vote, best } of pools.filter((pool) => pool.arm.endsWith("@6"))) {
      const own = rows.filter((record) => record.arm === arm);
      sizes.forEach((k, i) => {
        const expected = mean(
          own.map(({ candidates }) => passAtK(candidates.length, candidates.filter((c) => c.correct).length, k)),
        );
        expect(coverage[i]?.value).toBeCloseTo(expected, 12);
        expect(vote[i]?.value ?? 0).toBeLessThanOrEqual((coverage[i]?.value ?? 0) + 1e-12);
        expect(best[i]?.value ?? 0).toBeLessThanOrEqual((coverage[i]?.value ?? 0) + 1e-12);
      });
      expect(vote[0]?.value).toBeCloseTo(coverage[0]?.value ?? -1, 12);
    }
  });

  it("counts every trial in one kind of failure", async () => {
    for (const { right, pickedWrong, noneRight, unparsed, undecided, error } of collectReport(await made).failures) {
      expect(right + pickedWrong + noneRight + unparsed + undecided + error).toBe(48);
    }
  });

  it("is one file that asks for nothing and holds no script", async () => {
    const html = readFileSync(join(await made, "report.html"), "utf8");
    expect(html).not.toMatch(/<script|<link rel="stylesheet"|src=|https?:\/\/(?!www\.w3\.org)|url\(/);
    expect(html).toContain("these figures say nothing about a language model");
  });

  it("shows names and errors as text, whatever is in them", async () => {
    const folder = temporaryFolder();
    cpSync(await made, folder, { recursive: true });
    const evil = `<img src=x onerror=alert(1)>"'&`;
    for (const name of ["results.jsonl", "summary.json"]) {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path, "utf8").replaceAll('"chain-of-thought"', JSON.stringify(evil)));
    }
    const html = reportHtml(collectReport(folder));
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });

  it("leaves out what an earlier, larger plan left behind, and a trial that was done twice", async () => {
    const out = temporaryFolder();
    await smallRun({ out });
    await smallRun({ out, limit: 5 });
    expect(collectReport(out).trials).toBe(40);
    const path = join(out, "summary.json");
    writeFileSync(path, JSON.stringify({ ...summaryOf(out), trials: null, complete: false }));
    const [first = ""] = readFileSync(join(out, "results.jsonl"), "utf8").split("\n");
    writeFileSync(join(out, "results.jsonl"), `${first}\n${first}\n`);
    expect(collectReport(out).trials).toBe(1);
  });

  it("says what is missing in a folder without a run", () => {
    expect(() => collectReport(temporaryFolder())).toThrow(/holds no run: there is no summary\.json in it/);
  });
});

describe("labels at the ends of curves", () => {
  it("keep their order and their distance inside the axis", () => {
    const moved = spread([10, 11, 12, 200, 199], 14, 200);
    const sorted = [...moved].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++)
      expect((sorted[i] ?? 0) - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(14 - 1e-9);
    expect(Math.max(...moved)).toBeLessThanOrEqual(200);
    expect((moved[3] ?? 0) > (moved[4] ?? 0)).toBe(true);
  });
});
