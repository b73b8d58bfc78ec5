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
 * Makes `count` cases of a kind and judges each pair both ways round: right pairs must compare equal, wrong ones never
 * be graded correct. A grade accepts whatever compares equal, and may accept more.
 */
export function checkKind(kind: string, count: number): KindResult {
  const [falseRejects, falseAccepts]: [string[], string[]] = [[], []];
  let [pairs, slowestMs] = [0, 0];
  const judge = (a: string, b: string, right: boolean): boolean => {
    pairs++;
    const start = process.cpuUsage();
    const { verdict } = right ? compareAnswers(a, b) : grade(a, { answer: b }, { kind: "math" });
    const { user, system } = process.cpuUsage(start);
    slowestMs = Math.max(slowestMs, (user + system) / 1_000);
    return verdict === "equal" || verdict === "correct";
  };
  for (let i = 0; i < count; i++) {
    const made = generators[kind]?.(new Random(`kinds/${kind}/${i}`));
    if (made === undefined) throw new Error(`no such kind: ${kind}`);
    const bothWays = ([a, b]: readonly [string, string]) => [[a, b] as const, [b, a] as const];
    for (const [a, b] of bothWays(made.right)) if (!judge(a, b, true)) falseRejects.push(`${a} ~~ ${b}`);
    for (const [a, b] of made.wrong.flatMap(bothWays)) if (judge(a, b, false)) falseAccepts.push(`${a} ~~ ${b}`);
  }
  return { kind, cases: count, pairs, falseRejects, falseAccepts, slowestMs };
}

export const kindNames: readonly string[] = Object.keys(generators);
