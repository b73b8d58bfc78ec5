/** Programs that pass exactly the same tests, with what CodeT calls a consensus set's score. */
export interface ConsensusGroup {
  /** Indices of the programs, in order. */
  readonly programs: readonly number[];
  /** Indices of the tests that each of them passes. */
  readonly tests: readonly number[];
  /** Programs in the group × tests passed. */
  readonly score: number;
}

/**
 * Dual execution agreement (CodeT: Chen et al. 2022, arXiv:2207.10397, section 3): programs are grouped by the set of tests they pass, and a
 * group is worth its number of programs times its number of tests. `passes[i][j]`: does program i pass test j? Groups best first; ties: more
 * programs, then the earliest program. (Their released code takes the square root of the programs; the paper's formula is used here.)
 */
export function dualAgreement(passes: readonly (readonly boolean[])[]): ConsensusGroup[] {
  const groups = new Map<string, { programs: number[]; tests: number[] }>();
  for (const [i, row] of passes.entries()) {
    const tests = row.flatMap((passed, j) => (passed ? [j] : []));
    const key = tests.join(" ");
    const group = groups.get(key) ?? { programs: [], tests };
    group.programs.push(i);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, score: group.programs.length * group.tests.length }))
    .sort(
      (a, b) =>
        b.score - a.score || b.programs.length - a.programs.length || (a.programs[0] ?? 0) - (b.programs[0] ?? 0),
    );
}

/**
 * The assertions in a model's text, one a line, that test `entryPoint`: those in fenced blocks, and lines of prose that begin with `assert`. Each once (white space apart);
 * never one that does not call the function, is cut off in the middle or holds more than one statement.
 */
export function assertionsIn(text: string, entryPoint: string): string[] {
  const called = new RegExp(`\\b${entryPoint}\\s*\\(`);
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const assertion = line
      .replace(/\s+$/, "")
      .replace(/^\s*(?:[-*]\s+|\d+[.)]\s+)?/, "")
      .replace(/^`(.*)`$/, "$1");
    if (!assertion.startsWith("assert ") || !called.test(assertion) || !closes(assertion)) continue;
    const key = withoutSpace(assertion);
    if (!found.has(key)) found.set(key, assertion);
  }
  return [...found.values()];
}

/** White space between words does not tell assertions apart; white space within quotes does. */
const withoutSpace = (assertion: string): string =>
  assertion.replace(/("[^"]*"|'[^']*')|\s+/g, (_, quoted?: string) => quoted ?? "");

/** Brackets and quotes are closed, and nothing but a comment or a message follows. */
function closes(assertion: string): boolean {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < assertion.length; at++) {
    const char = assertion[at] ?? "";
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === "#") break;
    else if (char === "'" || char === '"') quote = char;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
    else if (char === ";") return false;
  }
  return depth === 0 && quote === "";
}
