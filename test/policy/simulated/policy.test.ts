import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/core/clock.ts";
import { NOT_UNDERSTOOD, simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import { countTokens } from "../../../src/policy/simulated/tokens.ts";
import { answerOf } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, sampleOne, seedsFrom } from "./asking.ts";

const { problem, text } = generateProblem("policy", 3, { minSteps: 5, maxSteps: 5 });
const policy = simulatedPolicy({ stepError: 0.3, recovery: 0.3 });

describe("a simulated solution", () => {
  it("is written in numbered steps and ends with a boxed answer", async () => {
    const { text: solution, finish, stoppedBy } = await sampleOne(simulatedPolicy({ stepError: 0 }), requestFor(text));
    const paragraphs = solution.split("\n\n");
    expect(paragraphs).toHaveLength(6);
    for (let k = 1; k <= 5; k++) expect(paragraphs[k - 1]).toMatch(new RegExp(`^Step ${k}: .* = \\d+\\.$`));
    expect(boxed(solution)).toBe(answerOf(problem));
    expect([finish, stoppedBy]).toEqual(["stop", undefined]);
  });

  it("is decided by its seed, whatever n and however calls are grouped", async () => {
    const together = await policy.sample(requestFor(text, { n: 40, seeds: seedsFrom(0, 40) }));
    const fresh = simulatedPolicy({ stepError: 0.3, recovery: 0.3 });
    const alone = [];
    for (const seed of seedsFrom(0, 40).reverse())
      alone.unshift(await sampleOne(fresh, requestFor(text, { seeds: [seed] })));
    expect(alone).toEqual(together);
    expect(new Set(together.map((sample) => sample.text)).size).toBeGreaterThan(35);
  });

  it("differs with the model's seed, the prompt and the purpose", async () => {
    const base = (await sampleOne(policy, requestFor(text))).text;
    const other = simulatedPolicy({ stepError: 0.3, recovery: 0.3, seed: 9 });
    expect((await sampleOne(other, requestFor(text))).text).not.toBe(base);
    expect((await sampleOne(policy, requestFor(`Q: ${text}`))).text).not.toBe(base);
    expect((await sampleOne(policy, requestFor(text, { purpose: "rollout" }))).text).not.toBe(base);
  });

  it("cut by the token limit is a prefix of the whole, with exact counts", async () => {
    for (const seed of seedsFrom(0, 30)) {
      const whole = await sampleOne(policy, requestFor(text, { seeds: [seed] }));
      expect(whole.completionTokens).toBe(countTokens(whole.text));
      for (const maxTokens of [1, 7, 30, 64, whole.completionTokens - 1]) {
        const cut = await sampleOne(policy, requestFor(text, { seeds: [seed], maxTokens }));
        expect(whole.text.startsWith(cut.text)).toBe(true);
        expect([cut.completionTokens, cut.finish]).toEqual([maxTokens, "length"]);
      }
      const exact = await sampleOne(policy, requestFor(text, { seeds: [seed], maxTokens: whole.completionTokens }));
      expect([exact.text, exact.finish]).toEqual([whole.text, "stop"]);
    }
  });

  it("ends before the first stop text and names it", async () => {
    for (const seed of seedsFrom(0, 30)) {
      const whole = await sampleOne(policy, requestFor(text, { seeds: [seed] }));
      for (const stop of [["\n\n"], ["Step 3"], ["\n\nStep 2", "="], [" answer"], ["nowhere"]]) {
        const cut = await sampleOne(policy, requestFor(text, { seeds: [seed], stop }));
        const places = stop.map((s) => whole.text.indexOf(s)).filter((at) => at >= 0);
        const at = places.length === 0 ? whole.text.length : Math.min(...places);
        expect(cut.text).toBe(whole.text.slice(0, at));
        expect(cut.finish).toBe("stop");
        if (places.length > 0) expect(whole.text.slice(at)).toMatch(new RegExp(`^${cut.stoppedBy}`));
        else expect(cut.stoppedBy).toBeUndefined();
      }
    }
  });

  it("is the same at every temperature but 0, where it does not depend on the seed", async () => {
    const at = async (temperature: number, seed: number) =>
      (await sampleOne(policy, requestFor(text, { temperature, seeds: [seed] }))).text;
    expect(await at(0.4, 5)).toBe(await at(1.2, 5));
    expect(await at(0, 5)).toBe(await at(0, 6));
  });

  it("takes the likeliest choice at every step at temperature 0 where that is asked for", async () => {
    const modal = simulatedPolicy({ stepError: 0.45, greedy: "modal" });
    for (let i = 0; i < 50; i++) {
      const one = generateProblem("modal", i);
      const { text: solution } = await sampleOne(modal, requestFor(one.text, { temperature: 0 }));
      expect(boxed(solution)).toBe(answerOf(one.problem));
    }
  });

  it("is streamed in pieces that join to it", async () => {
    const pieces: string[][] = [[], []];
    const samples = await policy.sample(requestFor(text, { n: 2, seeds: [1, 2] }), {
      onText: (index, piece) => pieces[index]?.push(piece),
    });
    expect(pieces.map((parts) => parts.join(""))).toEqual(samples.map((sample) => sample.text));
    expect(pieces[0]?.length).toBe(6);
  });

  it("gives up without a number at the rate set for that", async () => {
    const quitting = simulatedPolicy({ formatError: 0.3 });
    const samples = await quitting.sample(requestFor(text, { n: 2_000, seeds: seedsFrom(0, 2_000) }));
    const without = samples.filter((sample) => !/\d/.test(sample.text)).length;
    expect(Math.abs(without - 600)).toBeLessThan(3 * Math.sqrt(2_000 * 0.3 * 0.7));
  });
});

describe("the simulated policy", () => {
  it("says that it does not understand other questions", async () => {
    expect((await sampleOne(policy, requestFor("What is the capital of France?"))).text).toBe(NOT_UNDERSTOOD);
  });

  it("names its changed dials in its id, in a fixed order", () => {
    expect(simulatedPolicy().id).toBe("simulated/arithmetic");
    expect(simulatedPolicy({ stepError: 0.2, recovery: 0.1, latencyMs: 5 }).id).toBe(
      "simulated/arithmetic@recovery=0.1,stepError=0.2",
    );
  });

  it("refuses dials out of range and requests without a seed per sample", async () => {
    expect(() => simulatedPolicy({ stepError: 2 })).toThrow(/simulated: "stepError"/);
    expect(() => simulatedPolicy({ revision: { fixBlind: -1 } })).toThrow(/revision.fixBlind/);
    await expect(policy.sample(requestFor(text, { n: 2 }))).rejects.toThrow(/one seed per sample: n is 2, got 1/);
  });

  it("rejects with the reason of an aborted signal, also while it waits", async () => {
    const reason = new Error("enough");
    await expect(policy.sample(requestFor(text), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const slow = simulatedPolicy({ latencyMs: 60_000 });
    const controller = new AbortController();
    const waiting = slow.sample(requestFor(text), { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it("waits its latency on the clock it is given, once a call", async () => {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    };
    await simulatedPolicy({ latencyMs: 50 }, clock).sample(requestFor(text, { n: 3, seeds: [1, 2, 3] }));
    expect(waits).toEqual([50]);
  });

  it("counts prompt tokens as it reports them", async () => {
    const request = requestFor(text, { prefix: "Step 1: " });
    const { promptTokens, sharedPrompt } = await sampleOne(policy, request);
    expect(policy.countPromptTokens?.(request)).toBe(promptTokens);
    expect(promptTokens).toBe(
      3 + request.messages.reduce((sum, { content }) => sum + 4 + countTokens(content), 0) + countTokens("Step 1: "),
    );
    expect(sharedPrompt).toBe(true);
  });

  it("reads the question after worked examples", async () => {
    const example = generateProblem("example", 0);
    const messages = [
      { role: "user" as const, content: example.text },
      { role: "assistant" as const, content: "Step 1: We add 1, so he has 1 + 1 = 2.\n\nThe answer is \\boxed{2}." },
      { role: "user" as const, content: text },
    ];
    const { text: solution } = await sampleOne(simulatedPolicy({ stepError: 0 }), requestFor("", { messages }));
    expect(boxed(solution)).toBe(answerOf(problem));
  });
});
