import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Selection } from "../../../src/core/strategy.ts";

/**
 * The candidate with the highest value that the strategy itself found (tests passed), then the higher outcome score, then the latest; one without an
 * answer only when none has one.
 */
export function highestValueThenScore(): Selection {
  return {
    name: "highest-value-then-score",
    usesScores: true,
    pick: (candidates) => {
      const answered = candidates.filter(({ answer }) => answer !== null);
      const order = [...answered].sort((a, b) => worth(b) - worth(a) || scoreOf(b) - scoreOf(a) || b.index - a.index);
      const [winner, second] = order;
      if (winner === undefined || winner.answer === null) return null;
      const value = winner.value ?? null;
      return {
        index: winner.index,
        answer: winner.answer.text,
        support: value,
        tally: order.map((one) => ({ answer: one.answer?.text ?? "", votes: 1, weight: one.value ?? 0 })),
        tied: second !== undefined && worth(second) === worth(winner) && scoreOf(second) === scoreOf(winner),
        reason:
          value === null ? "no test was run: the latest stands" : `passes ${Math.round(value * 100)} % of its tests`,
      };
    },
  };
}

const worth = ({ value }: ScoredCandidate): number => value ?? -1;
export const scoreOf = ({ score }: ScoredCandidate): number => score?.value ?? -1;
