import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.ts";
import { solve } from "../../src/engine/solve.ts";
import { limit } from "../../src/policy/limit.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { bestFirst } from "../../strategies/search/best-first.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { particleFilter } from "../../strategies/search/particle-filter.ts";
import { rebase } from "../../strategies/search/rebase.ts";
import { treeOfThoughts } from "../../strategies/search/tree-of-thoughts.ts";
import { oracles } from "../contract/setting.ts";

const { text } = generateProblem("walk", 1, { minSteps: 8, maxSteps: 8 });
const question = { id: "walk", text, kind: "number" } as const;
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

  it.each(["visits", "value", "best", "vote"])("offers its own pick last when asked to pick by %s", async (pick) => {
    const solution = await solve(question, {
      ...{ strategy: mcts, options: { pick, simulations: 12 }, policy: simulatedPolicy({ stepError: 0.2 }) },
      verifiers: oracles("outcome"),
    });
    const last = solution.candidates.at(-1);
    expect(last?.notes).toEqual({ walkPick: true });
    expect(solution.answer).toBe(last?.answer?.text);
    expect(solution.candidates.slice(0, -1).some((candidate) => candidate.text === last?.text)).toBe(true);
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
