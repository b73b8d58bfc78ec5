import type { z } from "zod";
import { closest } from "../core/errors.ts";
import { describeIssue } from "../core/strategy.ts";

type Issue = z.core.$ZodIssue;

/** Where a value does not fit its schema and what it must be: `messages[0].role`, "must be one of …, got …". */
export function issueOf(error: z.ZodError, given: unknown): { readonly path: string; readonly sentence: string } {
  const issue = deepest(error.issues);
  const path = pathText(issue.path);
  if (issue.code !== "unrecognized_keys") return { path, sentence: tidied(describeIssue(issue, given)) };
  const [key = ""] = issue.keys;
  const place = pathText([...issue.path, key]);
  return { path: place, sentence: "is not known here." };
}

/** Two of the schema library's sentences as requirements. */
const tidied = (sentence: string): string =>
  sentence
    .replace(/^Too (?:small|big): expected (\w+) to have (.*?) (\w+), got/, "must be $1 of $2 $3, got")
    .replace(/^must be (\w+) of >=(\d+)/, "must have at least $2")
    .replace(/^must be (\w+) of <=(\d+)/, "must have at most $2")
    .replace(/^Invalid discriminator value\. Expected/, "must be one of")
    .replace(/^Invalid string: must match pattern.*?, got/, "must be written differently, got");

/** A name that was perhaps meant. */
export function guessFor(given: string, known: readonly string[]): string {
  const guess = closest(given, known);
  return guess === undefined ? "" : ` Did you mean "${guess}"?`;
}

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key).slice(0, 100)}`))
    .join("")
    .replace(/^\./, "");

/** Of a union's branches, the issue that is deepest in the value says most. */
function deepest(issues: readonly Issue[]): Issue {
  const all = issues.flatMap((issue): Issue[] => {
    if (issue.code !== "invalid_union") return [issue];
    const inner = issue.errors.flatMap((branch) =>
      branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] }) as Issue),
    );
    return inner.length === 0 ? [issue] : [deepest(inner)];
  });
  const rank = (issue: Issue) => issue.path.length * 2 + (issue.code === "unrecognized_keys" ? 1 : 0);
  return all.reduce((best, issue) => (rank(issue) > rank(best) ? issue : best));
}
