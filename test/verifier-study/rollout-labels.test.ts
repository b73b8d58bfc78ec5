import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/answer/extract.ts";
import type { Policy } from "../../src/core/policy.ts";
import { paragraphs } from "../../src/engine/sampling.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { accuracyOf } from "../../src/policy/simulated/theory.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";
import { brier, expectedCalibrationError } from "../../src/statistics/rewards/calibration.ts";
import type { GradedExample } from "../../src/verifier-study/examples.ts";
import { rolloutLabels } from "../../src/verifier-study/rollout-labels.ts";
import { softBrier, softCalibrationError } from "../../src/verifier-study/soft-labels.ts";
import { trainVerifier } from "../../src/verifier-study/train.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

/** No two slips are alike: none takes back another. */
const dials = { stepError: 0.25, wrongAnswers: "distinct" as const };

function counting(): Policy & { counted: { samples: number } } {
  const policy = simulatedPolicy(dials);
  const counted = { samples: 0 };
  return {
    ...policy,
    counted,
    sample: (request, options) => {
      counted.samples += request.n;
      return policy.sample(request, options);
    },
  };
}

/** Solutions of one problem, and the first step of each whose running value is wrong. */
async function solutionsOf(index: number) {
  const { problem, text } = generateProblem("labels", index, { minSteps: 5, maxSteps: 5 });
  const truth = runningValues(problem);
  const samples = await simulatedPolicy(dials).sample({
    messages: [{ role: "user", content: text }],
    n: 8,
    seeds: [1, 2, 3, 4, 5, 6, 7, 8].map((k) => 50 * index + k),
    temperature: 1,
    maxTokens: 2000,
    purpose: "solve",
  });
  return samples.map((sample) => {
    const steps = paragraphs(sample).map((step) => step.text);
    const answer = extractAnswer(sample.text, { kind: "number" })?.text ?? null;
    const results = steps.map((step) => Number(/= (-?\d+)/.exec(step)?.[1] ?? Number.NaN));
    const firstWrong = results.findIndex((value, t) => !Number.isNaN(value) && value !== truth[t + 1]);
    const correct = Number(answer) === answerOf(problem);
    const example: GradedExample = { cluster: text, question: text, text: sample.text, steps, answer, correct };
    return { example, firstWrong, problem, results };
  });
}

/** A traces file of these. */
function written(all: readonly GradedExample[]): string {
  const path = join(temporaryFolder(), "traces.jsonl");
  const byQuestion = [...Map.groupBy(all, ({ question }) => question)];
  const lines = byQuestion.map(([question, members], i) => ({
    problem: `p${i}`,
    question,
    candidates: members.map(({ text, answer, correct }) => ({ text, answer, correct })),
  }));
  writeFileSync(path, lines.map((line) => JSON.stringify(line)).join("\n"));
  return path;
}

let solutions: Awaited<ReturnType<typeof solutionsOf>> = [];
beforeAll(async () => {
  solutions = (await Promise.all([1, 2, 3, 4, 5, 6].map(solutionsOf))).flat();
});

describe("labels from rollouts", () => {
  it("find the first wrong step by binary search, and pay nothing for right solutions", async () => {
    const policy = counting();
    const examples = solutions.map(({ example }) => example);
    const found = await rolloutLabels(examples, { policy, rollouts: 8, search: "binary", seed: "1" });
    const wrong = solutions.filter(({ example }) => !example.correct && found.labels.has(example));
    expect(wrong.length).toBeGreaterThan(5);
    // A wrong value stays wrong: all rollouts after it fail; eight before it fail by bad luck only.
    const exact = wrong.filter(({ example, firstWrong }) => found.labels.get(example)?.indexOf(0) === firstWrong);
    expect(exact.length / wrong.length).toBeGreaterThan(0.8);
    for (const { example } of solutions.filter(({ example }) => example.correct))
      expect(found.labels.get(example)?.every((label) => label === 1)).toBe(true);
    expect(policy.counted.samples).toBe(found.calls);
    expect(found.calls).toBeLessThanOrEqual(8 * 3 * wrong.length);
  });

  it("give every prefix the share of completions that end right, without bias", async () => {
    const policy = counting();
    const one = solutions.filter(({ example }) => example.question === solutions[0]?.example.question);
    const rollouts = 400;
    const found = await rolloutLabels(
      one.map(({ example }) => example),
      { policy, rollouts, search: "every", seed: "1", temperature: 1 },
    );
    for (const { example, problem, results } of one) {
      const labels = found.labels.get(example) ?? [];
      expect(labels).toHaveLength(example.steps.length);
      expect(labels.at(-1)).toBe(Number(example.correct));
      for (const [t, label] of labels.slice(0, 5).entries()) {
        const expected = accuracyOf(problem, dials, { step: t + 1, value: results[t] ?? 0 });
        const error = 4 * Math.sqrt((expected * (1 - expected)) / rollouts) + 1e-9;
        expect(Math.abs(label - expected)).toBeLessThan(error);
      }
    }
  });

  it("leave out problems whose right answer nothing tells", async () => {
    const examples = solutions.slice(0, 8).map(({ example }) => ({ ...example, correct: false }));
    const policy = counting();
    const found = await rolloutLabels(examples, { policy, rollouts: 2, search: "every", seed: "1" });
    expect(found.leftOut).toBe(1);
    expect(found.labels.size).toBe(0);
    expect(policy.counted.samples).toBe(0);
  });

  it("are what calibration is measured against; a half or more is right in areas", async () => {
    const rows = [
      { score: 0.25, target: 0.25 },
      { score: 0.25, target: 0.75 },
      { score: 1, target: 0.5 },
    ];
    expect(softBrier(rows)).toBeCloseTo((0 + 0.25 + 0.25) / 3, 12);
    expect(softCalibrationError(rows)).toBeCloseTo((2 / 3) * 0.25 + (1 / 3) * 0.5, 12);
    const all = (await Promise.all([7, 8, 9, 10, 11, 12, 13, 14].map(solutionsOf)))
      .flat()
      .map(({ example }) => example);
    const rollouts = { policy: simulatedPolicy(dials), rollouts: 8, search: "every" as const, seed: "1" };
    const { labels } = await rolloutLabels(all, rollouts);
    const targets = [...labels.values()].flat();
    expect(targets.filter((target) => target > 0 && target < 0.5).length).toBeGreaterThan(10);
    const { report } = await trainVerifier({ from: written(all), kind: "process", rollouts });
    expect(report.train.right + report.heldOut.right).toBe(targets.filter((target) => target >= 0.5).length);
    expect(report.labels).toMatch(
      /; areas and counts take a half or more as right, calibration is of the share itself$/,
    );
  });

  it("of 0 and 1 have the Brier score and the calibration error of outcomes", () => {
    const label = fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), correct: fc.boolean() });
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 30 }), (items) => {
        const rows = items.map(({ score, correct }) => ({ score, target: Number(correct) }));
        expect(softBrier(rows)).toBeCloseTo(brier(items), 12);
        expect(softCalibrationError(rows)).toBeCloseTo(expectedCalibrationError(items), 12);
      }),
    );
  });

  it("train a process verifier that says where its labels come from", async () => {
    const all = (await Promise.all([7, 8, 9, 10, 11, 12, 13, 14].map(solutionsOf))).flat();
    const path = written(all.map(({ example }) => example));
    const rollouts = { policy: counting(), rollouts: 4, search: "binary" as const, seed: "1" };
    const { report } = await trainVerifier({ from: path, kind: "process", rollouts });
    expect(report.labels).toMatch(/^rollouts, 4 a prefix, first error by binary search, \d+ calls/);
    // Some prefixes of wrong solutions are right: outcomes alone would call them wrong.
    const outcomes = await trainVerifier({ from: path, kind: "process" });
    expect(report.train.right).toBeGreaterThan(outcomes.report.train.right);
    await expect(trainVerifier({ from: path, kind: "outcome", rollouts })).rejects.toThrow(/--kind process only/);
  });
});
