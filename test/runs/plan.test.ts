import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { armsOf, baselinesOf, planWarnings } from "../../src/runs/plan.ts";

const head = "name: p\ndataset: arithmetic\n";
const plan = (yaml: string) => {
  const experiment = parseExperiment("p.yaml", head + yaml);
  const arms = armsOf(experiment, builtins());
  const baselines = baselinesOf(experiment, arms);
  return {
    arms,
    labels: arms.map(({ label }) => label),
    against: arms.map((arm) => baselines.get(arm)?.label ?? null),
  };
};

describe("the arms of an experiment", () => {
  it("take every combination of a matrix, without what is excluded, and with what is included", () => {
    const { labels } = plan(
      "strategies:\n  - {name: self-consistency, matrix: {n: [2, 4], temperature: [0.5, 1]}}\nexclude: [{options: {n: 4, temperature: 1}}]\ninclude: [{strategy: chain-of-thought}]",
    );
    expect(labels).toEqual([
      "self-consistency@2(temperature=0.5)",
      "self-consistency@2(temperature=1)",
      "self-consistency@4(temperature=0.5)",
      "chain-of-thought",
    ]);
  });

  it("call policies by the names that the experiment gives them", () => {
    const named = "policies: {qwen7b: simulated, small: {name: simulated, options: {stepError: 0.3}}}\n";
    const { labels, arms } = plan(
      `${named}strategies: [chain-of-thought]\ninclude: [{strategy: {name: self-consistency, options: {n: 3}}, policy: small}]`,
    );
    expect(labels).toEqual(["chain-of-thought · qwen7b", "chain-of-thought · small", "self-consistency@3 · small"]);
    expect(arms[2]?.policy).toEqual({ name: "simulated", options: { stepError: 0.3 }, label: "small" });
    expect(() => plan("policies: [simulated, simulated]\nstrategies: [chain-of-thought]")).toThrow(
      'policies has two that tables would call "simulated".',
    );
  });

  it("exclude by policy and budget, too, and refuse to leave nothing", () => {
    const product =
      "budgets: [{tokens: 1000}, {tokens: 2000}]\npolicies: [simulated, {name: simulated, label: other}]\nbaselines: false\nstrategies: [chain-of-thought]\n";
    expect(plan(product).arms).toHaveLength(4);
    expect(plan(`${product}exclude: [{policy: other, budget: {tokens: 2000}}]`).labels).toEqual([
      "chain-of-thought · simulated · 1000 tokens",
      "chain-of-thought · simulated · 2000 tokens",
      "chain-of-thought · other · 1000 tokens",
    ]);
    expect(() => plan("strategies: [chain-of-thought]\nexclude: [{strategy: chain-of-thought}]")).toThrow(
      "leaves no strategy to run",
    );
  });

  it("get greedy, vote and best-of-n at the same budget where there is one, and the vote is what they are compared with", () => {
    const { labels, against, arms } = plan(
      "budget: {tokens: 2000}\nverifiers: {outcome: simulated}\nstrategies: [beam-search, chain-of-thought]",
    );
    expect(labels).toEqual(["baseline: vote", "baseline: best-of-n", "beam-search", "chain-of-thought"]);
    expect(against).toEqual([null, "baseline: vote", "baseline: vote", "baseline: vote"]);
    expect(arms.every(({ budget }) => budget.tokens === 2000)).toBe(true);
    expect(arms[0]?.options).toMatchObject({ n: 32 });
  });

  it("get none without a budget or where they are declined, and as many samples as the dearest arm has calls where they are asked for", () => {
    expect(plan("strategies: [mcts]").labels).toEqual(["mcts"]);
    expect(plan("budget: {tokens: 2000}\nbaselines: false\nstrategies: [mcts]").labels).toEqual(["mcts"]);
    const { arms } = plan("baselines: true\nstrategies: [{name: best-of-n, options: {n: 12}}]");
    expect(arms.find(({ label }) => label === "baseline: vote")?.options).toMatchObject({ n: 12 });
  });

  it("are warned of where no rule reads their verifier, and of the experiment's where no arm reads it", () => {
    const warned = (strategies: string, verifiers = "") => {
      const experiment = parseExperiment(
        "e.yaml",
        `name: e\ndataset: word-problems\nbaselines: false\n${verifiers}\nstrategies: ${strategies}\n`,
      );
      return planWarnings(experiment, armsOf(experiment, builtins()));
    };
    const own = "verifiers: {outcome: simulated}";
    expect(warned(`[{name: self-consistency, ${own}}]`)).toEqual([
      expect.stringContaining("no rule reads its verifier"),
    ]);
    expect(warned(`[{name: self-consistency, select: weighted, ${own}}, {name: best-of-n, ${own}}]`)).toEqual([]);
    expect(warned("[chain-of-thought, best-of-n]", own)).toEqual([]);
    expect(warned("[chain-of-thought, self-consistency]", own)).toEqual([
      expect.stringContaining("No strategy reads the experiment's verifier."),
    ]);
    expect(warned("[chain-of-thought]")).toEqual([]);
  });

  it("are compared within policy and budget, or with the one that is named", () => {
    const product =
      "budgets: [{calls: 4}, {calls: 8}]\nbaselines: false\nstrategies: [chain-of-thought, self-consistency]\n";
    expect(plan(product).against).toEqual([null, "chain-of-thought · 4 calls", null, "chain-of-thought · 8 calls"]);
    expect(plan("strategies: [chain-of-thought, self-refine]\nbaseline: self-refine").against).toEqual([
      "self-refine",
      null,
    ]);
    expect(() => plan("strategies: [chain-of-thought]\nbaseline: chain-of-thougt")).toThrow(
      'Unknown baseline "chain-of-thougt". Did you mean "chain-of-thought"?',
    );
  });
});
