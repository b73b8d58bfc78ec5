import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { trySolving, wordProblems } from "../contract/setting.ts";

it.each([
  ["rstar", undefined],
  ["rstar", {}],
  ["decompose-code-correct", undefined],
  ["decompose-code-correct", {}],
] as const)("%s (options %o) has an answer within what three plain answers cost", async (name, options) => {
  const policy = simulatedPolicy({ stepError: 0.25 });
  const { strategies } = builtins();
  const given = options === undefined ? {} : { options };
  for (const problem of await wordProblems(20, { seed: "three plain answers" })) {
    const plain = await trySolving(strategies.get("chain-of-thought"), problem, policy);
    const [{ tokens } = { tokens: Number.NaN }] = plain.picks;
    expect(tokens).toBeGreaterThan(0);
    const budget = { tokens: 3 * tokens };
    const { answer } = await trySolving(strategies.get(name), problem, policy, { ...given, budget });
    expect(answer).not.toBeNull();
  }
});
