import { expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/solve.ts";

const never = new Promise<never>(() => {});

/** Answers everything but the question which solution is best, and hears of no abort. */
const deaf: Policy = {
  id: "deaf",
  capabilities: {
    prefix: "native",
    logprobs: null,
    sharedPrompt: true,
    seeds: true,
    embeds: false,
    contextTokens: null,
    parallel: 4,
  },
  sample: async ({ purpose, seeds }: SampleRequest) => {
    if (purpose === "select") await never;
    return seeds.map((seed) => ({
      text: `The answer is ${seed % 3}.`,
      seed,
      finish: "stop" as const,
      promptTokens: 5,
      completionTokens: 5,
      cachedPromptTokens: 0,
      sharedPrompt: true,
      dollars: 0,
    }));
  },
};

it("a pick that waits for a model ends with the seconds, though the model hears of no abort", async () => {
  const strategy = builtins().strategies.get("universal-self-consistency");
  const solution = await solve("2 + 2?", { strategy, policy: deaf, budget: { seconds: 0.3 }, onAbort: "return" });
  expect(solution.stopped).toBe("time");
  expect(solution.answer).not.toBeNull(); // the vote stands
}, 20_000);
