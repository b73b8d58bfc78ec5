import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { findProblems } from "../../src/policy/simulated/parse.ts";
import { answerOf } from "../../src/policy/simulated/word-problem.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import { critiqueScore } from "../../src/runs/judging/judge-pick.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { smallRun } from "./small-run.ts";

const solver = simulatedPolicy({ stepError: 0.15 });
const flips = 0.2;

/** Knows the answer, and says the opposite in one of five judgements; counts what it is asked. */
function fakeJudge(reply: (prompt: string, truth: string, wrong: boolean) => string) {
  let asked = 0;
  const policy: Policy = {
    ...solver,
    id: "fake/judge",
    sample: async ({ messages, n = 1 }: SampleRequest) => {
      asked++;
      const prompt = messages.map(({ content }) => (typeof content === "string" ? content : "")).join("\n");
      const found = findProblems(prompt)[0]?.problem;
      const truth = found === undefined ? "" : String(answerOf(found));
      const text = reply(prompt, truth, new Random(`flip/${prompt}`).uniform() < flips);
      const usage = { promptTokens: 50, completionTokens: 5 };
      return Array.from({ length: n }, () => ({ text, finish: "stop", ...usage, cached: false }) as never);
    },
  };
  return { policy, asked: () => asked };
}

const critic = () =>
  fakeJudge((prompt, truth, flip) => {
    const right = new RegExp(`(answer|\\\\boxed|####)[^\\d]*${truth}\\b`, "i").test(prompt.split("Solution:")[1] ?? "");
    return right !== flip
      ? "Verdict: correct\nFirst wrong step: none\nReason: none"
      : "Verdict: wrong\nFirst wrong step: 2\nReason: it adds wrongly";
  });

const yaml = (grade: string, more = "") => `
name: judged
dataset: {name: arithmetic, options: {count: 80, minSteps: 2, maxSteps: 4}}
policy: simulated
models: {examiner: "openai:judge"}
strategies: [chain-of-thought, {name: self-consistency, label: five, options: {n: 5}}]
grade: ${grade}
${more}`;

const opened = (judge: Policy) => async (spec: unknown) => ({
  policy: JSON.stringify(spec).includes("openai:judge") ? judge : solver,
  simulated: true,
});

const summaryIn = (out: string) => JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary;
const recordsIn = (out: string) =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TrialRecord);

describe("a judge that grades", () => {
  it("gives the verdicts, and the report says how often it agrees with the references", async () => {
    const judge = critic();
    const text = yaml("{judge: critique, model: examiner}");
    const out = await smallRun({ open: opened(judge.policy) }, text);
    const [judging] = summaryIn(out).judging ?? [];
    expect(judging).toMatchObject({ judge: "critique", model: "fake/judge", judged: 160, unread: 0 });
    const { agreement } = judging as NonNullable<typeof judging>;
    expect(agreement.labelled).toBe(160);
    expect(agreement.interval?.low).toBeLessThan(1 - flips);
    expect(agreement.interval?.high).toBeGreaterThan(1 - flips);
    const records = recordsIn(out);
    for (const { verdict, judged, rule } of records) {
      expect(verdict).toBe(judged?.score === 1 ? "correct" : "incorrect");
      expect(judged?.version).toBe(judging?.version);
      if (verdict === "incorrect") expect(rule).toMatch(/step 2 is wrong: it adds wrongly/);
      if (verdict === "incorrect") expect(judged?.firstError).toBe(2);
    }
    const { arms } = summaryIn(out);
    const own = records.filter(({ arm }) => arm === "five");
    expect(arms.find(({ arm }) => arm === "five")?.correct).toBe(
      own.filter(({ verdict }) => verdict === "correct").length,
    );
    // What judging costs is in no arm's cost.
    expect(arms.every(({ verifierTokensPerTrial }) => verifierTokensPerTrial === 0)).toBe(true);
    expect(judging?.usage.verifier.calls).toBe(160);
    const html = readFileSync(join(out, "report.html"), "utf8");
    expect(html).toContain("Agreement of the judge with the labels");
    // Run again, nothing is asked; asked in another way, everything is, and labels stay those of the references.
    const before = judge.asked();
    await smallRun({ open: opened(judge.policy), out }, text);
    expect(judge.asked()).toBe(before);
    await smallRun({ open: opened(judge.policy), out }, yaml("{judge: critique, model: examiner, maxTokens: 99}"));
    expect(judge.asked()).toBe(before + 160);
    expect(summaryIn(out).judging?.[0]?.agreement).toEqual(agreement);
  });

  it("compares with a baseline arm in both orders", async () => {
    const orders: string[] = [];
    const judge = fakeJudge((prompt, truth) => {
      const [, a = "", b = ""] = /Solution A:([\s\S]*)Solution B:([\s\S]*)/.exec(prompt) ?? [];
      const right = (text: string) => text.includes(`boxed{${truth}}`);
      const letter = right(a) === right(b) ? "A" : right(a) ? "A" : "B";
      orders.push(letter);
      return letter;
    });
    const out = await smallRun({ open: opened(judge.policy) }, yaml("{against: chain-of-thought, model: examiner}"));
    const records = recordsIn(out);
    expect(records.filter(({ arm, verdict }) => arm === "chain-of-thought" && verdict !== "undecided")).toEqual([]);
    const five = records.filter(({ arm }) => arm === "five");
    // It takes the first where both are alike: both orders cancel that out.
    expect(new Set(five.map(({ judged }) => judged?.score))).toEqual(new Set([0.5, 1, 0]));
    expect(orders).toHaveLength(2 * 80);
    const base = new Map(records.filter(({ arm }) => arm !== "five").map((one) => [one.problem, one.label]));
    for (const { problem, label, verdict } of five)
      if (verdict === "correct") expect([label, base.get(problem)]).toEqual(["correct", "incorrect"]);
  });

  it("holds all arms against each other: a bracket or all pairs, which Bradley-Terry ratings are made of", async () => {
    const judge = fakeJudge((prompt, truth) => {
      const [, a = "", b = ""] = /Solution A:([\s\S]*)Solution B:([\s\S]*)/.exec(prompt) ?? [];
      const right = (text: string) => text.includes(`boxed{${truth}}`);
      return right(a) === right(b) ? "A" : right(a) ? "A" : "B";
    });
    const more = "metrics: [bradley-terry, judge-score]\nbaselines: false";
    const arms = "strategies: [chain-of-thought, {name: self-consistency, label: five, options: {n: 5}}, best-of-n]";
    const of = (grade: string) =>
      yaml(grade, more)
        .replace(/strategies: .*/, arms.replace("best-of-n", "{name: self-consistency, label: nine, options: {n: 9}}"))
        .replace("count: 80", "count: 20");
    const out = await smallRun({ open: opened(judge.policy) }, of("{tournament: elimination, model: examiner}"));
    const asked = judge.asked();
    expect(asked).toBe(2 * 2 * 20); // two matches a problem, in both orders
    const records = recordsIn(out);
    for (const { problem } of records.slice(0, 3)) {
      const own = records.filter((one) => one.problem === problem);
      expect(own.filter(({ verdict }) => verdict === "correct")).toHaveLength(1);
      expect(own.flatMap(({ judged }) => judged?.matches ?? [])).toHaveLength(4);
      const best = own.find(({ verdict }) => verdict === "correct");
      if (own.some(({ label }) => label === "correct")) expect(best?.label).toBe("correct");
    }
    const ratings = summaryIn(out).metrics?.[0]?.arms.map(({ value }) => value ?? 0) ?? [];
    expect(ratings[2]).toBeGreaterThan(ratings[0] ?? 0);
    await smallRun({ open: opened(judge.policy), out }, of("{tournament: elimination, model: examiner}"));
    expect(judge.asked()).toBe(asked);
    const pairs = await smallRun({ open: opened(judge.policy) }, of("{tournament: pairs, model: examiner}"));
    expect(judge.asked() - asked).toBe(2 * 3 * 20);
    for (const { judged } of recordsIn(pairs)) expect(judged?.matches).toHaveLength(2);
  });

  it("may be a rubric", async () => {
    const judge = fakeJudge(() => "Criterion 1: 8\nCriterion 2: 4");
    const grade =
      "{judge: {name: rubric, options: {criteria: [{text: clear}, {text: short}]}}, model: examiner, threshold: 0.6}";
    const out = await smallRun({ open: opened(judge.policy) }, yaml(grade, "traces: true"));
    for (const { judged } of recordsIn(out)) expect(judged?.score).toBeCloseTo(0.6, 9);
    expect(summaryIn(out).arms.every(({ accuracy }) => accuracy === 1)).toBe(true);
  });

  it("is refused before the run where its model, its baseline or the texts are missing", async () => {
    const { policy } = critic();
    const run = (grade: string, more = "") => smallRun({ open: opened(policy) }, yaml(grade, more));
    await expect(run("{judge: critique, model: examinr}")).rejects.toThrow(/examin/);
    await expect(run("{against: two, model: examiner}")).rejects.toThrow(/which is no arm/);
    await expect(run("{judge: rubrik, model: examiner}")).rejects.toThrow(/rubric/);
    await expect(run("{judge: critique, model: examiner}", "traces: false")).rejects.toThrow(/traces: true/);
  });

  it("leaves undecided what cannot be read", () => {
    expect(critiqueScore("no idea").value).toBeNull();
    expect(critiqueScore("**Verdict**: Correct").value).toBe(1);
    expect(critiqueScore("Verdict: incorrect\nFirst wrong step: 3\nReason: none").value).toBe(0);
  });
});
