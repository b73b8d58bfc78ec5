import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { endBeforeStop } from "../../src/policy/stop-text.ts";
import { oracles, trySolving, wordProblems } from "./setting.ts";
import { smallOptions } from "./small-options.ts";

const searches = builtins().strategies.all.filter(({ family }) => family === "search");
const problems = await wordProblems(4, { seed: "blank" });

/** What such a server begins a text with: as often nothing, or a block that a blank line cuts, as a step. */
const beginnings = [
  "\n\n",
  " \n\n",
  "",
  "```python\na = 1\n\nb = 2\n```\n\nThen so.\n\n",
  "\\[\n1 + 1\n\n= 2\n\\]\n\n$$\n3\n\n4\n$$\n\n",
  "Add them.\n\nThen go on.\n\n",
  "So \\boxed{4}.\n\n",
];

/** A server that names no stop text, does not say where a text ended, and often sends nothing. */
function blankServer(seed: number): Policy {
  return {
    id: `blank/${seed}`,
    capabilities: {
      ...{ prefix: "native", logprobs: null, sharedPrompt: true, seeds: true, embeds: false },
      ...{ contextTokens: null, parallel: 8 },
    },
    sample: async (request: SampleRequest): Promise<Sample[]> =>
      request.seeds.map((own) => {
        const random = new Random(seed).fork(own, request.prefix ?? "", request.stop?.join() ?? "");
        const written = Array.from({ length: 3 }, () => random.choice(beginnings)).join("");
        const { text } = endBeforeStop(written, request.stop ?? []);
        return {
          ...{ text, finish: "stop" as const, seed: own, promptTokens: 10, cachedPromptTokens: 0 },
          ...{ completionTokens: 1 + Math.ceil(text.length / 4), sharedPrompt: true, dollars: 0 },
        };
      }),
  };
}

/** The largest share of the calls without such draws that was made. */
let most = 0;

describe.each(searches.map((strategy) => [strategy.name, strategy] as const))("%s", (name, strategy) => {
  const options = smallOptions[name] ?? {};
  const kinds = ["reasoning-steps", "plan-steps", "human-actions", "thought-steps", "code-steps"];
  const choices = kinds
    .map((actions) => ({ ...options, actions }))
    .filter((all) => strategy.options.safeParse(all).success);

  it("stays within its stated cost on servers that send blank steps and open blocks", async () => {
    for (const given of choices.length > 0 ? choices : [options]) {
      const { calls, again = 0 } = strategy.cost(parseOptions(strategy, given));
      for (const [seed, problem] of problems.entries()) {
        const setup = { options: given, verifiers: oracles("both"), seed };
        const { usage } = await trySolving(strategy, problem, blankServer(seed), setup);
        const made = usage.logical.policy.calls;
        expect(made, JSON.stringify(given)).toBeLessThanOrEqual(calls + again);
        most = Math.max(most, made / calls);
      }
    }
  });
});

it("is a bound that the calls without such draws are not", () => expect(most).toBeGreaterThan(1));
