import type { Confidence } from "../../core/candidate.ts";
import type { FailureKind } from "../../core/errors.ts";
import type { NodeRecord } from "../../core/events.ts";
import type { TrialVerdict } from "../../core/metric.ts";
import type { LineState } from "../../core/policy.ts";
import type { Stopped } from "../../core/solution.ts";
import type { Ledger } from "../../core/usage.ts";

export const recordVersion = 1;

/** A limit, and what was spent. */
export interface PassedLimit {
  readonly limit: "tokens" | "calls" | "dollars";
  readonly allowed: number;
  readonly spent: number;
}

/** A candidate's place in a chain of corrections. */
export interface RevisionRecord {
  /** 0 for a first attempt. */
  readonly round: number;
  /** Index of the candidate that it revises, and whether it replaced that one; absent for first attempts. */
  readonly of?: number;
  readonly accepted?: boolean;
}

/** A candidate as results keep it; its text is in the trace. */
export interface CandidateRecord {
  readonly answer: string | null;
  /** Index of its class of equal answers within the trial, -1 without an answer. */
  readonly class: number;
  readonly correct: boolean;
  /** True where the grader could not tell; `correct` is then false. */
  readonly undecided?: true;
  /** Of programs whose tests have parts: which it passes; null where that could not be judged. */
  readonly parts?: Readonly<Record<string, boolean | null>>;
  readonly score: number | null;
  readonly complete: boolean;
  readonly tokens: number;
  /** Of programs, where steps are counted: see efficiency.ts. */
  readonly efficiency?: number;
  readonly stepClass?: number | null;
  readonly costRatio?: number | null;
  readonly dps?: number;
  readonly dpsNorm?: number;
  /** Of strategies that correct: see transitions.ts. */
  readonly revision?: RevisionRecord;
}

/** A comparison of two arms' picks by a judge: 1 where this one is preferred, 0 where the other, ½ for a tie. */
export interface JudgedMatch {
  readonly against: string;
  readonly score: number;
}

/** What a judge said of the pick, where a model grades. Its cost is no part of the trial's. */
export interface JudgedRecord {
  /** "rubric", "critique", "against ARM". */
  readonly judge: string;
  /** Id of the model that was asked. */
  readonly model: string;
  /** Hash of what was asked, of whom, and how it is read. */
  readonly version: string;
  readonly score: number | null;
  readonly reason: string | null;
  /** Of a critique: first wrong step, from 1. */
  readonly firstError?: number | null;
  /** Of a rating with codes: those that apply. */
  readonly codes?: readonly string[];
  /** Of a tournament between the arms. */
  readonly matches?: readonly JudgedMatch[];
  /** Is the pick right by its label? Null where there is none. */
  readonly label: boolean | null;
  readonly usage: Ledger;
  readonly spent: Ledger;
}

/** One line of results.jsonl: one problem × arm × seed. Every metric can be computed from these lines alone. */
export interface TrialRecord {
  readonly version: number;
  readonly key: string;
  readonly arm: string;
  readonly strategy: string;
  readonly dataset: string;
  readonly problem: string;
  readonly group?: string;
  readonly tags?: readonly string[];
  readonly difficulty?: number;
  readonly seed: number;
  /** What the answer was graded against, for whoever reads the results. Absent in earlier ones. */
  readonly reference?: string;
  readonly answer: string | null;
  readonly verdict: TrialVerdict;
  /** Where a judge grades: its judgement, and the verdict that the reference gave. */
  readonly judged?: JudgedRecord;
  readonly label?: TrialVerdict;
  /** What the failed call was about, of verdict `error`; "content" where what was asked is refused. */
  readonly failure?: FailureKind;
  /** The grader that decided, where that is not the reference by the built-in rules. */
  readonly grader?: { readonly name: string; readonly version: string };
  /** The grading rule that decided, or the error's message. */
  readonly rule: string;
  readonly reason: string;
  readonly support: number | null;
  readonly stopped: Stopped | "error";
  readonly candidates: readonly CandidateRecord[];
  /**
   * The pick after each candidate, and the last one where picking itself made calls: [candidates, picked index or null,
   * tokens, calls].
   */
  readonly picks: readonly (readonly [number, number | null, number, number])[];
  /** As if nothing had been in the store. */
  readonly usage: Ledger;
  /** Limits of its budget that were passed by more than the tolerance; absent where it kept them. */
  readonly passed?: readonly PassedLimit[];
  /** Rounds that its searches drew and judged in full; absent without a search. */
  readonly rounds?: number;
  /** What depends on the moment: left out when results are compared. */
  readonly moment: {
    readonly milliseconds: number;
    /**
     * How long models were at work on the longest chain of calls, without waiting; absent in earlier results and where
     * it is not known.
     */
    readonly serviceMs?: number;
    readonly spent: Ledger;
  };
}

/** Seconds that a trial takes by itself; with all its waiting where nothing better is on record. */
export const secondsOf = ({ moment }: Pick<TrialRecord, "moment">): number =>
  (moment.serviceMs ?? moment.milliseconds) / 1000;

/** Characters (UTF-16 units) of a step's own text, and of what running it printed behind it. */
export interface StepLengths {
  readonly own: number;
  readonly printed?: number;
  readonly kind?: string;
}

export type TraceCandidate = TraceRecord["candidates"][number];

/** A trial's candidates in full: one line of traces.jsonl. */
export interface TraceRecord {
  readonly key: string;
  readonly arm: string;
  readonly problem: string;
  readonly seed: number;
  readonly question: string;
  readonly candidates: readonly {
    readonly text: string;
    readonly answer: string | null;
    readonly score: number | null;
    readonly correct: boolean;
    /** What the policy's log-probabilities said of it (see engine/learned/confidence.ts), where it gave them. */
    readonly confidence?: Confidence;
    /** What the policy held at the ends of each step's lines, where the experiment keeps it. */
    readonly states?: readonly (readonly LineState[])[];
    /**
     * Where its steps stand, where the experiment keeps them: of each one its own characters and those of what it
     * printed, which together are the text. Null where the text is more or less than its steps.
     */
    readonly lengths?: readonly StepLengths[] | null;
    /** Its tokens with their log-probabilities, where the experiment keeps them and the policy gives them. */
    readonly tokens?: readonly (readonly [token: string, logprob: number])[];
    readonly notes?: Readonly<Record<string, string | number | boolean>>;
    /** What the outcome verifier said beside its number. */
    readonly judgement?: string;
    /** The outcome verifier's own number, where the score is made of another. */
    readonly raw?: number;
    /**
     * The process verifier's scores of its steps, which a derived score is aggregated from, and their raw numbers where
     * they differ.
     */
    readonly steps?: readonly (number | null)[];
    readonly rawSteps?: readonly (number | null)[];
    /** Place in `prompts` of the prompt that it came from. */
    readonly prompt?: number;
  }[];
  /** The search tree, where one was walked, in order of node numbers; the root is left out. */
  readonly nodes?: readonly TraceNode[];
  /** Calls by role and purpose. */
  readonly calls: readonly CallTotal[];
  /**
   * Distinct prompts, each once. Texts that continue a beginning have it beside their prompt: it is the path to their
   * node.
   */
  readonly prompts?: readonly PromptRecord[];
  /** What stands in several prompts. */
  readonly promptTexts?: readonly string[];
  /** How many more distinct prompts there were: long traces keep the first. */
  readonly promptsLeftOut?: number;
}

/**
 * A part of a message: text, or what stands here: a candidate's text by its number, the question (-1), `promptTexts[i]`
 * (-2 - i).
 */
export type PromptPiece = string | number;

export interface PromptRecord {
  readonly purpose: string;
  /** Samples that were drawn from it. */
  readonly samples: number;
  readonly messages: readonly { readonly role: string; readonly text: readonly PromptPiece[] }[];
}

/** A node with what the walk thought of it in the end. */
export interface TraceNode extends Omit<NodeRecord, "calls" | "scoreCalls"> {
  readonly visits?: number;
  readonly value?: number | null;
  /** Place in `prompts` of the prompt that it came from. */
  readonly prompt?: number;
}

export interface CallTotal {
  readonly role: string;
  readonly purpose: string;
  readonly samples: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}
