import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { BudgetScope } from "../../src/core/budget.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { PickPoint } from "../../src/core/solution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { totalTokens } from "../../src/core/usage.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { FailedAttempt } from "../../src/policy/failed-attempt.ts";
import { limit } from "../../src/policy/limit.ts";
import { retry } from "../../src/policy/retry.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { sampleSingly } from "../../src/policy/singly.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { storedPolicy } from "../../src/policy/store/stored.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { simulated } from "../../verifiers/simulated.ts";
import { trySolving, wordProblems } from "../contract/setting.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { instantClock } from "../policy/requests.ts";

const problems = await wordProblems(6, { seed: "costs" });
const problemAt = (i: number) => problems[i % problems.length] ?? expect.unreachable();
const plain = simulatedPolicy({ stepError: 0.25, formatError: 0.05 });
const strategyOf = (name: string) => builtins().strategies.get(name);

const noisy = (): Verifiers => {
  const options = parseOptions(simulated, {});
  const outcome = simulated.outcome?.(options) ?? expect.unreachable();
  return { outcome: { name: "simulated", verifier: outcome } };
};

/** One request a sample, and answers in another order than asked for. */
const oneByOne = (policy: Policy): Policy =>
  wrapPolicy(policy, {
    sample: (request, options) =>
      sampleSingly(request, options, async (single, own, index) => {
        await new Promise((resolve) => setTimeout(resolve, (index * 7) % 3));
        return policy.sample(single, own);
      }),
  });

/**
 * A server that refuses, cuts the connection, or breaks off after half of what was asked for, and then answers: which
 * of it, and how often, by the request's first seed.
 */
function failing(policy: Policy): Policy {
  const attempts = new Map<string, number>();
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const [first = 0] = request.seeds;
      const key = JSON.stringify([request.messages, request.prefix, first]);
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      if (attempt > first % 4) return await policy.sample(request, options);
      if (attempt % 3 === 1) throw new FailedAttempt("busy", { status: 429, retryable: true, retryAfterMs: 5 });
      if (attempt % 3 === 2) throw new FailedAttempt("cut off", { retryable: true });
      const half = request.seeds.slice(0, request.n >> 1);
      const samples =
        half.length === 0 ? [] : await policy.sample({ ...request, n: half.length, seeds: half }, options);
      throw new FailedAttempt("broken off", { retryable: true, samples });
    },
  });
}

const points = (picks: readonly PickPoint[]) =>
  picks.map(({ candidates, picked, answer, tokens, calls }) => ({ candidates, picked, answer, tokens, calls }));

/** What was picked with at most so many tokens. */
const answerAt = (picks: readonly PickPoint[], tokens: number) =>
  picks.findLast((pick) => pick.tokens <= tokens)?.answer ?? null;

describe("what candidates cost", () => {
  it("is the same for the first k of any number that are asked for, with a budget and without", async () => {
    for (let i = 0; i < 6; i++) {
      for (const budget of [undefined, { tokens: 4000 }, { tokens: 900 }]) {
        const run = (n: number, maxTokens: number) =>
          trySolving(strategyOf("self-consistency"), problemAt(i), plain, {
            ...{ options: { n }, maxTokens, budget, seed: i },
          });
        const whole = await run(64, 1024);
        for (const few of [await run(8, 1024), await run(8, 300), await run(64, 300)]) {
          const known = Math.min(few.picks.length, whole.picks.length);
          expect(known).toBeGreaterThan(3);
          expect(points(few.picks).slice(0, known - 1)).toEqual(points(whole.picks).slice(0, known - 1));
          expect(answerAt(few.picks, 420)).toBe(answerAt(whole.picks, 420));
        }
      }
    }
  });

  it.each(["self-consistency", "best-of-n", "weighted-vote", "adaptive-vote", "mcts", "beam-search", "self-refine"])(
    "does not depend on how requests of %s are cut, delayed, stored, refused or limited in length",
    async (name) => {
      for (let i = 0; i < 4; i++) {
        for (const budget of [undefined, { tokens: 1500 }, { calls: 9 }]) {
          const run = async (policy: Policy, maxTokens = 512) => {
            const solution = await trySolving(strategyOf(name), problemAt(i), policy, {
              ...{ verifiers: noisy(), budget, maxTokens, seed: i, prompts: "once" as const },
            });
            return { picks: points(solution.picks), answer: solution.answer, usage: solution.usage.logical };
          };
          const first = await run(plain);
          expect(first.picks.length).toBeGreaterThan(0);
          expect(await run(oneByOne(plain))).toEqual(first);
          expect(await run(limit(oneByOne(plain), { concurrency: 2 }))).toEqual(first);
          expect(await run(plain, 2048)).toEqual(first);
          expect(await run(retry(failing(plain), { clock: instantClock() }))).toEqual(first);
          expect(
            await run(limit(retry(failing(oneByOne(plain)), { clock: instantClock() }), { concurrency: 2 })),
          ).toEqual(first);
          const stored = storedPolicy(plain, openSampleStore(join(temporaryFolder(), "samples.db")));
          expect(await run(stored)).toEqual(first);
          expect(await run(stored)).toEqual(first);
        }
      }
    },
  );

  it.each([
    ["self-consistency", { n: 64 }],
    ["best-of-n", { n: 64 }],
    ["weighted-vote", { n: 64 }],
    ["mcts", { simulations: 100 }],
    ["best-first", { expansions: 100 }],
    ["ab-mcts", { expansions: 64 }],
  ] as const)(
    "%s takes up its budget, but for what the next candidate would not have fitted in",
    async (name, options) => {
      const shares: number[] = [];
      for (let i = 0; i < 24; i++) {
        const tokens = 600 + 80 * i;
        const given = { options, verifiers: noisy(), seed: i };
        const free = await trySolving(strategyOf(name), problemAt(i), plain, given);
        const kept = await trySolving(strategyOf(name), problemAt(i), plain, { ...given, budget: { tokens } });
        const spent = totalTokens(kept.usage.logical);
        expect(spent).toBeLessThanOrEqual(tokens);
        if (kept.stopped !== "budget") continue;
        const next = free.picks[kept.candidates.length]?.tokens ?? Number.POSITIVE_INFINITY;
        if (next <= tokens || spent >= 0.85 * tokens) shares.push(spent / tokens);
      }
      expect(shares.length).toBeGreaterThan(6);
      expect(shares.reduce((a, b) => a + b, 0) / shares.length).toBeGreaterThanOrEqual(0.85);
    },
  );

  it("holds the prompt once, or once a sample where that is the price", async () => {
    const run = (prompts: "once" | "each") =>
      trySolving(strategyOf("self-consistency"), problemAt(0), plain, { options: { n: 5 }, prompts, seed: 1 });
    const [once, each] = [await run("once"), await run("each")];
    expect(each.usage.logical.policy.promptTokens).toBe(5 * once.usage.logical.policy.promptTokens);
    expect(each.usage.actual).toEqual(once.usage.actual);
    expect(once.picks.at(-1)?.tokens).toBe(totalTokens(once.usage.logical));
    expect(each.picks.at(-1)?.tokens).toBe(totalTokens(each.usage.logical));
  });

  it("counts what a call brought before it failed, in the scope that it was asked within and in its events", async () => {
    const breaking = wrapPolicy(plain, {
      sample: async (request, options) => {
        const [first, , third] = await plain.sample(request, options);
        throw new FailedAttempt("broken off", {
          ...{ status: 500, retryable: false, samples: [first ?? null, null, third ?? null, null] },
        });
      },
    });
    const day = new BudgetScope("day", {}, null, "billed");
    const told: RunEvent[] = [];
    const run = trySolving(strategyOf("self-consistency"), problemAt(0), breaking, {
      ...{ options: { n: 4 }, within: day, seed: 1, onEvent: (event) => told.push(event) },
    });
    await expect(run).rejects.toThrow(/broken off/);
    const whole = await trySolving(strategyOf("self-consistency"), problemAt(0), plain, {
      ...{ options: { n: 4 }, seed: 1, prompts: "each" as const },
    });
    expect(day.spent.calls).toBe(2);
    expect(day.spent.tokens).toBeGreaterThan(0);
    expect(day.spent.tokens).toBeLessThan(totalTokens(whole.usage.logical));
    const texts = told.flatMap((event) => (event.type === "call-end" ? (event.texts ?? []) : []));
    expect(texts).toEqual([whole.candidates[0]?.text, whole.candidates[2]?.text]);
  });

  it("refuses a limit in dollars where no price is known", async () => {
    const run = trySolving(strategyOf("chain-of-thought"), problemAt(0), plain, { budget: { dollars: 1 } });
    await expect(run).rejects.toThrow(/dollars.*price/);
  });
});
