import { globSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { BudgetScope } from "../../src/core/budget.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Policy } from "../../src/core/policy.ts";
import { Random } from "../../src/core/random.ts";
import type { Solution } from "../../src/core/solution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { addLedgers, emptyLedger, totalCalls, totalTokens } from "../../src/core/usage.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { charging, oracles, rewardKinds, trySolving, withTemplate, wordProblems } from "./setting.ts";
import { smallOptions } from "./small-options.ts";

const root = resolve(import.meta.dirname, "../..");
const strategies = builtins().strategies.all;
/** A strategy's file stands in its family's folder. */
const files = globSync("*/*.ts", { cwd: resolve(root, "strategies") });
const problems = await wordProblems(8, { seed: "contract" });
const policy = simulatedPolicy({ stepError: 0.25, programError: 0.2, formatError: 0.05 });
const problemAt = (i: number) =>
  problems[i % problems.length] ?? problems[0] ?? expect.unreachable("there are problems");

/** An answer whenever a candidate has one, and never from an unfinished candidate while a finished one has one. */
function expectsBestOfWhatFinished({ candidates, answer, pick }: Solution): void {
  const finished = candidates.filter(({ complete }) => complete);
  const offered = finished.length > 0 ? finished : candidates;
  if (offered.some((candidate) => candidate.answer !== null)) expect(answer).not.toBeNull();
  if (pick !== null && finished.length > 0) expect(candidates[pick.index]?.complete).toBe(true);
}

/** The policy with long texts: whatever it writes takes nearly all the tokens that it may. */
const wordy: Policy = {
  ...policy,
  sample: async (request, options) => {
    const samples = await policy.sample(request, options);
    const least = Math.min(request.maxTokens, 220);
    return samples.map((sample) => ({ ...sample, completionTokens: Math.max(sample.completionTokens, least) }));
  },
};

const templated = withTemplate(policy);

/** A policy that aborts the solve at its nth call. */
function abortingAt(call: number, controller: AbortController): Policy {
  let calls = 0;
  return {
    ...policy,
    sample: async (request, options) => {
      if (++calls === call) controller.abort(new Error("enough of this"));
      return await policy.sample(request, options);
    },
  };
}

describe.each(strategies.map((strategy) => [strategy.name, strategy] as const))("%s", (name, strategy) => {
  it("stands in a file of its name, which exports it in camel case", async () => {
    const [file, ...others] = files.filter((path) => path.endsWith(`/${name}.ts`));
    expect(file).toBeDefined();
    expect(others).toEqual([]);
    const exported = (await import(resolve(root, "strategies", file ?? ""))) as Record<string, unknown>;
    expect(Object.keys(exported)).toContain(name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  });

  it("says in words what it does, what it costs and what each reward changes", () => {
    const { outcome, process, none } = strategy.rewards;
    const [file = ""] = files.filter((path) => path.endsWith(`/${name}.ts`));
    expect(file).toBe(`${strategy.family}/${name}.ts`);
    for (const text of [strategy.summary, strategy.how, strategy.costNote, outcome, process, none])
      expect(text.length).toBeGreaterThan(8);
    const cost = strategy.cost(parseOptions(strategy, {}));
    expect(cost.calls).toBeGreaterThanOrEqual(1);
    expect(Number.isFinite(cost.calls)).toBe(true);
  });

  it("rejects options that it does not know or that make no sense", () => {
    expect(() => parseOptions(strategy, { nonsense: 1 })).toThrow(/nonsense/);
    const schema = z.toJSONSchema(strategy.options, { io: "input", unrepresentable: "any" });
    for (const option of Object.keys(schema.properties ?? {})) {
      expect(() => parseOptions(strategy, { [option]: { what: "is this" } })).toThrow(option);
    }
  });

  it.each(rewardKinds)("keeps every budget and answers with the best that finished (%s)", async (kind) => {
    const random = new Random(`budgets/${name}/${kind}`);
    for (let i = 0; i < 40; i++) {
      const limits = {
        ...(i % 3 === 1 ? {} : { tokens: 20 + random.integer(2000) }),
        ...(i % 3 === 0 ? {} : { calls: 1 + random.integer(30) }),
      };
      const scope = new BudgetScope("contract", limits);
      const [model, tolerance] = i % 2 === 0 ? [policy, 0] : [templated, 0.01];
      const solution = await trySolving(strategy, problemAt(i), model, {
        ...{ verifiers: charging(kind), budget: limits, within: scope, seed: i },
      });
      const spent = { tokens: totalTokens(solution.usage.logical), calls: totalCalls(solution.usage.logical) };
      expect(spent.tokens).toBeLessThanOrEqual((1 + tolerance) * (limits.tokens ?? Number.POSITIVE_INFINITY));
      expect(spent.calls).toBeLessThanOrEqual(limits.calls ?? Number.POSITIVE_INFINITY);
      expect(scope.spent).toMatchObject(spent);
      expect(["finished", "enough", "budget"]).toContain(solution.stopped);
      expectsBestOfWhatFinished(solution);
    }
  });

  it("has an answer to show for a budget that holds three plain ones of full length, however long its other texts are", async () => {
    for (let i = 0; i < problems.length; i++) {
      const { candidates } = await trySolving(strategy, problemAt(i), wordy, {
        ...{ budget: { tokens: 1_000 }, maxTokens: 256, seed: i },
      });
      expect(candidates.length).toBeGreaterThan(0);
    }
  });

  it.each(rewardKinds)("same seed, same trace; other seed, other trace; usage adds up (%s)", async (kind) => {
    const trace = async (seed: number) => {
      const events: RunEvent[] = [];
      const solution = await trySolving(strategy, problemAt(1), policy, {
        ...{ verifiers: oracles(kind), seed, onEvent: (event: RunEvent) => events.push(event) },
      });
      const charged = events.flatMap((event) => (event.type === "call-end" ? [event.usage] : []));
      const summed = charged.reduce(addLedgers, emptyLedger);
      expect({ ...summed, sandbox: null }).toEqual({ ...solution.usage.logical, sandbox: null });
      expect(events.at(-1)?.type).toBe("run-end");
      // What is recorded as the last pick is what was picked: curves, reports and later gradings go by it.
      expect(solution.picks.at(-1)?.picked ?? null).toBe(solution.pick?.index ?? null);
      return events.map((event) => JSON.stringify(event)).join("\n");
    };
    const first = await trace(1);
    expect(await trace(1)).toBe(first);
    expect(await trace(2)).not.toBe(first);
  });

  it.each(rewardKinds)("stays within its estimate of calls, judgements and programs (%s)", async (kind) => {
    const estimate = strategy.cost(parseOptions(strategy, smallOptions[name] ?? {}));
    for (let i = 0; i < problems.length; i++) {
      const verifiers = oracles(kind);
      const { usage } = await trySolving(strategy, problemAt(i), policy, { verifiers, seed: i });
      expect(usage.logical.policy.calls).toBeLessThanOrEqual(estimate.calls);
      expect(usage.logical.sandbox.runs).toBeLessThanOrEqual(estimate.runs ?? 0);
      if (estimate.scored !== undefined && kind !== "outcome") {
        expect(verifiers.asked()).toBeLessThanOrEqual(estimate.scored);
      }
    }
  });

  it("rejects with the reason of an abort, or returns the best so far where that is asked for", async () => {
    for (const call of [1, 2, 4]) {
      const first = new AbortController();
      const aborted = trySolving(strategy, problemAt(2), abortingAt(call, first), { signal: first.signal });
      const outcome = await aborted.catch((error: Error) => error);
      if (!first.signal.aborted) continue; // it made fewer calls
      expect(outcome).toMatchObject({ message: "enough of this" });
      const second = new AbortController();
      const kept = await trySolving(strategy, problemAt(2), abortingAt(call, second), {
        ...{ signal: second.signal, onAbort: "return" as const },
      });
      expect(kept.stopped).toBe("aborted");
      expectsBestOfWhatFinished(kept);
    }
  });
});
