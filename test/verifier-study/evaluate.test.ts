import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { evalCommand, trainCommand } from "../../src/cli/verifier.ts";
import { InvalidOptionError, VerifierError } from "../../src/core/errors.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { calibrate } from "../../src/learned/calibration.ts";
import { loadCalibration } from "../../src/learned/calibration-file.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";
import { verifiersOf } from "../../src/setup/setup.ts";
import { acceptable } from "../../src/statistics/intervals/binomial.ts";
import { type EvaluateOptions, evaluateVerifier } from "../../src/verifier-study/evaluate.ts";
import { loadItems, sampleItems } from "../../src/verifier-study/items.ts";
import { firstErrors, tunedFirstErrors } from "../../src/verifier-study/measures.ts";

const folder = mkdtempSync(join(tmpdir(), "evaluate-"));
const stepsFile = join(folder, "steps.jsonl");
const groupsFile = join(folder, "groups.jsonl");
const runFile = join(folder, "traces.jsonl");
const rows = 200;

/** Solutions of simulated problems in the shape of ProcessBench, RewardMATH and a run's traces. */
beforeAll(async () => {
  const policy = simulatedPolicy({ stepError: 0.15 });
  const [steps, groups, traces]: string[][] = [[], [], []];
  for (let i = 0; i < rows; i++) {
    const { problem, text } = generateProblem("evaluate", i);
    const truth = runningValues(problem);
    const samples = await policy.sample({
      messages: [{ role: "user", content: text }],
      n: 8,
      seeds: Array.from({ length: 8 }, (_, k) => 10 * i + k),
      temperature: 1,
      maxTokens: 2000,
      purpose: "solve",
    });
    const solutions = samples.map((sample) => {
      const parts = sample.text.split("\n\n");
      const values = [...sample.text.matchAll(/= (-?\d+)\./g)].map(([, value]) => Number(value));
      const wrong = values.findIndex((value, t) => value !== truth[t + 1]);
      const answer = /boxed\{(-?\d+)/.exec(sample.text)?.[1] ?? null;
      return { parts, wrong, answer, correct: Number(answer) === answerOf(problem), text: sample.text };
    });
    const [one] = solutions;
    steps?.push(
      JSON.stringify({
        id: `${i % 2 === 0 ? "even" : "odd"}-${i}`,
        generator: "g",
        problem: text,
        steps: one?.parts,
        final_answer_correct: one?.correct,
        label: one?.wrong,
      }),
    );
    const row = (type: string, parts: readonly string[]) => ({
      problem: text,
      answer: String(answerOf(problem)),
      eval_solution: parts,
      solution_type: type,
      problem_id: `q${i}`,
    });
    const right = solutions.find(({ correct }) => correct);
    const rejected = solutions.filter(({ correct }) => !correct);
    if (right !== undefined && rejected.length > 0 && (groups?.length ?? 0) < 60) {
      groups?.push(JSON.stringify(row("chosen", right.parts)));
      for (const { parts } of rejected) groups?.push(JSON.stringify(row("rejected", parts)));
    }
    const candidates = solutions.map(({ text: whole, answer, correct }) => ({
      text: whole,
      answer,
      correct,
      score: null,
    }));
    traces?.push(JSON.stringify({ key: `k${i}`, problem: `p${i}`, question: text, candidates }));
  }
  writeFileSync(stepsFile, (steps ?? []).join("\n"));
  writeFileSync(groupsFile, (groups ?? []).join("\n"));
  writeFileSync(runFile, (traces ?? []).join("\n"));
});

const named = (spec: Parameters<typeof verifiersOf>[0]) => () => verifiersOf(spec, builtins());
const both = (name: string, options: Record<string, unknown> = {}) =>
  named({ outcome: { name, options }, process: { name, options }, aggregation: "min" });
let count = 0;
const evaluate = (options: Partial<EvaluateOptions>) =>
  evaluateVerifier({
    benchmark: "processbench",
    data: stepsFile,
    out: join(folder, `out-${count++}`),
    verifier: "v",
    verifiers: both("oracle"),
    policy: scriptedPolicy([]),
    ...options,
  });

describe("verifier eval", () => {
  it("gives the oracle full marks on every figure", async () => {
    const report = await evaluate({});
    expect(report.items).toBe(rows);
    expect(report.firstErrors?.atHalf).toMatchObject({
      errorAccuracy: 1,
      correctAccuracy: 1,
      f1: { value: 1, low: expect.closeTo(acceptable(1, rows).low, 6), high: 1 },
    });
    expect(Object.keys(report.firstErrors?.subsets ?? {}).sort()).toEqual(["even", "odd"]);
    expect(report.steps?.area.auc).toBe(1);
    expect(report.solutions).toMatchObject({ unscored: 0, brier: 0, calibrationError: 0, area: { auc: 1 } });
    expect(report.stepVerdicts?.score).toBe(1);
    expect(report.cost).toMatchObject({ tokens: 0, calls: 0 });
  });

  it("measures a verifier of set quality within three standard errors of it", async () => {
    for (const auc of [0.7, 0.9]) {
      const report = await evaluate({
        benchmark: "run",
        data: runFile,
        verifiers: named({ outcome: { name: "simulated", options: { auc } }, aggregation: "last" }),
      });
      const { area, n, right, unscored } = report.solutions;
      expect(n).toBe(rows * 8);
      expect(unscored).toBe(0);
      const error = Math.sqrt((auc * (1 - auc)) / Math.min(right, n - right));
      expect(Math.abs((area.auc ?? 0) - auc)).toBeLessThan(3 * error);
      expect(area.low).toBeLessThan(auc);
      expect(area.high).toBeGreaterThan(auc);
      const last = report.bestOf.at(-1);
      expect(report.bestOf.map(({ k }) => k)).toEqual([1, 2, 4, 8]);
      expect(report.bestOf[0]?.verifier).toBeCloseTo(report.bestOf[0]?.random ?? 0, 12);
      expect(last?.verifier).toBeGreaterThan(last?.random ?? 1);
      expect(last?.verifier).toBeLessThanOrEqual(last?.oracle ?? 0);
      expect(report.gains.map(({ a }) => a)).toEqual([
        "the best of 2",
        "the weighted vote of 2",
        "the best of 4",
        "the weighted vote of 4",
        "the best of 8",
        "the weighted vote of 8",
      ]);
      for (const { a, n, difference, verdict } of report.gains) {
        const point = report.bestOf.find(({ k }) => a.endsWith(` ${k}`));
        const own = a.includes("weighted") ? point?.weighted : point?.verifier;
        expect(n).toBe(rows);
        expect(difference).toBeCloseTo((own ?? 0) - (point?.majority ?? 0), 12);
        if (auc === 0.9) expect(verdict).toBe("better");
      }
      expect(report.cost.tokens).toBeGreaterThan(0);
    }
  });

  it("judges the beginnings of a run's solutions by how these ended, early and late ones apart", async () => {
    const verifiers = named({ process: { name: "simulated", options: { auc: 0.9 } }, aggregation: "last" });
    const report = await evaluate({ benchmark: "run", data: runFile, verifiers });
    const { beginnings, positions } = report;
    const expected = rows * 8;
    expect(report.steps).toBeNull();
    expect(beginnings?.n).toBeGreaterThan(2 * expected);
    expect(beginnings?.unscored).toBe(0);
    expect(positions.map(({ third }) => third)).toEqual(["first", "middle", "last"]);
    expect(positions.reduce((sum, { n }) => sum + n, 0)).toBe(beginnings?.n);
    expect(positions[2]?.auc).toBeGreaterThan(positions[0]?.auc ?? 1);
    for (const { withinProblem } of positions) expect(withinProblem).toBeGreaterThan(0.4);
  });

  it("pits one right solution against the wrong ones", async () => {
    const report = await evaluate({ benchmark: "rewardmath", data: groupsFile });
    expect(report.oneToMany).toMatchObject({ accuracy: 1, meanReciprocalRank: 1, unscored: 0 });
  });

  it("goes on where it was, and judges again what is asked differently", async () => {
    const out = join(folder, "resumed");
    let asked = 0;
    const counting = () => {
      const made = both("oracle")();
      asked++;
      return made;
    };
    const first = await evaluate({ out, limit: 10, verifiers: counting });
    expect(asked).toBe(10);
    const second = await evaluate({ out, limit: 20, verifiers: counting });
    expect(asked).toBe(20);
    expect([first.items, second.items]).toEqual([10, 20]);
    await evaluate({ out, limit: 20, verifiers: counting, verifier: "other" });
    expect(asked).toBe(40);
    expect(JSON.parse(readFileSync(join(out, "report.json"), "utf8"))).toMatchObject({ verifier: "other", items: 20 });
    expect(readFileSync(join(out, "report.md"), "utf8")).toMatch(/^# other on processbench\n/);
  });

  it("draws evenly from the subsets, the smaller sample inside the larger", async () => {
    const items = await loadItems("processbench", stepsFile);
    const small = sampleItems(items, 20, "1");
    expect(small.filter(({ subset }) => subset === "even")).toHaveLength(10);
    const large = new Set(sampleItems(items, 50, "1"));
    expect(small.every((item) => large.has(item))).toBe(true);
    expect(sampleItems(items, 20, "2")).not.toEqual(small);
    expect(small.map(({ id }) => items.findIndex((item) => item.id === id))).toEqual(
      small.map(({ id }) => items.findIndex((item) => item.id === id)).sort((a, b) => a - b),
    );
  });

  it("counts what could not be judged, and a verifier that breaks off, but never as a score", async () => {
    const broken = (): Verifiers => ({
      outcome: {
        name: "broken",
        verifier: {
          score: async (question, candidates) => {
            if (question.id.endsWith("0")) throw new VerifierError("broken", "sent rubbish.");
            return candidates.map(() => ({ value: null }));
          },
        },
      },
    });
    const report = await evaluate({ verifiers: broken });
    expect(report.solutions).toMatchObject({ n: 0, unscored: rows, brier: null });
    expect(report.failed).toEqual({ items: rows / 10, first: "broken: sent rubbish." });
    expect(report.firstErrors).toBeNull();
  });

  it("tells a verifier that likes long texts from an honest one", async () => {
    const longer = (): Verifiers => ({
      outcome: {
        name: "longer",
        verifier: { score: async (_q, all) => all.map(({ text }) => ({ value: Math.min(1, text.length / 3000) })) },
      },
    });
    const deceived = await evaluate({ verifiers: longer });
    expect(deceived.hacking.find(({ feature }) => feature === "length")?.suspicious).toBe(true);
    const honest = await evaluate({});
    expect(honest.hacking.map(({ suspicious }) => suspicious)).toEqual([false, false, false]);
  });

  it("counts an item on which a verifier of steps broke off as one without a prediction", async () => {
    const { process } = both("oracle")();
    if (process === undefined) throw new Error("the oracle judges steps");
    let asked = 0;
    const verifiers = (): Verifiers => ({
      process: {
        ...process,
        verifier: {
          scoreSteps: async (...given) => {
            if (asked++ % 4 === 0) throw new VerifierError("oracle", "breaks off");
            return await process.verifier.scoreSteps(...given);
          },
        },
      },
    });
    const report = await evaluate({ limit: 40, verifiers, concurrency: 1 });
    expect(report.failed.items).toBe(10);
    const { n, errorAccuracy, correctAccuracy } = report.firstErrors?.atHalf ?? {};
    expect(n).toBe(40);
    const items = sampleItems(await loadItems("processbench", stepsFile), 40, "1");
    const right = items.filter(({ solutions: [one] }) => one?.firstError === -1).length;
    expect((errorAccuracy ?? 0) * (40 - right) + (correctAccuracy ?? 0) * right).toBeCloseTo(30, 9);
  });

  it("chooses its threshold by the rows that it then counts: an unjudged step is never right", () => {
    const row = (id: string, label: number, scores: readonly (number | null)[]) => ({
      ...{ cluster: id, subset: "s", label, scores },
    });
    const rows = Array.from({ length: 40 }, (_, i) => [
      row(`a${i}`, -1, [0.6]),
      row(`b${i}`, 0, [0.4]),
      // Neither is right at any threshold; by what is known of them 0.3 would be the best one.
      row(`c${i}`, -1, [0.3, null]),
      row(`d${i}`, 1, [null, 0.2]),
    ]).flat();
    const tuned = tunedFirstErrors(rows, "1");
    const best = [0.2, 0.3, 0.4, 0.6, 0.7].map((threshold) => firstErrors(rows, threshold, "1").f1?.value ?? 0);
    expect(tuned?.threshold).toBe(0.6);
    expect(firstErrors(rows, 0.6, "1").f1?.value).toBe(Math.max(...best));
  });

  it("shows no reference to the verifier", async () => {
    const policy = scriptedPolicy(Array.from({ length: 20 }, () => "Rating: 5"));
    const options = { by: "rating" };
    await evaluate({
      limit: 20,
      policy,
      verifiers: named({ outcome: { name: "judge", options }, aggregation: "last" }),
    });
    const items = await loadItems("processbench", stepsFile);
    for (const { messages } of policy.requests) {
      const shown = messages.map(({ content }) => content).join("\n");
      const item = items.find(({ question }) => shown.includes(question));
      const [solution] = item?.solutions ?? [];
      // All that is shown is the question, the solution and the instruction.
      const rest = shown.replace(item?.question ?? "", "").replace(solution?.steps.join("\n\n").trim() ?? "", "");
      expect(rest).not.toMatch(/\d{2,}(?!\D*certainly right)/);
      expect(rest).not.toMatch(/label|final_answer_correct|reference/i);
    }
  });
});

const terminal = () => {
  const said: string[] = [];
  return {
    said,
    out: (text: string) => void said.push(text),
    err: () => {},
    isTty: false,
    columns: 80,
    env: {},
    cwd: folder,
    signal: new AbortController().signal,
    readStdin: async () => "",
  };
};

describe("the commands", () => {
  const tools = {
    catalogue: builtins(),
    open: async () => ({ policy: scriptedPolicy([]), simulated: false }),
    model: "default",
    sandbox: () => {
      throw new Error("no program is run");
    },
  };

  it("evaluates by flags and saves a calibration beside the report", async () => {
    const shown = terminal();
    const flags = {
      verifier: ["outcome=simulated:auc=0.8"],
      benchmark: "run",
      data: "traces.jsonl",
      limit: "40",
      calibrate: "platt",
    };
    expect(await evalCommand(shown, flags, tools)).toBe(0);
    expect(shown.said.join("")).toContain("# outcome=simulated:auc=0.8 on run");
    const saved = loadCalibration(join(folder, "reports", "outcome-simulated-auc-0.8-run", "calibration.json"));
    expect(calibrate(saved.calibration, 0.9)).toBeGreaterThan(calibrate(saved.calibration, 0.1));
  });

  it("refuses what it does not know before anything is opened", async () => {
    const flags = { verifier: ["judge"], benchmark: "procesbench", data: "x" };
    await expect(evalCommand(terminal(), flags, tools)).rejects.toThrow(InvalidOptionError);
    await expect(evalCommand(terminal(), { ...flags, benchmark: "run", verifier: ["jugde"] }, tools)).rejects.toThrow(
      /Did you mean/,
    );
    const train = { from: "traces.jsonl", kind: "both", out: "x" };
    await expect(trainCommand(terminal(), train, tools)).rejects.toThrow(/outcome or process/);
    const both = { from: "traces.jsonl", data: "folder", kind: "outcome", out: "x" };
    await expect(trainCommand(terminal(), both, tools)).rejects.toThrow(/not both/);
    await expect(trainCommand(terminal(), { kind: "outcome", out: "x" }, tools)).rejects.toThrow(/must be given/);
    const states = { from: "traces.jsonl", kind: "outcome", out: "x", states: true };
    await expect(trainCommand(terminal(), states, tools)).rejects.toThrow(/gives its hidden states/);
  });

  it("trains to a file that a flag then names", async () => {
    const shown = terminal();
    expect(await trainCommand(shown, { from: "traces.jsonl", kind: "outcome", out: "my.orm" }, tools)).toBe(0);
    expect(shown.said.join("")).toMatch(/AUC 0\.\d{3} \[/);
    const flags = {
      verifier: [`outcome=file:${join(folder, "my.orm")}`],
      benchmark: "run",
      data: "traces.jsonl",
      limit: "20",
    };
    expect(await evalCommand(shown, { ...flags, out: "by-file" }, tools)).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, "by-file", "report.json"), "utf8")) as {
      solutions: { area: { auc: number } };
    };
    expect(report.solutions.area.auc).toBeGreaterThan(0.7);
  });
});
