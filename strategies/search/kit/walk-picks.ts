import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { bestValue, majority } from "../../../src/engine/picking/selections.ts";

/**
 * The candidate that the walk itself picked at its end (see `pick` of `Run.walk`), where it has an answer; until then,
 * and else, `otherwise`. That it comes again, with its note, is no further vote.
 */
export function walkPickElse(otherwise: Selection): Selection {
  return {
    name: `walk-pick, else ${otherwise.name}`,
    usesScores: otherwise.usesScores,
    pick: async (candidates, run) => {
      const chosen = candidates.findLast(isWalkPick);
      const own = candidates.filter((candidate) => !isWalkPick(candidate));
      const picked = await otherwise.pick(own.length > 0 ? own : candidates, run);
      const first = own.find(({ trajectory }) => trajectory === chosen?.trajectory) ?? chosen;
      if (chosen === undefined || chosen.answer === null) return picked;
      return {
        index: first?.index ?? chosen.index,
        answer: chosen.answer.text,
        support: chosen.value ?? null,
        tally: picked?.tally ?? [],
        tied: false,
        reason: `the search's own pick${chosen.value === undefined ? "" : `, valued ${chosen.value.toFixed(3)}`}`,
      };
    },
  };
}

const isWalkPick = ({ notes }: ScoredCandidate): boolean => notes?.walkPick === true;

/** The candidate of highest value by the strategy itself; the majority where none was valued. */
export function bestValueElseMajority(): Selection {
  return {
    name: "best-value, else majority",
    usesScores: false,
    pick: (candidates, run) =>
      (candidates.some(({ value }) => value !== undefined) ? bestValue() : majority()).pick(candidates, run),
  };
}
