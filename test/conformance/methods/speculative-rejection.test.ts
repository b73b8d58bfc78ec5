import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds } from "../../../src/search/rounds.ts";
import { keptOf, rejectionWalk, speculativeRejection } from "../../../strategies/search/speculative-rejection.ts";
import { play, recorded, reportsAgreement, sorted, type World } from "./world.ts";

interface Case {
  readonly world: World;
  readonly n: number;
  readonly alpha: number;
  readonly first: number;
  readonly rounds: readonly string[];
}

describe("speculative rejection beside Zanette-Labs/SpeculativeRejection, b51917f", () => {
  it("grows and drops the same texts, piece by piece", () => {
    const cases = recorded<Case>("speculative-rejection");
    const share = reportsAgreement("speculative-rejection", cases, ({ world, rounds: theirs, ...given }) => {
      const walk = rejectionWalk(parseOptions(speculativeRejection, { ...given, maxSteps: 99 }));
      const ours = play(rounds(walk), world).rounds;
      return JSON.stringify(ours.map(sorted)) === JSON.stringify(theirs.map(sorted));
    });
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(share).toBe(1);
  });

  it("keeps half of a text to even, and one at least", () => {
    expect([0, 1, 2, 3, 5, 7, 16].map((texts) => keptOf(texts, 0.5))).toEqual([0, 1, 1, 2, 2, 4, 8]);
    expect([1, 2, 3, 4].map((texts) => keptOf(texts, 0.75))).toEqual([1, 1, 1, 1]);
  });
});
