import { describe, expect, it } from "vitest";
import { RunProgress } from "../../src/cli/run-progress.ts";
import { emptyLedger } from "../../src/core/usage.ts";
import type { Progress } from "../../src/runs/run-experiment.ts";

const usage = { ...emptyLedger, policy: { ...emptyLedger.policy, calls: 1, completionTokens: 900, dollars: 0.01 } };
const trial = (arm: string, verdict: string, failure?: string) =>
  ({ arm, verdict, failure, moment: { milliseconds: 1, spent: usage } }) as NonNullable<Progress["last"]>;

const status: Progress["status"] = () => {
  throw new Error("a line needs no figures of all arms");
};

describe("the progress of a run", () => {
  const of = (columns: number, label = "chain-of-thought") => {
    const progress = new RunProgress();
    const verdicts = ["correct", "correct", "incorrect", "correct"];
    verdicts.forEach((verdict, i) => {
      progress.line({ done: i + 1, total: 12, resumed: 0, status, last: trial(label, verdict) }, i + 1, columns);
    });
    return progress.line({ done: 6, total: 12, resumed: 0, status, last: trial(label, "error", "rate") }, 6, columns);
  };

  it("says how far, how fast, what it cost, what failed and how accurate it is", () => {
    expect(of(200)).toBe(
      "█████░░░░░ 6/12  about 6 s left  1 failed (rate 1)  750 tokens/s  $0.05  75 % (24–99) chain-of-thought",
    );
  });

  it("keeps within the columns, at the cost of what is needed least", () => {
    for (const columns of [40, 60, 80]) expect(of(columns, "x".repeat(99)).length).toBeLessThan(columns);
    expect(of(80)).toContain("1 failed (rate 1)  750 tokens/s");
  });

  it("says what was there before the first trial", () => {
    const line = new RunProgress().line({ done: 3, total: 12, resumed: 3, status, last: null }, 0, 80);
    expect(line).toBe("███░░░░░░░ 3/12  about – left  3 were there");
  });
});
