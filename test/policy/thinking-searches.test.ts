import { afterEach, describe, expect, it } from "vitest";
import type { Solution } from "../../src/core/solution.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { chainOfThought } from "../../strategies/sampling/chain-of-thought.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";
import { beamSearch } from "../../strategies/search/beam-search.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { startThinkingServer, thinkingFormats } from "../fakes/thinking-server.ts";

const open: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

const script = {
  thought: "\nPerhaps 17 + 20 = 38.\n\nSo \\boxed{38}?\n\nNo, check that once more: the answer is 38? No.\n\n",
  steps: ["17 sheep are there.\n\n", "5 pens of 4 are 20 sheep.\n\n", "17 + 20 = 37, so \\boxed{37}."],
};

async function solved(format: string, strategy: Strategy, options: object, maxTokens: number): Promise<Solution> {
  const found = thinkingFormats[format] ?? expect.unreachable(format);
  const server = await startThinkingServer(found, script);
  const policy = openAiPolicy({ baseUrl: server.baseUrl, model: "m", profile: found.profile });
  open.push(
    () => policy.dispose?.(),
    () => server.close(),
  );
  return await solve("17 + 5 * 4?", { strategy, options, policy, seed: 3, maxTokens });
}

const strategies: readonly (readonly [string, Strategy, object])[] = [
  ["chain-of-thought", chainOfThought as Strategy, {}],
  ["self-consistency", selfConsistency as Strategy, { n: 3 }],
  ["beam-search", beamSearch as Strategy, { width: 2, branching: 2, maxSteps: 6, stepTokens: 24 }],
  ["mcts", mcts as Strategy, { simulations: 4, branching: 2, maxSteps: 6, stepTokens: 24 }],
];

describe.each(Object.keys(thinkingFormats))("a model that thinks, in %s", (format) => {
  it.each(strategies)("%s reads every final answer, and none from a thought", async (_, strategy, options) => {
    const { candidates, answer, usage } = await solved(format, strategy, options, 256);
    expect(candidates.length).toBeGreaterThan(0);
    expect(candidates.map((candidate) => candidate.answer?.text)).toEqual(candidates.map(() => "37"));
    for (const { text } of candidates) expect(text).not.toMatch(/38|<\/?think>/);
    expect(answer).toBe("37");
    const { thoughtTokens = 0, completionTokens } = usage.logical.policy;
    expect(thoughtTokens).toBeGreaterThan(0);
    expect(thoughtTokens).toBeLessThan(completionTokens);
  });

  it.each(strategies)("%s has no answer where every thought was cut", async (_, strategy, options) => {
    const cut = "stepTokens" in options ? { ...options, stepTokens: 1 } : options;
    const { candidates, answer } = await solved(format, strategy, cut, 16);
    expect(candidates.filter((candidate) => candidate.answer !== null)).toEqual([]);
    expect(candidates.every(({ text }) => text.trim() === "")).toBe(true);
    expect(answer).toBeNull();
  });
});
