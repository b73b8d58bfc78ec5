import type { Candidate } from "../../src/core/candidate.ts";
import { Trajectory } from "../../src/core/trajectory.ts";

/** A text as steps, split after blank lines. */
export const paragraphsOf = (text: string): { text: string }[] =>
  (text.match(/[\s\S]+?(?:\n\n|$)/g) ?? []).map((part) => ({ text: part }));

/** A whole solution as a candidate. */
export function candidateFrom(text: string): Candidate {
  const boxed = /\\boxed\{(-?\d+)\}/.exec(text)?.[1];
  return {
    trajectory: Trajectory.of(paragraphsOf(text)),
    text,
    answer: boxed === undefined ? null : { text: boxed, rule: "boxed" },
    complete: true,
  };
}
