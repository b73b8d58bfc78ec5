import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import { type AcceptRule, decide } from "./accept.ts";
import type { Attempt, Finding, Reviser, Signal } from "./finding.ts";

/** The parts of a correction strategy. */
export interface Correction {
  /** The first attempt; null when there was no budget for one. */
  readonly attempt: (run: Run) => Promise<Candidate | null>;
  readonly signal: Signal;
  readonly revise: Reviser;
  readonly accept: AcceptRule;
  /** Revisions at most. */
  readonly rounds: number;
  /** Can another revision of the same attempt come out differently? Where not, the first that is rejected is the last. */
  readonly varies: boolean;
  /** Place of the first candidate in the strategy's stream, for strategies that run several loops. Default 0. */
  readonly from?: number;
  /** Added to the notes of every candidate. */
  readonly notes?: Candidate["notes"];
}

/**
 * The one loop of self-correction: attempt → signal → localise → revise → accept or keep.
 *
 * Every attempt and revision is a candidate. Its notes say the `round` (0 for the attempt), and of a revision which candidate it `revises` (by place
 * in the strategy's stream) and whether it was `accepted`, so that whoever holds the truth can count right→wrong and wrong→right transitions.
 * A revision that is not accepted leaves the attempt and what was found in it standing: the next round revises it again, without asking the
 * signal twice. The loop ends when the signal finds nothing, the reviser has nothing to give, or after `rounds` revisions.
 */
export async function* correct(run: Run, correction: Correction): AsyncGenerator<Candidate, Candidate | null> {
  const { signal, revise, accept, rounds, varies, from = 0, notes = {} } = correction;
  const first = await correction.attempt(run);
  if (first === null) return null;
  let kept: Attempt = { candidate: first, settled: 0 };
  let [keptAt, at] = [from, from];
  let finding: Finding | null = null;
  yield { ...first, notes: { ...first.notes, ...notes, round: 0 } };
  for (let round = 1; round <= rounds; round++) {
    finding ??= await signal(run, kept);
    if (finding.wrong === false) break;
    const revision = await revise(run, kept, finding);
    if (revision === null) break;
    const { decision, ended } = await decide(run, accept, kept.candidate, revision.candidate);
    at++;
    const { candidate } = revision;
    const told = { round, revises: keptAt, ...decision, ...stepNote(finding) };
    yield { ...candidate, notes: { ...candidate.notes, ...notes, ...revision.notes, ...told } };
    if (ended !== null) throw ended;
    if (decision.accepted) {
      kept = { candidate, settled: revision.settled ?? 0 };
      [keptAt, finding] = [at, null];
    } else if (!varies) break;
  }
  return kept.candidate;
}

const stepNote = ({ step }: Finding): Readonly<Record<string, number>> => (step === null ? {} : { wrongStep: step });
