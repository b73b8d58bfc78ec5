import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { OutcomeVerifier } from "../../src/core/verifier.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, type ScriptedOptions, scriptedPolicy } from "../../src/policy/scripted.ts";

const { strategies } = builtins();
const boxed = (...values: readonly number[]) => values.map((value) => `So it is \\boxed{${value}}.`);
const half: OutcomeVerifier = { score: async (_, candidates) => candidates.map(() => ({ value: 0.5 })) };
const judged = { outcome: { name: "half", verifier: half } };

async function play(name: string, options: object, script: readonly ScriptEntry[], more: object = {}) {
  const { model, ...rest } = more as { model?: ScriptedOptions };
  const policy = scriptedPolicy(script, model);
  const solution = await solve("How many?", { strategy: strategies.get(name), options, policy, seed: 1, ...rest });
  return { solution, requests: policy.requests };
}

/** A strategy by itself, and as the last stage of a cascade behind one sample that is not sure. */
async function aloneAndAsStage(name: string, options: object, script: readonly ScriptEntry[]) {
  const alone = await play(name, options, script);
  const stages = [
    { name: "chain-of-thought", options: {} },
    { name, options },
  ];
  const staged = await play("cascade", { stages, confident: 1 }, ["I cannot say.", ...script]);
  return [alone, staged].map(({ solution: { answer, reason } }) => [answer, reason]);
}

describe("a stage of a cascade", () => {
  it("answers by its own rule where that asks the model", async () => {
    const options = { n: 5, shuffle: false, temperature: 0.9 };
    const script = [...boxed(1, 1, 5, 9, 5), "The most consistent response is Response 4"];
    const [alone, staged] = await aloneAndAsStage("universal-self-consistency", options, script);
    expect(alone?.[0]).toBe("9");
    expect(staged).toEqual(alone);
  });

  it("sees its candidates numbered as in its own stream", async () => {
    const options = { n: 9, window: 3, temperature: 0.9 };
    const [alone, staged] = await aloneAndAsStage("early-stopping", options, boxed(1, 1, 2, 1, 1, 2, 7, 7, 7));
    expect(alone).toEqual(["7", "a window of 3 samples agrees"]);
    expect(staged).toEqual(alone);
  });
});

describe("strategies of one solve", () => {
  const logprobs = [{ token: "So", logprob: -0.1, top: [1, 2, 3].map((i) => ({ token: `${i}`, logprob: -i / 5 })) }];
  const told = boxed(1, 2, 3, 4).map((text) => ({ text, logprobs }));

  it("share samples, but not those that lack the log-probabilities that one of them reads", async () => {
    const member = (name: string) => ({ name, options: { n: 4 } });
    const model = { capabilities: { logprobs: { top: 5 } } };
    const one = await play(
      "ensemble",
      { members: [member("self-consistency"), member("self-certainty-vote")] },
      [...boxed(1, 2, 3, 4), ...told],
      { model },
    );
    expect(one.requests.map((request) => [request.n, request.logprobs])).toEqual([
      [4, undefined],
      [4, 5],
    ]);
    expect(one.requests[1]?.seeds).toEqual(one.requests[0]?.seeds);
    expect(one.solution.candidates.slice(4).every(({ value }) => value !== undefined)).toBe(true);
    const other = await play(
      "ensemble",
      { members: [member("self-certainty-vote"), member("self-consistency")] },
      told,
      { model },
    );
    expect(other.requests).toHaveLength(1);
  });

  it("end as out of budget where a member did", async () => {
    const members = [
      { name: "self-consistency", options: { n: 40 } },
      { name: "complexity-vote", options: { n: 40, temperature: 0.9 } },
    ];
    const { solution } = await play("ensemble", { members }, boxed(4, 4, 4, 4, 4, 4), { budget: { calls: 6 } });
    expect([solution.stopped, solution.candidates.length]).toEqual(["budget", 6]);
  });
});

describe("equal answers that are written differently", () => {
  it("are one answer in a search too", async () => {
    const script = ["7", "7", "1/2", "0.5", "\\frac{1}{2}"].map((value) => `So it is \\boxed{${value}}.`);
    const model = { capabilities: { logprobs: { top: 5 } } };
    const top = [1, 2, 3, 4, 5].map((i) => ({ token: `${i}`, logprob: -i }));
    const told = script.map((text) => ({ text, logprobs: [{ token: "So", logprob: -1, top }] }));
    const { solution } = await play("mur", { chains: 5 }, told, { model });
    expect(solution.answer).toBe("1/2");
  });
});

describe("entropy-branching with a verifier", () => {
  it("is finished when all branches are drawn", async () => {
    const top = ["So", "It", "We"].map((token, i) => ({ token, logprob: -1 - i / 10 }));
    const greedy = { text: "So it is \\boxed{4}.", logprobs: [{ token: "So", logprob: -1, top }] };
    const script = [greedy, ...boxed(4, 4, 4, 4)];
    const model = { capabilities: { logprobs: { top: 3 } } };
    const { solution } = await play("entropy-branching", { n: 3, leastEntropy: 0 }, script, {
      model,
      verifiers: judged,
    });
    expect(solution.stopped).toBe("finished");
  });
});

describe("time that is up while candidates are judged", () => {
  it.each([
    { strategy: "best-of-n", options: { n: 4 } },
    { strategy: "cascade", options: { stages: [{ name: "best-of-n", options: { n: 4 } }] } },
  ])("leaves them, unjudged, even if the verifier does not hear of it: $strategy", async ({ strategy, options }) => {
    const deaf: OutcomeVerifier = { score: () => new Promise(() => undefined) };
    const verifiers = { outcome: { name: "deaf", verifier: deaf } };
    const more = { verifiers, budget: { seconds: 0.05 } };
    const { solution } = await play(strategy, options, boxed(4, 4, 5, 4), more);
    expect([solution.stopped, solution.candidates.length, solution.answer]).toEqual(["time", 4, "4"]);
    expect(solution.usage.logical.policy.calls).toBe(4);
  });

  it("may be longer than a timer holds", async () => {
    const { solution } = await play("self-consistency", { n: 2 }, boxed(4, 4), { budget: { seconds: 5_000_000 } });
    expect(solution.stopped).toBe("finished");
  });
});
