/** Equal, different, or not decided by the rules; `rule` names what decided. */
export interface Verdict {
  readonly verdict: "equal" | "different" | "undecided";
  readonly rule: string;
}

/**
 * What became of an answer: `unparsed` there was none, `undecided` the rules cannot say (false in scores, counted
 * apart).
 */
export interface Grade {
  readonly verdict: "correct" | "incorrect" | "unparsed" | "undecided";
  /** The rule that decided. */
  readonly rule: string;
  /** Of programs whose tests have parts: which it passes; null where that could not be judged. */
  readonly parts?: Readonly<Record<string, boolean | null>>;
}

export const equal = (rule: string): Verdict => ({ verdict: "equal", rule });
export const different = (rule: string): Verdict => ({ verdict: "different", rule });
export const undecided = (rule: string): Verdict => ({ verdict: "undecided", rule });
