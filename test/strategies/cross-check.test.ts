import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/core/candidate.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { crossCheck } from "../../strategies/programs/cross-check.ts";
import { programAided } from "../../strategies/programs/program-aided.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const boxed = (value: number) => `So it is \\boxed{${value}}.`;
const program = (value: number) => `\`\`\`python\ndef solution():\n    n = ${value}\n    return n\n\`\`\``;

async function check(script: readonly ScriptEntry[], options: object, rest: Partial<SolveSetup> = {}) {
  const policy = scriptedPolicy(script);
  const solution = await solve("How many?", {
    ...{ strategy: crossCheck as never, options, policy, sandbox: tinyPython(), ...rest },
  });
  return { ...solution, policy };
}

/** Scores a chain by the number in it. */
const byNumber = {
  outcome: {
    name: "by-number",
    verifier: {
      score: async (_: unknown, all: readonly Candidate[]) =>
        all.map(({ answer }) => ({ value: Number(answer?.text ?? 0) / 10 })),
    },
  },
};

describe("cross-check by translation", () => {
  it("trusts the chain that its program confirms over the answer that is commoner", async () => {
    const solution = await check([...[7, 7, 5].map(boxed), ...[6, 4, 5].map(program)], { n: 3 });
    expect(solution.answer).toBe("5");
    expect(solution.reason).toContain("1 of 3 were confirmed");
    expect(solution.candidates.map(({ notes }) => notes?.agrees)).toEqual([false, false, true]);
  });

  it("shows each translator one chain, and translates none without an answer", async () => {
    const { policy, candidates } = await check(
      ["No idea at all, sorry about that one, really.", boxed(5), program(5)],
      {
        n: 2,
      },
    );
    expect(policy.requests).toHaveLength(2);
    expect(policy.requests[1]?.messages.at(-1)?.content).toContain("So it is \\boxed{5}.");
    expect(policy.requests[1]).toMatchObject({ temperature: 0, purpose: "program" });
    expect(candidates[0]?.notes?.agrees).toBeUndefined();
  });

  it("lets all chains vote where no program confirms one", async () => {
    const solution = await check([...[7, 7, 5].map(boxed), "none", "```python\n1 +\n```", program(3)], { n: 3 });
    expect(solution.answer).toBe("7");
    expect(solution.reason).toContain("so all count");
  });

  it("ranks the confirmed chains by the outcome verifier", async () => {
    const script = [...[3, 3, 6, 9].map(boxed), ...[3, 3, 6, 1].map(program)];
    expect((await check(script, { n: 4, rank: "best" }, { verifiers: byNumber })).answer).toBe("6");
    expect((await check(script, { n: 4 }, { verifiers: byNumber })).answer).toBe("3");
  });

  it("offers the chains that the budget left untranslated", async () => {
    const solution = await check([boxed(7), boxed(5), program(7)], { n: 2 }, { budget: { calls: 3 } });
    expect(solution).toMatchObject({ answer: "7", stopped: "budget" });
    expect(solution.candidates).toHaveLength(2);
  });

  it("asks the coder where there is one", async () => {
    const coder = scriptedPolicy([program(7)], { id: "coder" });
    await check([boxed(7)], { n: 1 }, { models: { coder } });
    expect(coder.requests).toHaveLength(1);
  });
});

describe("cross-check of independent programs", () => {
  it("draws the very samples that self-consistency and program-aided draw", async () => {
    const drawn = async (strategy: unknown, script: readonly ScriptEntry[], options: object) => {
      const policy = scriptedPolicy(script);
      await solve("How many?", { strategy: strategy as never, options, policy, sandbox: tinyPython() });
      return policy.requests.map(({ messages, seeds, temperature, purpose }) => ({
        ...{ messages, seeds, temperature, purpose },
      }));
    };
    const [chains, programs] = [[1, 2].map(boxed), [1, 2].map(program)];
    const both = await drawn(crossCheck, [...chains, ...programs], { n: 2, programs: "independent" });
    expect(both).toEqual([
      ...(await drawn(selfConsistency, chains, { n: 2 })),
      ...(await drawn(programAided, programs, { n: 2 })),
    ]);
  });

  it("keeps the answers that words and programs both reach", async () => {
    const script = [...[7, 7, 5].map(boxed), ...[5, 6, 6].map(program)];
    const solution = await check(script, { n: 3, programs: "independent" });
    expect(solution.answer).toBe("5");
    expect(solution.candidates.map(({ notes }) => notes?.member)).toEqual([0, 0, 0, 1, 1, 1]);
  });
});
