import { z } from "zod";
import type { Candidate } from "../../core/candidate.ts";
import type { Run } from "../../core/run.ts";
import { solutionCandidate, solutionMessages } from "../sampling.ts";

export interface Decision {
  readonly accepted: boolean;
  readonly why: string;
}

/** Decides whether a revision replaces the attempt that stands. */
export type AcceptRule = (run: Run, kept: Candidate, revision: Candidate) => Promise<Decision>;

export const acceptNames = ["safe", "always", "if-scored-higher", "if-agrees"] as const;
export type AcceptName = (typeof acceptNames)[number];

export const acceptOption = z
  .enum(acceptNames)
  .default("safe")
  .describe(
    "when a revision replaces the attempt: always, if-scored-higher, if-agrees (a fresh solution has the revision's answer), or safe: by score where there is one, else by agreement",
  );

/** What a candidate is worth where no verifier is at hand (the share of tests that it passes); null where that cannot be told. */
export type Worth = (run: Run, candidate: Candidate) => Promise<number | null>;

export interface AcceptSettings {
  readonly accept: AcceptName;
  /** Of the fresh solution that `if-agrees` asks for; a greedy one would repeat the attempt, so it is at least 0.7. */
  readonly temperature: number;
  /** Read where the verifiers give no score. */
  readonly worth?: Worth;
  /** Says whether another voice has this answer; default: one fresh solution. */
  readonly agrees?: (run: Run, revision: Candidate) => Promise<boolean>;
}

/**
 * The accept rules. Under every one of them a revision without an answer or one that was cut never replaces an attempt that has and was
 * not, and the other way round it always does.
 *
 * - `always`: the published form of most papers, and what costs right answers where the signal is poor (Huang et al. 2023, arXiv:2310.01798).
 * - `if-scored-higher`: strictly, by the verifiers, else by the strategy's own worth (tests passed); without either nothing is replaced.
 * - `if-agrees`: the revision's answer is the attempt's, or that of one fresh solution, drawn only when the two differ. Equal answers are one class. A
 *   right attempt is then lost only when the revision and a solution that never saw it make the same mistake. Cost: at most one call.
 * - `safe`: by score where both have one, else by agreement.
 */
export function acceptRule(settings: AcceptSettings): AcceptRule {
  const { accept } = settings;
  return async (run, kept, revision) => {
    const plain = byForm(kept, revision);
    if (plain !== null) return plain;
    if (accept === "always") return { accepted: true, why: "always" };
    if (accept !== "if-agrees") {
      const scored = await byScore(run, kept, revision, settings.worth);
      if (scored !== null) return scored;
      if (accept === "if-scored-higher") return { accepted: false, why: "no score" };
    }
    return await byAgreement(run, kept, revision, settings);
  };
}

/** Model calls that the rule makes at most for one revision. */
export const acceptCalls = (accept: AcceptName): number => (accept === "safe" || accept === "if-agrees" ? 1 : 0);

function byForm(kept: Candidate, revision: Candidate): Decision | null {
  const worse = (a: Candidate, b: Candidate) => (a.answer === null && b.answer !== null) || (!a.complete && b.complete);
  if (worse(revision, kept)) return { accepted: false, why: "no answer" };
  if (worse(kept, revision)) return { accepted: true, why: "the attempt had no answer" };
  return null;
}

async function byScore(
  run: Run,
  kept: Candidate,
  revision: Candidate,
  worth: Worth | undefined,
): Promise<Decision | null> {
  const [before, after] = await worths(run, kept, revision, worth);
  if (before == null || after == null) return null;
  return { accepted: after > before, why: `scored ${after.toFixed(3)} after ${before.toFixed(3)}` };
}

async function worths(run: Run, kept: Candidate, revision: Candidate, worth: Worth | undefined) {
  if (run.verifiers.outcome || run.verifiers.process) {
    const scores = await run.score([kept, revision]);
    return scores.map(({ value }) => value);
  }
  return worth === undefined ? [] : [await worth(run, kept), await worth(run, revision)];
}

async function byAgreement(
  run: Run,
  kept: Candidate,
  revision: Candidate,
  { temperature, agrees = freshAgrees(temperature) }: AcceptSettings,
): Promise<Decision> {
  const [before, after] = run.classes([kept.answer?.text ?? null, revision.answer?.text ?? null]);
  if (before === after) return { accepted: true, why: "same answer" };
  const accepted = await agrees(run, revision);
  return { accepted, why: accepted ? "another voice agrees" : "no other voice agrees" };
}

const freshAgrees = (temperature: number) => async (run: Run, revision: Candidate) => {
  const [sample] = await run.sample({
    messages: solutionMessages(run.question),
    temperature: Math.max(temperature, 0.7),
    purpose: "solve",
  });
  if (sample === undefined || revision.answer === null) return false;
  const witness = solutionCandidate(run, sample).answer?.text ?? null;
  const [own, other] = run.classes([revision.answer.text, witness]);
  return own === other;
};
