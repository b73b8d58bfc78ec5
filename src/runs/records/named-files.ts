import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { textsIn } from "../../core/own-problem.ts";

const longestPath = 1000;

/**
 * Hashes of the files that texts inside `value` name (a learned verifier, a calibration), by path in sorted order: what
 * is read out of a file is part of what a result depends on. Texts that name no file of this machine are passed over.
 */
export function namedFiles(value: unknown): readonly (readonly [path: string, content: string])[] {
  return [...new Set(textsIn(value))].sort().flatMap((path) => {
    const content = contentOf(path);
    return content === null ? [] : [[path, content] as const];
  });
}

function contentOf(path: string): string | null {
  if (path === "" || path.length > longestPath) return null;
  try {
    return statSync(path).isFile() ? hash("sha256", readFileSync(path), "base64url").slice(0, 16) : null;
  } catch {
    return null;
  }
}
