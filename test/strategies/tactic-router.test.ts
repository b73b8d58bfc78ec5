import { describe, expect, it } from "vitest";
import { EnvironmentError } from "../../src/core/errors.ts";
import type { ExecutionResult, Sandbox } from "../../src/core/execution.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { withSolver } from "../../src/sandbox/with-solver.ts";
import { readPlan, tacticRouter } from "../../strategies/programs/tactic-router.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { needsPackage } from "../needs.ts";

const program = (...lines: readonly string[]) => `\`\`\`python\ndef solution():\n    ${lines.join("\n    ")}\n\`\`\``;
const logic = (source: string) => `\`\`\`smt2\n${source}\n\`\`\``;
const seats = "(declare-const seat Int)\n(assert (> seat 1))\n(assert (< seat 3))\n(check-sat)\n(get-value (seat))";
const solving = (result: Partial<ExecutionResult>): Sandbox => ({
  ...tinyPython(),
  run: async () => ({ verdict: "ok", value: null, stdout: "", error: "", ...result }),
});

async function route(script: readonly ScriptEntry[], options: object = {}, rest: Partial<SolveSetup> = {}) {
  const policy = scriptedPolicy(script);
  const solution = await solve("Which seat, and how many marbles?", {
    ...{ strategy: tacticRouter as never, options: { n: 1, ...options }, policy, sandbox: tinyPython(), ...rest },
  });
  return { ...solution, policy, asked: policy.requests.map(({ messages }) => messages.at(-1)?.content ?? "") };
}

const plan =
  "1. [logic] Which seat?\n2. [program] How many marbles at 4 a seat?\n3. [commonsense] Is that enough to play?";

describe("tactic-router", () => {
  const replies = [plan, logic(seats), program("seat = 2", "marbles = seat * 4", "return marbles"), "Yes.\nyes"];

  it("solves each subproblem in its formalism, shows later ones what is known, and puts the results together", async () => {
    const sandbox = withSolver(tinyPython(), () => solving({ stdout: "sat\n((seat 2))\n" }));
    const { answer, asked, candidates } = await route([...replies, "Seat 2: \\boxed{8}."], {}, { sandbox });
    expect(answer).toBe("8");
    expect(asked[2]).toContain("1. Which seat?\nResult: sat\n((seat 2))");
    expect(asked[4]).toContain("2. How many marbles at 4 a seat?\nResult: 8");
    expect(asked[4]).toContain("Result: yes");
    expect(candidates[0]?.notes).toEqual({ subproblems: 3, solved: 3, byProgram: 2, shortcuts: 0, failures: 0 });
    expect(candidates[0]?.trajectory.steps.map(({ kind }) => kind)).toEqual([
      ...["split", "logic", "program", "commonsense", "aggregate"],
    ]);
  });

  it("runs logic on Z3", needsPackage("z3-solver"), async () => {
    const sandbox = withSolver(tinyPython());
    const { candidates } = await route([...replies, "\\boxed{8}"], { timeoutMs: 60_000 }, { sandbox });
    await sandbox.dispose();
    expect(candidates[0]?.text).toContain("```output\nsat\n((seat 2))\n```");
  });

  it("sends back a program that only states its answer, and does not run it", async () => {
    const sandbox = tinyPython();
    const stated = program("return 8");
    const worked = program("n = 2", "n = n * 4", "return n");
    const { asked, candidates } = await route(
      ["1. [program] How many?", stated, worked, "\\boxed{8}"],
      {},
      { sandbox },
    );
    expect(asked[2]).toContain("only states its answer");
    expect(sandbox.sources).toHaveLength(1);
    expect(candidates[0]?.notes).toMatchObject({ shortcuts: 1, solved: 1 });
    const stubborn = await route(["1. [program] How many?", stated, stated, "\\boxed{8}"]);
    expect(stubborn.candidates[0]?.notes).toMatchObject({ shortcuts: 2, solved: 0, byProgram: 0 });
    expect(stubborn.asked[3]).not.toContain("Result:");
  });

  it("sends back a program with its error", async () => {
    const { asked } = await route([
      "1. [program] How many?",
      program("return 2 * x.y"),
      program("n = 2", "n = n * 4", "return n"),
      "\\boxed{8}",
    ]);
    expect(asked[2]).toMatch(/^```output\ncannot run: .*\n```\nThis program did not give an answer/);
  });

  it("keeps to its number of requests and of bad programs in a row", async () => {
    const broken = program("return 2 * x.y");
    const many = Array.from({ length: 4 }, (_, i) => `${i + 1}. [program] Part ${i + 1}?`).join("\n");
    const row = await route([many, broken, broken, broken, "\\boxed{1}"]);
    expect(row.candidates[0]?.notes).toMatchObject({ failures: 3 });
    const few = await route([many, broken, broken, "\\boxed{1}"], { requests: 4 });
    expect(few.usage.logical.policy.calls).toBe(4);
  });

  it("says what is missing when logic comes up without a solver", async () => {
    const sandbox = solving({ verdict: "refused", error: "The wasi runtime runs python, not smt2" });
    await expect(route(replies, {}, { sandbox })).rejects.toThrow(EnvironmentError);
    await expect(route(replies, {}, { sandbox })).rejects.toThrow("withSolver(createSandbox");
  });

  it("takes the whole question where there is no plan, and only tactics that are allowed", () => {
    const options = tacticRouter.options.parse({ formalisms: ["program", "commonsense"], subproblems: 1 });
    expect(readPlan("I would just compute it.", "q", options)).toEqual([{ formalism: "program", text: "q" }]);
    expect(readPlan(plan, "q", options)).toEqual([{ formalism: "program", text: "How many marbles at 4 a seat?" }]);
  });

  it("offers what there is when the budget ends it", async () => {
    const solution = await route(["1. [program] How many?", program("return 1 + n")], {}, { budget: { calls: 2 } });
    expect(solution.candidates[0]).toMatchObject({ complete: false, answer: null });
    expect(solution.stopped).toBe("budget");
  });
});
