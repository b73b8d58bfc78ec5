import type { Selection } from "../../../src/core/strategy.ts";
import { bestValue, majority } from "../../../src/engine/picking/selections.ts";

/**
 * The candidate that the walk itself picked at its end (see `pick` of `Run.walk`), where it has an answer; until then,
 * and else, `otherwise`.
 */
export function walkPickElse(otherwise: Selection): Selection {
  return {
    name: `walk-pick, else ${otherwise.name}`,
    usesScores: otherwise.usesScores,
    pick: async (candidates, run) => {
      const picked = await otherwise.pick(candidates, run);
      const chosen = candidates.find(({ notes }) => notes?.walkPick === true);
      if (chosen === undefined || chosen.answer === null) return picked;
      const value = typeof chosen.notes?.walkValue === "number" ? chosen.notes.walkValue : null;
      return {
        index: chosen.index,
        answer: chosen.answer.text,
        support: value,
        tally: picked?.tally ?? [],
        tied: false,
        reason: `the search's own pick${value === null ? "" : `, valued ${value.toFixed(3)}`}`,
      };
    },
  };
}

/** The candidate of highest value by the strategy itself; the majority where none was valued. */
export function bestValueElseMajority(): Selection {
  return {
    name: "best-value, else majority",
    usesScores: false,
    pick: (candidates, run) =>
      (candidates.some(({ value }) => value !== undefined) ? bestValue() : majority()).pick(candidates, run),
  };
}
