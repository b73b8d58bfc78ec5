import type { AnswerKind } from "../../../src/core/question.ts";

/** One row of the table: what a careful reader says about two answers. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly expected: "equal" | "different" | "undecided";
  readonly kind: AnswerKind;
}

const verdicts = { "=": "equal", "!": "different", "?": "undecided" } as const;

/** Rows as lines "= a ~~ b" (equal), "! a ~~ b" (different), "? a ~~ b" (nobody can say without the question). */
export function table(kind: AnswerKind, lines: string): Pair[] {
  return lines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const sign = line[0] as keyof typeof verdicts;
      const [a, b, ...more] = line.slice(2).split(" ~~ ");
      if (verdicts[sign] === undefined || a === undefined || b === undefined || more.length > 0)
        throw new Error(`bad row: ${line}`);
      return { a, b, expected: verdicts[sign], kind };
    });
}
