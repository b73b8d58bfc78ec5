import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { ArmMetric } from "../../src/runs/metrics/metric-summary.ts";
import { smallExperiment, smallRun } from "./small-run.ts";

const yaml = `${smallExperiment}metrics:
  - {name: flops, options: {policy: 7}}
  - {name: flops, label: both, options: {policy: 7, verifier: 1}}
  - ndcg@6
  - {name: precision@k, options: {k: 2}}
  - signal-to-noise
  - {name: monotonicity, options: {tokens: [100, 300, 1000]}}
  - judge-score
`;

describe("further metrics, on a run of the simulated policy", () => {
  let summary: ExperimentSummary;
  let html = "";
  beforeAll(async () => {
    const out = await smallRun({}, yaml);
    summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
    html = readFileSync(join(out, "report.html"), "utf8");
  });
  const of = (name: string, arm: string): ArmMetric | undefined =>
    summary.metrics?.find(({ metric }) => metric.startsWith(name))?.arms.find((one) => one.arm === arm);

  it("count operations of policy and verifier apart", () => {
    const arm = summary.arms.find((one) => one.arm === "self-consistency@6");
    expect(of("flops", "self-consistency@6")?.value).toBeCloseTo(14 * (arm?.tokensPerTrial ?? 0), 6);
    const parts = of("both", "best-of-n@6")?.parts;
    expect(parts?.map(({ part }) => part)).toEqual(["policy", "verifier"]);
    expect(of("both", "best-of-n@6")?.value).toBeCloseTo((parts?.[0]?.value ?? 0) + (parts?.[1]?.value ?? 0), 6);
  });

  it("rank candidates, and say what is missing", () => {
    expect(of("ndcg", "best-of-n@6")?.value).toBeGreaterThan(0.5);
    expect(of("precision", "best-of-n@6")?.value).toBeGreaterThan(0.4);
    expect(of("ndcg", "self-consistency@6")?.note).toMatch(/outcome verifier/);
    expect(of("judge-score", "best-of-n@6")?.note).toMatch(/Name a judge under grade/);
    expect(of("monotonicity", "self-consistency@6")?.value).toBeGreaterThan(0);
    expect(html).toContain("pass@k and maj@k");
  });
});
