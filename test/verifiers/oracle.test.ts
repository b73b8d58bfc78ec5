import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Question } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";
import { oracle } from "../../verifiers/oracle.ts";
import { candidateFrom, paragraphsOf } from "./simulated-candidates.ts";

/** The oracle asks nothing of a run. */
const run = {} as unknown as Run;
const questionOf = (text: string): Question => ({ id: "q", text, kind: "number" });

const scoreOf = async (text: string, candidates: readonly Candidate[]) =>
  (await oracle.outcome?.({})?.score(questionOf(text), candidates, run))?.map(({ value }) => value);
const stepsOf = async (text: string, trajectory: Trajectory) =>
  (await oracle.process?.({})?.scoreSteps(questionOf(text), [trajectory], run))?.[0]?.map(({ value }) => value);

const { problem, text } = generateProblem("oracle", 2, { minSteps: 3, maxSteps: 3 });
const [, v1 = 0, v2 = 0, v3 = 0] = runningValues(problem);
const line = (k: number, value: number) => `Step ${k}: So, it has 1 + 1 = ${value}.\n\n`;

describe("oracle", () => {
  it("labels erring and recovering traces step by step", async () => {
    const trace = (a: number, b: number, c: number, answer: number) =>
      Trajectory.of(
        [line(1, a), line(2, b), line(3, c), `The answer is \\boxed{${answer}}.`].map((step) => ({ text: step })),
      );
    expect(await stepsOf(text, trace(v1, v2, v3, v3))).toEqual([1, 1, 1, 1]);
    expect(await stepsOf(text, trace(v1, v2 + 1, v3, v3))).toEqual([1, 0, 1, 1]);
    expect(await stepsOf(text, trace(v1 + 1, v2 + 1, v3 + 1, v3 + 1))).toEqual([0, 0, 0, 0]);
    expect(await stepsOf(text, trace(v1, v2, v3, v3 + 1))).toEqual([1, 1, 1, 0]);
  });

  it("carries a verdict over steps without a result and reads the last result of a longer one", async () => {
    const steps = ["Let me think.\n\n", line(1, v1 + 1), "Hm.\n\n", line(2, v2 + 1) + line(3, v3)].map((step) => ({
      text: step,
    }));
    expect(await stepsOf(text, Trajectory.of(steps))).toEqual([1, 0, 0, 1]);
  });

  it("agrees with the values that the simulated policy writes, errors and recoveries among them", async () => {
    const policy = simulatedPolicy({ stepError: 0.3, recovery: 0.4 });
    let [wrong, recovered] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const one = generateProblem("traces", i);
      const truth = runningValues(one.problem);
      const [sample] = await policy.sample({
        messages: [{ role: "user", content: one.text }],
        n: 1,
        seeds: [i],
        temperature: 1,
        maxTokens: 2_000,
        purpose: "solve",
      });
      const whole = sample?.text ?? "";
      const labels = await stepsOf(one.text, Trajectory.of(paragraphsOf(whole)));
      const values = [...whole.matchAll(/= (-?\d+)\.\n/g)].map(([, value]) => Number(value));
      const final = values.at(-1) === answerOf(one.problem) ? 1 : 0;
      expect(labels).toEqual([...values.map((value, t) => (value === truth[t + 1] ? 1 : 0)), final]);
      expect(await scoreOf(one.text, [candidateFrom(whole)])).toEqual([final]);
      wrong += labels?.includes(0) ? 1 : 0;
      recovered += labels?.some((label, t) => label === 1 && labels[t - 1] === 0) ? 1 : 0;
    }
    expect(Math.min(wrong, recovered)).toBeGreaterThan(50);
  });

  it("judges an answer however it is written, none as wrong, and an unfinished candidate by how far it is right", async () => {
    const base = candidateFrom(`The answer is \\boxed{${v3}}.`);
    expect(await scoreOf(text, [base, { ...base, answer: { text: `$${v3}.00`, rule: "phrase" } }])).toEqual([1, 1]);
    expect(await scoreOf(text, [{ ...base, answer: null }])).toEqual([0]);
    expect(await scoreOf(text, [{ ...base, answer: { text: "five", rule: "boxed" } }])).toEqual([0]);
    const partial = (value: number): Candidate => ({ ...candidateFrom(line(1, value)), complete: false });
    expect(await scoreOf(text, [partial(v1), partial(v1 + 1)])).toEqual([1, 0]);
  });

  it("cannot judge other questions, and says so", async () => {
    expect(await scoreOf("What is 2 + 2?", [candidateFrom("\\boxed{4}")])).toEqual([null]);
    expect(await stepsOf("What is 2 + 2?", Trajectory.of([{ text: "4" }]))).toEqual([null]);
  });

  it("is marked as a demonstration", () => {
    expect(oracle.demonstrationOnly).toBe(true);
  });
});
