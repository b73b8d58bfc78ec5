import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { boundOf } from "../../strategies/search/kit/mcts/simulation.ts";
import type { Mcts } from "../../strategies/search/kit/mcts/statistics.ts";
import { type MctsPick, rankFinished } from "../../strategies/search/mcts/picks.ts";
import { drive, goOn, json, oracle, perform, type Toy, texts } from "./driver.ts";
import { blend, completions, descent, type MctsGiven, mcts, mctsRules, restMcts } from "./searches.ts";
import { bestFirstStep, regrets } from "./synthetic.ts";

const noisy = (text: string) => new Random(`mcts/${text}`).uniform();
const toy: Toy = {
  branching: 3,
  depth: 5,
  score: noisy,
  logprob: (text) => Math.log(noisy(`p${text}`)),
  draw: "random",
};

const variants: readonly MctsGiven[] = [
  {},
  { leaves: 8 },
  { leaves: 8, virtualLoss: 0 },
  { selection: "puct", leaves: 3, prior: "score" },
  { evaluation: completions(undefined), leaves: 4 },
  { evaluation: blend, backup: "max" },
  { evaluation: descent, backup: "discounted", leaves: 4 },
  { widest: 16, branching: 1, leaves: 3 },
  { schedule: "linear", widest: 16, branching: 2, selection: "puct" },
];

const ranked = (search: ReturnType<typeof mcts>, state: ReturnType<typeof search.start>, how: MctsPick) =>
  rankFinished(state.tree, search.finished(state), (node) => search.statistics(state, node), how);

/**
 * Every node's visits are its children's plus the simulations that ended at it; values are means of what was backed up.
 */
function expectVisitsToAddUp({ tree, own }: Mcts): void {
  const { visits, ends, sum, best, virtual } = own.statistics;
  expect(visits.at(0)).toBe(own.simulations);
  for (let node = 0; node < tree.size; node++) {
    const below = [...tree.childrenOf(node)].reduce((total, child) => total + visits.at(child), 0);
    expect(visits.at(node)).toBe(below + ends.at(node));
    expect(virtual.at(node)).toBe(0);
    if (visits.at(node) > 0) {
      expect(sum.at(node) / visits.at(node)).toBeLessThanOrEqual(best.at(node) + 1e-9);
    }
  }
}

describe("Monte-Carlo tree search", () => {
  it.each(variants)("adds its visits up after every round, with %o", (options) => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, simulations) => {
        const search = mcts({ ...options, simulations, maxSteps: 5 });
        const problem: Toy = { ...toy, ends: (text) => new Random(`${seed}/${text}`).uniform() < 0.2 };
        const state = search.start(Trajectory.root());
        for (;;) {
          const batch = search.ask(state, 100, new Random(seed));
          if (batch.length === 0) break;
          for (const expansion of batch) search.tell(state, expansion, perform(problem, expansion, seed));
          expectVisitsToAddUp(state);
        }
        expect(state.own.simulations).toBeLessThanOrEqual(simulations);
      }),
      { numRuns: 15 },
    );
  });

  it("visits the whole of a small tree and then stops, having closed the root", () => {
    const search = mcts({ simulations: 10_000, branching: 2 });
    const state = drive(search, { branching: 2, depth: 3, score: noisy });
    expect(search.finished(state).length).toBe(8);
    expect(state.own.statistics.closed.at(0)).toBe(1);
    expect(state.own.simulations).toBeLessThan(20);
  });

  it("backs a value up as it is, as the largest, or discounted by every step between", () => {
    const chain: Toy = { branching: 1, depth: 3, score: (text) => (text.length === 3 ? 0.8 : 0.1) };
    const values = (options: MctsGiven) => {
      const search = mcts({ branching: 1, evaluation: descent, aggregation: "last", ...options });
      const state = drive(search, chain);
      return search.nodes(state).map(({ node }) => search.statistics(state, node).value ?? Number.NaN);
    };
    expect(values({})).toEqual([0.8, 0.8, 0.8, 0.8]);
    const discounted = [0.8 * 0.95 ** 3, 0.8 * 0.95 ** 2, 0.8 * 0.95, 0.8];
    for (const [i, value] of values({ backup: "discounted" }).entries())
      expect(value).toBeCloseTo(discounted[i] ?? 0, 12);
    const wide: Toy = { branching: 2, depth: 1, score: (text) => (text === "a" ? 0.9 : 0.3) };
    const root = (options: MctsGiven) => {
      const search = mcts({ branching: 2, ...options });
      return search.statistics(drive(search, wide), 0).value;
    };
    expect(root({})).toBeCloseTo(0.6, 12);
    expect(root({ backup: "max" })).toBe(0.9);
  });

  it("counts a virtual visit as one of value 0 in a child's bound", () => {
    const search = mcts({ simulations: 1, branching: 2 });
    const state = drive(search, { branching: 2, depth: 3, score: () => 0.5 });
    const { visits, valued, virtual, sum } = state.own.statistics;
    const round = (given: MctsGiven) => {
      const rules = mctsRules(given);
      return { rules, c: rules.explore(0), noise: null };
    };
    const way = round({ c: 2 });
    visits.set(0, 10);
    visits.set(1, 4);
    valued.set(1, 4);
    sum.set(1, 2);
    expect(boundOf(state, 0, 1, way)).toBeCloseTo(2.0174, 4);
    virtual.set(0, 1);
    virtual.set(1, 1);
    expect(boundOf(state, 0, 1, way)).toBeCloseTo(0.4 + 2 * Math.sqrt(Math.log(11) / 5), 12);
    virtual.set(0, 0.25);
    virtual.set(1, 0.25);
    expect(boundOf(state, 0, 1, way)).toBeCloseTo((0.5 * 4) / 4.25 + 2 * Math.sqrt(Math.log(10.25) / 4.25), 12);
    virtual.set(1, 0);
    virtual.set(0, 0);
    state.own.statistics.prior.set(1, 0.3);
    expect(boundOf(state, 0, 1, round({ selection: "puct" }))).toBeCloseTo(0.7372, 4);
  });

  it("goes on with the same tree when the simulations are raised", () => {
    const small = mcts({ simulations: 20 });
    const large = mcts({ simulations: 60 });
    const state = goOn(large, drive(small, toy), toy);
    expect(json(large, state)).toEqual(json(large, drive(large, toy)));
    expect(state.own.simulations).toBe(60);
  });

  it("chooses leaves of one round in different subtrees, more so with virtual loss", () => {
    const first = (virtualLoss: number) => {
      const search = mcts({ leaves: 6, virtualLoss, firstPlay: "score", simulations: 100, c: 0.1 });
      const lopsided: Toy = { branching: 4, depth: 6, score: (text) => (text.startsWith("a") ? 0.9 : 0.5) };
      const state = drive(search, lopsided, { atMost: 100, seed: 1 });
      return [...state.tree.childrenOf(0)].filter((child) => state.own.statistics.visits.at(child) > 0).length;
    };
    expect(first(0)).toBeLessThanOrEqual(first(3));
    expect(first(3)).toBeGreaterThan(1);
    const search = mcts({ leaves: 6 });
    const state = search.start(Trajectory.root());
    const [root] = search.ask(state, 100, new Random(0));
    if (root !== undefined) search.tell(state, root, perform({ ...toy, branching: 4, draw: "enumerate" }, root));
    const leaves = search.ask(state, 100, new Random(0)).map(({ node }) => node);
    expect(new Set(leaves).size).toBe(leaves.length);
    expect(leaves.length).toBe(4);
  });

  it.each([0.1, 0.3, 0.7])("takes a virtual loss of %d back to the last bit", (virtualLoss) => {
    for (const given of [{ leaves: 6 }, { leaves: 6, selection: "puct" as const, firstPlay: "score" as const }]) {
      const state = drive(mcts({ ...given, virtualLoss, simulations: 80 }), toy);
      const { virtual, visits } = state.own.statistics;
      expect(visits.at(0)).toBe(state.own.simulations);
      for (let node = 0; node < state.tree.size; node++) expect(virtual.at(node)).toBe(0);
    }
  });

  it("widens a node as it is visited: never more than k N^alpha, never more than the most", () => {
    const search = mcts({ simulations: 200, branching: 1, maxSteps: 2, widest: 9 });
    const state = search.start(Trajectory.root());
    for (;;) {
      const batch = search.ask(state, 1, new Random(0));
      if (batch.length === 0) break;
      for (const expansion of batch) {
        const visits = state.own.statistics.visits.at(expansion.node);
        const asked = state.own.statistics.requested.at(expansion.node) + expansion.count;
        // A node whose children are all closed may be widened early.
        const open = [...state.tree.childrenOf(expansion.node)].some(
          (child) => state.own.statistics.closed.at(child) === 0,
        );
        if (open) expect(asked).toBeLessThanOrEqual(Math.max(1, Math.floor(visits ** 0.5)));
        expect(asked).toBeLessThanOrEqual(9);
        search.tell(state, expansion, perform({ ...toy, branching: 20, depth: 9, draw: "random" }, expansion));
      }
    }
    expect(state.tree.children.at(0)).toBeGreaterThan(3);
  });

  it("explores less as the budget is spent, where the schedule says so", () => {
    const rootChildren = (schedule: MctsGiven["schedule"]) => {
      const search = mcts({ simulations: 300, schedule, branching: 4, c: 2, maxSteps: 30 });
      const steep: Toy = { branching: 4, depth: 30, score: (text) => (text.startsWith("b") ? 0.6 : 0.5) };
      const state = drive(search, steep);
      const visits = [...state.tree.childrenOf(0)].map((child) => state.own.statistics.visits.at(child));
      return Math.max(...visits) / 300;
    };
    expect(rootChildren("linear")).toBeGreaterThan(rootChildren("constant"));
    expect(rootChildren("exponential")).toBeGreaterThan(rootChildren("constant"));
  });

  it("values ends by agreement where nothing is judged", () => {
    const answer = (text: string) => (text.startsWith("a") ? "right" : text);
    const search = mcts({ simulations: 150, evaluation: descent, c: 0.3 });
    const state = drive(search, { ...toy, score: () => null, logprob: () => null, answer, draw: "cycle" });
    const [best] = ranked(search, state, "vote");
    expect(best?.answer).toBe("right");
    expect(search.nodes(state)[bestFirstStep(search, state) ?? 0]?.text).toBe("a");
  });

  it("mixes noise into the root's priors alone, the same at every pace", () => {
    const options: MctsGiven = { selection: "puct", rootNoise: 0.5, leaves: 4 };
    const plain = json(mcts(options), drive(mcts({ ...options, rootNoise: 0 }), toy));
    const noised = json(mcts(options), drive(mcts(options), toy));
    expect(noised).not.toEqual(plain);
    expect(json(mcts(options), drive(mcts(options), toy, { atMost: 1 }))).toEqual(noised);
  });

  it("stops at a finished trajectory of enough value", () => {
    const search = restMcts({ simulations: 500, branching: 4, stopAt: 0.9, stopOn: "leaves" });
    const state = drive(search, { ...toy, score: oracle("abcab"), draw: "enumerate" });
    expect(texts(search.finished(state))).toContain("abcab");
    expect(state.own.iterations).toBeLessThan(100);
  });

  it("counts completions from rollouts as finished, after the nodes in rankings by visits", () => {
    const search = mcts({ evaluation: completions(undefined), simulations: 12 });
    const state = drive(search, toy);
    const ends = search.finished(state);
    expect(ends.filter(({ rollout }) => rollout).length).toBeGreaterThan(0);
    for (const how of ["visits", "value", "best", "vote"] as const) {
      expect([...ranked(search, state, how)].map((end) => end.trajectory.text).sort()).toEqual(texts(ends).sort());
    }
  });

  it("ranks by the trajectory's own score, by vote and by the tree as named", () => {
    const scores: Record<string, number> = { aa: 0.9, ab: 0.2, ba: 0.6, bb: 0.5 };
    const problem: Toy = {
      ...{ branching: 2, depth: 2, answer: (text: string) => (text.startsWith("a") ? text : "b") },
      score: (text) => scores[text] ?? (text === "a" ? 0.2 : 0.7),
    };
    const search = mcts({ simulations: 50, branching: 2, aggregation: "last" });
    const state = drive(search, problem);
    expect(texts(ranked(search, state, "best"))).toEqual(["aa", "ba", "bb", "ab"]);
    expect(texts(ranked(search, state, "vote"))).toEqual(["ba", "bb", "aa", "ab"]);
    const byVisits = texts(ranked(search, state, "visits"));
    const top = search.nodes(state)[bestFirstStep(search, state) ?? 0]?.text;
    expect(byVisits[0]?.[0]).toBe(top);
  });
});

describe("convergence on a tree of known values (depth 8, branching 4, noisy leaves)", () => {
  const budgets = [20, 200, 2000];
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);

  it.each<[string, MctsGiven]>([
    ["UCT", {}],
    ["PUCT", { selection: "puct" }],
  ])("%s: regret falls with the budget and the best first step is found", (_, options) => {
    const all = seeds.map((seed) => regrets(options, budgets, seed));
    const mean = budgets.map((_, index) => all.reduce((sum, regret) => sum + (regret[index] ?? 0), 0) / seeds.length);
    expect(mean[1]).toBeLessThan(mean[0] ?? 0);
    expect(mean[2]).toBeLessThan(mean[1] ?? 0);
    const found = all.filter((regret) => regret[2] === 0).length;
    expect(found / seeds.length).toBeGreaterThanOrEqual(0.95);
  });
});
