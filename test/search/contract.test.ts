import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Expansion, Search } from "../../src/core/search.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { drive, goOn, graded, json, oracle, perform, repeat, type Toy, texts } from "./driver.ts";
import {
  abMcts,
  abMctsM,
  alphaMath,
  beam,
  bestFirst,
  blend,
  budgetMcts,
  completions,
  descent,
  dora,
  dvts,
  liteSearch,
  mcts,
  mur,
  particleFilter,
  rebase,
  restMcts,
  rewardGuided,
  rstar,
  rstarMath,
  speculativeRejection,
  thoughtsBreadthFirst,
  thoughtsDepthFirst,
} from "./searches.ts";

/** Every walk in its main variants, limited to `maxSteps`. */
const walks = (maxSteps: number): Record<string, () => Search<unknown>> => {
  const typed = <State>(make: () => Search<State>): (() => Search) => make;
  return {
    beam: typed(() => beam({ maxSteps })),
    "beam, finished compete": typed(() => beam({ maxSteps, finished: "compete", width: 3 })),
    "beam, lookahead": typed(() => beam({ maxSteps, lookahead: 2 })),
    dvts: typed(() => dvts({ maxSteps })),
    rebase: typed(() => rebase({ maxSteps })),
    dora: typed(() => dora({ maxSteps, width: 8 })),
    "lite-search": typed(() => liteSearch({ maxSteps, most: 4 })),
    "lite-search, a child at a time": typed(() => liteSearch({ maxSteps, most: 4, expansion: "incremental" })),
    "best-first": typed(() => bestFirst({ maxSteps, leaves: 3 })),
    "tree of thoughts, breadth first": typed(() => thoughtsBreadthFirst({ maxSteps })),
    "tree of thoughts, depth first": typed(() => thoughtsDepthFirst({ maxSteps })),
    "particle filter": typed(() => particleFilter({ maxSteps })),
    "particle filter, systematic": typed(() =>
      particleFilter({
        maxSteps,
        particles: 24,
        resampling: "systematic",
        threshold: 0.5,
        resample: "active",
        annealing: "ess",
      }),
    ),
    "particle filter, twisted": typed(() =>
      particleFilter({ maxSteps, weights: "twisted", resampling: "stratified", threshold: 0.7 }),
    ),
    "particle Gibbs": typed(() => particleFilter({ maxSteps, iterations: 3 })),
    "mcts, uct": typed(() => mcts({ maxSteps, leaves: 4, simulations: 60 })),
    "mcts, one leaf": typed(() => mcts({ maxSteps, simulations: 60 })),
    "mcts, puct with noise": typed(() => mcts({ maxSteps, leaves: 4, selection: "puct", rootNoise: 0.25, widest: 16 })),
    "mcts, rollout": typed(() => mcts({ maxSteps, leaves: 4, evaluation: completions(undefined) })),
    "mcts, blend": typed(() => mcts({ maxSteps, leaves: 4, evaluation: blend, backup: "max" })),
    "mcts, descend": typed(() => mcts({ maxSteps, leaves: 4, evaluation: descent, backup: "discounted" })),
    // As published, a node is widened where its children differ: not where the first two are equally poor.
    "budget-mcts": typed(() => budgetMcts({ maxSteps, branching: 3 })),
    "alpha-math": typed(() => alphaMath({ maxSteps })),
    "rest-mcts": typed(() => restMcts({ maxSteps })),
    "rstar-math": typed(() => rstarMath({ maxSteps, branching: 4 })),
    "speculative-rejection": typed(() => speculativeRejection({ maxSteps, n: 128 })),
    mur: typed(() => mur({ maxSteps, chains: 24, candidates: 8 })),
    "reward-guided": typed(() => rewardGuided({ maxSteps, chains: 64 })),
    rstar: typed(() => rstar({ maxSteps, simulations: 32 })),
    "ab-mcts": typed(() => abMcts({ maxSteps, expansions: 300, leaves: 4, actions: "reasoning-steps" })),
    // Three letters are soon drawn again and again: pruning would leave every subtree for its equal scores.
    "ab-mcts-m": typed(() =>
      abMctsM({ maxSteps, expansions: 120, leaves: 4, prune: false, actions: "reasoning-steps" }),
    ),
    "ab-mcts, two models": typed(() =>
      abMcts({ maxSteps, expansions: 300, leaves: 4, actions: "reasoning-steps", models: ["a", "b"], belief: "beta" }),
    ),
  };
};

const noisy = (text: string) => new Random(`score/${text}`).uniform();
const toy: Toy = {
  branching: 3,
  depth: 4,
  score: noisy,
  logprob: (text) => Math.log(noisy(`p${text}`)),
  draw: "random",
};
const blind: Toy = { ...toy, score: () => null, answer: (text) => String(text.length + text.charCodeAt(0)) };
const blinder: Toy = { ...blind, logprob: () => null };

describe.each(Object.entries(walks(6)))("%s", (name, make) => {
  it("finds the goal of a toy tree with a perfect value oracle", () => {
    const search = make();
    // Thompson sampling looks for arms whose offspring score better: it needs an oracle of progress.
    const score = name.startsWith("ab-mcts") ? graded("bacb") : oracle("bacb");
    const state = drive(search, { branching: 3, depth: 4, score, draw: "cycle" });
    expect(search.done(state)).toBe(true);
    expect(texts(search.finished(state))).toContain("bacb");
  });

  it.each([toy, blind, blinder])("ends, with finished trajectories, whatever is judged (%#)", (problem) => {
    const search = make();
    const state = drive(search, problem);
    expect(search.done(state)).toBe(true);
    const finished = search.finished(state);
    expect(finished.length).toBeGreaterThan(0);
    expect(finished.every(({ trajectory }) => trajectory.terminal)).toBe(true);
    expect(search.frontier(state).every(({ trajectory }) => !trajectory.terminal)).toBe(true);
    expect(search.ask(state, 10, new Random(0))).toEqual([]);
  });

  it("makes the same state whatever the order of telling and however many are asked at a time", () => {
    const search = make();
    const expected = json(search, drive(search, toy));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (atMost, seed) => {
        const random = new Random(seed);
        const state = drive(search, toy, { atMost, order: (batch) => random.shuffle(batch) });
        expect(json(search, state)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it("continues from a saved state, taken at any moment, as if never interrupted", () => {
    const search = make();
    const expected = json(search, drive(search, toy));
    const random = new Random("shuffle");
    const state = drive(search, toy, {
      atMost: 5,
      order: (batch) => random.shuffle(batch),
      after: <State>(walk: Search<State>, now: State): State => walk.restore(json(walk, now)),
    });
    expect(json(search, state)).toEqual(expected);
  });

  it("survives expansions that bring nothing and fewer than asked", () => {
    const search = make();
    const state = search.start(Trajectory.root());
    for (let round = 0; round < 5000; round++) {
      const batch = search.ask(state, 3, new Random(1));
      if (batch.length === 0) break;
      for (const expansion of batch) {
        const { children } = perform(toy, expansion, 1);
        const kept = new Random(expansion.id).integer(3);
        search.tell(state, expansion, {
          children: children.slice(0, kept === 0 ? 0 : Math.ceil(children.length / kept)),
        });
      }
    }
    expect(search.done(state)).toBe(true);
  });

  it("keeps the outcomes it has when it is settled in the middle of a round", () => {
    const search = make();
    const state = search.start(Trajectory.root());
    for (let count = 0; count < 7; ) {
      const batch = search.ask(state, 10, new Random(2));
      if (batch.length === 0) break;
      for (const expansion of [...batch].reverse().slice(0, count > 3 ? 1 : batch.length)) {
        search.tell(state, expansion, perform(toy, expansion, 2));
        count++;
      }
      if (count > 3 && batch.length > 1) break;
    }
    const before = search.nodes(state).length;
    search.settle(state);
    expect(search.nodes(state).length).toBeGreaterThanOrEqual(before);
    expect(() => search.tell(state, { id: 10_000 }, { children: [] })).toThrow(/not outstanding/);
    expect(search.done(goOn(search, state, toy, { seed: 2 }))).toBe(true);
  });

  it("never asks twice for the same node in one round and numbers expansions and draws in order", () => {
    const search = make();
    const state = search.start(Trajectory.root());
    let last = -1;
    const drawn = new Map<string, number>();
    for (;;) {
      const batch = search.ask(state, 1000, new Random(3));
      if (batch.length === 0) break;
      const keys = batch.map(({ node, kind, model }) => `${node}/${kind}/${model}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const expansion of batch) {
        expect(expansion.id).toBe(++last);
        expect(expansion.count).toBeGreaterThan(0);
        const key = `${expansion.node}/${expansion.kind}/${expansion.model}`;
        expect(expansion.drawn).toBe(drawn.get(key) ?? 0);
        drawn.set(key, expansion.drawn + expansion.count);
        expect(expansion.trajectory.text).toBe(search.nodes(state)[expansion.node] && textOf(search, state, expansion));
        search.tell(state, expansion, perform(toy, expansion, 3));
      }
    }
  });

  it("gives nodes whose parents come first and depths that count up", () => {
    const search = make();
    const nodes = search.nodes(drive(search, toy));
    for (const { node, parent, depth } of nodes.slice(1)) {
      expect(parent).toBeLessThan(node);
      expect(depth).toBe((nodes[parent ?? 0]?.depth ?? 0) + 1);
    }
  });
});

function textOf(search: Search<unknown>, state: unknown, { node }: Expansion): string {
  const nodes = search.nodes(state);
  let text = "";
  for (let at = nodes[node]; at !== undefined && at.parent !== null; at = nodes[at.parent]) text = at.text + text;
  return text;
}

describe.each(Object.entries(walks(3)))("%s, limited to 3 steps of 8", (_, make) => {
  it("takes exactly 3 steps, not one more, and offers unfinished ends as such", () => {
    const search = make();
    const state = search.start(Trajectory.root());
    const lasts: boolean[] = [];
    for (;;) {
      const batch = search.ask(state, 1000, new Random(4));
      if (batch.length === 0) break;
      for (const expansion of batch) {
        const { depth } = expansion.trajectory;
        if (expansion.kind === "rollout") expect(depth + (expansion.steps ?? 99)).toBeLessThanOrEqual(3);
        else lasts.push((expansion.last === true) === (depth === 2));
        search.tell(state, expansion, perform({ ...toy, depth: 8 }, expansion, 4));
      }
    }
    expect(lasts.every(Boolean)).toBe(true);
    expect(Math.max(...search.nodes(state).map(({ depth }) => depth))).toBe(3);
    expect(search.finished(state)).toEqual([]);
    expect(search.frontier(state).length).toBeGreaterThan(0);
  });
});

describe.each(Object.entries(walks(0)))("%s, from a question that may not take a step", (_, make) => {
  it("is done at once", () => {
    const search = make();
    const state = drive(search, toy);
    expect(search.done(state)).toBe(true);
    expect(search.nodes(state).length).toBe(1);
    const finished = search.start(Trajectory.of([{ text: "x" }]));
    expect(search.ask(finished, 1, new Random(0))).toEqual([]);
  });
});

describe("a settled search", () => {
  it("keeps outcomes that came out of turn and refuses what comes later", () => {
    const search = beam({ width: 3, branching: 2 });
    const state = search.start(Trajectory.root());
    for (const expansion of search.ask(state, 1, new Random(0))) search.tell(state, expansion, perform(toy, expansion));
    const [first, second] = search.ask(state, 10, new Random(0));
    if (first === undefined || second === undefined) throw new Error("the second round needs two expansions");
    const before = search.nodes(state).length;
    search.tell(state, second, perform(toy, second));
    expect(search.nodes(state).length).toBe(before);
    search.settle(state);
    expect(
      search
        .nodes(state)
        .slice(before)
        .every(({ parent }) => parent === second.node),
    ).toBe(true);
    expect(search.nodes(state).length).toBeGreaterThan(before);
    expect(() => search.tell(state, first, perform(toy, first))).toThrow(/not outstanding/);
  });
});

describe("a saved search", () => {
  it("is refused by another walk and in another version", () => {
    const saved = json(beam(), drive(beam(), toy));
    expect(() => dvts().restore(saved)).toThrow(/saved by the walk "beam"/);
    expect(() => beam().restore({ version: 7 })).toThrow(/version 1/);
  });

  it("continues a question that starts from a prefix", () => {
    const root = Trajectory.of([{ text: "b" }, { text: "a" }], false);
    const search = rebase();
    const problem: Toy = { ...toy, score: oracle("bacb") };
    const state = goOn(search, search.start(root), problem, {
      after: <State>(walk: Search<State>, now: State): State => walk.restore(json(walk, now)),
    });
    expect(texts(search.finished(state))).toContain("bacb");
    expect(repeat(1, () => search.nodes(state)[0]?.depth)).toEqual([0]);
  });
});
