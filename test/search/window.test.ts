import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Pipeline, Search, Walk } from "../../src/core/search.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { rounds } from "../../src/search/rounds.ts";
import { abMcts, abMctsWalk } from "../../strategies/search/ab-mcts.ts";
import { abMctsM, abMctsMWalk } from "../../strategies/search/ab-mcts-m.ts";
import { alphaMath, alphaMathWalk } from "../../strategies/search/alpha-math.ts";
import { bestFirst, bestFirstWalk } from "../../strategies/search/best-first.ts";
import { budgetMcts, budgetWalk } from "../../strategies/search/budget-mcts.ts";
import { highestBound, noRewards, withReward } from "../../strategies/search/kit/adaptive-branching.ts";
import { beamWalk } from "../../strategies/search/kit/beam.ts";
import { mctsWalk } from "../../strategies/search/kit/mcts/simulation.ts";
import { inFlightOf } from "../../strategies/search/kit/mcts/statistics.ts";
import { restMcts, restWalk } from "../../strategies/search/rest-mcts.ts";
import { rstar, rstarWalk } from "../../strategies/search/rstar.ts";
import { rstarMath, rstarMathWalk } from "../../strategies/search/rstar-math.ts";
import { drive, goOn, json, oracle, perform, type Toy, texts } from "./driver.ts";
import { blend, completions, descent, type MctsGiven, mctsRules } from "./searches.ts";

const maxSteps = 6;

const optionsOf = <Options>(strategy: Strategy<Options>, given: Readonly<Record<string, unknown>>): Options =>
  parseOptions(strategy, { maxSteps, ...given });

type Machine = Search<unknown>;
const machine = <Own>(walk: Walk<Own>, pipeline: Pipeline): Machine => rounds(walk, "min", pipeline) as Machine;
const mcts = (given: MctsGiven) => (pipeline: Pipeline) =>
  machine(mctsWalk(mctsRules({ maxSteps, simulations: 60, ...given })) as Walk<unknown>, pipeline);
const steps = { window: 1, actions: "reasoning-steps" };

const searches: Readonly<Record<string, (pipeline: Pipeline) => Machine>> = {
  "mcts, uct": mcts({}),
  "mcts, puct with noise": mcts({ selection: "puct", rootNoise: 0.25, widest: 16 }),
  "mcts, rollouts, a tenth of a visit": mcts({ evaluation: completions(undefined), virtualLoss: 0.1 }),
  "mcts, without virtual loss": mcts({ evaluation: completions(undefined), virtualLoss: 0 }),
  "mcts, blend": mcts({ evaluation: blend, backup: "max" }),
  "mcts, descend": mcts({ evaluation: descent, backup: "discounted" }),
  "best-first": (pipeline) => machine(bestFirstWalk(optionsOf(bestFirst, { window: 1 })), pipeline),
  "budget-mcts": (pipeline) =>
    machine(budgetWalk(optionsOf(budgetMcts, { branching: 3 }), Number.POSITIVE_INFINITY), pipeline),
  "alpha-math": (pipeline) => machine(alphaMathWalk(optionsOf(alphaMath, {})), pipeline),
  "rest-mcts": (pipeline) => machine(restWalk(optionsOf(restMcts, { simulations: 32 })), pipeline),
  "rstar-math": (pipeline) => machine(rstarMathWalk(optionsOf(rstarMath, { branching: 4 })), pipeline),
  rstar: (pipeline) => machine(rstarWalk(optionsOf(rstar, { simulations: 32 })), pipeline),
  "ab-mcts": (pipeline) => machine(abMctsWalk(optionsOf(abMcts, { ...steps, expansions: 300 })), pipeline),
  "ab-mcts-m": (pipeline) =>
    machine(abMctsMWalk(optionsOf(abMctsM, { ...steps, expansions: 120, prune: false })), pipeline),
  "ab-mcts, two models": (pipeline) =>
    machine(
      abMctsWalk(optionsOf(abMcts, { ...steps, expansions: 300, models: ["a", "b"], chooseModel: "ucb" })),
      pipeline,
    ),
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

describe.each(Object.entries(searches))("%s, with a window", (name, make) => {
  it.each([1, 3, 8, 32])("makes the same state whatever comes when (window %i)", (window) => {
    const expected = json(make({ window }), drive(make({ window }), toy));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (atMost, seed) => {
        const random = new Random(seed);
        const search = make({ window });
        const state = drive(search, toy, { atMost, order: (batch) => random.shuffle(batch) });
        expect(json(search, state)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it("makes the same state when outcomes are told one by one, long after they were asked for", () => {
    const window = 8;
    const expected = json(make({ window }), drive(make({ window }), toy));
    const search = make({ window });
    const state = search.start(Trajectory.root());
    const random = new Random("slow");
    const open = new Map<number, Parameters<Machine["tell"]>[1] & ReturnType<Machine["ask"]>[number]>();
    for (let turn = 0; turn < 10_000; turn++) {
      for (const expansion of search.ask(state, 1 + random.integer(4), new Random(0)))
        open.set(expansion.id, expansion);
      if (open.size === 0) break;
      const told = random.choice([...open.values()]);
      open.delete(told.id);
      search.tell(state, told, perform(toy, told));
    }
    expect(search.done(state)).toBe(true);
    expect(json(search, state)).toEqual(expected);
  });

  it("continues from a saved state, taken at any moment", () => {
    const search = make({ window: 5 });
    const expected = json(search, drive(search, toy));
    const random = new Random("shuffle");
    const state = drive(search, toy, {
      order: (batch) => random.shuffle(batch),
      after: <State>(walk: Search<State>, now: State): State => walk.restore(json(walk, now)),
    });
    expect(json(search, state)).toEqual(expected);
  });

  it.each([toy, blind])("ends, with finished trajectories (%#)", (problem) => {
    const search = make({ window: 16 });
    const state = drive(search, problem);
    expect(search.done(state)).toBe(true);
    expect(search.finished(state).length).toBeGreaterThan(0);
    expect(search.ask(state, 10, new Random(0))).toEqual([]);
  });

  it("finds the goal of a toy tree with a perfect value oracle", () => {
    if (name.startsWith("ab-mcts")) return; // Thompson sampling needs an oracle of progress
    const search = make({ window: 4 });
    const state = drive(search, { branching: 3, depth: 4, score: oracle("bacb"), draw: "cycle" });
    expect(texts(search.finished(state))).toContain("bacb");
  });

  it("has never more in flight than the window holds, and absorbs in order", () => {
    for (const window of [1, 4, 16]) {
      const absorbed: number[] = [];
      const search = make({ window, absorbed: ({ id }) => absorbed.push(id) });
      const state = search.start(Trajectory.root());
      const random = new Random(window);
      let [asked, open]: [number, ReturnType<Machine["ask"]>[number][]] = [0, []];
      for (;;) {
        const given = search.ask(state, 1000, new Random(0));
        asked += given.length;
        open = random.shuffle([...open, ...given]);
        // An expansion whose evaluation goes on may bring more than one to complete.
        expect(asked - absorbed.length).toBeLessThanOrEqual(window + 1);
        const told = open.pop();
        if (told === undefined) break;
        search.tell(state, told, perform(toy, told));
      }
      expect(absorbed).toEqual(Array.from({ length: asked }, (_, id) => id));
    }
  });

  it("keeps what came, in order, when it is settled", () => {
    const search = make({ window: 6 });
    const state = search.start(Trajectory.root());
    for (let turn = 0; turn < 6; turn++) {
      const batch = search.ask(state, 1000, new Random(2));
      for (const expansion of turn < 5 ? batch : batch.slice(1)) {
        search.tell(state, expansion, perform(toy, expansion, 2));
      }
    }
    const before = search.nodes(state).length;
    search.settle(state);
    expect(search.nodes(state).length).toBeGreaterThanOrEqual(before);
    expect(() => search.tell(state, { id: 10_000 }, { children: [] })).toThrow(/not outstanding/);
    expect(search.done(goOn(search, state, toy, { seed: 2 }))).toBe(true);
  });

  it("survives expansions that bring nothing", () => {
    const search = make({ window: 4 });
    const state = search.start(Trajectory.root());
    for (let turn = 0; turn < 20_000; turn++) {
      const batch = search.ask(state, 3, new Random(1));
      if (batch.length === 0) break;
      for (const expansion of batch) {
        const kept = new Random(expansion.id).integer(3);
        search.tell(state, expansion, { children: perform(toy, expansion, 1).children.slice(0, kept) });
      }
    }
    expect(search.done(state)).toBe(true);
  });

  it("plans no more while there is no room", () => {
    let room = true;
    const search = make({ window: 4, hasRoom: () => room });
    const state = search.start(Trajectory.root());
    const [first] = search.ask(state, 1, new Random(0));
    if (first === undefined) throw new Error("there is a first expansion");
    room = false;
    search.tell(state, first, perform(toy, first));
    expect(search.ask(state, 1000, new Random(0)).length).toBeLessThanOrEqual(3); // what was planned before
    expect(search.done(state)).toBe(false);
  });
});

describe("a window of one", () => {
  it.each(["mcts, uct", "mcts, blend", "alpha-math", "rest-mcts", "rstar", "rstar-math", "best-first", "budget-mcts"])(
    "searches as rounds of one leaf do (%s)",
    (name) => {
      const make = searches[name];
      if (make === undefined) throw new Error(`there is no ${name}`);
      const [rounded, pipelined] = [make({ window: 0 }), make({ window: 1 })];
      const nodesOf = (search: Machine) => search.nodes(drive(search, toy));
      expect(nodesOf(pipelined)).toEqual(nodesOf(rounded));
    },
  );
});

describe("what is in flight", () => {
  it("keeps simulations apart: the leaves in flight are different ones", () => {
    const search = mcts({ selection: "puct", virtualLoss: 1 })({ window: 12 });
    const state = search.start(Trajectory.root());
    for (let turn = 0; turn < 30; turn++) {
      const batch = search.ask(state, 1000, new Random(0));
      expect(new Set(batch.map(({ node }) => node)).size).toBe(batch.length);
      for (const expansion of batch) search.tell(state, expansion, perform(toy, expansion));
    }
  });

  it("counts on the way up, and makes full what has nothing else to select", () => {
    const search = mcts({})({ window: 1 }) as unknown as ReturnType<typeof rounds>;
    const state = search.start(Trajectory.root());
    const [first] = search.ask(state, 1, new Random(0));
    if (first === undefined) throw new Error("there is a first expansion");
    const none = { at: () => 0 };
    expect(inFlightOf(state, none).full(0)).toBe(true);
    search.tell(state, first, perform(toy, first));
    const [second] = search.ask(state, 1, new Random(0));
    const flight = inFlightOf(state, none);
    expect(flight.visits(0)).toBe(1);
    expect(flight.visits(second?.node ?? 0)).toBe(1);
    expect(flight.full(second?.node ?? 0)).toBe(true);
    expect(flight.full(0)).toBe(false);
    expect(inFlightOf(state, { at: (node) => (node === second?.node ? 0 : 1) }).full(0)).toBe(true);
  });

  it("shares calls out among generators that earned nothing yet", () => {
    const one = withReward(noRewards, 0.5);
    expect(highestBound([noRewards, noRewards], [1, 0])).toBe(1);
    expect(highestBound([noRewards, noRewards], [2, 1])).toBe(1);
    expect(highestBound([one, one], [3, 0])).toBe(1);
    expect(highestBound([one, noRewards])).toBe(1);
  });
});

describe("a search that plans in rounds by nature", () => {
  it("refuses a window", () => {
    const beam = beamWalk({ width: 4, branching: 4, maxSteps: 40, lookahead: 0, finished: "aside" });
    expect(() => rounds(beam, "last", { window: 8 })).toThrow('beam: "window" must be 0: this search plans in rounds');
    expect(() => rounds(beam, "last", { window: 0 })).not.toThrow();
  });
});
