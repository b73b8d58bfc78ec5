import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { Pick } from "../../src/core/strategy.ts";
import { pickOrder } from "../../src/engine/picking/pick-order.ts";
import { best } from "../../src/engine/picking/selections.ts";

const drafts = fc.array(
  fc.record({ complete: fc.boolean(), answered: fc.boolean(), score: fc.constantFrom(null, 0, 0.5, 1) }),
  { minLength: 1, maxLength: 6 },
);

describe("the order of picking", () => {
  it("has at its top what the selection `best` picks, cut candidates only where nothing was finished", () => {
    fc.assert(
      fc.property(drafts, (all) => {
        const order = pickOrder(all);
        const top = order.indexOf(Math.max(...order));
        const finished = all.some(({ complete }) => complete);
        const offered = all.flatMap(({ answered, score, complete }, index) => {
          const one = { index, text: "", answer: answered ? { text: "1", rule: "boxed" } : null, complete };
          return finished && !complete ? [] : [{ ...one, score: score === null ? null : { value: score } }];
        });
        const pick = best().pick(offered as unknown as ScoredCandidate[], {} as Run) as Pick | null;
        expect(pick === null ? false : pick.index).toBe(all[top]?.answered === true ? top : false);
      }),
    );
  });

  it("puts equal ones at one place, and any score, however low, above none", () => {
    const one = { answered: true, score: 0.5 };
    expect(pickOrder([one, one])).toEqual([0, 0]);
    const [low = 0, none = 0, cut = 0] = pickOrder([
      { ...one, score: -3 },
      { ...one, score: null },
      { ...one, complete: false },
    ]);
    expect([low > none, none > cut]).toEqual([true, true]);
    expect(pickOrder([])).toEqual([]);
  });
});
