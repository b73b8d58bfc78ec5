import { compareAnswers } from "../../../src/answer/equal.ts";
import { grade } from "../../../src/answer/grade.ts";
import { Random } from "../../../src/core/random.ts";
import { generators } from "./generators.ts";

/** What the cases of one kind came to; a fault is shown as it was judged. */
export interface KindResult {
  readonly kind: string;
  readonly cases: number;
  readonly pairs: number;
  readonly falseRejects: readonly string[];
  readonly falseAccepts: readonly string[];
  readonly slowestMs: number;
}

/**
 * Makes `count` cases of a kind and judges each pair both ways round, as a comparison and as a grade: right pairs must
 * be accepted, wrong ones never.
 */
export function checkKind(kind: string, count: number): KindResult {
  const [falseRejects, falseAccepts]: [string[], string[]] = [[], []];
  let [pairs, slowestMs] = [0, 0];
  const judge = (a: string, b: string): boolean => {
    pairs++;
    const start = performance.now();
    const accepted = compareAnswers(a, b).verdict === "equal";
    slowestMs = Math.max(slowestMs, performance.now() - start);
    return accepted && grade(a, { answer: b }, { kind: "math" }).verdict === "correct";
  };
  for (let i = 0; i < count; i++) {
    const made = generators[kind]?.(new Random(`kinds/${kind}/${i}`));
    if (made === undefined) throw new Error(`no such kind: ${kind}`);
    for (const [a, b] of [made.right, [made.right[1], made.right[0]]] as const)
      if (!judge(a, b)) falseRejects.push(`${a} ~~ ${b}`);
    for (const [x, y] of made.wrong)
      for (const [a, b] of [
        [x, y],
        [y, x],
      ] as const)
        if (compareAnswers(a, b).verdict === "equal" || grade(a, { answer: b }, { kind: "math" }).verdict === "correct")
          falseAccepts.push(`${a} ~~ ${b}`);
    pairs += 2 * made.wrong.length;
  }
  return { kind, cases: count, pairs, falseRejects, falseAccepts, slowestMs };
}

export const kindNames: readonly string[] = Object.keys(generators);
