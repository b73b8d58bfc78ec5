import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { rounds } from "../../src/search/rounds.ts";
import { drawSteps, phiDecoding, phiWalk, termVectors } from "../../strategies/search/phi-decoding.ts";
import { drive, type Toy, texts } from "../search/driver.ts";

const machine = (given: Readonly<Record<string, unknown>> = {}) =>
  rounds(phiWalk(parseOptions(phiDecoding, { width: 2, branching: 3, ...given })));

describe("the words of a foresight", () => {
  it("weigh as scikit-learn's TF-IDF has them", () => {
    const [first, second] = termVectors(["Aa bb.", "aa cc x"]);
    expect(first?.map((each) => each.toFixed(6))).toEqual(["0.579739", "0.814802", "0.000000"]);
    expect(second?.map((each) => each.toFixed(6))).toEqual(["0.579739", "0.000000", "0.814802"]);
  });
});

describe("a step of φ-decoding", () => {
  const drawing = { width: 1, sharpness: 0.1, groups: 2 };
  const alike = ["so 12 apples", "so 12 apples left", "so 12 apples", "wrong turn here"];

  function frequencies(texts: readonly string[], advantages: readonly number[]): number[] {
    const counts = texts.map(() => 0);
    for (let seed = 0; seed < 4000; seed++) {
      const [index = 0] = drawSteps(texts, advantages, new Random(seed), drawing).chosen;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts.map((count) => count / 4000);
  }

  it("is drawn half by advantage, half by the size of its cluster", () => {
    // Shares 3/4 and 1/4: softmax gives 0.2773 and 0.1682; advantages are equal, 1/4 each.
    for (const [i, expected] of [0.26364, 0.26364, 0.26364, 0.20909].entries()) {
      const found = frequencies(alike, [0.2, 0.2, 0.2, 0.2])[i] ?? 0;
      expect(Math.abs(found - expected)).toBeLessThan(3 * Math.sqrt((expected * (1 - expected)) / 4000));
    }
    expect(drawSteps(alike, [0.2, 0.2, 0.2, 0.2], new Random(0), drawing).largest).toBe(0.75);
  });

  it("is drawn by advantage alone where too few have a positive one, which is not clustered", () => {
    // softmax of 0, -1 and -2.
    const shares = [0.66524, 0.24473, 0.09003];
    for (const [i, found] of frequencies(["ab", "cd", "ef"], [-0.1, -0.2, -0.3]).entries()) {
      const expected = shares[i] ?? 0;
      expect(Math.abs(found - expected)).toBeLessThan(3 * Math.sqrt((expected * (1 - expected)) / 4000));
    }
    expect(drawSteps(["ab", "cd"], [-1, -2], new Random(0), drawing).largest).toBe(0);
  });

  it("without a foresight is drawn only when it must be", () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(drawSteps(["", "ab"], [5, 1], new Random(seed), drawing).chosen).toEqual([1]);
    }
  });
});

describe("φ-decoding", () => {
  const likely = (text: string) => Math.log(text.endsWith("a") ? 0.9 : 0.2);
  const toy: Toy = { branching: 3, depth: 6, score: () => null, logprob: likely, draw: "random" };

  it("offers the ends of its beams and of steps that end, not its foresights", () => {
    const search = machine({ foresights: 3 });
    const state = drive(search, { ...toy, depth: 8 });
    expect(state.own.steps).toBe(3);
    const finished = search.finished(state);
    expect(finished.length).toBeLessThanOrEqual(2);
    expect(finished.every(({ rollout, trajectory }) => rollout && trajectory.terminal)).toBe(true);
    expect(new Set(texts(finished).map((text) => text.slice(0, 3))).size).toBe(finished.length);
  });

  it("stops looking ahead when most foresights agree, after the least number of steps", () => {
    const same: Toy = { ...toy, branching: 1, depth: 12, draw: "cycle" };
    const state = drive(machine({ width: 1, branching: 1, least: 2, foresights: 8, agree: 0.5 }), same);
    expect(state.own.steps).toBeGreaterThanOrEqual(2);
    expect(state.own.steps).toBeLessThanOrEqual(8);
  });

  it("prunes steps far less likely than the mean, but keeps as many as there are beams", () => {
    const search = machine({ width: 1, branching: 3, sigma: 0.5 });
    const state = search.start(drive(search, toy).tree.trajectoryOf(0));
    const [first] = search.ask(state, 10, new Random(0));
    if (first === undefined) throw new Error("the first round is empty");
    const child = (text: string, logprob: number) => ({
      trajectory: first.trajectory.extend({ text }),
      ...{ score: null, stepScores: [], logprob, tokens: 1, answer: null },
    });
    search.tell(state, first, { children: [child("a", -0.1), child("b", -0.2), child("c", -3)] });
    const looked = search.ask(state, 10, new Random(0));
    expect(looked.map(({ kind, trajectory, temperature }) => [kind, trajectory.text, temperature])).toEqual([
      ["rollout", "a", 1],
      ["rollout", "b", 1],
    ]);
  });
});
