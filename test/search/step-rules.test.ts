import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Child, End } from "../../src/core/search.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { childScore } from "../../src/search/rewards.ts";
import { beamSearch } from "../../strategies/search/beam-search.ts";
import { lookahead as lookaheadSearch } from "../../strategies/search/lookahead.ts";
import { drive, type Toy } from "./driver.ts";
import { beam, dvts } from "./searches.ts";

const texts = (ends: readonly End[]) => ends.map(({ trajectory }) => trajectory.text);
/** Letters a to d; a text ends at c; earlier letters score higher. */
const toy: Toy = {
  branching: 4,
  depth: 99,
  score: (text) => 1 - (text.charCodeAt(text.length - 1) - 97) / 10,
  ends: (text) => text.endsWith("c"),
};

describe("beam search", () => {
  it("stops when no beam is active, or at its step limit, which is 40", () => {
    for (const strategy of [beamSearch, lookaheadSearch] as unknown as readonly Strategy[]) {
      expect(parseOptions(strategy, {})).toMatchObject({ maxSteps: 40 });
    }
    // Two beams of four letters: c ends in every step, but a and b go on to the limit.
    const search = beam({ width: 2, branching: 4, maxSteps: 7 });
    const state = drive(search, toy);
    expect(texts(search.finished(state)).filter((text) => text.endsWith("c")).length).toBeGreaterThan(7);
    expect(state.own.kept.every((node) => state.tree.trajectoryOf(node).depth === 7)).toBe(true);
    const ending = beam({ width: 2, branching: 4, maxSteps: 7 });
    const ended = drive(ending, { ...toy, ends: (text) => text.length === 2 });
    expect(ending.finished(ended).every(({ trajectory }) => trajectory.depth === 2)).toBe(true);
    expect(ending.ask(ended, 10, new Random(0))).toEqual([]);
  });

  it("stops at enough finished samples where that is asked for", () => {
    const finished = (enough?: number) => {
      const search = beam({ width: 2, branching: 4, maxSteps: 7, enough });
      return search.finished(drive(search, toy)).length;
    };
    expect(finished(1)).toBeLessThanOrEqual(2);
    expect(finished(3)).toBeLessThan(finished());
    expect(finished(3)).toBeGreaterThanOrEqual(3);
  });
});

describe("rollouts of a lookahead", () => {
  it.each([
    ["beam search", (given: object) => beam({ width: 2, branching: 2, lookahead: 9, maxSteps: 3, ...given })],
    ["dvts", (given: object) => dvts({ trees: 2, branching: 2, lookahead: 9, maxSteps: 3, ...given })],
  ] as const)("of %s are no candidates, unless that is asked for", (_, search) => {
    // From b a rollout goes on to c, an end.
    const problem: Toy = { ...toy, score: (text) => (text.endsWith("c") ? 1 : 0.5) };
    const rollouts = (given: object) => {
      const walk = search(given);
      return walk.finished(drive(walk as never, problem) as never).filter(({ rollout }) => rollout).length;
    };
    expect(rollouts({})).toBe(0);
    expect(rollouts({ offerRollouts: true })).toBeGreaterThan(0);
  });
});

describe("dvts", () => {
  it.each([0, 2])("offers the finished siblings of every step, lookahead %i", (lookahead) => {
    const search = dvts({ trees: 1, branching: 4, maxSteps: 3, lookahead });
    expect(new Set(texts(search.finished(drive(search, toy))))).toEqual(new Set(["c", "ac", "aac"]));
  });
});

describe("a child's score", () => {
  const child = (rest: Partial<Child>): Child => ({
    trajectory: Trajectory.of([{ text: "a" }, { text: "b" }], true),
    ...{ score: 0.5, stepScores: [0.2, 0.5], logprob: null, tokens: 2, answer: "b", ...rest },
  });

  it("is an outcome score as it stands, also where that equals a step score", () => {
    for (const how of ["last", "min", "product", "mean"] as const) {
      expect(childScore(child({ outcome: true }), how)).toBe(0.5);
    }
    expect(childScore(child({}), "min")).toBe(0.2);
    expect(childScore(child({}), "product")).toBe(0.1);
  });
});
