import type { Step } from "./trajectory.ts";

/**
 * Further calls for one step at most: one where it came blank, two where it ended inside a block (to the end of the
 * block, and on to the end of the step).
 */
export const MOST_DRAWN_AGAIN = 2;

/** What a step may be, by the names that configurations use. */
export const actionNames = [
  "reasoning-steps",
  "plan-steps",
  "code-steps",
  "human-actions",
  "whole-solutions",
  "proposed-steps",
  "thought-steps",
] as const;
export type ActionName = (typeof actionNames)[number];

/** Where one reasoning step ends and the next begins. */
export const splitterNames = ["blank-line", "line", "step-marker", "sentence", "thought", "tokens"] as const;
export type SplitterName = (typeof splitterNames)[number];

/** An action space by name. */
export interface ActionSpec {
  readonly kind: ActionName;
  /** Length limit of one step. */
  readonly stepTokens: number;
  /** Of reasoning steps. Default "blank-line". */
  readonly split?: SplitterName;
  /** Of human-like actions. Default: one of each, of one sample. */
  readonly counts?: HumanCounts;
}

/** How often human-like actions are taken in turn, and how many samples vote on an answer. */
export interface HumanCounts {
  readonly thoughts: number;
  readonly subquestions: number;
  /** Samples of the answer to a sub-question; the commonest answer stands. */
  readonly votes: number;
  /** Samples of a finish. */
  readonly lastVotes: number;
}

/** Limits on which tokens may be sampled; absent: the policy's own. */
export interface TokenLimits {
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
}

/** How one expansion is drawn. */
export interface GrowRequest extends TokenLimits {
  readonly count: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Which of the run's models; default the policy. */
  readonly model?: string;
  /** This step is the last that is allowed: it may run to the end of the text. */
  readonly last: boolean;
  /**
   * Continuations of this trajectory requested before; action spaces that deal out kinds of steps go on from there.
   * Default 0.
   */
  readonly drawn?: number;
}

/** One continuation. */
export interface Grown {
  readonly steps: readonly Step[];
  /** Nothing may follow: an answer was found, the text ended, or this was the last step allowed. */
  readonly terminal: boolean;
  /** False when the text was cut by a limit, so the end is not an end of its own. */
  readonly complete: boolean;
}
