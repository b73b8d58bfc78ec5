import { describe, expect, it } from "vitest";
import type { SimulatedOptions } from "../../../src/policy/simulated/options.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import {
  type AnswerChances,
  accuracyOf,
  answerChances,
  bestOf,
  majorityAt,
  passAt,
} from "../../../src/policy/simulated/theory.ts";
import { answerOf } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, seedsFrom } from "./asking.ts";

const problems = Array.from({ length: 2_000 }, (_, i) => generateProblem("theory", i, { minSteps: 2, maxSteps: 5 }));

/** Most votes; of several the one that appeared first. */
function majority(answers: readonly (number | null)[]): number | null {
  const votes = new Map<number, number>();
  for (const answer of answers) if (answer !== null) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  let best: number | null = null;
  for (const [answer, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = answer;
  return best;
}

const dialsOfAllKinds: readonly SimulatedOptions[] = [
  { stepError: 0.2 },
  { stepError: 0.25, recovery: 0.3, wrongAnswers: 0.9, formatError: 0.1 },
  { stepError: 0.3, wrongAnswers: "distinct" },
  { stepError: 0.2, spread: 1.5, recovery: 0.1 },
  { accuracy: 0.5, spread: 1 },
];

describe("measured against exact chances, 2,000 problems", () => {
  it.each(dialsOfAllKinds)("accuracy, pass@5 and maj@5 lie within 3 standard errors: %j", async (dials) => {
    const policy = simulatedPolicy(dials);
    const n = 5;
    const measured = { accuracy: 0, pass: 0, majority: 0 };
    const expected = { accuracy: 0, pass: 0, majority: 0 };
    const variance = { accuracy: 0, pass: 0, majority: 0 };
    for (const { problem, text } of problems) {
      const samples = await policy.sample(requestFor(text, { n, seeds: seedsFrom(10, n) }));
      const answers = samples.map((sample) => boxed(sample.text));
      const truth = answerOf(problem);
      measured.accuracy += answers[0] === truth ? 1 : 0;
      measured.pass += answers.includes(truth) ? 1 : 0;
      measured.majority += majority(answers) === truth ? 1 : 0;
      const chances = answerChances(problem, dials);
      const theory = { accuracy: chances.right, pass: passAt(chances.right, n), majority: majorityAt(chances, n) };
      for (const key of ["accuracy", "pass", "majority"] as const) {
        expected[key] += theory[key];
        variance[key] += theory[key] * (1 - theory[key]);
      }
    }
    for (const key of ["accuracy", "pass", "majority"] as const) {
      expect(Math.abs(measured[key] - expected[key]), key).toBeLessThan(3 * Math.sqrt(variance[key]));
    }
  });

  it("the chances of one problem's answers sum to 1 and match their frequencies", async () => {
    const dials: SimulatedOptions = { stepError: 0.3, recovery: 0.2, formatError: 0.05 };
    const { problem, text } = problems[3] ?? generateProblem(0, 0);
    const { right, none, wrong, distinct } = answerChances(problem, dials);
    expect(right + none + distinct + wrong.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const samples = await simulatedPolicy(dials).sample(requestFor(text, { n: 20_000, seeds: seedsFrom(0, 20_000) }));
    const counts = new Map<number | null, number>();
    for (const sample of samples) counts.set(boxed(sample.text), (counts.get(boxed(sample.text)) ?? 0) + 1);
    const near = (count: number, p: number) =>
      expect(Math.abs(count / 20_000 - p)).toBeLessThan(3.5 * Math.sqrt((p * (1 - p)) / 20_000));
    near(counts.get(answerOf(problem)) ?? 0, right);
    near(counts.get(null) ?? 0, none);
    counts.delete(answerOf(problem));
    counts.delete(null);
    near(Math.max(...counts.values()), wrong[0] ?? 0);
  });
});

describe("accuracy as a dial", () => {
  it("is met by every problem when no slips cancel, with and without recovery", () => {
    for (const recovery of [0, 0.3]) {
      for (const { problem } of problems.slice(0, 50)) {
        expect(accuracyOf(problem, { accuracy: 0.62, recovery, wrongAnswers: "distinct" })).toBeCloseTo(0.62, 9);
      }
    }
  });

  it("varies between problems with the spread, the same way for every model", () => {
    const of = (stepError: number) =>
      problems.slice(0, 200).map(({ problem }) => accuracyOf(problem, { stepError, spread: 1 }));
    const [strong, weak] = [of(0.05), of(0.2)];
    expect(new Set(strong).size).toBeGreaterThan(150);
    expect(strong.every((p, i) => p > (weak[i] ?? 1))).toBe(true);
  });
});

describe("majorityAt", () => {
  /**
   * Every sequence of n answers, summed. Class 0 is right, "none" does not vote, "distinct" is a new answer each time.
   */
  function enumerated({ right, none, wrong, distinct }: AnswerChances, n: number): number {
    const classes = [right, ...wrong, none, distinct];
    const [noneAt, distinctAt] = [wrong.length + 1, wrong.length + 2];
    let total = 0;
    const walk = (drawn: readonly number[], chance: number): void => {
      if (chance === 0) return;
      if (drawn.length === n) {
        const answers = drawn.map((c, i) => (c === noneAt ? null : c === distinctAt ? 1_000 + i : c));
        total += majority(answers) === 0 ? chance : 0;
        return;
      }
      for (const [c, p] of classes.entries()) walk([...drawn, c], chance * p);
    };
    walk([], 1);
    return total;
  }

  it("equals enumeration", () => {
    const cases: readonly AnswerChances[] = [
      { right: 0.4, none: 0.1, wrong: [0.3, 0.2], distinct: 0 },
      { right: 0.3, none: 0, wrong: [0.35, 0.1], distinct: 0.25 },
      { right: 0.5, none: 0.2, wrong: [], distinct: 0.3 },
      { right: 0, none: 0.5, wrong: [0.5], distinct: 0 },
    ];
    for (const chances of cases) {
      for (let n = 1; n <= 6; n++) expect(majorityAt(chances, n)).toBeCloseTo(enumerated(chances, n), 12);
    }
  });

  it("of one sample is the accuracy, and goes to 1 for the likeliest answer", () => {
    const chances: AnswerChances = { right: 0.5, none: 0, wrong: [0.3, 0.2], distinct: 0 };
    expect(majorityAt(chances, 1)).toBeCloseTo(0.5, 12);
    expect(majorityAt(chances, 64)).toBeGreaterThan(0.93);
    expect(majorityAt({ ...chances, right: 0.3, wrong: [0.5, 0.2] }, 64)).toBeLessThan(0.1);
  });
});

describe("bestOf", () => {
  it("is the accuracy for one sample or a verifier that knows nothing, and pass@n for one that never errs", () => {
    expect(bestOf(0.37, 1, 0.8)).toBeCloseTo(0.37, 6);
    expect(bestOf(0.37, 16, 0.5)).toBeCloseTo(0.37, 6);
    expect(bestOf(0.37, 16, 1)).toBeCloseTo(passAt(0.37, 16), 12);
    expect(bestOf(0.37, 16, 0.9999)).toBeCloseTo(passAt(0.37, 16), 2);
  });

  it("with one right and one wrong sample is the area under the curve", () => {
    // Of two samples with right chance p: both right p², one of each 2 p (1 - p) times the area.
    for (const auc of [0.6, 0.75, 0.9]) expect(bestOf(0.3, 2, auc)).toBeCloseTo(0.09 + 2 * 0.3 * 0.7 * auc, 6);
  });
});
