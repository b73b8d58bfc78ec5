import { describe, expect, it } from "vitest";
import type { Child, Expansion } from "../../../src/core/search.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds } from "../../../src/search/rounds.ts";
import { lats, latsWalk } from "../../../strategies/search/lats.ts";
import { driveRecorded } from "./recorded-trees.ts";
import { bring, recorded, reportsAgreement, scoreIn, type World } from "./world.ts";

interface Case {
  readonly world: World;
  readonly simulations: number;
  readonly success: number;
  /** Texts below which continuations were drawn, in order. */
  readonly order: readonly string[];
}

/** Open texts have their score, ends 1 or 0: whether they succeed. */
const judged = ({ world, success }: Case, expansion: Expansion): Child[] =>
  bring(world, expansion, (text) => scoreIn(world, text)).map((child) =>
    child.trajectory.terminal ? { ...child, score: (child.score ?? 0) >= success ? 1 : 0 } : child,
  );

describe("LATS beside lapisrocks/LanguageAgentTreeSearch, 853d816", () => {
  it("expands and rolls out the same states in the same order", () => {
    const cases = recorded<Case>("lats");
    const ours = (each: Case) => {
      const given = parseOptions(lats, { simulations: each.simulations, rolloutDepth: 4, branching: 5 });
      const { order, state } = driveRecorded(rounds(latsWalk(given)), (expansion) => judged(each, expansion));
      return { order: order.map(({ trajectory }) => trajectory.text), over: state.own.over };
    };
    // Ours also ends with a success beside the end that a rollout takes; theirs overlooks it.
    const overlooked = ({ order, over }: ReturnType<typeof ours>, theirs: readonly string[]) =>
      over && order.length < theirs.length;
    const share = reportsAgreement("lats, up to a success", cases, (each) => {
      const { order, over } = ours(each);
      const theirs = over ? each.order.slice(0, order.length) : each.order;
      return JSON.stringify(order) === JSON.stringify(theirs);
    });
    const longer = cases.filter((each) => overlooked(ours(each), each.order)).length;
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(share).toBe(1);
    expect(longer).toBe(48);
  });
});
