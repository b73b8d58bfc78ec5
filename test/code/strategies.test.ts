import { afterAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { gradeSolution } from "../../src/runs/grading.ts";
import { gradedPartOf } from "../../src/runs/written.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { execRefine } from "../../strategies/code/exec-refine.ts";
import { generatedTests } from "../../strategies/code/generated-tests.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { unitTests } from "../../verifiers/unit-tests.ts";
import { block, constant, doubling, endless, failing, right, square } from "./tasks.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const { question } = doubling;
const unitTest = unitTests.outcome?.(parseOptions(unitTests, {})) ?? expect.unreachable("it judges outcomes");
const verifiers = { outcome: { name: "unit-tests", verifier: unitTest } };

describe("best-of-n by the shown tests", () => {
  it("picks what passes them, is graded by hidden tests, and lets nothing hidden reach a prompt, a verifier or an event", async () => {
    const policy = scriptedPolicy([block(constant), block(right), block(square)]);
    const events: RunEvent[] = [];
    const solution = await solve(question, {
      ...{ strategy: bestOfN, options: { n: 3 }, policy, verifiers, sandbox },
      onEvent: (event) => events.push(event),
    });
    expect(solution.answer).toBe(right);
    expect(solution.candidates.map(({ score }) => score?.value)).toEqual([0, 1, 1]);
    const graded = await gradeSolution(gradedPartOf(solution), doubling, sandbox);
    expect(graded.verdict).toBe("correct");
    expect(graded.candidates.map(({ correct }) => correct)).toEqual([false, true, false]);
    const seen = JSON.stringify([policy.requests, events, question]);
    expect(seen).toContain("double(2) == 4");
    for (const hidden of ["double(31)", "62", "abab"]) expect(seen).not.toContain(hidden);
  });
});

describe("exec-refine", () => {
  const refine = async (script: readonly ScriptEntry[], options = {}) => {
    const policy = scriptedPolicy(script);
    const solution = await solve(question, { strategy: execRefine, options, policy, sandbox });
    return { policy, solution, asked: policy.requests.map(({ messages }) => messages.at(-1)?.content ?? "") };
  };

  it("gives the faulty program back with what it did, and stops when the shown tests pass", async () => {
    const { policy, solution, asked } = await refine([block(constant), block(failing), block(right)]);
    expect(solution.answer).toBe(right);
    expect(policy.requests[1]?.messages.at(-2)).toEqual({ role: "assistant", content: block(constant) });
    expect(asked[1]).toContain("0 of 1 tests pass. Failing:\n- assert double(2) == 4\n  expected 4, got 5");
    expect(asked[2]).toContain("AttributeError: 'int' object has no attribute 'twice'");
    expect(policy.requests[2]?.messages).toHaveLength(4);
    expect(solution.candidates.map(({ value }) => value)).toEqual([0, 0, 1]);
    expect(solution.candidates[2]?.notes).toEqual({
      turn: 2,
      round: 2,
      revises: 1,
      passed: 1,
      of: 1,
      stopped: "the shown tests pass",
    });
    expect(policy.left).toBe(0);
  });

  it("draws again, hotter, where the program came back unchanged", async () => {
    const { policy, solution } = await refine([block(constant), block(constant), block(right)]);
    expect(policy.requests.map(({ temperature }) => temperature)).toEqual([0, 0, 0.8]);
    expect(solution.candidates.map(({ answer }) => answer?.text)).toEqual([constant, right]);
  });

  it("ends after its turns, reports a program that hangs, and keeps what passed most", async () => {
    const { solution, asked } = await refine([block(endless), block(constant)], { turns: 1, timeoutMs: 300 });
    expect(asked[1]).toContain("timeout");
    expect(solution.candidates.map(({ notes }) => notes?.stopped)).toEqual([undefined, "no turns left"]);
    expect(solution.answer).toBe(constant);
  });

  it("says so where the task shows no tests, and makes no second call", async () => {
    const { visibleTests: _, ...code } = question.code ?? { language: "python", entryPoint: "double" };
    const policy = scriptedPolicy([block(constant)]);
    const bare = await solve({ ...question, code }, { strategy: execRefine, policy, sandbox });
    expect(bare.answer).toBe(constant);
    expect(bare.candidates[0]?.notes).toMatchObject({ stopped: "the task shows no tests: nothing to refine by" });
  });
});

describe("generated-tests", () => {
  const tests = "assert double(3) == 6\nassert double(0) == 0\nassert double(3) ==  6\nassert double(1) == = 2";

  it("picks the group that agrees on most; what cannot be read is no test, what is shown is not counted twice", async () => {
    const script = [square, right, "def double(x):\n    return x + x", constant].map(block);
    const policy = scriptedPolicy([...script, block(`assert double(2) == 4\n${tests}`)]);
    const notes: string[] = [];
    const solution = await solve(question, {
      ...{ strategy: generatedTests, options: { n: 4, testCalls: 1 }, policy, sandbox },
      onEvent: (event) => (event.type === "note" ? notes.push(event.message) : null),
    });
    expect(solution.answer).toBe(right);
    expect(solution.reason).toBe("2 of 4 programs agree on 2 of 2 written tests");
    expect(notes).toEqual(["2 of 4 programs agree on 2 of 2 written tests; 2 groups"]);
    expect(solution.pick?.tally.map(({ votes, weight }) => [votes, weight])).toEqual([
      [2, 2 * Math.SQRT2],
      [1, 1],
    ]);
    const request = policy.requests.at(-1)?.messages.at(-1)?.content ?? "";
    expect(request).toContain("Write 6 different tests for the function double");
    for (const program of [square, right]) expect(request).not.toContain(program);
  });

  it("lets the agreement decide alone where shown tests are not to come first", async () => {
    const script = [right, constant, "def double(x):\n    return 6 - 1", block("assert double(7) == 5")];
    const policy = scriptedPolicy(script.map((text) => (text.startsWith("def") ? block(text) : text)));
    const options = { n: 3, testCalls: 1, shownFirst: false };
    const solution = await solve(question, { strategy: generatedTests, options, policy, sandbox });
    expect(solution.answer).toBe(constant);
  });

  it("picks as best-of-n does where the policy writes no test", async () => {
    const policy = scriptedPolicy([block(constant), block(right), "I cannot."]);
    const options = { n: 2, testCalls: 1 };
    const solution = await solve(question, { strategy: generatedTests, options, policy, sandbox, verifiers });
    expect(solution.answer).toBe(right);
  });
});
