import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { Selection } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";

/**
 * The votes, weighted by score where there are scores, of the candidates whose answer at least `least` members give; of
 * all candidates where no answer is shared. An answer is trusted for being reached in different ways, not for being
 * frequent.
 */
export function crossChecked(least = 2, vote: Selection = weighted()): Selection {
  return {
    name: `cross-checked(${least})`,
    usesScores: vote.usesScores,
    pick: async (candidates, run) => {
      const kept = sharedBy(candidates, run, least);
      const picked = await vote.pick(kept.length > 0 ? kept : candidates, run);
      if (picked === null || kept.length === 0) return picked;
      return { ...picked, reason: `${picked.reason}, among answers that ${least} members share` };
    },
  };
}

function sharedBy(candidates: readonly ScoredCandidate[], run: Run, least: number): ScoredCandidate[] {
  const classes = run.classes(candidates.map(({ answer }) => answer?.text ?? null));
  const members = new Map<number, Set<unknown>>();
  for (const [i, index] of classes.entries()) {
    if (index < 0) continue;
    const of = members.get(index) ?? new Set();
    members.set(index, of.add(candidates[i]?.notes?.member));
  }
  return candidates.filter((_, i) => (members.get(classes[i] ?? -1)?.size ?? 0) >= least);
}
