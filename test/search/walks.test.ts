import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Child } from "../../src/core/search.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { childScore } from "../../src/search/rewards.ts";
import { pickParticle } from "../../strategies/search/particle-filter.ts";
import { allTexts, childOf, drive, oracle, perform, repeat, type Toy, texts } from "./driver.ts";
import {
  abMcts,
  beam,
  bestFirst,
  dvts,
  particleFilter,
  rebase,
  thoughtsBreadthFirst,
  thoughtsDepthFirst,
} from "./searches.ts";

const noisy = (text: string) => new Random(`walk/${text}`).uniform();
const toy: Toy = { branching: 3, depth: 4, score: noisy };

describe("beam search", () => {
  it("with unlimited width is exhaustive search on any small tree", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (branching, depth, seed) => {
          const ends = (text: string) => new Random(`${seed}/${text}`).uniform() < 0.3;
          const problem: Toy = { branching, depth, score: (text) => new Random(`${seed}/${text}`).uniform(), ends };
          for (const finished of ["aside", "compete"] as const) {
            const search = beam({ width: Number.POSITIVE_INFINITY, branching, finished });
            const found = texts(search.finished(drive(search, problem)));
            expect([...found].sort()).toEqual(allTexts(problem).sort());
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("keeps the best by the chosen aggregation", () => {
    // "a" starts badly and ends well, "b" is even: `last` follows the first, `min` the second.
    const scores: Record<string, number> = { a: 0.6, b: 0.5, aa: 0.9, ab: 0.1, ba: 0.7, bb: 0.2, aaa: 0.3, baa: 0.4 };
    const problem: Toy = { branching: 2, depth: 3, score: (text) => scores[text] ?? 0.05 };
    const greedy = beam({ width: 1, branching: 2, aggregation: "last" });
    const path = (state: unknown) => greedy.nodes(state as never).filter(({ depth }) => depth === 3);
    expect(path(drive(greedy, problem)).length).toBe(2);
    expect(texts(greedy.finished(drive(greedy, problem)))).toEqual(["aaa", "aab"]);
    const cautious = beam({ width: 1, branching: 2, aggregation: "mean" });
    scores.a = 0.2;
    scores.b = 0.21;
    expect(texts(cautious.finished(drive(cautious, problem)))).toEqual(["baa", "bab"]);
  });

  it("by lookahead ranks a step by where its greedy completion stands", () => {
    // "a" looks better at once, "b" two steps on.
    const score = (text: string) => (text === "a" ? 0.9 : text.startsWith("b") && text.length > 1 ? 0.8 : 0.2);
    const problem: Toy = { branching: 2, depth: 4, score };
    const firsts = (lookahead: number) => {
      const search = beam({ width: 1, branching: 2, lookahead });
      return texts(search.finished(drive(search, problem)).filter(({ rollout }) => !rollout)).map((text) => text[0]);
    };
    expect(new Set(firsts(0))).toEqual(new Set(["a"]));
    expect(new Set(firsts(2))).toEqual(new Set(["b"]));
  });

  it("refills its continuations when beams finish, and lets finished beams compete when asked to", () => {
    const problem: Toy = { ...toy, draw: "random", depth: 6, ends: (text) => text.endsWith("c") };
    const aside = beam({ width: 2, branching: 3 });
    const state = aside.start(Trajectory.root());
    for (;;) {
      const batch = aside.ask(state, 100, new Random(0));
      if (batch.length === 0) break;
      expect(batch.reduce((sum, { count }) => sum + count, 0)).toBe(6);
      for (const expansion of batch) aside.tell(state, expansion, perform(problem, expansion));
    }
    const compete = beam({ width: 2, branching: 3, finished: "compete" });
    const certain: Toy = {
      ...problem,
      draw: "enumerate",
      score: (text) => (text === "c" || text === "bc" ? 1 : text === "b" ? 0.6 : 0.5),
    };
    const ended = drive(compete, certain);
    expect(ended.own.kept.length).toBeLessThanOrEqual(2);
    expect(texts(compete.finished(ended))).toContain("bc");
  });
});

describe("diverse verifier tree search", () => {
  it("keeps its subtrees apart: each goes on from its own best continuation", () => {
    const search = dvts({ trees: 3, branching: 2 });
    const state = search.start(Trajectory.root());
    const [first] = search.ask(state, 10, new Random(0));
    if (first === undefined) throw new Error("the first round is empty");
    expect(first.count).toBe(6);
    const problem: Toy = { branching: 6, depth: 3, score: (text) => (text.charCodeAt(0) % 2 === 0 ? 0.9 : 0.1) };
    search.tell(state, first, { children: [..."abcdef"].map((letter) => childOf(problem, first.trajectory, letter)) });
    const next = search.ask(state, 10, new Random(0));
    expect(next.map(({ trajectory, count }) => [trajectory.text, count])).toEqual([
      ["b", 2],
      ["d", 2],
      ["f", 2],
    ]);
  });

  it("gives subtrees that meet on one node a joint expansion", () => {
    const search = dvts({ trees: 4, branching: 2 });
    const state = search.start(Trajectory.root());
    for (const problem of [toy, toy]) {
      for (const expansion of search.ask(state, 10, new Random(0))) {
        const children = repeat(expansion.count, () => childOf(problem, expansion.trajectory, "a"));
        search.tell(state, expansion, { children });
      }
    }
    const [third, ...others] = search.ask(state, 10, new Random(0));
    expect([third?.count, others.length]).toEqual([8, 0]);
    expect(search.nodes(state).length).toBe(3);
    expect(search.statistics(state, 2).visits).toBe(8);
  });
});

describe("REBASE", () => {
  it("hands out exactly the width less what has finished, at every depth", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 24 }), (seed, width) => {
        const search = rebase({ width });
        const uniform = (text: string) => new Random(`${seed}/${text}`).uniform();
        const problem: Toy = {
          branching: 5,
          depth: 5,
          draw: "random",
          score: uniform,
          ends: (text) => uniform(`end/${text}`) < 0.3,
        };
        const state = search.start(Trajectory.root());
        let finished = 0;
        for (;;) {
          const batch = search.ask(state, 100, new Random(0));
          if (batch.length === 0) break;
          expect(batch.reduce((sum, { count }) => sum + count, 0)).toBe(width - finished);
          for (const expansion of batch) {
            const outcome = perform(problem, expansion, seed);
            finished += outcome.children.filter(({ trajectory }) => trajectory.terminal).length;
            search.tell(state, expansion, outcome);
          }
        }
        expect(finished).toBe(width);
      }),
      { numRuns: 100 },
    );
  });

  it("divides among the better half only, with `keep` at one half", () => {
    const search = rebase({ width: 4, keep: 0.5, balance: 100 });
    const problem: Toy = { branching: 4, depth: 3, score: (text) => (text.charCodeAt(text.length - 1) - 96) / 10 };
    const state = search.start(Trajectory.root());
    for (const expansion of search.ask(state, 10, new Random(0)))
      search.tell(state, expansion, perform(problem, expansion));
    expect(search.ask(state, 10, new Random(0)).map(({ trajectory }) => trajectory.text)).toEqual(["c", "d"]);
  });
});

describe("best-first search", () => {
  it("expands nodes in order of score over the whole tree", () => {
    const search = bestFirst({ branching: 3, expansions: 20 });
    const state = search.start(Trajectory.root());
    const open = new Map<string, number>();
    for (;;) {
      const [expansion] = search.ask(state, 1, new Random(0));
      if (expansion === undefined) break;
      const { text } = expansion.trajectory;
      if (text !== "") expect(open.get(text)).toBe(Math.max(...open.values()));
      open.delete(text);
      const outcome = perform({ ...toy, depth: 5 }, expansion);
      for (const { trajectory, score } of outcome.children)
        if (!trajectory.terminal) open.set(trajectory.text, score ?? 0);
      search.tell(state, expansion, outcome);
    }
  });

  it("stops at a finished trajectory that is good enough", () => {
    const search = bestFirst({ branching: 3, stopAt: 0.9 });
    const state = drive(search, { ...toy, score: oracle("abca") });
    expect(texts(search.finished(state))).toContain("abca");
    expect(state.own.expanded).toBe(4);
  });
});

describe("tree of thoughts", () => {
  it("keeps the best b states of each depth, breadth first", () => {
    const search = thoughtsBreadthFirst({ width: 2, branching: 3 });
    const state = search.start(Trajectory.root());
    const sizes: number[] = [];
    for (;;) {
      const batch = search.ask(state, 10, new Random(0));
      if (batch.length === 0) break;
      sizes.push(batch.length);
      expect(batch.every(({ count }) => count === 3)).toBe(true);
      for (const expansion of batch) search.tell(state, expansion, perform(toy, expansion));
    }
    expect(sizes).toEqual([1, 2, 2, 2]);
  });

  it("follows the best thought down, prunes the hopeless and backtracks, depth first", () => {
    const search = thoughtsDepthFirst({ branching: 3, prune: 0.5, enough: 2 });
    const good = new Set(["a", "ab", "c", "ca", "cab", "caba", "cabc"]);
    const score = (text: string) => (good.has(text) ? (text === "a" ? 0.9 : 0.8) : 0.1);
    const visited: string[] = [];
    const state = search.start(Trajectory.root());
    for (;;) {
      const [expansion] = search.ask(state, 1, new Random(0));
      if (expansion === undefined) break;
      visited.push(expansion.trajectory.text);
      search.tell(state, expansion, perform({ ...toy, score }, expansion));
    }
    expect(visited).toEqual(["", "a", "ab", "c", "ca", "cab"]);
    expect(search.finished(state).length).toBe(3);
  });
});

describe("the particle filter", () => {
  const quick: Toy = { ...toy, depth: 6, draw: "random", ends: (text) => text.endsWith("c") };

  it("never extends a finished particle and keeps their number", () => {
    const search = particleFilter({ particles: 12 });
    const state = search.start(Trajectory.root());
    for (;;) {
      const batch = search.ask(state, 100, new Random(5));
      if (batch.length === 0) break;
      const active = state.own.at.filter((node) => state.tree.terminal.at(node) === 0);
      expect(batch.reduce((sum, { count }) => sum + count, 0)).toBe(active.length);
      expect(batch.every(({ trajectory }) => !trajectory.terminal)).toBe(true);
      for (const expansion of batch) search.tell(state, expansion, perform(quick, expansion, 5));
      expect(state.own.at.length).toBe(12);
    }
    expect(state.own.at.every((node) => state.tree.terminal.at(node) === 1)).toBe(true);
  });

  it("leaves finished particles as they are when only active ones are resampled", () => {
    const search = particleFilter({ particles: 12, resample: "active" });
    const state = search.start(Trajectory.root());
    let finished: number[] = [];
    for (;;) {
      const batch = search.ask(state, 100, new Random(6));
      const still = state.own.at.filter((node) => state.tree.terminal.at(node) === 1);
      expect(still).toEqual(finished);
      if (batch.length === 0) break;
      for (const expansion of batch) search.tell(state, expansion, perform(quick, expansion, 6));
      finished = state.own.at.filter((node) => state.tree.terminal.at(node) === 1);
    }
  });

  it("resamples in proportion to odds", () => {
    const counts = { a: 0, b: 0, c: 0 };
    const scores: Record<string, number> = { a: 0.9, b: 0.5, c: 0.2 };
    for (let seed = 0; seed < 300; seed++) {
      const search = particleFilter({ particles: 30 });
      const state = search.start(Trajectory.root());
      for (const expansion of search.ask(state, 1, new Random(seed))) {
        const problem: Toy = { ...toy, score: (text) => scores[text] ?? 0.5 };
        search.tell(state, expansion, {
          children: repeat(30, (index) => childOf(problem, expansion.trajectory, "abc"[index % 3] ?? "a")),
        });
      }
      for (const { trajectory, count } of search.ask(state, 10, new Random(seed))) {
        counts[trajectory.text as "a" | "b" | "c"] += count;
      }
    }
    expect(counts.a / 9000).toBeCloseTo(0.878, 1);
    expect(Math.abs(counts.b / 9000 - 0.098)).toBeLessThan(0.015);
    expect(Math.abs(counts.c / 9000 - 0.024)).toBeLessThan(0.01);
  });

  it("does not resample while the effective sample size is above the threshold", () => {
    const even: Toy = { ...quick, ends: () => false, score: () => 0.5, draw: "cycle" };
    const search = particleFilter({ particles: 3, threshold: 0.9 });
    const state = search.start(Trajectory.root());
    for (const expansion of search.ask(state, 10, new Random(0)))
      search.tell(state, expansion, perform(even, expansion));
    expect(search.ask(state, 10, new Random(0)).map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it("keeps the references of particle Gibbs through an iteration, however light they are", () => {
    for (let seed = 0; seed < 10; seed++) {
      const search = particleFilter({ particles: 5, iterations: 4, references: 2 });
      const state = search.start(Trajectory.root());
      const seen = new Map<number, string>();
      for (;;) {
        const batch = search.ask(state, 100, new Random(seed));
        if (batch.length === 0) break;
        const { references, iteration, at } = state.own;
        expect([references.length, at.length]).toEqual(iteration === 0 ? [0, 5] : [2, 3]);
        expect(references.every((path) => state.tree.terminal.at(path.at(-1) ?? 0) === 1)).toBe(true);
        const known = seen.get(iteration) ?? JSON.stringify(references);
        expect(JSON.stringify(references)).toBe(known);
        seen.set(iteration, known);
        for (const expansion of batch)
          search.tell(state, expansion, perform({ ...toy, draw: "random" }, expansion, seed));
      }
      expect(seen.size).toBe(4);
    }
  });

  it("picks the heaviest of the last particles and references", () => {
    const search = particleFilter({ particles: 4, iterations: 3 });
    const problem: Toy = { ...toy, score: oracle("bacb"), draw: "random" };
    const state = drive(search, problem, { seed: 3 });
    expect(state.own.iteration).toBe(2);
    const last = [...state.own.at, ...state.own.references.map((path) => path.at(-1) ?? 0)];
    const best = pickParticle(state, search.finished(state), null);
    expect(best?.trajectory.terminal).toBe(true);
    expect(best?.score).toBe(Math.max(...last.map((node) => state.tree.scoreOf(node) ?? 0)));
    expect(pickParticle(state, search.finished(state), new Random(1))?.trajectory.terminal).toBe(true);
  });
});

describe("AB-MCTS", () => {
  it("goes wider and deeper equally when scores are constant", () => {
    let [wider, deeper] = [0, 0];
    for (let seed = 0; seed < 300; seed++) {
      const search = abMcts({ expansions: 200 });
      const state = search.start(Trajectory.root());
      const same: Toy = { branching: 26, depth: 99, score: () => 0.5, draw: "cycle" };
      // One child whose arm has seen the same rewards as the GEN arm: beliefs are equal, so are the odds.
      const rewards = { n: 20, mean: 0.5, squares: 0.2 };
      for (const expansion of search.ask(state, 1, new Random(seed)))
        search.tell(state, expansion, perform(same, expansion));
      state.own.gen[0] = [rewards];
      state.own.arm[1] = rewards;
      state.own.gen[1] = [];
      const [next] = search.ask(state, 1, new Random(seed));
      if (next?.node === 0) wider++;
      else deeper++;
    }
    expect(wider + deeper).toBe(300);
    expect(Math.abs(wider - 150)).toBeLessThan(45);
  });

  it("is repeated sampling when it may not revise", () => {
    const search = abMcts({ expansions: 12, maxSteps: 1 });
    const state = drive(search, { branching: 26, depth: 9, score: () => 0.5, draw: "cycle" });
    const nodes = search.nodes(state).slice(1);
    expect(nodes.length).toBe(12);
    expect(nodes.every(({ parent }) => parent === 0)).toBe(true);
    expect(search.finished(state).length).toBe(12);
  });

  it("credits the GEN arm that made a node and the arms above it, not the node's own", () => {
    const search = abMcts({ expansions: 3 });
    const state = search.start(Trajectory.root());
    const problem: Toy = { branching: 26, depth: 9, score: (text) => text.length / 10, draw: "cycle" };
    const grown: number[] = [];
    for (;;) {
      const [expansion] = search.ask(state, 1, new Random(11));
      if (expansion === undefined) break;
      grown.push(expansion.node);
      search.tell(state, expansion, perform(problem, expansion));
    }
    const generated = Object.values(state.own.gen).flat();
    expect(generated.reduce((sum, { n }) => sum + n, 0)).toBe(3);
    const below = grown.filter((node) => node !== 0).length;
    expect(state.own.arm[1]?.n ?? 0).toBe(grown.filter((node) => node === 1).length);
    expect(state.own.arm[3]).toBeUndefined();
    expect(below).toBeGreaterThanOrEqual(0);
  });

  it("finds the better of two generators", () => {
    const search = abMcts({ expansions: 60, maxSteps: 1, models: ["weak", "strong"] });
    const state = search.start(Trajectory.root());
    const drawn: Record<string, number> = { weak: 0, strong: 0 };
    for (;;) {
      const [expansion] = search.ask(state, 1, new Random(2));
      if (expansion === undefined) break;
      const model = expansion.model ?? "";
      drawn[model] = (drawn[model] ?? 0) + expansion.count;
      const score = () => (model === "strong" ? 0.8 : 0.3);
      search.tell(state, expansion, perform({ branching: 26, depth: 9, score, draw: "random" }, expansion));
    }
    expect(drawn.strong).toBeGreaterThan(3 * (drawn.weak ?? 0));
  });
});

describe("the tree", () => {
  it("merges siblings that say the same and still counts their samples, tokens and votes", () => {
    const search = rebase({ width: 6 });
    const problem: Toy = { branching: 1, depth: 2, score: () => 0.5, answer: () => "42" };
    const state = drive(search, { ...problem, draw: "cycle" });
    expect(search.nodes(state).map(({ tokens }) => tokens)).toEqual([0, 6, 6]);
    expect(search.finished(state).map(({ copies }) => copies)).toEqual([6]);
    expect(state.tree.votes.get("42")).toBe(6);
    expect(state.tree.spent).toBe(12);
  });

  it("keeps siblings apart that differ in kind, in observation or in being finished", () => {
    const search = rebase({ width: 5 });
    const state = search.start(Trajectory.root());
    const [expansion] = search.ask(state, 1, new Random(0));
    if (expansion === undefined) throw new Error("nothing asked");
    const child = (step: Parameters<Trajectory["extend"]>[0], terminal = false): Child => ({
      trajectory: expansion.trajectory.extend(step, terminal),
      ...{ score: null, stepScores: [], logprob: null, tokens: 1, answer: null },
    });
    const [plain, code] = [child({ text: "x" }), child({ text: "x", kind: "code" })];
    const children = [
      plain,
      code,
      child({ text: "x", observation: "1" }),
      child({ text: "x" }, true),
      child({ text: "x" }),
    ];
    search.tell(state, expansion, { children });
    expect(search.nodes(state).length).toBe(5);
  });

  it("finishes in the order of requesting even when outcomes come in another", () => {
    const search = rebase({ width: 6 });
    const inOrder = texts(search.finished(drive(search, toy)));
    const backwards = texts(search.finished(drive(search, toy, { order: (batch) => [...batch].reverse() })));
    expect(backwards).toEqual(inOrder);
    expect(texts(search.finished(drive(search, toy), 1))).toEqual(inOrder.slice(1));
  });
});

describe("rewards", () => {
  const child = (score: number | null, stepScores: (number | null)[], outcome = false): Child => ({
    trajectory: Trajectory.root().extend({ text: "x" }, outcome),
    ...{ score, outcome, stepScores, logprob: null, tokens: 1, answer: null },
  });

  it("aggregate the steps of an unfinished child and take a finished one's outcome as it is", () => {
    expect(childScore(child(0.9, [0.5, 0.9]), "min")).toBe(0.5);
    expect(childScore(child(0.9, [0.5, 0.9]), "last")).toBe(0.9);
    expect(childScore(child(0.7, [0.5, 0.9], true), "min")).toBe(0.7);
    expect(childScore(child(0.9, [0.5, 0.9], true), "min")).toBe(0.9);
    expect(childScore(child(null, [0.5, 0.9], true), "min")).toBeNull();
    expect(childScore(child(0.9, [null, 0.9]), "min")).toBeNull();
    expect(childScore(child(0.4, []), "product")).toBe(0.4);
  });

  it("fall back on the mean of the judged, then on likelihood, then on equality", () => {
    const scores = new Map<string, number | null>([
      ["a", 0.2],
      ["b", null],
      ["c", 0.8],
    ]);
    const problem = (logprob: (text: string) => number | null, judged: boolean): Toy => ({
      ...{ branching: 3, depth: 2, logprob },
      score: (text) => (judged ? (scores.get(text) ?? null) : null),
    });
    const reward = (problem: Toy) => {
      const search = bestFirst({ branching: 3, expansions: 1 });
      return drive(search, problem).tree.rewards([1, 2, 3]);
    };
    expect(reward(problem(() => null, true))).toEqual([0.2, 0.5, 0.8]);
    expect(reward(problem((text) => (text === "b" ? Math.log(0.5) : Math.log(0.25)), false))).toEqual([
      expect.closeTo(0.25, 12),
      expect.closeTo(0.5, 12),
      expect.closeTo(0.25, 12),
    ]);
    expect(reward(problem(() => null, false))).toEqual([0.5, 0.5, 0.5]);
  });
});
