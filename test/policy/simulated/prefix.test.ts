import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import { readSteps } from "../../../src/policy/simulated/steps.ts";
import { accuracyOf } from "../../../src/policy/simulated/theory.ts";
import { answerOf, apply, runningValues } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, sampleOne, seedsFrom } from "./asking.ts";

const { problem, text } = generateProblem("prefix", 1, { minSteps: 4, maxSteps: 4 });
const exact = simulatedPolicy({ stepError: 0 });
const values = runningValues(problem);

describe("continuing a prefix", () => {
  it("goes on after whole steps, from the running value that is written there", async () => {
    const wrong = `Step 1: Something, so there are 1 + 1 = 2.\n\nStep 2: More, so there are 50 + 50 = 100.\n\n`;
    const { text: rest } = await sampleOne(exact, requestFor(text, { prefix: wrong }));
    const steps = readSteps(wrong + rest);
    expect(steps.map(({ label }) => label)).toEqual([1, 2, 3, 4]);
    const [third, fourth] = problem.operations.slice(2);
    if (third === undefined || fourth === undefined) throw new Error("four steps expected");
    expect(steps[2]?.value).toBe(apply(third, 100));
    expect(boxed(rest)).toBe(apply(fourth, apply(third, 100)));
  });

  it("finishes a solution from every point at which it may be cut", async () => {
    const { text: whole } = await sampleOne(exact, requestFor(text));
    for (let cut = 0; cut <= whole.length; cut++) {
      const prefix = whole.slice(0, cut);
      const { text: rest } = await sampleOne(exact, requestFor(text, { prefix, seeds: [cut] }));
      const joined = prefix + rest;
      expect(readSteps(joined).map(({ value }) => value)).toEqual(values.slice(1));
      expect(boxed(joined)).toBe(answerOf(problem));
      expect(joined.split("\n\n")).toHaveLength(5);
    }
  });

  it("cut anywhere and continued is right exactly as often as not cut", async () => {
    for (const dials of [
      { stepError: 0.25, recovery: 0.2 },
      { stepError: 0.25, recovery: 0.2, wrongAnswers: "distinct" as const },
    ]) {
      const policy = simulatedPolicy(dials);
      const random = new Random("cuts");
      let [right, expected, variance] = [0, 0, 0];
      for (let i = 0; i < 2_000; i++) {
        const one = generateProblem("cuts", i, { minSteps: 2, maxSteps: 4 });
        const { text: whole } = await sampleOne(policy, requestFor(one.text, { seeds: [i] }));
        const prefix = whole.slice(0, random.integer(whole.length));
        const { text: rest } = await sampleOne(policy, requestFor(one.text, { prefix, seeds: [i + 1] }));
        const p = accuracyOf(one.problem, dials);
        right += boxed(prefix + rest) === answerOf(one.problem) ? 1 : 0;
        expected += p;
        variance += p * (1 - p);
      }
      expect(Math.abs(right - expected)).toBeLessThan(3 * Math.sqrt(variance));
    }
  });

  it("adds nothing after the answer", async () => {
    const { text: whole } = await sampleOne(exact, requestFor(text));
    const more = await sampleOne(exact, requestFor(text, { prefix: whole }));
    expect([more.text, more.finish, more.completionTokens]).toEqual(["", "stop", 0]);
  });

  it("thinks again when a word is put after its answer", async () => {
    const policy = simulatedPolicy({ stepError: 0.5 });
    const { text: rest } = await sampleOne(policy, requestFor(text, { prefix: "The answer is \\boxed{1}.\n\nWait" }));
    expect(rest).toMatch(/^, let me think again\.\n\nStep 1: /);
    expect(boxed(rest)).not.toBeNull();
  });

  it("answers with its running value when it is made to answer", async () => {
    const prefix = `Step 1: So, it has 1 + 2 = ${values[1]}.\n\nThe final answer is: \\boxed{`;
    expect((await sampleOne(exact, requestFor(text, { prefix }))).text).toBe(`${values[1]}}.`);
  });

  it("goes on after remarks that are not its own", async () => {
    const { text: rest } = await sampleOne(exact, requestFor(text, { prefix: "Let me see.\n\n" }));
    expect(rest).toMatch(/^Step 1: /);
  });

  it("writes one step at a time with the blank line as stop, and the same texts joined hold a whole solution", async () => {
    const policy = simulatedPolicy({ stepError: 0.2 });
    for (const seed of seedsFrom(0, 20)) {
      let prefix = "";
      for (let k = 0; k < 10 && boxed(prefix) === null; k++) {
        const { text: step, stoppedBy } = await sampleOne(
          policy,
          requestFor(text, { prefix, stop: ["\n\n"], seeds: [seed] }),
        );
        prefix += step + (stoppedBy ?? "");
      }
      expect(readSteps(prefix).map(({ label }) => label)).toEqual([1, 2, 3, 4]);
      expect(boxed(prefix)).toBe(readSteps(prefix).at(-1)?.value);
    }
  });

  it("notices an earlier error and goes back to the true count at the rate set for that", async () => {
    const policy = simulatedPolicy({ stepError: 0, recovery: 0.4 });
    const prefix = `Step 1: Wrong, so there are 1 + 1 = ${(values[1] ?? 0) + 1_000_000}.\n\n`;
    const samples = await policy.sample(
      requestFor(text, { prefix, n: 3_000, seeds: seedsFrom(0, 3_000), stop: ["\n\n"] }),
    );
    const recovered = samples.filter((sample) => sample.text.includes("Wait, the count before this step should be"));
    expect(Math.abs(recovered.length - 1_200)).toBeLessThan(3 * Math.sqrt(3_000 * 0.4 * 0.6));
    for (const { text: step } of recovered) expect(step.endsWith(`= ${values[2]}.`)).toBe(true);
  });
});
