import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { builtins as all } from "../../src/builtins.ts";
import { datasetCosts } from "../../src/cli/dataset-costs.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { createSandbox, withMeter } from "../../src/sandbox/index.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

const builtins = all();
const sandbox = withMeter(createSandbox("wasi", { workers: 1 }));
afterAll(() => sandbox.dispose());

const loop = "def total(n):\n    s = 0\n    for i in range(n + 1):\n        s += i\n    return s";
const formula = "def total(n):\n    return n * (n + 1) // 2";
const nested = "def total(n):\n    return sum(1 for i in range(n + 1) for j in range(i))";
const deep = "def total(n):\n    return n + total(n - 1) if n > 0 else 0";
const wrong = "def total(n):\n    return n";
const block = (source: string) => `\`\`\`python\n${source}\n\`\`\``;

const folder = temporaryFolder();
const tests = ["assert total(3) == 6", "assert total(5) == 15"];
const task = { id: "total", prompt: "Sum up to n.", entry_point: "total", solution: loop, tests };
writeFileSync(join(folder, "tasks.jsonl"), JSON.stringify(task));

async function run(data: string, out: string, more: string): Promise<void> {
  const programs = [nested, loop, wrong, formula, deep];
  const yaml = `
name: costs
dataset: {name: code, path: ${join(folder, data)}}
policy: scripted
strategies: [{name: best-of-n, options: {n: ${programs.length}}, verifiers: {outcome: unit-tests}}]
${more}
`;
  await runExperiment(parseExperiment("costs.yaml", yaml), {
    ...{ catalogue: builtins, sandbox, out },
    open: async () => ({ policy: scriptedPolicy(programs.map(block)), simulated: true }),
  });
}

describe("costs of programs", () => {
  it("are compared with clusters of a run's programs on a costly input, in a run that asks for it", async () => {
    const first = join(folder, "first");
    mkdirSync(first);
    await run("tasks.jsonl", first, "");
    const terminal = { ...fakeTerminal(), cwd: folder };
    const flags = { dataset: "code", run: ["first"], solutions: "50", clusters: "2", most: "6000000", seed: "s" };
    const tools = { sandbox, policy: null };
    const costs = { ...flags, out: "costs.jsonl", generators: "1" };
    expect(await datasetCosts(terminal, builtins, tools, "tasks.jsonl", costs)).toBe(0);
    expect(terminal.stdout()).toMatch(/total: 4 programs; thousands of instructions of each cluster: [\d,]+ · [\d,]+/);
    const row = JSON.parse(readFileSync(join(folder, "costs.jsonl"), "utf8"));
    const references = row.costs.references as { solution: string; score: number }[];
    expect(references.at(-1)).toEqual({ solution: formula, score: 1 });
    expect(references.map(({ score }) => score)).toEqual([...references.map(({ score }) => score)].sort());

    const second = join(folder, "second");
    const metrics = "[dps, {name: dps, options: {norm: true}}, efficient@1, eff@1]";
    await run("costs.jsonl", second, `efficiency: instructions\nmetrics: ${metrics}`);
    const figures = Object.fromEntries(writeReport(second).metrics.map((one) => [one.metric, one.arms[0]?.value]));
    const candidates = JSON.parse(readFileSync(join(second, "results.jsonl"), "utf8").split("\n")[0] ?? "").candidates;
    expect(candidates[3]).toMatchObject({ correct: true, dps: 1, dpsNorm: 1 });
    expect(candidates[3].costRatio).toBeLessThan(0.1);
    expect(candidates[1]).toMatchObject({ correct: true, costRatio: 1 });
    expect(candidates[2]).not.toHaveProperty("dps");
    expect(candidates[0].dps).toBeLessThan(candidates[1].dps);
    expect(figures["efficient@1"]).toBeCloseTo(0.2);
    expect(figures.dps).toBeGreaterThan(0.3);
  }, 240_000);

  it("takes the generators that a model writes, and what grows by its type where they make nothing", async () => {
    const terminal = { ...fakeTerminal(), cwd: folder };
    const flags = { dataset: "code", run: [], solutions: "50", clusters: "1", most: "3000000", seed: "s" };
    const good = block("def perf_input_gen(scale: int):\n    return (scale * 10 + 7,)");
    const costs = { ...flags, out: "written.jsonl", generators: "2" };
    const policy = scriptedPolicy([`It is O(n).\n${good}`, block("def perf_input_gen(scale):\n    while True: pass")]);
    expect(await datasetCosts(terminal, builtins, { sandbox, policy }, "tasks.jsonl", costs)).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "written.jsonl"), "utf8")).costs.tests[0]).toMatch(/total\(\d+7\)/);
    const idle = scriptedPolicy(["I cannot.", "No."]);
    expect(await datasetCosts(terminal, builtins, { sandbox, policy: idle }, "tasks.jsonl", costs)).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "written.jsonl"), "utf8")).costs.tests[0]).toMatch(/total\(\d+\)/);
  }, 240_000);
});
