import { z } from "zod";
import { wholeProgram } from "../../../src/answer/languages.ts";
import { AnswerClasses } from "../../../src/core/answer-classes.ts";
import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Message, Sample } from "../../../src/core/policy.ts";
import type { Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { paragraphs, solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";

// The loop of self-correction: attempt → signal → revise → accept or keep. What follows stands in that order; the
// signals themselves are in signals.ts.

/** An attempt as the loop holds it. */
export interface Attempt {
  readonly candidate: Candidate;
  /** How many first steps are settled and not checked again. */
  readonly settled: number;
}

/** What a signal finds in an attempt. */
export interface Finding {
  /** False ends the loop: there is nothing to correct. Null: the signal cannot tell, and the revision is blind. */
  readonly wrong: boolean | null;
  /** Feedback for the reviser; may be empty. */
  readonly said: string;
  /** Index of the first wrong step; null where the signal does not locate one. */
  readonly step: number | null;
}

/**
 * Says what is wrong with an attempt: own feedback, scores, a critic, a test report. A strategy's option chooses it.
 */
export type Signal = (run: Run, attempt: Attempt) => Promise<Finding>;

/** A new attempt made from the one that stands. */
export interface Revision {
  readonly candidate: Candidate;
  /** Steps that the next check may skip; default 0. */
  readonly settled?: number;
  /** For the trace. */
  readonly notes?: Candidate["notes"];
}

/** Makes a revision; null where none can be made (nothing located, nothing changed), which ends the loop. */
export type Reviser = (run: Run, attempt: Attempt, finding: Finding) => Promise<Revision | null>;

/** Whether a revision replaces the attempt that stands. */
export interface Decision {
  readonly accepted: boolean;
  readonly why: string;
}

export type AcceptRule = (run: Run, kept: Candidate, revision: Candidate) => Promise<Decision>;

/** The parts of a correction strategy. */
export interface Correction {
  /** The first attempt; null when there was no budget for one. */
  readonly attempt: (run: Run) => Promise<Candidate | null>;
  readonly signal: Signal;
  readonly revise: Reviser;
  readonly accept: AcceptRule;
  /** Revisions at most. */
  readonly rounds: number;
  /** Can another revision of the same attempt come out differently? If not, the first rejected one is the last. */
  readonly varies: boolean;
  /** Place of the first candidate in the strategy's stream, for strategies that run several loops. Default 0. */
  readonly from?: number;
  /** Added to the notes of every candidate. */
  readonly notes?: Candidate["notes"];
}

/**
 * The one loop of self-correction. Every attempt and revision is a candidate. Its notes say the `round` (0 for the
 * attempt); those of a revision also say which candidate it `revises` (by place in the strategy's stream) and whether
 * it was `accepted`, so that right→wrong and wrong→right transitions can be counted by whoever holds the reference.
 *
 * A rejected revision leaves the attempt and its finding standing: the next round revises the same attempt again
 * without a second call of the signal. The loop ends when the signal finds nothing, when the reviser returns null, or
 * after `rounds` revisions. Returns the place after its last candidate; null where the budget is over.
 */
export async function* correct(run: Run, correction: Correction): AsyncGenerator<Candidate, number | null> {
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
    const { candidate, settled = 0 } = revision;
    const decision = await decide(run, accept, kept.candidate, candidate);
    const own = { round, revises: keptAt, ...(decision ?? undecided), ...stepNote(finding) };
    yield { ...candidate, notes: { ...candidate.notes, ...notes, ...revision.notes, ...own } };
    if (decision === null) return null;
    at++;
    if (decision.accepted) {
      kept = { candidate, settled };
      [keptAt, finding] = [at, null];
    } else if (!varies) break;
  }
  return at + 1;
}

const stepNote = ({ step }: Finding): Readonly<Record<string, number>> => (step === null ? {} : { wrongStep: step });

/** The first attempt: the plain solution that other strategies draw too. Cost: one call. */
export const plainAttempt = (temperature: number, model?: string) => async (run: Run) => {
  const messages = solutionMessages(run.question);
  const [sample] = await run.sample({ messages, temperature, purpose: "solve", model });
  return sample === undefined ? null : solutionCandidate(run, sample);
};

const REVISE_INSTRUCTION = "Use the feedback to write a corrected solution from the start.";

/** Without any feedback (Huang et al. 2023, arXiv:2310.01798, appendix A). */
const BLIND_INSTRUCTION =
  "Look at your solution once more, and write it anew from the start with whatever you find put right.";

/** The end of every request for a new solution: the form of the answer, by the kind of question. */
export function closing({ kind, conversation, code }: Question): string {
  if (conversation !== undefined) return "Give the whole reply.";
  if (kind === "code") return wholeProgram(code?.language);
  const what = kind === "choice" ? "the letter of the right option" : "your final answer";
  return `Reason step by step, and put ${what} within \\boxed{}.`;
}

/** The request for a blind revision. */
export const lookAgain = (question: Question): string => `${BLIND_INSTRUCTION} ${closing(question)}`;

/** The conversation up to and including the attempt. */
export const attemptShown = ({ question }: Run, { candidate }: Pick<Attempt, "candidate">): Message[] => [
  ...solutionMessages(question),
  { role: "assistant", content: candidate.text },
];

/** Writes the whole solution again with the attempt and the feedback in view. Cost: one call. */
export const rewrite =
  (temperature: number): Reviser =>
  async (run, attempt, { said }) => {
    const { question } = run;
    const request = `Feedback:\n${said}\n\n${REVISE_INSTRUCTION} ${closing(question)}`;
    const content = said === "" ? lookAgain(question) : request;
    const messages: Message[] = [...attemptShown(run, attempt), { role: "user", content }];
    const [sample] = await run.sample({ messages, temperature, purpose: "revise" });
    return sample === undefined ? null : { candidate: solutionCandidate(run, sample) };
  };

/** The text of the first `kept` steps. */
export const textUpTo = ({ trajectory }: Candidate, kept: number): string =>
  trajectory.steps
    .slice(0, kept)
    .map(({ text }) => text)
    .join("");

/**
 * The revision that keeps the first `kept` steps, adds `bridge` and goes on with the sample. `saved` in its notes
 * counts the tokens of the kept steps, which need not be written again. What is kept is settled.
 */
export function resumed(run: Run, attempt: Candidate, kept: number, sample: Sample, bridge = ""): Revision {
  const before = attempt.trajectory.steps.slice(0, kept);
  const saved = before.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);
  const steps = bridge === "" ? before : [...before, { text: bridge, tokens: 0 }];
  const settled = { settled: steps.length, notes: { saved } };
  if (steps.length === 0) return { candidate: solutionCandidate(run, sample), ...settled };
  const text = textUpTo(attempt, kept) + bridge + sample.text;
  const { answer, complete } = solutionCandidate(run, { ...sample, text });
  const trajectory = Trajectory.of([...steps, ...paragraphs(sample)]);
  return { candidate: { trajectory, text, answer, complete, logprobs: sample.logprobs }, ...settled };
}

export const acceptNames = ["safe", "always", "if-scored-higher", "if-agrees"] as const;
export type AcceptName = (typeof acceptNames)[number];

export const acceptOption = z
  .enum(acceptNames)
  .default("safe")
  .describe(
    "when a revision replaces the attempt: always, if-scored-higher, if-agrees (a fresh solution has the revision's answer), or safe: by score where there is one, else by agreement",
  );

/** A score that the strategy itself computes (the share of tests passed); null where there is none. */
export type OwnScore = (run: Run, candidate: Candidate) => Promise<number | null>;

export interface AcceptSettings {
  readonly accept: AcceptName;
  /** Of the fresh solution that `if-agrees` draws; at least 0.7 is used, as a greedy one would repeat the attempt. */
  readonly temperature: number;
  /** Read where no verifier is given. */
  readonly ownScore?: OwnScore;
  /** Answers given independently, before anybody saw another's: they vote before a fresh solution is drawn. */
  readonly independent?: readonly Candidate[];
}

/**
 * The accept rules. Under each of them a revision that has no answer or was cut never replaces an attempt that has an
 * answer and was not cut; in the opposite case it always does.
 *
 * - `always`: the published form of most papers. It loses right answers where the signal is poor (Huang et al. 2023,
 *   arXiv:2310.01798).
 * - `if-scored-higher`: strictly, by the verifiers, else by the strategy's own score; without scores nothing is
 *   replaced.
 * - `if-agrees`: the revision has the attempt's answer, or that of one fresh solution, drawn only when the two differ.
 *   A right attempt is lost only when the revision and an independent solution make the same mistake. Where several
 *   answered independently, the answer with more of their votes wins, and a fresh solution breaks a tie. Cost: at most
 *   one call.
 * - `safe`: by score where both have one, else by agreement.
 */
export function acceptRule(settings: AcceptSettings): AcceptRule {
  const { accept } = settings;
  return async (run, kept, revision) => {
    const byForm = compareForms(kept, revision);
    if (byForm !== null) return byForm;
    if (accept === "always") return { accepted: true, why: "always" };
    if (accept !== "if-agrees") {
      const byScore = await compareScores(run, kept, revision, settings);
      if (byScore !== null) return byScore;
      if (accept === "if-scored-higher") return { accepted: false, why: "no score" };
    }
    return await compareAnswers(run, kept, revision, settings);
  };
}

/** Model calls that the rule makes at most for one revision. */
export const acceptCalls = (accept: AcceptName): number => (accept === "safe" || accept === "if-agrees" ? 1 : 0);

/**
 * The decision; null where the budget is over before it is made: yield the revision as {@link undecided} and return.
 */
export async function decide(run: Run, rule: AcceptRule, kept: Candidate, revision: Candidate) {
  const { values } = await run.gather([rule(run, kept, revision)]);
  return values[0] ?? null;
}

export const undecided: Decision = Object.freeze({ accepted: false, why: "no budget left to decide" });

function compareForms(kept: Candidate, revision: Candidate): Decision | null {
  const worse = (a: Candidate, b: Candidate) => (a.answer === null && b.answer !== null) || (!a.complete && b.complete);
  if (worse(revision, kept)) return { accepted: false, why: "no answer, or cut" };
  if (kept.answer === null && revision.answer === null) return { accepted: true, why: "neither has an answer" };
  if (worse(kept, revision)) return { accepted: true, why: "the attempt had no answer, or was cut" };
  return null;
}

async function compareScores(run: Run, kept: Candidate, revision: Candidate, { ownScore }: AcceptSettings) {
  const verified = run.verifiers.outcome || run.verifiers.process;
  const [before, after] = verified
    ? (await run.score([kept, revision])).map(({ value }) => value)
    : [(await ownScore?.(run, kept)) ?? null, (await ownScore?.(run, revision)) ?? null];
  if (before == null || after == null) return null;
  return { accepted: after > before, why: `scored ${after.toFixed(3)} after ${before.toFixed(3)}` };
}

async function compareAnswers(run: Run, kept: Candidate, revision: Candidate, settings: AcceptSettings) {
  const { temperature, independent = [] } = settings;
  const answers = AnswerClasses.of(run, [kept, revision, ...independent]);
  if (answers.classOf[0] === answers.classOf[1]) return { accepted: true, why: "same answer" };
  // Neither votes for itself.
  const [against, inFavour] = [answers.votesFor(0) - 1, answers.votesFor(1) - 1];
  if (against !== inFavour) return { accepted: inFavour > against, why: `first answers: ${inFavour} to ${against}` };
  const fresh = await plainAttempt(Math.max(temperature, 0.7))(run);
  const accepted = fresh !== null && AnswerClasses.of(run, [revision, fresh]).unanimous;
  return { accepted, why: accepted ? "a fresh solution agrees" : "no fresh solution agrees" };
}

/** Was it accepted? First attempts are. */
export const wasAccepted = ({ notes }: ScoredCandidate): boolean => notes?.accepted !== false;

/** Does the rule read scores? The engine then has every candidate scored. */
export const readsScores = (accept: AcceptName): boolean => accept === "safe" || accept === "if-scored-higher";

/** The attempt that stands: the last accepted candidate with an answer, else the last with one. */
export function lastKept(accept: AcceptName): Selection {
  return {
    name: "last-kept",
    usesScores: readsScores(accept),
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
