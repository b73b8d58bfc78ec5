import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseExperiment } from "../../src/runs/load.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = `
name: shared
dataset: {name: arithmetic, options: {count: 24, minSteps: 2, maxSteps: 7}}
policy: simulated
strategies:
  - {name: self-consistency, options: {n: 6}, label: each}
  - {name: self-consistency, options: {n: 40}, budget: {calls: 6}, allocation: thompson, label: shared}
seeds: [1, 2]
`;

const run = (out: string, parts: Partial<ExperimentSetup> = {}, text = yaml) =>
  runExperiment(parseExperiment("shared.yaml", text), simulatedSetup(out, parts));
const recordsOf = (out: string): TrialRecord[] =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);
const timeless = (out: string) => recordsOf(out).map(({ moment: _moment, ...record }) => JSON.stringify(record));

describe("an arm whose problems share their budgets", () => {
  it("spends no more than the budgets of all problems together, on some problems more than on others", async () => {
    const out = temporaryFolder();
    const summary = await run(out);
    expect(summary.complete).toBe(true);
    expect(summary.setups[1]?.allocation).toMatchObject({ rule: "thompson", settled: 0.95 });
    for (const seed of [1, 2]) {
      const shared = recordsOf(out).filter((record) => record.arm === "shared" && record.seed === seed);
      const calls = shared.map(({ usage }) => usage.policy.calls);
      expect(shared).toHaveLength(24);
      expect(calls.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(6 * 24);
      expect(Math.max(...calls)).toBeGreaterThan(6);
      expect(Math.min(...calls)).toBeLessThan(6);
    }
  });

  it("is recorded as a whole: stopped within a set it leaves nothing of it, and goes on to the same results", async () => {
    const [whole, stopped] = [temporaryFolder(), temporaryFolder()];
    await run(whole);
    const landing = new AbortController();
    let done = 0;
    await run(stopped, {
      landing: landing.signal,
      onProgress: ({ last }) => {
        if (last?.arm === "shared" && ++done === 1) landing.abort();
      },
    });
    const before = recordsOf(stopped).filter(({ arm }) => arm === "shared");
    expect(before.map(({ seed }) => seed)).toEqual(before.map(() => 1));
    expect(before).toHaveLength(24);
    await run(stopped);
    expect(timeless(stopped)).toEqual(timeless(whole));
  });

  it("is another trial when the set is another: what one problem gets depends on the rest", async () => {
    const [all, fewer] = [temporaryFolder(), temporaryFolder()];
    await run(all);
    await run(fewer, { limit: 12 });
    const keys = (out: string, arm: string) =>
      new Set(recordsOf(out).flatMap((record) => (record.arm === arm ? [record.key] : [])));
    const common = (arm: string) => [...keys(fewer, arm)].filter((key) => keys(all, arm).has(key)).length;
    expect(common("each")).toBe(24);
    expect(common("shared")).toBe(0);
  });

  it("takes no stopping rule beside the allocation", async () => {
    const both = yaml.replace("allocation: thompson", "allocation: thompson, stop: {rule: confident}");
    await expect(run(temporaryFolder(), {}, both)).rejects.toThrow(/"stop" must not stand beside an allocation/);
  });
});
