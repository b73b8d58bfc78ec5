import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { actionNames } from "../../src/core/action.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { oracles, wordProblems } from "../contract/setting.ts";
import { smallOptions } from "../contract/small-options.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const policy = simulatedPolicy({ stepError: 0.2, programError: 0.1, planError: 0.1 });
const problems = await wordProblems(12, { seed: "grid" });
const walks = builtins().strategies.all.filter(({ options }) => {
  const schema = z.toJSONSchema(options, { io: "input", unrepresentable: "any" });
  return "actions" in (schema.properties ?? {});
});

/** Where small configurations cannot finish five small steps, or leave an oracle but two ends to pick. */
const roomier: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "ab-mcts": { expansions: 48, maxSteps: 8 },
  "phi-decoding": { width: 4, branching: 2, foresights: 4, least: 2, maxSteps: 8, split: "blank-line" },
};

/** Solves all problems; how many rightly, and what the candidates were made of. */
async function run(strategy: (typeof walks)[number], actions: string, kind: "none" | "process") {
  const options = { ...(roomier[strategy.name] ?? smallOptions[strategy.name]), actions };
  const most = strategy.cost(parseOptions(strategy, options));
  let right = 0;
  const kinds = new Set<string | undefined>();
  for (const problem of problems) {
    const sandbox = tinyPython();
    const solution = await solve(problem.question, {
      ...{ strategy, options, policy, sandbox, verifiers: oracles(kind), seed: 3, maxTokens: 256 },
    });
    const { candidates, answer, usage } = solution;
    expect(candidates.length).toBeGreaterThan(0);
    expect(usage.logical.policy.calls).toBeLessThanOrEqual(most.calls);
    expect(usage.logical.sandbox.runs).toBeLessThanOrEqual(most.runs ?? 0);
    for (const candidate of candidates) {
      if (candidate.answer !== null) expect(candidate.text).toContain(candidate.answer.text);
      for (const step of candidate.trajectory.steps) kinds.add(step.kind);
    }
    if (answer === problem.reference.answer) right++;
  }
  return { right, kinds };
}

describe.each(walks.map((strategy) => [strategy.name, strategy] as const))("%s", (_, strategy) => {
  it.each(actionNames)("walks over %s, and solves more with an oracle of steps than chance would", async (actions) => {
    const judged = await run(strategy, actions, "process");
    // AB-MCTS rewards a node by its own score: over right single steps, wider pays as much as deeper.
    const least = strategy.name.startsWith("ab-mcts") ? 1 / 4 : 1 / 2;
    expect(judged.right).toBeGreaterThanOrEqual(problems.length * least);
    const { kinds } = await run(strategy, actions, "none");
    const expected = {
      "reasoning-steps": [undefined],
      "plan-steps": ["plan", "solution"],
      "code-steps": ["code"],
      "human-actions": ["finish"],
      "whole-solutions": ["solution"],
      "proposed-steps": ["thought"],
      "thought-steps": ["thought", "answer"],
    }[actions];
    expect([...kinds]).toEqual(expect.arrayContaining(expected));
  });
});

it("there are at least ten walks in the grid", () => {
  expect(walks.length).toBeGreaterThanOrEqual(10);
});
