import { type FormContext, reasons } from "./form.ts";
import { type PooledCandidate, stepsOf } from "./pool.ts";
import { codePoints, type Part, type Span, spansOf } from "./spans.ts";

export const maskings = ["tool", "wrong", "none"] as const;

export interface Masking {
  /** What programs printed, wrong steps too, or nothing. */
  readonly mask: (typeof maskings)[number];
  /** A step whose score is below it is wrong. */
  readonly threshold: number;
}

export interface Masks {
  readonly trained: readonly Span[];
  readonly masked: readonly Span[];
}

/** Stretches of a solution to train on; null, counted, where a thing that is to be masked is not known. */
export function masksOf(
  candidate: PooledCandidate,
  { mask, threshold }: Masking,
  leave: FormContext["leave"],
): Masks | null {
  if (mask === "none") return { trained: [[0, codePoints(candidate.text)]], masked: [] };
  const steps = stepsOf(candidate);
  if (steps === null) {
    leave(reasons.steps);
    return null;
  }
  const scores = mask === "wrong" ? scoresOf(candidate, steps.length) : null;
  if (mask === "wrong" && scores === null) {
    leave(reasons.stepScores);
    return null;
  }
  const parts = steps.flatMap(({ own, printed }, t): Part[] => [
    { text: own, trained: scores === null || (scores[t] ?? 0) >= threshold },
    { text: printed, trained: false },
  ]);
  return spansOf(parts);
}

/** The process verifier's scores, one a step and all known; null where they are not. */
export function scoresOf({ traced: { steps } }: PooledCandidate, length: number): readonly number[] | null {
  if (steps === undefined || steps.length !== length) return null;
  return steps.every((score) => score !== null) ? steps : null;
}
