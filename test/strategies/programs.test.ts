import { afterAll, describe, expect, it } from "vitest";
import type { Question } from "../../src/core/question.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { palVote } from "../../strategies/programs/pal-vote.ts";
import { programAided } from "../../strategies/programs/program-aided.ts";
import { programOfThoughts, thoughtProgram } from "../../strategies/programs/program-of-thoughts.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const returning = (value: string) => `\`\`\`python\ndef solution():\n    return ${value}\n\`\`\``;
const thought = (code: string) => `\`\`\`python\n${code}\n\`\`\``;

async function answer(strategy: unknown, script: readonly ScriptEntry[], options: object, question?: Question) {
  const policy = scriptedPolicy(script);
  const solution = await solve(question ?? "How many?", {
    ...{ strategy: strategy as never, policy, sandbox, options: { n: script.length, ...options } },
  });
  return { ...solution, policy };
}

describe("program-aided", () => {
  it("shows one worked example, as many as asked for, or none", async () => {
    const roles = async (options: object) => {
      const { policy } = await answer(programAided, [returning("1")], options);
      return policy.requests[0]?.messages.map(({ role }) => role[0]).join("");
    };
    expect(await roles({})).toBe("suau");
    expect(await roles({ shots: 3 })).toBe("suauauau");
    expect(await roles({ shots: 0 })).toBe("su");
    expect(await roles({ shots: 8, exemplars: [{ question: "q", solution: "s" }] })).toBe("suau");
  });
});

describe("pal-vote", () => {
  it("counts equal values of different types together and leaves failures out", async () => {
    const programs = [returning("1 / 0"), returning("None"), returning("7"), returning("18"), returning("18.0")];
    const solution = await answer(palVote, programs, {});
    expect(solution.answer).toBe("18");
    expect(solution.pick?.tally.map(({ votes }) => votes)).toEqual([2, 1]);
    expect(solution.reason).toBe("2 of 5 samples agree (2 gave no answer)");
  });

  it("shares nothing between programs", async () => {
    const solution = await answer(palVote, [returning("5"), "```python\nx = 1\n```"], {});
    expect(solution.candidates.map(({ answer }) => answer?.text ?? null)).toEqual(["5", null]);
  });
});

describe("program-of-thoughts", () => {
  it("takes a plain value out of what is left in ans", async () => {
    const values = ["3 + 4", "[5, 6]", "{'x': 2.5}", "3 > 4", "[]"];
    const solution = await answer(
      programOfThoughts,
      values.map((value) => thought(`ans = ${value}`)),
      {},
    );
    expect(solution.candidates.map(({ answer }) => answer?.text ?? null)).toEqual(["7", "5", "2.5", "no", null]);
  });

  it("begins the program where no example is shown, and ends it at the first dedent", async () => {
    const rest = "    eggs = 12\n\n    return eggs // 2\n\nprint(solver())\n```";
    const solution = await answer(programOfThoughts, [rest], { prompt: "zero-shot" });
    expect(solution.answer).toBe("6");
    expect(solution.policy.requests[0]?.prefix).toContain("def solver():");
    expect(thoughtProgram({ text: rest }, "zero-shot")).toMatch(/return eggs \/\/ 2\n+ans = solver\(\)$/);
  });

  it("takes a whole program where the model does not go on from the beginning", async () => {
    const whole = thought("def solver():\n    return 9");
    expect((await answer(programOfThoughts, [whole], { prompt: "zero-shot" })).answer).toBe("9");
  });

  it("lets the model choose the option that fits what was computed", async () => {
    const question: Question = { id: "c", text: "2 + 2? (A) 3 (B) 4", kind: "choice", choices: ["3", "4"] };
    const policy = scriptedPolicy([thought("ans = 2 + 2"), "It is \\boxed{B}."]);
    const solution = await solve(question, {
      strategy: programOfThoughts as never,
      options: { n: 1 },
      policy,
      sandbox,
    });
    expect(solution.answer).toBe("B");
    expect(policy.requests[1]?.messages.at(-1)?.content).toContain("A program computed: 4.");
  });
});
