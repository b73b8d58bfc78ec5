import { describe, expect, it } from "vitest";
import type { Aggregation } from "../../../src/core/score.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds as machine } from "../../../src/search/rounds.ts";
import { unit } from "../../../strategies/prompting/kit/similarity.ts";
import { dora, doraWalk } from "../../../strategies/search/dora.ts";
import { counted, play, recorded, reportsAgreement, sorted, uniform, type World } from "./world.ts";

interface Shared {
  readonly world: World;
  readonly width: number;
  readonly balance: number;
  readonly likeness: number;
  readonly aggregation: Aggregation;
  readonly rounds: readonly string[];
  readonly done: string;
}

describe("dora, beside the authors' code", () => {
  it("grows the same texts as often in every round, and finishes the same", () => {
    const cases = recorded<Shared>("dora");
    const same = ({ world, width, balance, likeness, aggregation, ...expected }: Shared) => {
      const vectors = (texts: readonly string[]) =>
        texts.map((text) => unit([0, 1, 2, 3].map((k) => uniform(`m/${world.seed}/${text}/${k}`))));
      const walk = doraWalk(parseOptions(dora, { width, balance, likeness }), vectors);
      const ours = play(machine(walk, aggregation), world);
      return ours.rounds.join("\n") === expected.rounds.join("\n") && counted(ours.done) === sorted(expected.done);
    };
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement("dora", cases, same)).toBeGreaterThanOrEqual(0.99);
  });
});
