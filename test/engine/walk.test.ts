import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import type { Run, WalkSetup } from "../../src/core/run.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { solve } from "../../src/engine/solve.ts";
import { limit } from "../../src/policy/limit.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { alphaMath } from "../../strategies/search/alpha-math.ts";
import { bestFirst } from "../../strategies/search/best-first.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { particleFilter } from "../../strategies/search/particle-filter.ts";
import { rebase } from "../../strategies/search/rebase.ts";
import { restMcts } from "../../strategies/search/rest-mcts.ts";
import { treeOfThoughts } from "../../strategies/search/tree-of-thoughts.ts";
import { oracles } from "../contract/setting.ts";

const { text } = generateProblem("walk", 1, { minSteps: 8, maxSteps: 8 });
const question = { id: "walk", text, kind: "number" } as const;
/** The same run, whose walks leave the pick to the selection. */
const unpicked = (run: Run): Run =>
  new Proxy(run, {
    get(target, key) {
      if (key === "walk") return <Own>(setup: WalkSetup<Own>) => target.walk({ ...setup, pick: undefined });
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });

const boxed = (value: number) => `It is \\boxed{${value}}.`;

describe("a walk", () => {
  it("counts every sample of identical siblings as a vote, though they are one node", async () => {
    const policy = scriptedPolicy([boxed(5), boxed(7), boxed(7)]);
    const events: RunEvent[] = [];
    const solution = await solve("q", {
      ...{ strategy: rebase, options: { width: 3 }, policy, onEvent: (event: RunEvent) => events.push(event) },
    });
    expect(solution).toMatchObject({ answer: "7", reason: "2 of 3 samples agree" });
    const nodes = events.flatMap((event) => (event.type === "node-expanded" ? event.children : []));
    expect(nodes).toHaveLength(3); // the root and two answers
  });

  it("scores a round in one batch, and a shared prefix once", async () => {
    const batches: number[] = [];
    const process = oracles("process").process;
    if (process === undefined) throw new Error("there is an oracle");
    const verifier = {
      scoreSteps: (...args: Parameters<typeof process.verifier.scoreSteps>) => {
        batches.push(args[1].length);
        return process.verifier.scoreSteps(...args);
      },
    };
    await solve(question, {
      ...{ strategy: rebase, options: { width: 6 }, policy: simulatedPolicy({ stepError: 0.2 }) },
      verifiers: { process: { name: "counted", verifier } },
    });
    expect(batches).toHaveLength(9); // eight steps and the answer
    expect(Math.max(...batches)).toBeLessThanOrEqual(6);
  });

  it("keeps room for one whole answer while it has none", async () => {
    const policy = simulatedPolicy({ stepError: 0.1 });
    for (const tokens of [900, 1500, 2500]) {
      const solution = await solve(question, {
        ...{ strategy: bestFirst, policy, verifiers: oracles("process"), budget: { tokens }, maxTokens: 400 },
      });
      expect(solution.stopped).toBe("budget");
      expect(solution.candidates[0]?.complete).toBe(true);
      expect(solution.answer).not.toBeNull();
    }
  });

  it.each(["visits", "value", "best", "vote"])("notes its own pick by %s on the candidate it was", async (pick) => {
    const searched = async (by: string) =>
      await solve(question, {
        ...{ strategy: mcts, options: { pick: by, simulations: 12 }, policy: simulatedPolicy({ stepError: 0.2 }) },
        verifiers: oracles("outcome"),
      });
    const solution = await searched(pick);
    const noted = solution.candidates.filter(({ notes }) => notes !== undefined);
    expect(noted.map(({ notes }) => notes)).toEqual([{ walkPick: true, walkValue: expect.any(Number) }]);
    expect(solution.pick?.index).toBe(noted[0]?.index);
    expect(solution.answer).toBe(noted[0]?.answer?.text);
    // Each sample is offered once, whoever picks.
    const sampled = (await searched("weighted")).candidates.map(({ text }) => text);
    expect(solution.candidates.map(({ text }) => text)).toEqual(sampled);
    expect(solution.picks.at(-1)).toMatchObject({ candidates: sampled.length, picked: noted[0]?.index });
  });

  const pickers = [
    { strategy: mcts, options: { pick: "vote", simulations: 20, evaluation: "prm" } },
    { strategy: mcts, options: { pick: "visits", simulations: 12, actions: "whole-solutions" } },
    { strategy: alphaMath, options: {} },
    { strategy: restMcts, options: {} },
    { strategy: particleFilter, options: { particles: 6 } },
    { strategy: treeOfThoughts, options: { judge: "value" } },
  ];

  it.each(pickers)("offers what it sampled and no more when it picks itself ($strategy.name)", async (given) => {
    const { text } = generateProblem("picks", 1, { minSteps: 3, maxSteps: 3 });
    const searched = async (strategy: Strategy) =>
      await solve(
        { id: "picks", text, kind: "number" },
        {
          ...{ strategy, options: given.options, policy: simulatedPolicy({ stepError: 0.3 }), seed: 3 },
          ...{ select: majority(), verifiers: strategy.name === "tree-of-thoughts" ? undefined : oracles("process") },
        },
      );
    const strategy = given.strategy as Strategy;
    const picking = await searched(strategy);
    const plain = await searched({
      ...strategy,
      candidates: (run, options) => strategy.candidates(unpicked(run), options),
    });
    expect(picking.candidates.filter(({ notes }) => notes?.walkPick === true)).toHaveLength(1);
    expect(plain.candidates.filter(({ notes }) => notes?.walkPick === true)).toHaveLength(0);
    expect(picking.candidates.map(({ text }) => text)).toEqual(plain.candidates.map(({ text }) => text));
    expect(picking.pick).toEqual(plain.pick);
  });

  it("answers with the particle of highest weight, or by vote where that is asked for", async () => {
    const at = async (pick: string) => {
      const options = { particles: 6, pick };
      const policy = simulatedPolicy({ stepError: 0.2 });
      return await solve(question, { strategy: particleFilter, options, policy, verifiers: oracles("process") });
    };
    expect((await at("argmax")).reason).toContain("the search's own pick, valued 1.000");
    expect((await at("vote")).reason).toContain("samples");
  });

  it("grows the same tree with one call in flight as with sixteen", async () => {
    const trace = async (concurrency: number) => {
      const events: RunEvent[] = [];
      await solve(question, {
        ...{ strategy: mcts, options: { simulations: 24, leaves: 8, virtualLoss: 0 }, seed: 2 },
        policy: limit(simulatedPolicy({ stepError: 0.2, latencyMs: 1 }), { concurrency }),
        ...{ verifiers: oracles("process"), onEvent: (event: RunEvent) => events.push(event) },
      });
      return events.filter(({ type }) => type === "node-expanded" || type === "node-visited" || type === "pick");
    };
    expect(await trace(1)).toEqual(await trace(16));
  });
});

describe("tree of thoughts without a verifier", () => {
  const proposals = "First add.\nFirst subtract.";

  it("is guided by the policy's own values", async () => {
    const policy = scriptedPolicy([
      ...[proposals, "impossible", "sure"], // one value vote for each thought
      ...[`${boxed(5)}\n${boxed(6)}`, "sure", "likely"],
    ]);
    const options = { width: 1, branching: 2, votes: 1 };
    const solution = await solve("q", { strategy: treeOfThoughts, options, policy });
    expect(solution.answer).toBe("5");
    const shown = policy.requests[3]?.messages.at(-1)?.content ?? "";
    expect(shown).toContain("First subtract.");
    expect(shown).not.toContain("First add.");
  });

  it("or by its votes among them", async () => {
    const policy = scriptedPolicy([proposals, "2", `${boxed(5)}\n${boxed(6)}`, "Number 2"]);
    const options = { width: 1, branching: 2, votes: 1, judge: "vote" };
    const solution = await solve("q", { strategy: treeOfThoughts, options, policy });
    expect(solution.answer).toBe("6");
    expect(policy.requests[2]?.messages.at(-1)?.content).toContain("First subtract.");
  });
});
