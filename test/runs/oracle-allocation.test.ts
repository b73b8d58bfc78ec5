import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { totalTokens } from "../../src/core/usage.ts";
import { collectReport } from "../../src/report/collect.ts";
import { tablesOf } from "../../src/report/tables.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { smallRun } from "./small-run.ts";

const yaml = `
name: shares
dataset: {name: arithmetic, options: {count: 10, minSteps: 3, maxSteps: 5}}
policy: simulated
baselines: false
baseline: vote
strategies:
  - {name: self-consistency, options: {n: 12}, label: vote}
  - {name: self-consistency, options: {n: 2}, label: two}
  - {name: best-of-n, options: {n: 6}, label: best, verifiers: {outcome: {name: simulated, options: {auc: 0.9}}}}
  - {name: self-consistency, options: {n: 12}, label: shared, budget: {calls: 4}, allocation: thompson}
`;

/**
 * Most trials that can be right within a token budget, over every choice of how far each is taken: by trying all
 * subsets.
 */
function mostRight(records: readonly TrialRecord[], tokens: number): number {
  const prices = records.map((record) => {
    const right = record.picks.filter(([, picked]) => picked !== null && record.candidates[picked]?.correct === true);
    return Math.min(...right.map(([, , spent]) => spent), Number.POSITIVE_INFINITY);
  });
  let most = 0;
  for (let subset = 0; subset < 2 ** prices.length; subset++) {
    const chosen = prices.filter((_, i) => (subset >> i) & 1);
    if (chosen.reduce((sum, price) => sum + price, 0) <= tokens) most = Math.max(most, chosen.length);
  }
  return most;
}

describe("regret against an oracle's allocation", () => {
  it("is what trying every allocation of the baseline's samples says", async () => {
    const run = await smallRun({}, yaml);
    const records = readFileSync(join(run, "results.jsonl"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as TrialRecord);
    const of = (arm: string) => records.filter((record) => record.arm === arm);
    const { allocation } = collectReport(run);
    expect(allocation.map(({ arm, samplesOf }) => [arm, samplesOf])).toEqual([
      ["vote", "vote"],
      ["two", "vote"],
      ["best", "vote"],
      ["shared", "vote"],
    ]);
    for (const { arm, tokens, accuracy, oracle, regret, oracleTokens } of allocation) {
      const spent = of(arm).reduce((sum, { usage }) => sum + totalTokens(usage), 0);
      expect(tokens).toBeCloseTo(spent / 10, 9);
      expect(oracle.value).toBeCloseTo(mostRight(of("vote"), spent) / 10, 9);
      expect(regret.value).toBeCloseTo(oracle.value - accuracy, 9);
      expect(regret.low).toBeLessThanOrEqual(regret.value);
      expect(regret.high).toBeGreaterThanOrEqual(regret.value);
      if (oracleTokens === null) expect(mostRight(of("vote"), 1e9) / 10).toBeLessThan(accuracy);
      else expect(mostRight(of("vote"), oracleTokens * 10 + 0.01) / 10).toBeCloseTo(accuracy, 9);
    }
    expect(allocation[0]?.regret.low).toBeGreaterThanOrEqual(0);
  });

  it("is left out where the baseline picks only once: there is nothing to share out", async () => {
    const run = await smallRun(
      {},
      yaml.replace("baseline: vote", "baseline: one").replace(/n: 12}, label: vote/, "n: 1}, label: one"),
    );
    const report = collectReport(run);
    expect(report.allocation).toEqual([]);
    expect(tablesOf(report).allocation).toBeNull();
  });
});
