import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { trySolving, wordProblems } from "../contract/setting.ts";

it("rstar has an answer within what three plain answers cost", async () => {
  const policy = simulatedPolicy({ stepError: 0.25 });
  const { strategies } = builtins();
  for (const problem of await wordProblems(20, { seed: "three plain answers" })) {
    const plain = await trySolving(strategies.get("chain-of-thought"), problem, policy, {});
    const [{ tokens } = { tokens: Number.NaN }] = plain.picks;
    expect(tokens).toBeGreaterThan(0);
    const { answer } = await trySolving(strategies.get("rstar"), problem, policy, { budget: { tokens: 3 * tokens } });
    expect(answer).not.toBeNull();
  }
});
