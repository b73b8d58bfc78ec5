import type { ProblemRow } from "../../../src/core/problem.ts";

/** What is looked for, in the order of the table. */
export const lintChecks = {
  question: "nothing is asked",
  cut: "the text ends before it is done",
  formula: "a formula or fence is opened and not closed, or the other way round",
  options: "options are missing, empty or doubled",
  reference: "the grader cannot read the reference, or does not find it equal to itself",
  solution: "the worked solution ends in another answer than the reference",
  duplicate: "the same question twice",
  conflict: "the same question with another reference",
  near: "nearly the same question, or the same with other numbers",
  leak: "a shown example holds the question",
  spelling: "a word that no dictionary has, one letter from one that it has",
} as const;
export type LintCheck = keyof typeof lintChecks;

/** An error changes what is measured; a warning is to be looked at. */
export interface Finding {
  readonly check: LintCheck;
  readonly level: "error" | "warning";
  /** The problem's id; null: it is about the file. */
  readonly problem: string | null;
  /** The other problem, or the place of the shown example. */
  readonly other?: string;
  readonly message: string;
}

/** A worked example that a prompt shows, with where it stands. */
export interface ShownExample {
  readonly place: string;
  readonly text: string;
}

export interface LintSetup {
  /** Examples that prompts show: none of them may hold a problem. */
  readonly shown?: readonly ShownExample[];
  /** Shared trigrams of words (Jaccard) from which questions are nearly the same. */
  readonly near: number;
  readonly checks: ReadonlySet<LintCheck>;
}

export type Look = (
  problems: readonly ProblemRow[],
  setup: LintSetup,
) => readonly Finding[] | Promise<readonly Finding[]>;

/** Text of a finding, cut in the middle of a page. */
export const quoted = (text: string, most = 48): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return `"${line.length > most ? `…${line.slice(1 - most)}` : line}"`;
};
