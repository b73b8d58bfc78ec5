import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/core/policy.ts";
import { parseProblem } from "../../../src/policy/simulated/parse.ts";
import { readPlan } from "../../../src/policy/simulated/planning.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import { readProgram } from "../../../src/policy/simulated/program.ts";
import { readSteps } from "../../../src/policy/simulated/steps.ts";
import { answerOf, apply, structureKey } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, sampleOne, seedsFrom } from "./asking.ts";

const many = Array.from({ length: 1_000 }, (_, i) => generateProblem("purposes", i, { minSteps: 3, maxSteps: 5 }));
const [one = generateProblem(0, 0)] = many;
const exact = simulatedPolicy({ stepError: 0, planError: 0, programError: 0, stickerError: 0 });
const within = (count: number, of: number, p: number) =>
  expect(Math.abs(count - of * p)).toBeLessThan(3 * Math.sqrt(of * p * (1 - p)));

/** Area under the curve by counting pairs; ties count half. */
function areaUnder(right: readonly number[], wrong: readonly number[]): number {
  let wins = 0;
  for (const a of right) for (const b of wrong) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (right.length * wrong.length);
}

describe("programs", () => {
  it("compute the answer in a Python function, and err per line at the rate set", async () => {
    const policy = simulatedPolicy({ programError: 0.1 });
    let [right, expected, variance] = [0, 0, 0];
    for (const { problem, text } of many) {
      const { text: whole } = await sampleOne(exact, requestFor(text, { purpose: "program" }));
      expect(whole).toMatch(/^```python\ndef solution\(\):\n(?: {4}\w+ = .*\n)+ {4}return \w+\n```\n$/);
      expect(readProgram(whole)).toBe(answerOf(problem));
      const { text: noisy } = await sampleOne(policy, requestFor(text, { purpose: "program" }));
      const p = 0.9 ** problem.operations.length;
      right += readProgram(noisy)?.valueOf() === answerOf(problem) ? 1 : 0;
      expected += p;
      variance += p * (1 - p);
    }
    // Two wrong lines may make up for each other, hence the wider upper side.
    expect(right - expected).toBeGreaterThan(-3 * Math.sqrt(variance));
    expect(right - expected).toBeLessThan(3 * Math.sqrt(variance) + 0.02 * many.length);
  });
});

describe("plans", () => {
  it("name one operation a step, and solving follows the plan in the messages", async () => {
    const { text: plan } = await sampleOne(exact, requestFor(one.text, { purpose: "plan" }));
    expect([...readPlan(plan).values()]).toEqual(one.problem.operations);
    const wrong = plan.replace(/Plan 1: .*/, "Plan 1: add 1000.");
    const messages: Message[] = [{ role: "user", content: `${one.text}\n\nFollow this plan:\n${wrong}` }];
    const { text: solution } = await sampleOne(exact, requestFor("", { messages }));
    const [, ...rest] = one.problem.operations;
    expect(boxed(solution)).toBe(rest.reduce((value, operation) => apply(operation, value), one.problem.start + 1_000));
  });

  it("go on from a prefix and end", async () => {
    const { text: plan } = await sampleOne(exact, requestFor(one.text, { purpose: "plan" }));
    const prefix = plan.slice(0, plan.indexOf("Plan 3"));
    const { text: rest } = await sampleOne(exact, requestFor(one.text, { purpose: "plan", prefix }));
    expect(prefix + rest).toBe(plan);
    expect((await sampleOne(exact, requestFor(one.text, { purpose: "plan", prefix: plan }))).text).toBe("");
  });
});

describe("other words for the problem", () => {
  it("keep its arithmetic when rephrased or put on a sticker", async () => {
    for (const { problem, text } of many.slice(0, 200)) {
      for (const purpose of ["rephrase", "sticker"]) {
        const read = parseProblem((await sampleOne(exact, requestFor(text, { purpose }))).text);
        expect(read === null ? null : structureKey(read)).toBe(structureKey(problem));
      }
    }
  });

  it("misstate a number on a sticker at the rate set", async () => {
    const policy = simulatedPolicy({ stickerError: 0.25 });
    let changed = 0;
    for (const { problem, text } of many) {
      const read = parseProblem((await sampleOne(policy, requestFor(text, { purpose: "sticker" }))).text);
      changed += read === null || structureKey(read) !== structureKey(problem) ? 1 : 0;
    }
    within(changed, many.length, 0.25);
  });
});

describe("proposals", () => {
  it("are next steps, one a line, as many as asked for", async () => {
    const messages: Message[] = [{ role: "user", content: `${one.text}\n\nPropose 4 possible next steps.` }];
    const prefix = "Step 1: So, it has 1 + 1 = 2.\n\n";
    const { text } = await sampleOne(
      simulatedPolicy({ stepError: 0.3 }),
      requestFor("", { messages, prefix, purpose: "propose" }),
    );
    const lines = text.trim().split("\n");
    expect(lines).toHaveLength(4);
    expect(new Set(lines).size).toBe(4);
    for (const line of lines) expect(readSteps(line)[0]?.label).toBe(2);
  });
});

describe("judgements", () => {
  const YES_NO = "Is the final answer correct? Answer with one word, Yes or No.";
  const solver = simulatedPolicy({ accuracy: 0.5 });

  /** Solutions of many problems with what the judge's first token says of them. */
  async function judgements(policy: ReturnType<typeof simulatedPolicy>) {
    const found: { right: boolean; chance: number; word: string }[] = [];
    for (const { problem, text } of many) {
      const { text: solution } = await sampleOne(solver, requestFor(text));
      const messages: Message[] = [
        { role: "user", content: `Problem:\n${text}\n\nSolution:\n${solution}\n\n${YES_NO}` },
      ];
      const sample = await sampleOne(
        policy,
        requestFor("", { messages, purpose: "judge", logprobs: 20, maxTokens: 1 }),
      );
      const top = sample.logprobs?.[0]?.top ?? [];
      const chance = Math.exp(top.find(({ token }) => token === "Yes")?.logprob ?? -Infinity);
      found.push({ right: boxed(solution) === answerOf(problem), chance, word: sample.text });
    }
    return found;
  }

  it("rank right above wrong with the area set, and say Yes as often as their probability says", async () => {
    const found = await judgements(simulatedPolicy({ judgeAuc: 0.8 }));
    const chances = (right: boolean) => found.filter((f) => f.right === right).map(({ chance }) => chance);
    const area = areaUnder(chances(true), chances(false));
    expect(Math.abs(area - 0.8)).toBeLessThan(3 * 0.014);
    const expected = found.reduce((sum, { chance }) => sum + chance, 0);
    const variance = found.reduce((sum, { chance }) => sum + chance * (1 - chance), 0);
    expect(Math.abs(found.filter(({ word }) => word === "Yes").length - expected)).toBeLessThan(
      3 * Math.sqrt(variance),
    );
  });

  it("give a rating where one is asked for", async () => {
    const { text: solution } = await sampleOne(solver, requestFor(one.text));
    const content = `Problem:\n${one.text}\n\nSolution:\n${solution}\n\nRate it from 0 to 10. Write only "Rating: " and the number.`;
    const request = requestFor("", { messages: [{ role: "user", content }], purpose: "judge" });
    expect((await sampleOne(simulatedPolicy(), request)).text).toMatch(/^Rating: (?:\d|10)$/);
  });

  it("rate every step that is shown, right ones 10 and wrong ones 0 with a judge that never errs", async () => {
    const judge = simulatedPolicy({ judgeAuc: 1 });
    for (const { problem, text } of many.slice(0, 100)) {
      const { text: solution } = await sampleOne(solver, requestFor(text));
      const shown = solution
        .split("\n\n")
        .map((step, i) => `Step ${i + 1}: ${step}`)
        .join("\n\n");
      const content = `Problem:\n${text}\n\nSolution:\n${shown}\n\nJudge every step. For each write "Step k: p".`;
      const request = requestFor("", { messages: [{ role: "user", content }], purpose: "step-judge" });
      const lines = (await sampleOne(judge, request)).text.trim().split("\n");
      let value = problem.start;
      const truths = [...problem.operations.map((operation) => (value = apply(operation, value))), value];
      const given = [...readSteps(solution).map((step) => step.value), boxed(solution)];
      expect(lines).toEqual(truths.map((truth, i) => `Step ${i + 1}: ${given[i] === truth ? 10 : 0}`));
    }
  });

  it("value partial solutions in words and compare two", async () => {
    const judge = simulatedPolicy({ judgeAuc: 1 });
    const [right, wrong] = ["Step 1: So, it has 1 = ", "Step 1: So, it has 2 = "].map(
      (head, i) =>
        `${head}${apply(one.problem.operations[0] ?? { operator: "+", operand: 0 }, one.problem.start) + i}.`,
    );
    const say = async (purpose: string, content: string) =>
      (
        await sampleOne(
          judge,
          requestFor("", { purpose, messages: [{ role: "user", content: `${one.text}\n\n${content}` }] }),
        )
      ).text;
    expect(await say("value", right ?? "")).toBe("sure");
    expect(await say("value", wrong ?? "")).toBe("impossible");
    expect(await say("critic", wrong ?? "")).toMatch(/\\boxed\{0\}$/);
    expect(await say("critic", right ?? "")).toMatch(/\\boxed\{-1\}$/);
    expect(await say("pairwise", `A:\n${right}\n\nB:\n${wrong}`)).toBe("A");
    expect(await say("pairwise", `A:\n${wrong}\n\nB:\n${right}`)).toBe("B");
    expect(await say("choose", `Solution 0:\n${wrong}\n\nSolution 1:\n${right}`)).toBe("Judgment: 1");
  });
});

describe("log-probabilities", () => {
  it("cover the text token by token, change no text, and hold the chance of what was chosen", async () => {
    const policy = simulatedPolicy({ stepError: 0.3, recovery: 0.2 });
    for (const seed of seedsFrom(0, 200)) {
      const plain = await sampleOne(policy, requestFor(one.text, { seeds: [seed] }));
      const sample = await sampleOne(policy, requestFor(one.text, { seeds: [seed], logprobs: 5 }));
      expect({ ...sample, logprobs: undefined }).toEqual({ ...plain, logprobs: undefined });
      expect(sample.logprobs?.map(({ token }) => token).join("")).toBe(plain.text);
      expect(sample.logprobs).toHaveLength(plain.completionTokens);
      for (const { logprob, top = [] } of sample.logprobs ?? []) {
        expect(logprob).toBeLessThan(0);
        expect(top.reduce((sum, other) => sum + Math.exp(other.logprob), 0)).toBeLessThanOrEqual(1 + 1e-9);
      }
      const first = readSteps(plain.text)[0];
      const at = sample.logprobs?.findIndex(({ token }) => token === " =") ?? 0;
      const right = apply(one.problem.operations[0] ?? { operator: "+", operand: 0 }, one.problem.start);
      if (first?.value === right) expect(sample.logprobs?.[at + 1]?.logprob).toBeCloseTo(Math.log(0.7), 9);
      else expect(sample.logprobs?.[at + 1]?.logprob).toBeLessThan(Math.log(0.3) + 1e-9);
    }
  });
});
