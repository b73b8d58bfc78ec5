import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds as machine } from "../../../src/search/rounds.ts";
import { liteSearch, liteWalk } from "../../../strategies/search/lite-search.ts";
import { counted, play, recorded, reportsAgreement, scoreIn, sorted, type World } from "./world.ts";

interface Searched {
  readonly world: World;
  readonly most: number;
  readonly expected: number;
  readonly enough: number;
  readonly ends: number;
  readonly iterations: number;
  readonly expansion: string;
  readonly greedy: string;
  /** The text that grew, once for each child. */
  readonly grown: string;
  readonly done: string;
  readonly pick: string;
}

describe("lite-search, beside the authors' code", () => {
  const cases = recorded<Searched>("lite-search");
  const searched = ({ world, greedy: _greedy, grown: _grown, done: _done, pick: _pick, ...given }: Searched) =>
    play(machine(liteWalk(parseOptions(liteSearch, { ...given, maxSteps: 40 }))), world);
  const same = (each: Searched) => {
    const { rounds, done } = searched(each);
    const grown = rounds.flatMap((round) => {
      const [text = "", count = ""] = round.split(/(\d+)/);
      return Array.from({ length: Number(count) }, () => text);
    });
    return grown.join(" ") === each.grown && counted(done) === sorted(each.done);
  };

  it("chooses the same nodes, gives them as many children and ends at the same place, where texts are distinct", () => {
    const distinct = cases.filter(({ world }) => world.distinct);
    expect(distinct.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement("lite-search", distinct, same)).toBeGreaterThanOrEqual(0.99);
  });

  it("takes siblings that say the same for one", () => {
    const alike = cases.filter(({ world }) => !world.distinct);
    expect(reportsAgreement("lite-search: 26 texts with repetition", alike, same)).toBeGreaterThan(0.5);
  });

  it("picks a solution of the same value", () => {
    const samePick = (each: Searched) => {
      const ends = [...searched(each).done, each.greedy];
      return Math.max(...ends.map((text) => scoreIn(each.world, text))) === scoreIn(each.world, each.pick);
    };
    const searches = cases.filter(same);
    expect(reportsAgreement("lite-search: picks", searches, samePick)).toBeGreaterThanOrEqual(0.95);
  });
});
