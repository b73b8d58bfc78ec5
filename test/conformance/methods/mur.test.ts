import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds } from "../../../src/search/rounds.ts";
import { mur, murWalk } from "../../../strategies/search/mur.ts";
import { play, recorded, reportsAgreement, type World } from "./world.ts";

interface Case {
  readonly world: World;
  readonly candidates: number;
  readonly momentum: number;
  readonly scaling: number;
  readonly text: string;
  /** Steps for which candidates were drawn. */
  readonly scaled: readonly number[];
}

describe("MUR beside yayayacc/MUR, 2d3a8f4", () => {
  it("spends more on the same steps and takes the same ones", () => {
    const cases = recorded<Case>("mur");
    const share = reportsAgreement("mur", cases, ({ world, text, scaled, ...given }) => {
      const search = rounds(murWalk(parseOptions(mur, given)));
      const { rounds: grown, state } = play(search, { ...world, likely: true });
      const texts = grown.map((round) => round.slice(0, -1));
      // A text that grows twice in a row was uncertain.
      const steps = texts.flatMap((each, i) => (each === texts[i - 1] ? [each.length] : []));
      return (
        state.tree.trajectoryOf(state.own.chains[0]?.at ?? 0).text === text &&
        JSON.stringify(steps) === JSON.stringify(scaled)
      );
    });
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(cases.filter(({ scaled }) => scaled.length > 0).length).toBeGreaterThan(100);
    expect(share).toBe(1);
  });
});
