import type { ScoredCandidate } from "../core/candidate.ts";
import type { RevisionRecord, TrialRecord } from "./records/record.ts";

/** How often answers went from right to wrong and back. Counts. */
export interface Transitions {
  /** Trials with a first attempt to compare with: that attempt against the answer that was picked in the end. */
  readonly trials: number;
  readonly rightToRight: number;
  readonly rightToWrong: number;
  readonly wrongToRight: number;
  readonly wrongToWrong: number;
  /** Single revisions against what each revised, accepted or not. */
  readonly revisions: {
    readonly proposed: number;
    readonly accepted: number;
    readonly rightToWrong: number;
    readonly wrongToRight: number;
    /** Of those, the ones that were accepted. */
    readonly rightToWrongAccepted: number;
    readonly wrongToRightAccepted: number;
  };
}

/**
 * What each candidate's notes say of its place in a chain of corrections: `round` (0 for a first attempt), `revises`
 * (place in the strategy's own stream of what it revises) and `accepted`. Undefined for candidates that say nothing.
 * Inside a combinator places count among the candidates of the same `member`.
 */
export function revisionsOf(candidates: readonly Pick<ScoredCandidate, "notes">[]): (RevisionRecord | undefined)[] {
  const places = new Map<unknown, number[]>();
  for (const [i, { notes }] of candidates.entries()) {
    const member = notes?.member ?? null;
    places.set(member, [...(places.get(member) ?? []), i]);
  }
  return candidates.map(({ notes }) => {
    if (typeof notes?.round !== "number") return undefined;
    const of = typeof notes.revises === "number" ? places.get(notes.member ?? null)?.[notes.revises] : undefined;
    if (of === undefined) return { round: notes.round };
    return { round: notes.round, of, accepted: notes.accepted !== false };
  });
}

/** Counts transitions over the trials of one arm. What is undecided counts as not right, as it does in the accuracy. */
export class TransitionTally {
  readonly #ends = { rightToRight: 0, rightToWrong: 0, wrongToRight: 0, wrongToWrong: 0 };
  readonly #revisions = {
    ...{ proposed: 0, accepted: 0, rightToWrong: 0, wrongToRight: 0 },
    ...{ rightToWrongAccepted: 0, wrongToRightAccepted: 0 },
  };
  #trials = 0;

  add({ candidates, verdict }: Pick<TrialRecord, "candidates" | "verdict">): void {
    const first = candidates.find(({ revision }) => revision?.round === 0);
    if (first === undefined) return;
    this.#trials++;
    const after = verdict === "correct" ? "Right" : "Wrong";
    this.#ends[first.correct ? (`rightTo${after}` as const) : (`wrongTo${after}` as const)]++;
    for (const { correct, revision } of candidates) {
      if (revision?.of === undefined) continue;
      this.#revision(candidates[revision.of]?.correct ?? false, correct, revision.accepted === true);
    }
  }

  #revision(before: boolean, after: boolean, accepted: boolean): void {
    this.#revisions.proposed++;
    if (accepted) this.#revisions.accepted++;
    if (before === after) return;
    const kind = before ? "rightToWrong" : "wrongToRight";
    this.#revisions[kind]++;
    if (accepted) this.#revisions[`${kind}Accepted`]++;
  }

  /** Null where no trial had a first attempt: the strategy corrects nothing. */
  transitions(): Transitions | null {
    if (this.#trials === 0) return null;
    return { trials: this.#trials, ...this.#ends, revisions: { ...this.#revisions } };
  }
}
