import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.ts";
import { builtins } from "../../src/builtins.ts";
import { Random } from "../../src/core/random.ts";
import { repetition, textFeatureNames, textFeatures } from "../../src/learned/features.ts";
import { fitLogistic, predict } from "../../src/learned/logistic.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { answerOf } from "../../src/policy/simulated/word-problem.ts";
import { traceExamples } from "../../src/verifier-study/examples.ts";
import { splitByCluster } from "../../src/verifier-study/split.ts";
import { trainVerifier } from "../../src/verifier-study/train.ts";
import { outcomeScores, stepScores } from "../verifiers/asking.ts";

const folder = mkdtempSync(join(tmpdir(), "train-"));

/** A run of the simulated policy as its traces file holds it. */
async function writeRun(name: string, problems: number, relabel?: (correct: boolean, i: number) => boolean) {
  const policy = simulatedPolicy({ stepError: 0.15 });
  const lines: string[] = [];
  for (let i = 0; i < problems; i++) {
    const { problem, text } = generateProblem("train", i);
    const samples = await policy.sample({
      messages: [{ role: "user", content: text }],
      n: 6,
      seeds: [1, 2, 3, 4, 5, 6].map((k) => 100 * i + k),
      temperature: 1,
      maxTokens: 2000,
      purpose: "solve",
    });
    const candidates = samples.map((sample, k) => {
      const answer = extractAnswer(sample.text, { kind: "number" })?.text ?? null;
      const correct = Number(answer) === answerOf(problem);
      return { text: sample.text, answer, score: null, correct: relabel?.(correct, 6 * i + k) ?? correct };
    });
    lines.push(JSON.stringify({ key: `k${i}`, arm: "a", problem: `p${i}`, seed: 1, question: text, candidates }));
  }
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, lines.join("\n"));
  return path;
}

let run = "";
beforeAll(async () => {
  run = await writeRun("run", 80);
});

describe("learned features", () => {
  it("are as many as their names and finite for any text", () => {
    for (const text of ["", "a", "1 + 1 = 3, so \\boxed{3}", "wait ".repeat(500)]) {
      const features = textFeatures({ question: "How many?", steps: text === "" ? [] : [text], answer: null });
      expect(features).toHaveLength(textFeatureNames.length);
      expect(features.every(Number.isFinite)).toBe(true);
    }
    expect(repetition("one two three four five six")).toBe(0);
    expect(repetition("one two three one two three one two three")).toBeGreaterThan(0.5);
  });
});

describe("logistic regression", () => {
  it("finds the optimum: the gradient of the penalised loss vanishes", () => {
    const random = new Random("logistic");
    const rows = Array.from({ length: 400 }, () => [random.normal(), 5 + 2 * random.normal(), 7]);
    const labels = rows.map(([a = 0, b = 0]) => random.uniform() < 1 / (1 + Math.exp(-(1.5 * a - (b - 5) / 2))));
    const ridge = 2;
    const model = fitLogistic(rows, labels, ridge);
    for (let j = 0; j < 2; j++) {
      const gradient = rows.reduce(
        (sum, row, i) => {
          const z = ((row[j] ?? 0) - (model.means[j] ?? 0)) / (model.scales[j] ?? 1);
          return sum + (predict(model, row) - Number(labels[i])) * z;
        },
        ridge * (model.weights[j] ?? 0),
      );
      expect(Math.abs(gradient)).toBeLessThan(1e-3);
    }
    expect(model.weights[0]).toBeGreaterThan(1);
    expect(model.weights[1]).toBeLessThan(-0.5);
    expect(model.weights[2]).toBe(0);
  });

  it("stays finite on classes that can be separated", () => {
    const rows = Array.from({ length: 20 }, (_, i) => [i]);
    const model = fitLogistic(
      rows,
      rows.map(([x = 0]) => x >= 10),
      0.1,
    );
    expect(predict(model, [0])).toBeLessThan(0.1);
    expect(predict(model, [19])).toBeGreaterThan(0.9);
  });
});

describe("verifier train", () => {
  it("puts no problem on both sides, whatever its group or its spelling", () => {
    const examples = traceExamples(run);
    for (const seed of ["1", "2", "3"]) {
      const { train, heldOut } = splitByCluster(examples, 0.25, seed);
      const questions = new Set(train.map(({ question }) => question));
      expect(heldOut.filter(({ question }) => questions.has(question))).toEqual([]);
      expect(train.length + heldOut.length).toBe(examples.length);
      expect(new Set(heldOut.map(({ cluster }) => cluster)).size).toBe(20);
    }
    const path = join(folder, "same.jsonl");
    const line = (problem: string, question: string) =>
      JSON.stringify({ problem, question, candidates: [{ text: problem, answer: null, correct: true }] });
    writeFileSync(path, [line("a", "How  many?"), line("b", "how many?"), line("c", "Who?")].join("\n"));
    expect(new Set(traceExamples(path).map(({ cluster }) => cluster)).size).toBe(2);
  });

  it("puts no question on both sides over several runs, however far what they share reaches", () => {
    const write = (name: string, rows: readonly (readonly [problem: string, question: string, group?: string])[]) => {
      const run = join(folder, name);
      mkdirSync(run);
      const place = (i: number) => ({ key: `${name}${i}`, arm: "a", seed: 1 });
      const lines = rows.map(([problem, question], i) => {
        const candidates = [{ text: `${name}: ${question}`, answer: null, correct: true }];
        return { ...place(i), problem, question, candidates };
      });
      const results = rows.map(([problem, , group], i) => ({ ...place(i), dataset: "d", problem, group }));
      for (const [file, all] of [["traces.jsonl", lines] as const, ["results.jsonl", results] as const]) {
        writeFileSync(join(run, file), all.map((line) => JSON.stringify(line)).join("\n"));
      }
      return run;
    };
    const questions = Array.from({ length: 40 }, (_, i) => `How many are ${i} and ${i}?`);
    const runs = [
      write(
        "grouped",
        questions.map((question, i) => [`p${i}`, question, `g${i}`]),
      ),
      write(
        "plain",
        questions.map((question, i) => [`q${i}`, question]),
      ),
    ];
    for (const order of [runs, runs.toReversed()]) {
      const examples = traceExamples(order);
      expect(new Set(examples.map(({ cluster }) => cluster)).size).toBe(40);
      const { train, heldOut } = splitByCluster(examples, 0.25, "1");
      const seen = new Set(train.map(({ question }) => question));
      expect(heldOut).toHaveLength(20);
      expect(heldOut.filter(({ question }) => seen.has(question))).toEqual([]);
    }
    // Two groups, one question of both, and one problem with another wording.
    const chain = write("chain", [
      ["a", "Who?", "one"],
      ["b", "who?", "two"],
      ["c", "Where?", "two"],
      ["d", "When?"],
    ]);
    const others = write("others", [
      ["c", "Whither?"],
      ["e", "whither?", "three"],
    ]);
    const clusterOf = new Map(traceExamples([chain, others]).map(({ question, cluster }) => [question, cluster]));
    expect([...clusterOf.values()]).toEqual(["one", "one", "one", "when?", "one", "one"]);
  });

  it("learns to tell right from wrong solutions of problems it never saw, and says how well", async () => {
    const learned = await trainVerifier({ from: run, kind: "outcome" });
    expect(learned.report.train.problems + learned.report.heldOut.problems).toBe(80);
    expect(learned.report.area.auc).toBeGreaterThan(0.8);
    expect(learned.report.area.low).toBeLessThanOrEqual(learned.report.area.auc ?? 0);
    expect(learned.report.area.high).toBeGreaterThanOrEqual(learned.report.area.auc ?? 1);
    const again = await trainVerifier({ from: run, kind: "outcome" });
    expect(again.model).toEqual(learned.model);
  });

  it("learns nothing from labels that mean nothing", async () => {
    const random = new Random("coin");
    const coin = await writeRun("coin", 60, () => random.uniform() < 0.5);
    const { report } = await trainVerifier({ from: coin, kind: "outcome" });
    expect(report.area.low).toBeLessThan(0.5);
    expect(report.area.high).toBeGreaterThan(0.5);
  });

  it("is used by its file's name, for outcomes and for steps", async () => {
    const { verifiers } = builtins();
    for (const kind of ["outcome", "process"] as const) {
      writeFileSync(join(folder, `my.${kind}`), JSON.stringify(await trainVerifier({ from: run, kind })));
    }
    const { text } = generateProblem("train", 3);
    const definition = verifiers.get(`file:${join(folder, "my.outcome")}`);
    const solutions = [
      ["So, 3 * 4 = 12.", "The answer is \\boxed{12}."],
      ["So, 3 * 4 = 13.", "The answer is \\boxed{13}."],
    ];
    const asked = { question: { id: "q", text, kind: "number" as const } };
    const [good, bad] = await outcomeScores(definition, {}, solutions, asked);
    expect(good?.value).toBeGreaterThan(bad?.value ?? 1);
    const steps = await stepScores(verifiers.get(`file:${join(folder, "my.process")}`), {}, solutions, asked);
    expect(steps.map((row) => row.length)).toEqual([2, 2]);
    expect(steps.flat().every(({ value }) => value !== null && value > 0 && value < 1)).toBe(true);
    await expect(stepScores(definition, {}, solutions, asked)).rejects.toThrow(/must be a verifier of kind process/);
    expect(() => verifiers.get("judge:x")).toThrow(/takes no text after a colon/);
  });

  it("says what is wrong with what it is given", async () => {
    const few = await writeRun("few", 3);
    await expect(trainVerifier({ from: few, kind: "outcome" })).rejects.toThrow(/at least 8 problems/);
    const same = await writeRun("same-labels", 10, () => true);
    await expect(trainVerifier({ from: same, kind: "outcome" })).rejects.toThrow(/all are right/);
    await expect(trainVerifier({ from: join(folder, "none"), kind: "outcome" })).rejects.toThrow(/cannot be read/);
    writeFileSync(join(folder, "bad.jsonl"), '{"problem": 1}\n');
    await expect(trainVerifier({ from: join(folder, "bad.jsonl"), kind: "outcome" })).rejects.toThrow(
      /bad.jsonl:1: is no trace/,
    );
  });
});
