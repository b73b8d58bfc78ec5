import type { ProblemRow } from "../../../src/core/problem.ts";
import { equalQuestions, leaks, nearQuestions } from "./duplicates.ts";
import { type Finding, type LintCheck, type LintSetup, type Look, lintChecks } from "./finding.ts";
import { asksNothing, brokenFormulas, cutShort, wrongOptions } from "./prompts.ts";
import { otherSolutions, wrongReferences } from "./references.ts";
import { misspelt } from "./spelling.ts";

export type { Finding, LintCheck, ShownExample } from "./finding.ts";
export { lintChecks } from "./finding.ts";

const looks: readonly (readonly [readonly LintCheck[], Look])[] = [
  [["question"], asksNothing],
  [["cut"], cutShort],
  [["formula"], brokenFormulas],
  [["options"], wrongOptions],
  [["reference"], wrongReferences],
  [["solution"], otherSolutions],
  [["duplicate", "conflict"], equalQuestions],
  [["near"], nearQuestions],
  [["leak"], leaks],
  [["spelling"], misspelt],
];

export const allChecks = Object.keys(lintChecks) as readonly LintCheck[];

/**
 * What is wrong with a set of problems, or looks it: prompts, references, questions that come twice, examples that give
 * a question away. In the order of the checks, then of the problems. Reads texts alone; calls no model.
 */
export async function lintProblems(
  problems: readonly ProblemRow[],
  { shown, near = 0.7, checks = new Set(allChecks) }: Partial<LintSetup> = {},
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [names, look] of looks) {
    if (!names.some((name) => checks.has(name))) continue;
    findings.push(...(await look(problems, { shown, near, checks })).filter(({ check }) => checks.has(check)));
  }
  return findings;
}
