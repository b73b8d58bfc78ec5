import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { simulateStops } from "../../bench/enough.ts";
import { builtins } from "../../src/builtins.ts";
import { problemOf } from "../../src/core/problem.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { EnoughRule } from "../../src/runs/enough.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { armsOf, baselinesOf, type Trial } from "../../src/runs/plan.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { SequentialTest } from "../../src/statistics/comparing/enough.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = `
name: enough
dataset: {name: arithmetic, options: {count: 120, minSteps: 4, maxSteps: 6}}
policy: simulated
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 16}}
  - {name: chain-of-thought, label: again, options: {temperature: 0.8}}
stop: {rule: enough, every: 5}
traces: false
`;

async function run(text = yaml, parts: Parameters<typeof simulatedSetup>[1] = {}) {
  const out = parts.out ?? temporaryFolder();
  return await runExperiment(parseExperiment("enough.yaml", text), simulatedSetup(out, parts));
}

const keysOf = (folder: string): string[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { key: string }).key);

describe("the sequential test", () => {
  it("errs in at most 5 % of A/A experiments and saves 40 % of the problems at a gap of 10 points", () => {
    expect(simulateStops(0, 150).decided).toBeLessThanOrEqual(0.07);
    const { decided, wrong, problems } = simulateStops(0.1, 60);
    expect(decided).toBeGreaterThan(0.9);
    expect(wrong).toBe(0);
    expect(problems).toBeLessThan(600);
  });

  it("is the mean of the bets' gains, by hand", () => {
    const test = new SequentialTest();
    for (const difference of [1, 1, -1, 0, 0.5]) test.add(difference);
    const bets = Array.from({ length: 40 }, (_, i) => (i - 19.5) / 20);
    const gain = bets.map((bet) => (1 + bet) ** 2 * (1 - bet) * (1 + bet / 2));
    expect(test.value).toBeCloseTo(gain.reduce((sum, value) => sum + value, 0) / 40, 10);
    expect(test.mean).toBeCloseTo(0.3, 10);
    expect(() => test.add(2)).toThrow("must lie in [-1, 1]");
  });
});

describe("stop: enough", () => {
  it("counts no problem that failed or was not decided", () => {
    const experiment = parseExperiment("enough.yaml", yaml);
    const arms = armsOf(experiment, builtins());
    const rule = new EnoughRule(experiment, baselinesOf(experiment, arms));
    const verdicts = ["correct", "unparsed", "undecided", "error"] as const;
    const trials = verdicts.flatMap((verdict) => {
      const problem = problemOf({ id: verdict, text: "2 + 2?", kind: "number", reference: { answer: "4" } });
      return arms.map((arm) => ({ trial: { arm, problem } as Trial, verdict }));
    });
    for (const { trial, verdict } of trials) rule.add(trial, { verdict });
    rule.look(trials.map(({ trial }) => trial));
    expect(rule.summary().arms.map(({ problems }) => problems)).toEqual([2, 2]);
  });

  it("takes the variants of a group as one problem, and keeps them in one block", () => {
    const experiment = parseExperiment("enough.yaml", yaml);
    const arms = armsOf(experiment, builtins());
    const rule = new EnoughRule(experiment, baselinesOf(experiment, arms));
    const trials = Array.from({ length: 60 }, (_, i) => {
      const row = { id: `p${i}`, text: `${i} + 2?`, kind: "number", reference: { answer: "4" } } as const;
      const problem = problemOf({ ...row, group: `g${i % 12}` });
      return arms.map((arm) => ({ arm, problem, dataset: "sums" }) as Trial);
    }).flat();
    const blocks = rule.blocks(trials);
    expect(blocks.map((block) => new Set(block.map(({ problem }) => problem.group)).size)).toEqual([5, 5, 2]);
    for (const block of blocks) {
      for (const trial of block) rule.add(trial, { verdict: trial.arm === arms[1] ? "correct" : "unparsed" });
      rule.look(block);
    }
    expect(rule.summary().arms.map(({ problems, difference }) => [problems, difference])).toEqual([
      [10, 1],
      [12, 0],
    ]);
  });

  it("ends what is told, goes on with what is not, and says so in the report", async () => {
    const summary = await run();
    const [vote, again] = summary.enough?.arms ?? [];
    expect(vote?.arm).toBe("self-consistency@16");
    expect(vote?.decidedAt).toBeLessThan(60);
    expect(vote?.difference).toBeGreaterThan(0);
    expect(again?.decidedAt).toBeNull();
    expect(again?.problems).toBe(120);
    expect(summary.arms.map(({ n }) => n)).toEqual([120, vote?.decidedAt, 120]);
    expect(summary.complete).toBe(true);
    const report = writeReport(summary.folder);
    expect(report.warnings.join()).toContain("self-consistency@16 is better than chain-of-thought: told after");
    expect(report.warnings.join()).toContain("again and chain-of-thought could not be told apart on 120 problems");
  });

  it("stops at the same place at any concurrency, and after it was cut off", async () => {
    const text = yaml.replace(/ {2}- .*label: again.*\n/, "");
    const [one, many, cut] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const first = await run(text, { out: one, concurrency: 1 });
    expect(first.complete).toBe(true);
    await run(text, { out: many, concurrency: 7 });
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => (done === 9 ? stop.abort(new Error("cut")) : undefined);
    await expect(run(text, { out: cut, signal: stop.signal, onProgress })).rejects.toThrow("cut");
    await run(text, { out: cut });
    expect(keysOf(many)).toEqual(keysOf(one));
    expect(keysOf(cut)).toEqual(keysOf(one));
  });

  it("is refused where it cannot count", async () => {
    await expect(run(yaml, { part: { shard: { index: 1, of: 2 } } })).rejects.toThrow("cannot go with --shard");
    await expect(run(yaml.replace(/ {2}- \{.*\n/g, ""))).rejects.toThrow("needs two arms that are compared");
  });
});
