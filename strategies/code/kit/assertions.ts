/**
 * The assertions in a model's text, one a line, that test `entryPoint`: those in fenced blocks, and lines of prose that
 * begin with `assert`. Each once (white space apart); never one that does not call the function, is cut off in the
 * middle or holds more than one statement.
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

/** White space makes no difference between assertions, but for white space within quotes. */
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
