import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { SampleRequest } from "../../src/core/policy.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { type AskingCase, askingCases } from "./asking-cases.ts";
import { readGolden, writeGolden } from "./golden.ts";
import { play, QUESTION } from "./playing.ts";

const file = resolve(import.meta.dirname, "asking-branches.golden.jsonl");
/** `GOLDEN=write npx vitest run test/strategies/asking-branches.test.ts` writes the traces instead of comparing. */
const writing = process.env.GOLDEN === "write";
const golden: Record<string, unknown> = writing ? {} : readGolden(file);
const made: Record<string, object> = {};
const catalogue = builtins();
const nameOf = ({ strategy, says }: AskingCase) => `${strategy}: ${says}`;

/** The request as it was sent, seeds aside. */
const shown = ({ purpose, n, temperature, topP, prefix, stop, messages }: SampleRequest) => ({
  ...{ purpose, n, temperature, topP, prefix, stop },
  messages: messages.map(({ role, content }) => `${role}: ${content}`),
});

async function playCase({ strategy: name, options, script, verifiers, calls, logprobs, hints }: AskingCase) {
  const strategy = catalogue.strategies.get(name);
  const question = { id: "q", text: QUESTION, kind: "number" as const, hints };
  const played = await play(strategy, options, script, {
    question,
    verifiers,
    budget: calls === undefined ? undefined : { calls },
    ...(logprobs === true ? { model: { capabilities: { logprobs: { top: 5 } } } } : {}),
  });
  const { candidates, answer, reason, stopped } = played.solution;
  const most = strategy.cost(parseOptions(strategy, options ?? {})).calls;
  return {
    ...{ left: played.left, made: played.requests.reduce((sum, { n }) => sum + n, 0), most },
    trace: {
      requests: played.requests.map(shown),
      candidates: candidates.map((each) => ({ answer: each.answer?.text ?? null, notes: each.notes ?? {} })),
      ...{ answer, reason, stopped },
    },
  };
}

/** Exact prompts, order of calls and answers of every branch: a prompt that changes shows here. */
describe("every branch of grounding and asking", () => {
  it.each(askingCases.map((one) => [nameOf(one), one] as const))("%s", async (name, one) => {
    const { trace, left, made: calls, most } = await playCase(one);
    const plain = JSON.parse(JSON.stringify(trace)) as object;
    made[name] = plain;
    // A script that is longer than the strategy asks for is a branch that was not taken.
    expect(left).toBe(0);
    expect(calls).toBeLessThanOrEqual(most);
    if (!writing) expect(plain).toEqual(golden[name]);
  });

  it("has a golden trace for each, and none that is not played", () => {
    if (writing) writeGolden(file, made);
    expect(Object.keys(writing ? made : golden)).toEqual(askingCases.map(nameOf));
  });
});
