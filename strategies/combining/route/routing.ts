import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { weighted } from "../../../src/engine/picking/selections.ts";
import { lastStage, type Member, passBudgetOn, ruleOf, runMember } from "../kit/combinators.ts";

/** Place of the probe among members. */
const probePlace = -1;

/**
 * How easy the probe's candidates make the question look, in [0, 1]: their mean score where a verifier judges, else the share of the commonest answer
 * among all of them. 0 when none has an answer.
 */
export function easiness(run: Run, candidates: readonly ScoredCandidate[]): number {
  const scores = candidates.flatMap(({ score }) => score?.value ?? []);
  if (scores.length > 0) return scores.reduce((sum, value) => sum + value, 0) / scores.length;
  const counts = new Map<number, number>();
  for (const index of run.classes(candidates.map(({ answer }) => answer?.text ?? null))) {
    if (index >= 0) counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return candidates.length === 0 ? 0 : Math.max(0, ...counts.values()) / candidates.length;
}

export interface Route {
  readonly probe: Member;
  /** From easy to hard. */
  readonly members: readonly Member[];
  /** Falling; easiness of at least bounds[i] goes to members[i], less than all of them to the last. */
  readonly bounds: readonly number[];
}

/** Which member a question of this easiness goes to. */
export function destination(easy: number, { members, bounds }: Pick<Route, "members" | "bounds">): number {
  const place = bounds.findIndex((bound) => easy >= bound);
  return Math.min(place < 0 ? members.length - 1 : place, members.length - 1);
}

/** Probes the question, then runs the member that suits its difficulty. */
export async function* routeCandidates(run: Run, route: Route): AsyncGenerator<Candidate> {
  const probed = yield* runMember(run, route.probe, probePlace);
  passBudgetOn(run, probed);
  const easy = easiness(run, probed.candidates);
  const place = destination(easy, route);
  const chosen = route.members[place];
  if (chosen === undefined) return;
  run.emit({ type: "note", message: `easiness ${easy.toFixed(2)}: ${chosen.strategy.name}` });
  passBudgetOn(run, yield* runMember(run, chosen, place));
}

/** The routed member's own pick; before it has one, the probe's vote, weighted by score where there are scores. */
export function routeSelection({ members }: Pick<Route, "members">): Selection {
  const rules = members.map((inner, place): [number, Selection] => [place, ruleOf(inner)]);
  return lastStage(new Map([[probePlace, weighted()], ...rules]));
}
