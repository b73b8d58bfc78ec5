import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { exportCsv } from "../../src/export/csv.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { ArmMetric, MetricSummary } from "../../src/runs/metrics/metric-summary.ts";
import { smallRun } from "./small-run.ts";

/** Easy and hard problems; the weaker arm is ahead of none of the two datasets. */
const yaml = `
name: arms
datasets:
  - {name: arithmetic, options: {count: 60, minSteps: 1, maxSteps: 8, seed: 1}}
  - {name: logic-grid, options: {count: 4}}
policy: simulated
strategies:
  - {name: chain-of-thought, label: one}
  - {name: self-consistency, label: five, options: {n: 5}}
  - {name: self-consistency, label: nine, options: {n: 9}}
seeds: [1, 2]
metrics:
  - {name: compute-optimal, options: {bins: 3, tokens: [500, 4000]}}
  - {name: compute-optimal, label: by samples, options: {bins: 2, difficulty: nine}}
  - {name: bradley-terry, options: {replicates: 100}}
  - {name: borda-rank, options: {over: tag, replicates: 100}}
  - {name: kemeny-rank, options: {over: tag, replicates: 100}}
  - {name: two-level-rank, options: {over: tag, replicates: 100}}
  - performance-profile
`;

describe("metrics that set arms side by side, on a run of the simulated policy", () => {
  let out = "";
  let metrics: readonly MetricSummary[] = [];
  beforeAll(async () => {
    out = await smallRun(
      { open: async () => ({ policy: simulatedPolicy({ stepError: 0.2 }), simulated: true }) },
      yaml,
    );
    metrics = (JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary).metrics ?? [];
  });

  const of = (name: string): Map<string, ArmMetric> =>
    new Map(metrics.find(({ metric }) => metric.startsWith(name))?.arms.map((one) => [one.arm, one]));

  it("choose the arm by difficulty on held-out folds, beside every arm and the best single one", () => {
    const rows = of("compute-optimal");
    const chosen = rows.get("chosen by bin, held out");
    expect([...rows.keys()]).toEqual(["one", "five", "nine", "best single arm, held out", "chosen by bin, held out"]);
    expect(chosen).toMatchObject({ derived: true, difference: { baseline: "best single arm, held out" } });
    expect(chosen?.note).toMatch(/^bin 1: .*bin 3: /);
    // Votes are cut short by 500 tokens, and nine of them are the best that 4,000 buy.
    const at = (arm: string, part: string) => rows.get(arm)?.parts?.find((one) => one.part === part)?.value ?? -1;
    for (const arm of ["five", "nine"])
      for (const bin of ["1 (easiest)", "3 (hardest)"])
        expect(at(arm, `${bin} · 4,000 tokens`)).toBeGreaterThanOrEqual(at(arm, `${bin} · 500 tokens`));
    expect(at("nine", "1 (easiest) · 4,000 tokens")).toBeGreaterThan(at("nine", "3 (hardest) · 4,000 tokens"));
    const bySamples = of("by samples");
    expect(bySamples.has("nine")).toBe(false);
    expect(bySamples.get("five")?.parts?.map(({ part }) => part)).toEqual(["1 (easiest)", "2 (hardest)"]);
  });

  it("rate and rank arms as their accuracies do", () => {
    const [one, five, nine] = ["one", "five", "nine"].map((arm) => of("bradley-terry").get(arm)?.value ?? 0);
    expect(((one ?? 0) + (five ?? 0) + (nine ?? 0)) / 3).toBeCloseTo(1000, 6);
    expect(nine).toBeGreaterThan(one ?? 0);
    for (const name of ["borda-rank", "two-level-rank"])
      expect(of(name).get("nine")?.value ?? 0).toBeGreaterThan(of(name).get("one")?.value ?? 1);
    expect(of("kemeny-rank").get("one")?.value).toBe(3);
    const against =
      of("bradley-terry")
        .get("one")
        ?.parts?.find(({ part }) => part === "nine")?.value ?? 1;
    expect(against).toBeLessThan(0.5);
  });

  it("say at what multiple of the least cost an arm solves", () => {
    const rows = of("performance-profile");
    const profile = rows.get("nine")?.parts?.map(({ value }) => value ?? 0) ?? [];
    expect(profile).toEqual([...profile].sort((a, b) => a - b));
    expect(rows.get("one")?.value ?? 0).toBeGreaterThan(rows.get("nine")?.value ?? 1);
  });

  it("stand in the report and in the export", () => {
    const html = readFileSync(join(out, "report.html"), "utf8");
    for (const text of ["chosen by bin, held out", "kemeny-rank", "share of wins against"])
      expect(html).toContain(text);
    const lines: string[] = [];
    exportCsv(out, "metrics", (line) => lines.push(line));
    expect(lines.some((line) => line.includes("3 (hardest)"))).toBe(true);
  });
});
