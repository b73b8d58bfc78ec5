import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareCommand } from "../../src/cli/compare.ts";
import { totalTokens } from "../../src/core/usage.ts";
import { collectReport } from "../../src/report/collect.ts";
import { compareRuns } from "../../src/report/compare-runs.ts";
import { atBudget } from "../../src/runs/at-budget.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { smallExperiment, smallRun } from "../runs/small-run.ts";

const correcting = `
name: correcting
dataset: {name: arithmetic, options: {count: 24, minSteps: 3, maxSteps: 5}}
policy: simulated
budget: {tokens: 2000}
baselines: false
strategies:
  - {name: self-consistency, options: {n: 6}, label: vote}
  - {name: self-refine, options: {rounds: 3, accept: always}, label: self-refine}
`;

const recordsOf = (folder: string): TrialRecord[] =>
  readFileSync(join(folder, "results.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);

const inFolder = (name: string): string => join(temporaryFolder(), name);

describe("a trial at a budget", () => {
  const candidate = (answer: string | null, correct: boolean) => ({
    ...{ answer, correct, class: 0, score: null, complete: true, tokens: 10 },
  });
  const usage = { calls: 1, promptTokens: 0, cachedPromptTokens: 0, completionTokens: 0, dollars: 0 };
  const record = {
    verdict: "correct",
    stopped: "finished",
    candidates: [candidate("3", false), candidate(null, false), candidate("4", true)],
    picks: [
      [1, 0, 100, 1],
      [2, 1, 200, 2],
      [3, 2, 300, 3],
    ],
    usage: { policy: { ...usage, calls: 4, completionTokens: 350 }, verifier: usage, sandbox: { runs: 0 } },
  } as unknown as TrialRecord;

  it("is what the last pick knew that was affordable: its candidates, its verdict, its calls", () => {
    const at = (tokens: number) => {
      const { candidates, ...rest } = atBudget(record, tokens);
      return { ...rest, known: candidates.length };
    };
    expect(at(99)).toEqual({ verdict: "unparsed", tokens: 99, calls: 0, known: 0 });
    expect(at(100)).toEqual({ verdict: "incorrect", tokens: 100, calls: 1, known: 1 });
    expect(at(299)).toEqual({ verdict: "unparsed", tokens: 299, calls: 2, known: 2 });
    expect(at(300)).toEqual({ verdict: "correct", tokens: 300, calls: 3, known: 3 });
    expect(at(1_000)).toEqual({ verdict: "correct", tokens: 350, calls: 5, known: 3 });
  });
});

describe("arms of several runs in one table", () => {
  it("have the figures of their own reports where all problems are shared and nothing is cut", async () => {
    const [one, two] = [await smallRun({ out: inFolder("one") }), await smallRun({ out: inFolder("two") }, correcting)];
    const both = compareRuns([one, two]);
    const reports = [collectReport(one), collectReport(two)];
    expect(both.leftOut).toBe(0);
    for (const arm of reports.flatMap(({ arms }) => arms)) {
      const { accuracy, interval, coverage, transitions, n, tokensPerTrial, callsPerTrial } = arm;
      expect(both.arms.find((other) => other.arm === arm.arm)).toMatchObject({
        ...{ accuracy, interval, coverage, transitions, n, tokensPerTrial, callsPerTrial },
      });
    }
    const own = reports[0]?.comparisons.find(({ a }) => a === "best-of-n");
    const { adjustedP: _p, family: _f, words: _w, verdict: _v, ...same } = own ?? {};
    expect(both.comparisons.find(({ a }) => a === "best-of-n")).toMatchObject(same);
    expect(both.comparisons.map(({ family }) => family)).toEqual(both.comparisons.map(() => 5));
  });

  it("are read at the budget, trial by trial", async () => {
    const run = await smallRun({ out: inFolder("run") }, correcting);
    const tokens = 400;
    const records = recordsOf(run).filter(({ arm }) => arm === "self-refine");
    const right = records.filter((record) => {
      if (totalTokens(record.usage) <= tokens) return record.verdict === "correct";
      const pick = record.picks.findLast(([, , spent]) => spent <= tokens)?.[1] ?? null;
      return pick !== null && record.candidates[pick]?.correct === true;
    }).length;
    const cut = compareRuns([run], { tokens });
    const arm = cut.arms.find(({ arm }) => arm === "self-refine");
    expect(records.some(({ usage }) => totalTokens(usage) > tokens)).toBe(true);
    expect(arm?.accuracy).toBe(right / records.length);
    expect(arm?.tokensPerTrial).toBeLessThanOrEqual(tokens);
    expect(arm?.transitions?.revisions.proposed).toBeLessThan(
      compareRuns([run]).arms.find(({ arm }) => arm === "self-refine")?.transitions?.revisions.proposed ?? 0,
    );
  });

  it("meet on the problems that all of them have, and are distinguished by their run", async () => {
    const [whole, part] = [
      await smallRun({ out: inFolder("whole") }, correcting),
      await smallRun({ out: inFolder("part"), limit: 9 }, correcting),
    ];
    const both = compareRuns([whole, part], { baseline: "vote (part)" });
    expect(both).toMatchObject({ problems: 9, leftOut: 15, baseline: "vote (part)" });
    expect(both.arms.map(({ arm, n }) => [arm, n])).toEqual([
      ["vote", 9],
      ["self-refine", 9],
      ["vote (part)", 9],
      ["self-refine (part)", 9],
    ]);
    expect(both.comparisons.find(({ a }) => a === "vote")?.difference).toBe(0);
  });

  it("are refused with the remedy: other problems, a budget that a run did not have, an unknown baseline", async () => {
    const run = await smallRun({ out: inFolder("run") }, correcting);
    const other = await smallRun({ out: inFolder("other") }, smallExperiment.replace("minSteps: 3", "minSteps: 4"));
    expect(() => compareRuns([run], { tokens: 2_001 })).toThrow(/"tokens" must be at most 2,000, .* got 2,001/);
    expect(() => compareRuns([run], { baseline: "votes" })).toThrow(
      /must be one of the arms, got "votes"\. Arms: vote, /,
    );
    expect(compareRuns([run, run]).arms).toHaveLength(2);
    expect(() => compareRuns([temporaryFolder()])).toThrow(/holds no run/);
    expect(() => compareRuns([run, other])).toThrow(/cannot pair the problems of "arithmetic": runs run and other/);
  });

  it("are printed as a table, as Markdown and as JSON, with what must not be overlooked", async () => {
    const [one, two] = [await smallRun({ out: inFolder("one") }), await smallRun({ out: inFolder("two") }, correcting)];
    const print = (flags: Parameters<typeof compareCommand>[2]) => {
      const terminal = fakeTerminal();
      expect(compareCommand(terminal, [one, two], flags)).toBe(0);
      return terminal.stdout();
    };
    expect(print({})).toMatch(/different budgets: this is no comparison at equal compute/);
    expect(print({ markdown: true, tokens: "500" })).toMatch(
      /^## At 500 tokens a problem: 24 problems of arithmetic\n/,
    );
    expect(print({ tokens: "500" })).toMatch(/Simulated policy/);
    expect(print({ tokens: "500" })).not.toMatch(/different budgets/);
    expect(JSON.parse(print({ json: true }))).toMatchObject({
      problems: 24,
      tokens: null,
      baseline: "chain-of-thought",
    });
  });
});
