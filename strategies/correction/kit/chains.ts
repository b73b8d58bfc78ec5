import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { best, majority } from "../../../src/engine/picking/selections.ts";
import type { AcceptName } from "./accept.ts";
import { wasAccepted } from "./kept.ts";

/** What stands of every chain (`chain` in the notes): its last accepted candidate. In order of the chains' beginnings. */
export function standing(candidates: readonly ScoredCandidate[]): ScoredCandidate[] {
  const chains = new Map<unknown, ScoredCandidate>();
  for (const candidate of candidates) {
    const chain = candidate.notes?.chain ?? 0;
    if (!chains.has(chain) || wasAccepted(candidate)) chains.set(chain, candidate);
  }
  return [...chains.values()];
}

/** Picks among what stands of every chain: the highest score where anything was scored and the accept rule goes by scores, else the majority. */
export function amongStanding(accept: AcceptName): Selection {
  const usesScores = accept === "safe" || accept === "if-scored-higher";
  return {
    name: "among-standing",
    usesScores,
    pick: (candidates, run) => {
      const offered = standing(candidates);
      const answered = offered.some(({ answer }) => answer !== null) ? offered : candidates;
      const scored = usesScores && answered.some(({ score }) => typeof score?.value === "number");
      return (scored ? best() : majority()).pick(answered, run);
    },
  };
}

/** The last word (`final` in the notes) where it was accepted and nothing was scored; else as {@link amongStanding}, without a last word that was not. */
export function finalElseStanding(accept: AcceptName): Selection {
  const among = amongStanding(accept);
  return {
    ...among,
    name: "final-else-standing",
    pick: (candidates, run) => {
      const final = candidates.find(({ notes }) => notes?.final === true);
      const rest = candidates.filter((candidate) => candidate !== final);
      if (final === undefined || final.answer === null) return among.pick(rest.length > 0 ? rest : candidates, run);
      const scored = among.usesScores && candidates.some(({ score }) => typeof score?.value === "number");
      if (!wasAccepted(final) && rest.length > 0) return among.pick(rest, run);
      return scored ? among.pick(candidates, run) : majority().pick([final], run);
    },
  };
}
