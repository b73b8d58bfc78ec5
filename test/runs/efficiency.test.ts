import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import type { ReportData } from "../../src/report/data.ts";
import { tablesOf } from "../../src/report/tables.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { CostCounter } from "../../src/runs/efficiency.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { regrade } from "../../src/runs/regrade.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
const folder = temporaryFolder();
const loop = "def total(n):\n    s = 0\n    for i in range(n + 1):\n        s += i\n    return s";
const formula = "def total(n):\n    return n * (n + 1) // 2";
const nested =
  "def total(n):\n    s = 0\n    for i in range(n + 1):\n        for j in range(i):\n            s += 1\n    return s";
const wrong = "def total(n):\n    return n";
const block = (source: string) => `\`\`\`python\n${source}\n\`\`\``;
const yaml = (efficiency: boolean) => `
name: steps
dataset: {name: mbpp, path: ${join(folder, "tasks.jsonl")}}
policy: scripted
strategies: [{name: best-of-n, options: {n: 4}, verifiers: {outcome: unit-tests}}]
efficiency: ${efficiency}
`;
const records = (out: string) =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);

async function run(out: string, efficiency: boolean): Promise<TrialRecord[]> {
  const policy = scriptedPolicy([nested, loop, wrong, formula].map(block));
  await runExperiment(parseExperiment("steps.yaml", yaml(efficiency)), {
    catalogue: builtins(),
    open: async () => ({ policy, simulated: true }),
    sandbox,
    out,
  });
  return records(out);
}

beforeAll(() => {
  const assertions = ["assert total(10) == 55", "assert total(200) == 20100"];
  const row = { task_id: 1, prompt: "Sum the numbers up to n.", code: loop, test_list: assertions };
  writeFileSync(join(folder, "tasks.jsonl"), `${JSON.stringify(row)}\n`);
});
afterAll(() => sandbox.dispose());

describe("steps of programs in an experiment", () => {
  it("are unknown, not none, where a right program could not be counted", async () => {
    let runs = 0;
    const late: Sandbox = {
      id: "late",
      run: async (program, options) =>
        ++runs === 1
          ? await sandbox.run(program, options)
          : { verdict: "timeout", value: null, stdout: "", error: "The program took longer than it may" },
      dispose: async () => {},
    };
    const dataset = builtins().datasets.get("mbpp");
    const [problem] = await dataset.load({ path: join(folder, "tasks.jsonl") }, parseOptions(dataset, {}));
    if (problem === undefined) return expect.unreachable("there is a task");
    expect(await new CostCounter(late).scores([formula, wrong], [true, false], problem)).toEqual([
      null,
      { efficiency: 0, stepClass: null, costRatio: null },
    ]);
  });

  it("are counted where that is asked for, and reported beside the reference's", async () => {
    const out = temporaryFolder();
    const [trial] = await run(out, true);
    const of = (i: number) => trial?.candidates[i];
    expect(of(1)).toMatchObject({ correct: true, efficiency: 1, stepClass: 1.1 });
    expect(of(2)).toMatchObject({ correct: false, efficiency: 0, stepClass: null });
    expect(of(3)?.efficiency).toBeGreaterThan(1);
    expect(of(0)).toMatchObject({ correct: true, stepClass: null });
    expect(of(0)?.efficiency).toBeLessThan(0.6);
    const report: ReportData = writeReport(out);
    const best = report.efficiency[0]?.atK.at(-1);
    const mean = (trial?.candidates ?? []).reduce((sum, one) => sum + (one.efficiency ?? 0), 0) / 4;
    expect(report.efficiency[0]).toMatchObject({ trials: 1, classes: [0, 0, 0, 0, 1], atK: [{ k: 1 }, { k: 2 }] });
    expect(report.efficiency[0]?.atK[0]?.value).toBeCloseTo(mean);
    expect(best?.value).toBeGreaterThan(mean);
    expect(tablesOf(report).efficiency?.head).toContain("eff@2");
    expect(readFileSync(join(out, "report.html"), "utf8")).toContain("Efficiency of programs");
  });

  it("are left out where nobody asked, and can be counted afterwards without a model", async () => {
    const out = temporaryFolder();
    const [before] = await run(out, false);
    expect(before?.candidates.some((one) => "efficiency" in one)).toBe(false);
    expect(writeReport(out).efficiency).toEqual([]);
    await regrade(out, parseExperiment("steps.yaml", yaml(true)), { catalogue: builtins(), sandbox });
    expect(records(out)[0]?.candidates[1]).toMatchObject({ efficiency: 1, stepClass: 1.1 });
    expect(writeReport(out).efficiency).toHaveLength(1);
  });
});
