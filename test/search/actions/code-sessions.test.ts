import { describe, expect, it } from "vitest";
import type { Cell, ExecutionResult, Sandbox, Session } from "../../../src/core/execution.ts";
import { solve } from "../../../src/engine/solve.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { createSandbox } from "../../../src/sandbox/index.ts";
import { rstarMath } from "../../../strategies/search/rstar-math.ts";
import { wordProblems } from "../../contract/setting.ts";
import { tinyPython } from "../../fakes/tiny-python.ts";

/** A sandbox with real states: a fork holds what was run before it, and `ran` lists every cell that was really run. */
function forking(): Sandbox & { readonly ran: { readonly source: string; readonly after: number }[] } {
  const inner = tinyPython();
  const ran: { source: string; after: number }[] = [];
  const session = (before: readonly string[], printed: string): Session => {
    let [past, shown] = [before, printed];
    return {
      run: async ({ source }: Cell): Promise<ExecutionResult> => {
        ran.push({ source, after: past.length });
        const result = await inner.run({ language: "python", source: [...past, source].join("\n") });
        const stdout = result.stdout.slice(shown.length);
        if (result.verdict === "ok") [past, shown] = [[...past, source], result.stdout];
        return { ...result, stdout };
      },
      fork: async () => session(past, shown),
      dispose: async () => {},
    };
  };
  return { ...inner, ran, openSession: () => session([], "") };
}

const options = { simulations: 6, branching: 3, maxSteps: 8 };

describe("tree search over code steps", () => {
  it("runs each step once, in a fork of the state before it: no path is replayed", async () => {
    const [problem] = await wordProblems(1, { seed: "forks" });
    const { question } = problem ?? expect.unreachable("there is a problem");
    const policy = simulatedPolicy({ stepError: 0.3 });
    const [sandbox, replayed] = [forking(), tinyPython()];
    const forked = await solve(question, { strategy: rstarMath, options, policy, sandbox });
    expect(sandbox.ran).toHaveLength(forked.usage.logical.sandbox.runs);
    expect(Math.max(...sandbox.ran.map(({ after }) => after))).toBeGreaterThanOrEqual(2);
    // A step has one comment; a path that is run again has several.
    expect(sandbox.ran.filter(({ source }) => (source.match(/^#/gm) ?? []).length > 1)).toEqual([]);
    const again = await solve(question, { strategy: rstarMath, options, policy, sandbox: replayed });
    expect(forked.candidates.map(({ text }) => text)).toEqual(again.candidates.map(({ text }) => text));
    const lines = (sources: readonly string[]) =>
      sources
        .join("\n")
        .split("\n")
        .filter((line) => line !== "").length;
    expect(lines(replayed.sources)).toBeGreaterThan(1.5 * lines(sandbox.ran.map(({ source }) => source)));
  });

  it("finds the same in a real interpreter", async () => {
    const [problem] = await wordProblems(1, { seed: "forks" });
    const { question } = problem ?? expect.unreachable("there is a problem");
    const policy = simulatedPolicy({ stepError: 0.3 });
    const sandbox = createSandbox("wasi", { workers: 1 });
    const real = await solve(question, { strategy: rstarMath, options, policy, sandbox });
    await sandbox.dispose();
    const fake = await solve(question, { strategy: rstarMath, options, policy, sandbox: tinyPython() });
    expect(real.candidates.map(({ text }) => text)).toEqual(fake.candidates.map(({ text }) => text));
  });
});
