import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import type { Solution } from "../../src/core/solution.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import type { OutcomeVerifier, ProcessVerifier } from "../../src/core/verifier.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { limit } from "../../src/policy/limit.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { abMcts } from "../../strategies/search/ab-mcts.ts";
import { abMctsM } from "../../strategies/search/ab-mcts-m.ts";
import { alphaMath } from "../../strategies/search/alpha-math.ts";
import { beamSearch } from "../../strategies/search/beam-search.ts";
import { bestFirst } from "../../strategies/search/best-first.ts";
import { budgetMcts } from "../../strategies/search/budget-mcts.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { planMcts } from "../../strategies/search/plan-mcts.ts";
import { restMcts } from "../../strategies/search/rest-mcts.ts";
import { rstar } from "../../strategies/search/rstar.ts";
import { rstarMath } from "../../strategies/search/rstar-math.ts";
import { oracles } from "../contract/setting.ts";
import { type Latency, slowPolicy } from "../fakes/slow-policy.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";

const { text } = generateProblem("pipelined", 1, { minSteps: 5, maxSteps: 5 });
const question = { id: "pipelined", text, kind: "number" } as const;
const simulatedOne = () => simulatedPolicy({ stepError: 0.25, programError: 0.2, planError: 0.2 });

interface Searched {
  readonly concurrency?: number;
  readonly latency?: Latency;
  readonly seed?: string | number;
  readonly setup?: Partial<SolveSetup>;
}

interface Ran {
  readonly solution: Solution;
  readonly events: readonly RunEvent[];
  /** What was really drawn. */
  readonly calls: number;
  readonly used: number;
}

/** Searches on a clock of its own; how much of the capacity was used. */
async function searched(strategy: Strategy, options: object, given: Searched = {}): Promise<Ran> {
  const { concurrency = 16, latency = "exponential", seed = 0, setup } = given;
  const clock = new VirtualClock();
  const slow = slowPolicy(setup?.policy ?? simulatedOne(), clock, latency, seed);
  const events: RunEvent[] = [];
  const solution = await clock.run(() =>
    solve(question, {
      ...{ strategy, options, verifiers: oracles("process"), sandbox: tinyPython(), maxTokens: 256, clock },
      ...setup,
      policy: limit(slow.policy, { concurrency }),
      onEvent: (event) => events.push(event),
    }),
  );
  const { busy, calls } = slow.figures();
  return { solution, events, calls, used: busy / (concurrency * clock.now()) };
}

/** Solutions without what depends on the moment. */
const lasting = ({ milliseconds: _, usage, ...solution }: Solution) => ({ ...solution, usage: usage.logical });

const searches: readonly { readonly strategy: Strategy; readonly options: object }[] = [
  { strategy: mcts, options: { simulations: 40 } },
  { strategy: mcts, options: { simulations: 40, evaluation: "descend", selection: "puct", virtualLoss: 0.3 } },
  { strategy: mcts, options: { simulations: 40, evaluation: "prm", actions: "human-actions", widening: 6 } },
  { strategy: mcts, options: { simulations: 24, actions: "whole-solutions", pick: "visits" } },
  { strategy: planMcts, options: {} },
  { strategy: bestFirst, options: { expansions: 40 } },
  { strategy: alphaMath, options: {} },
  { strategy: restMcts, options: { simulations: 24 } },
  { strategy: rstar, options: {} },
  { strategy: rstarMath, options: { branching: 4 } },
  { strategy: budgetMcts, options: { simulations: 60 } },
  { strategy: abMcts, options: {} },
  { strategy: abMctsM, options: { expansions: 24 } },
];

describe.each(searches)("a pipelined $strategy.name $options", ({ strategy, options }) => {
  const windowed = { ...options, window: 12 };

  it("leaves the same bytes at 1, 4 and 16 calls in flight, whatever comes first", async () => {
    const one = await searched(strategy, windowed, { concurrency: 1 });
    const four = await searched(strategy, windowed, { concurrency: 4, latency: "log-normal", seed: 2 });
    const sixteen = await searched(strategy, windowed, { concurrency: 16, seed: 3 });
    const trace = (ran: Ran) => ran.events.map((event) => JSON.stringify(event));
    expect(trace(four)).toEqual(trace(one));
    expect(trace(sixteen)).toEqual(trace(one));
    expect(lasting(sixteen.solution)).toEqual(lasting(one.solution));
    expect(one.solution.answer).not.toBeNull();
  });

  it("leaves the same bytes where the budget runs out, and never passes it", async () => {
    for (const budget of [{ tokens: 3000 }, { tokens: 9000 }, { calls: 20 }]) {
      const one = await searched(strategy, windowed, { concurrency: 1, setup: { budget } });
      const many = await searched(strategy, windowed, { concurrency: 16, seed: 5, setup: { budget } });
      expect(many.events.map((event) => JSON.stringify(event))).toEqual(
        one.events.map((event) => JSON.stringify(event)),
      );
      const { policy } = many.solution.usage.logical;
      expect(policy.promptTokens + policy.completionTokens).toBeLessThanOrEqual(budget.tokens ?? Infinity);
      expect(policy.calls).toBeLessThanOrEqual(budget.calls ?? Infinity);
      expect(many.solution.candidates.length).toBeGreaterThan(0);
    }
  });

  it("accounts for every call, and numbers each once", async () => {
    const { solution, events, calls } = await searched(strategy, windowed);
    const ends = events.filter((event) => event.type === "call-end");
    expect(ends).toHaveLength(calls);
    expect(new Set(ends.map(({ call }) => call)).size).toBe(ends.length);
    const sum = ends.reduce((tokens, { usage: { policy } }) => tokens + policy.completionTokens, 0);
    expect(sum).toBe(solution.usage.logical.policy.completionTokens);
    const prompts = events.flatMap((event) => (event.type === "prompt" ? [event.prompt] : []));
    expect(prompts).toEqual([...prompts.keys()]);
    const known = new Set(ends.flatMap(({ call, samples }) => Array.from({ length: samples }, (_, i) => call + i)));
    for (const { trajectory } of solution.candidates) {
      for (const { call } of trajectory.steps) expect(known).toContain(call);
    }
  });
});

describe("a pipelined search", () => {
  it("is had of every search that knows a window", () => {
    const known = builtins().strategies.all.filter(({ family, options: schema }) => {
      const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
      return family === "search" && "window" in properties;
    });
    const tried = new Set(searches.map(({ strategy }) => strategy.name));
    expect(known.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
    expect(known.length).toBe(tried.size);
  });

  const options = { simulations: 400, evaluation: "prm", branching: 4 };
  const long = generateProblem("long", 1, { minSteps: 10, maxSteps: 10 }).text;

  it.each(["log-normal", "exponential"] as const)("uses what rounds leave idle (%s)", async (latency) => {
    const run = async (shape: object) => {
      const clock = new VirtualClock();
      const slow = slowPolicy(simulatedPolicy({ stepError: 0.2 }), clock, latency);
      await clock.run(() =>
        solve(
          { id: "long", text: long, kind: "number" },
          {
            ...{ strategy: mcts, options: { ...options, ...shape }, policy: limit(slow.policy, { concurrency: 16 }) },
            verifiers: oracles("process"),
          },
        ),
      );
      return slow.figures().busy / (16 * clock.now());
    };
    const [rounds, pipelined] = [await run({ leaves: 16 }), await run({ window: 32 })];
    expect(rounds).toBeLessThan(0.55);
    expect(pipelined).toBeGreaterThan(rounds + 0.2);
  });

  it.each(["process", "both"] as const)(
    "leaves the same bytes where verifiers make calls of their own (%s)",
    async (kind) => {
      // Calls that follow others within a plan find the rest of a budget in the order of coming, as in rounds.
      let follows = true;
      const asking = async (run: Run, about: string) => {
        const messages = [{ role: "user" as const, content: `${text}\n\nIs this right?\n${about}` }];
        const request = { messages, temperature: 1, maxTokens: 64, purpose: "judge" } as const;
        const [first] = await run.sample(request);
        const [second] = follows ? await run.sample(request) : [];
        if (follows) run.charge({ promptTokens: about.length, completionTokens: 1 });
        return ((first?.text.length ?? 0) + (second?.text.length ?? 0)) % 11;
      };
      const process: ProcessVerifier = {
        scoreSteps: (_, paths, run) =>
          Promise.all(
            paths.map(async (path) => {
              const value = (await asking(run, path.text)) / 10;
              return path.steps.map(() => ({ value }));
            }),
          ),
      };
      const outcome: OutcomeVerifier = {
        score: (_, all, run) => Promise.all(all.map(async (each) => ({ value: (await asking(run, each.text)) / 10 }))),
      };
      const verifiers: Verifiers = {
        process: { name: "asking", verifier: process },
        ...(kind === "both" && { outcome: { name: "asking", verifier: outcome } }),
      };
      for (const budget of [{}, { tokens: 12_000 }, { calls: 60 }]) {
        const setup = { verifiers, budget };
        follows = !("tokens" in budget || "calls" in budget);
        const [one, ...others] = [
          await searched(mcts, { simulations: 30, window: 12 }, { concurrency: 1, setup }),
          await searched(mcts, { simulations: 30, window: 12 }, { concurrency: 16, setup }),
          await searched(mcts, { simulations: 30, window: 12 }, { concurrency: 5, seed: 7, setup }),
        ];
        for (const other of others) expect(other.events).toEqual(one?.events);
        const ends = (one?.events ?? []).filter((event) => event.type === "call-end" && event.role === "verifier");
        expect(ends.length).toBeGreaterThan(5);
      }
    },
  );

  it("depends on the window", async () => {
    const nodes = async (window: number) =>
      (await searched(mcts, { simulations: 40, window })).events.filter(({ type }) => type === "node-expanded");
    expect(await nodes(2)).not.toEqual(await nodes(12));
  });

  it("plans in rounds with a window of 0, as without one", async () => {
    const [none, zero] = [
      await searched(mcts, { simulations: 20 }),
      await searched(mcts, { simulations: 20, window: 0 }),
    ];
    const [, ...rest] = zero.events;
    expect(rest).toEqual(none.events.slice(1));
  });

  it("is replayed from what was drawn", async () => {
    const drawn = new Map<string, Awaited<ReturnType<Policy["sample"]>>[number]>();
    const model = simulatedOne();
    let fresh = 0;
    const stored: Policy = {
      ...model,
      sample: async (request, given) =>
        await Promise.all(
          request.seeds.map(async (seed) => {
            const key = JSON.stringify([request.messages, request.prefix, request.purpose, seed]);
            const known = drawn.get(key);
            if (known !== undefined) return { ...known, stored: true };
            fresh++;
            const [sample] = await model.sample({ ...request, n: 1, seeds: [seed] }, given);
            if (sample === undefined) throw new Error("one sample for one seed");
            drawn.set(key, sample);
            return sample;
          }),
        ),
    };
    const given = { simulations: 40, window: 12 };
    const first = await searched(mcts, given, { setup: { policy: stored } });
    const before = fresh;
    const again = await searched(mcts, given, { seed: 9, setup: { policy: stored } });
    expect(fresh).toBe(before);
    expect(again.events.map((event) => JSON.stringify(event))).toEqual(
      first.events.map((event) => JSON.stringify(event)),
    );
  });

  it("finishes what is in flight when a stopping rule has seen enough, and accounts for it", async () => {
    const stop = { name: "three", enough: (all: readonly unknown[]) => (all.length >= 3 ? "three are enough" : null) };
    const given = { simulations: 200, window: 16 };
    const one = await searched(mcts, given, { concurrency: 1, setup: { stop } });
    const many = await searched(mcts, given, { setup: { stop } });
    expect(many.solution.stopped).toBe("enough");
    expect(many.calls).toBeLessThan(80);
    expect(many.events.filter(({ type }) => type === "call-end")).toHaveLength(many.calls);
    expect(many.events).toEqual(one.events);
  });

  it("offers in order what had come when it is cut short, and counts no call twice", async () => {
    const leave = new AbortController();
    const onEvent: RunEvent[] = [];
    const clock = new VirtualClock();
    const slow = slowPolicy(simulatedOne(), clock, "exponential");
    const solution = await clock.run(async () => {
      const solving = solve(question, {
        ...{ strategy: abMcts, options: { expansions: 200, window: 32 }, verifiers: oracles("process") },
        ...{ policy: limit(slow.policy, { concurrency: 16 }), signal: leave.signal, onAbort: "return" },
        onEvent: (event) => onEvent.push(event),
      });
      await clock.sleep(2500);
      leave.abort(new Error("the caller has left"));
      return await solving;
    });
    expect(solution.stopped).toBe("aborted");
    const ends = onEvent.filter((event) => event.type === "call-end");
    expect(ends.reduce((sum, { usage: { policy } }) => sum + policy.calls, 0)).toBe(
      solution.usage.logical.policy.calls,
    );
    const nodes = onEvent.flatMap((event) => (event.type === "node-expanded" ? event.children : []));
    const calls = new Set(nodes.flatMap((node) => node.calls));
    // Every call that came back made its node, and every node is a candidate: nothing that was drawn is lost.
    for (const { call } of ends) expect(calls).toContain(call);
    expect(solution.candidates).toHaveLength(ends.length);
    expect(onEvent.at(-1)?.type).toBe("run-end");
  });

  it("is refused where a search plans in rounds by nature", async () => {
    await expect(
      solve(question, { strategy: beamSearch, options: { window: 8 }, policy: simulatedOne() }),
    ).rejects.toThrow(/does not know "window"/);
  });

  it("passes on what a call fails with", async () => {
    let calls = 0;
    const model = simulatedOne();
    const failing: Policy = {
      ...model,
      sample: async (...args) => {
        if (++calls > 12) throw new Error("the server has gone");
        return await model.sample(...args);
      },
    };
    await expect(searched(mcts, { simulations: 60, window: 8 }, { setup: { policy: failing } })).rejects.toThrow(
      "the server has gone",
    );
  });
});
