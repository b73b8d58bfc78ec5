import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Child, Expansion } from "../../src/core/search.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { particleFilter } from "../search/searches.ts";

/** Values of texts of one and two letters; those of two are ends. */
const values: Readonly<Record<string, number>> = { a: 0.64, b: 0.16, ac: 0.36, ad: 0.9, bc: 0.04, bd: 0.5 };
const particles = 4_000;

/** A policy that writes either letter half of the time. */
function bring({ trajectory, count }: Expansion, random: Random): Child[] {
  const letters = trajectory.text === "" ? ["a", "b"] : ["c", "d"];
  return Array.from({ length: count }, () => {
    const letter = random.choice(letters);
    const text = trajectory.text + letter;
    const score = values[text] ?? null;
    return {
      trajectory: trajectory.extend({ text: letter, tokens: 1 }, text.length === 2),
      ...{ score, stepScores: [score], logprob: null, tokens: 1, answer: text },
    };
  });
}

/** Share of the particles at each text after `rounds` steps, all resamplings included. */
function shares(given: Readonly<Record<string, unknown>>, rounds: number, seed: number): Record<string, number> {
  const search = particleFilter({ particles, maxSteps: 8, ...given });
  const state = search.start(Trajectory.root());
  const random = new Random(`policy/${seed}`);
  for (let round = 0; round <= rounds; round++) {
    for (const expansion of search.ask(state, Number.POSITIVE_INFINITY, new Random(seed))) {
      if (round < rounds) search.tell(state, expansion, { children: bring(expansion, random) });
    }
  }
  const found: Record<string, number> = {};
  for (const node of state.own.at) {
    const { text } = state.tree.trajectoryOf(node);
    found[text] = (found[text] ?? 0) + 1 / state.own.at.length;
  }
  return found;
}

function expectShares(found: Record<string, number>, weights: Readonly<Record<string, number>>, errors: number): void {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  for (const [text, weight] of Object.entries(weights)) {
    const share = weight / total;
    const deviation = Math.sqrt((share * (1 - share)) / particles);
    expect(Math.abs((found[text] ?? 0) - share)).toBeLessThan(errors * deviation);
  }
}

describe("twisted particles", () => {
  const twisted = { weights: "twisted" };

  it("are drawn by the square root of the value of an unfinished prefix", () => {
    expectShares(shares(twisted, 1, 1), { a: 0.8, b: 0.4 }, 6);
  });

  it.each(["multinomial", "systematic", "stratified"])(
    "end in proportion to the values of what finished, whatever twisted them on the way (%s)",
    (resampling) => {
      const { ac, ad, bc, bd } = values;
      const ends = { ac: ac ?? 0, ad: ad ?? 0, bc: bc ?? 0, bd: bd ?? 0 };
      expectShares(shares({ ...twisted, resampling }, 2, 2), ends, 6);
      // Never resampled between: the twists cancel out all the same.
      expectShares(shares({ ...twisted, resampling, threshold: 0.85 }, 2, 3), ends, 6);
    },
  );

  it("do not end there with odds for weights", () => {
    const found = shares({}, 2, 2);
    // a has eleven times the odds of b, and 0.9 nine times those of one half.
    expect(found.ad).toBeGreaterThan(0.9);
  });
});
