import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import type { AcceptName } from "./accept.ts";

/** Was it accepted? First attempts are. */
export const wasAccepted = ({ notes }: ScoredCandidate): boolean => notes?.accepted !== false;

/**
 * The attempt that stands: the last accepted candidate with an answer, else the last with one. The engine asks verifiers for scores where the accept
 * rule reads them.
 */
export function lastKept(accept: AcceptName): Selection {
  return {
    name: "last-kept",
    usesScores: accept === "safe" || accept === "if-scored-higher",
    pick: (candidates) => {
      const answered = candidates.filter(({ answer }) => answer !== null);
      const kept = answered.findLast(wasAccepted) ?? answered.at(-1);
      if (kept === undefined || kept.answer === null) return null;
      const { answer, index, notes } = kept;
      const score = kept.score?.value ?? null;
      const round = Number(notes?.round ?? 0);
      const stands = round === 0 ? "the first attempt stands" : `revision ${round} stands`;
      return {
        index,
        answer: answer.text,
        support: score,
        tally: [{ answer: answer.text, votes: 1, weight: score ?? 1 }],
        tied: false,
        reason: score === null ? stands : `scored ${score.toFixed(3)}`,
      };
    },
  };
}
