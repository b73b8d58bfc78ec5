import { describe, expect, it, vi } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { CallBook } from "../../src/engine/call-book.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { chainOfThought } from "../../strategies/sampling/chain-of-thought.ts";

const answers = Array.from({ length: 40 }, (_, i) => `It is ${i % 2}.\nThe answer is ${i % 2}.`);
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A model that works 30 ms on each sample, one at a time. */
const slow = (): Policy => {
  const scripted = scriptedPolicy(answers);
  return {
    ...{ id: scripted.id, capabilities: { ...scripted.capabilities, sharedPrompt: false } },
    sample: async (request) => {
      await wait(30);
      return request.seeds.map((seed, i) => ({
        ...{ text: answers[i] ?? "", finish: "stop" as const, seed, promptTokens: 5, cachedPromptTokens: 0 },
        ...{ completionTokens: 5, sharedPrompt: false, dollars: 0 },
      }));
    },
  };
};

describe("the time that a solve takes by itself", () => {
  it("is the longest chain: calls asked for together stand side by side", () => {
    const book = new CallBook();
    const [one, other] = [book.timing(), book.timing()];
    one(100);
    other(300);
    expect(book.serviceMs).toBe(300);
    book.timing()(50);
    expect(book.serviceMs).toBe(350);
    book.timing()(null);
    expect(book.serviceMs).toBeNull();
  });

  it("does not count waiting for a place: five samples through one place take as long as the longest", async () => {
    const policy = stackPolicy(slow(), { concurrency: 1 });
    const five = await solve("1 + 1?", { policy, strategy: bestOfN, options: { n: 5 } });
    expect(five.serviceMs).toBeGreaterThanOrEqual(28);
    expect(five.milliseconds - (five.serviceMs ?? 0)).toBeGreaterThan(4 * 28);
  });

  it("makes one chain no slower than five that share its sample and left it waiting, from the store too", async () => {
    const store = openSampleStore(":memory:");
    const worked = slow();
    const calls = vi.spyOn(worked, "sample");
    const policy = stackPolicy(worked, { concurrency: 1, store });
    const [five, one] = await Promise.all([
      solve("1 + 1?", { policy, strategy: bestOfN, options: { n: 5, temperature: 0.7 } }),
      solve("1 + 1?", { policy, strategy: chainOfThought, options: { temperature: 0.7 } }),
    ]);
    expect(one.serviceMs).toBeLessThanOrEqual(five.serviceMs ?? 0);
    const before = calls.mock.calls.length;
    const again = await solve("1 + 1?", { policy, strategy: bestOfN, options: { n: 5, temperature: 0.7 } });
    expect(again.serviceMs).toBe(five.serviceMs);
    expect(calls).toHaveBeenCalledTimes(before);
  });
});
