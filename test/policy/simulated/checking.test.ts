import { describe, expect, it } from "vitest";
import { simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import { accuracyOf } from "../../../src/policy/simulated/theory.ts";
import { answerOf, runningValues } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, sampleOne } from "./asking.ts";

const problems = Array.from({ length: 600 }, (_, i) => generateProblem("checking", i, { minSteps: 3, maxSteps: 3 }));
const dials = { stepError: 0.25 };
const policy = simulatedPolicy(dials);
const doubt = "Wait, the last step is not right. Let me redo it.\n\n";

describe("a solution that doubts its last step", () => {
  it("writes that step again from the value before it, and goes on", async () => {
    const { problem, text } = generateProblem("doubt", 1, { minSteps: 3, maxSteps: 3 });
    const { text: whole } = await sampleOne(simulatedPolicy({ stepError: 0 }), requestFor(text));
    const second = whole.indexOf("Step 2");
    const third = whole.indexOf("Step 3");
    const wrong = whole.slice(second, third).replace(/= (-?\d+)\./, "= 9999.");
    const prefix = whole.slice(0, second) + wrong + doubt;
    const { text: rest } = await sampleOne(simulatedPolicy({ stepError: 0 }), requestFor(text, { prefix }));
    expect(rest).toMatch(/^Step 2: /);
    expect(boxed(rest)).toBe(answerOf(problem));
  });

  it("errs again with the chances of any step (600 problems, 3 standard errors)", async () => {
    let [right, expected, variance] = [0, 0, 0];
    for (const [i, { problem, text }] of problems.entries()) {
      const prefix = `Step 1: we add, so she has 1 + 1 = 77777.\n\n${doubt}`;
      const sample = await sampleOne(policy, requestFor(text, { prefix, seeds: [i] }));
      const chance = accuracyOf(problem, dials);
      right += boxed(sample.text) === answerOf(problem) ? 1 : 0;
      expected += chance;
      variance += chance * (1 - chance);
    }
    expect(Math.abs(right - expected)).toBeLessThan(3 * Math.sqrt(variance));
  });
});

describe("questions that check a solution", () => {
  const { problem, text } = generateProblem("questions", 2, { minSteps: 3, maxSteps: 3 });
  const ask = (value: number) => `${text}\n\nAnswer: After step 1, is the number of ${problem.noun} ${value}?`;

  it("asks for every step whether its running value is right", async () => {
    const { text: draft } = await sampleOne(policy, requestFor(text));
    const request = requestFor(text, { purpose: "verification-questions" });
    const messages = [...request.messages, { role: "assistant" as const, content: draft }];
    const { text: asked } = await sampleOne(policy, { ...request, messages });
    expect(asked.trim().split("\n")).toHaveLength(3);
    expect(asked).toMatch(/^1\. After step 1, is the number of [a-z]+ -?\d+\?$/m);
  });

  it.each([
    [1, true, "Yes, step 1 is right."],
    [1, false, "No, step 1 is wrong."],
    [0, true, "No, step 1 is wrong."],
    [0, false, "Yes, step 1 is right."],
  ])("answers with accuracy %d where the value is right: %s", async (feedbackAccuracy, right, said) => {
    const value = (runningValues(problem)[1] ?? 0) + (right ? 0 : 5);
    const request = requestFor(ask(value), { purpose: "verification-answer" });
    expect((await sampleOne(simulatedPolicy({ feedbackAccuracy }), request)).text).toBe(said);
  });

  it("says that it cannot say where nothing of that kind is asked", async () => {
    const request = requestFor(`${text}\n\nWhat is the colour?`, { purpose: "verification-answer" });
    expect((await sampleOne(policy, request)).text).toBe("That cannot be said.");
  });
});
