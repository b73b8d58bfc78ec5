/** Equal, different, or not decided by the rules; `rule` names what decided. */
export interface Verdict {
  readonly verdict: "equal" | "different" | "undecided";
  readonly rule: string;
}

export const equal = (rule: string): Verdict => ({ verdict: "equal", rule });
export const different = (rule: string): Verdict => ({ verdict: "different", rule });
export const undecided = (rule: string): Verdict => ({ verdict: "undecided", rule });
