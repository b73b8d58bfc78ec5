import { createHash } from "node:crypto";
import { type Problem, rowOf } from "../../src/core/problem.ts";

/**
 * SHA-256 of the problems' whole content, references included, in order, as `sha256:` and 64 hexadecimal digits. Two
 * results with the same fingerprint were measured on the same problems; key order inside a problem does not matter.
 */
export function fingerprint(problems: readonly Problem[]): string {
  const hash = createHash("sha256");
  for (const problem of problems) hash.update(`${JSON.stringify(sorted(rowOf(problem)))}\n`);
  return `sha256:${hash.digest("hex")}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

/** The first 12 hexadecimal digits of a text's SHA-256: a short stable name for it. */
export const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
