import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Selection } from "../../../src/core/strategy.ts";

/**
 * The candidate that the walk itself picked at its end (see `pick` of `Run.walk`), where it has an answer; until then,
 * and else, `otherwise`.
 */
export function walkPickElse(otherwise: Selection): Selection {
  return {
    name: `walk-pick, else ${otherwise.name}`,
    usesScores: otherwise.usesScores,
    pick: async (candidates, run) => {
      const chosen = candidates.findLast(isWalkPick);
      const picked = await otherwise.pick(candidates, run);
      if (chosen === undefined || chosen.answer === null) return picked;
      return {
        index: chosen.index,
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
