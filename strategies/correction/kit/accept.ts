import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import { BudgetExceededError } from "../../../src/core/errors.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";

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
  /** What others said before they had seen anything; they are counted before a fresh solution is drawn. Default none. */
  readonly voices?: readonly Candidate[];
}

/**
 * The accept rules. Under every one of them a revision without an answer or one that was cut never replaces an attempt that has and was
 * not, and the other way round it always does.
 *
 * - `always`: the published form of most papers, and what costs right answers where the signal is poor (Huang et al. 2023, arXiv:2310.01798).
 * - `if-scored-higher`: strictly, by the verifiers, else by the strategy's own worth (tests passed); without either nothing is replaced.
 * - `if-agrees`: the revision's answer is the attempt's, or that of one fresh solution, drawn only when the two differ. Equal answers are one class. A
 *   right attempt is then lost only when the revision and a solution that never saw it make the same mistake. Where several answered before they saw
 *   each other, the answer that more of them gave wins, and a fresh solution decides a tie. Cost: at most one call.
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

/**
 * Decides, and where the budget has no room to decide keeps the attempt: the revision is not lost, and `ended` is what the strategy ends with once it has
 * yielded it.
 */
export async function decide(
  run: Run,
  rule: AcceptRule,
  kept: Candidate,
  revision: Candidate,
): Promise<{ readonly decision: Decision; readonly ended: BudgetExceededError | null }> {
  try {
    return { decision: await rule(run, kept, revision), ended: null };
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    return { decision: { accepted: false, why: "no budget left to decide" }, ended: error };
  }
}

/** Model calls that the rule makes at most for one revision. */
export const acceptCalls = (accept: AcceptName): number => (accept === "safe" || accept === "if-agrees" ? 1 : 0);

function byForm(kept: Candidate, revision: Candidate): Decision | null {
  const worse = (a: Candidate, b: Candidate) => (a.answer === null && b.answer !== null) || (!a.complete && b.complete);
  if (worse(revision, kept)) return { accepted: false, why: "no answer, or cut" };
  if (kept.answer === null && revision.answer === null) return { accepted: true, why: "neither has an answer" };
  if (worse(kept, revision)) return { accepted: true, why: "the attempt had no answer, or was cut" };
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
  { temperature, voices = [] }: AcceptSettings,
): Promise<Decision> {
  const textOf = ({ answer }: Candidate) => answer?.text ?? null;
  const [before, after, ...said] = run.classes([textOf(kept), textOf(revision), ...voices.map(textOf)]);
  if (before === after) return { accepted: true, why: "same answer" };
  const votesFor = (index: number | undefined) => said.filter((other) => other === index).length;
  const [against, inFavour] = [votesFor(before), votesFor(after)];
  if (against !== inFavour) return { accepted: inFavour > against, why: `first answers: ${inFavour} to ${against}` };
  const accepted = await freshAgrees(run, revision, temperature);
  return { accepted, why: accepted ? "a fresh solution agrees" : "no fresh solution agrees" };
}

async function freshAgrees(run: Run, revision: Candidate, temperature: number): Promise<boolean> {
  const [sample] = await run.sample({
    messages: solutionMessages(run.question),
    temperature: Math.max(temperature, 0.7),
    purpose: "solve",
  });
  if (sample === undefined || revision.answer === null) return false;
  const witness = solutionCandidate(run, sample).answer?.text ?? null;
  const [own, other] = run.classes([revision.answer.text, witness]);
  return own === other;
}
