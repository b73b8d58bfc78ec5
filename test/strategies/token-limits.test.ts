import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { oracles, trySolving, wordProblems } from "../contract/setting.ts";
import { smallOptions } from "../contract/small-options.ts";

/** Searches over steps and over tokens. */
const names = builtins()
  .strategies.all.filter(({ family }) => family === "search")
  .map(({ name }) => name);

describe("top-p, top-k and min-p", () => {
  it.each(names)("reach the policy from %s", async (name) => {
    const [problem] = await wordProblems(1, { seed: "limits" });
    if (problem === undefined) throw new Error("there is a problem");
    const inner = simulatedPolicy({ stepError: 0.3 });
    const asked: SampleRequest[] = [];
    const policy: Policy = {
      ...inner,
      sample: async (request, options) => {
        asked.push(request);
        return await inner.sample(request, options);
      },
    };
    const options = { ...smallOptions[name], topP: 0.9, topK: 20, minP: 0.1 };
    // Token searches go on from a greedy solution only where it seems wrong.
    const verifiers = name === "critical-token" ? undefined : oracles("process");
    await trySolving(builtins().strategies.get(name), problem, policy, { options, verifiers, budget: { calls: 20 } });
    const drawn = asked.filter(
      ({ purpose, temperature }) => purpose !== "value" && purpose !== "discriminate" && temperature !== 0,
    );
    expect(drawn.length).toBeGreaterThan(0);
    for (const { topP, topK, minP } of drawn) expect([topP, topK, minP]).toEqual([0.9, 20, 0.1]);
  });
});
