import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerCommand } from "./worker-process.ts";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/**
 * A Node process that runs `runtime` (a file beside this one) in a thread, without environment and under Node's
 * permission model: it may read its own code and the installed packages around it and around those in `packages`, and
 * nothing else: no other file, no child process, no add-on. No program should ever come to Node; this wall is for the
 * case that one does. `words` are the thread's arguments.
 */
export function nodeWorker(
  name: string,
  runtime: string,
  packages: readonly string[],
  words: readonly string[] = [],
): WorkerCommand {
  const here = realpathSync(dirname(fileURLToPath(import.meta.url)));
  const require = createRequire(import.meta.url);
  const installed = [here, ...packages.map((entry) => require.resolve(entry))].flatMap((path) =>
    above(path, "node_modules").flatMap((folder) => [folder, realpathSync(folder)]),
  );
  const readable = new Set([here, ...above(here, "package.json"), ...installed]);
  return {
    name,
    file: process.execPath,
    graceMs: 1500,
    args: [
      "--permission",
      "--allow-worker",
      ...[...readable].map((path) => `--allow-fs-read=${path}`),
      "--disallow-code-generation-from-strings",
      "--expose-gc",
      "--no-warnings",
      join(here, `node-supervisor${extension}`),
      join(here, `${runtime}${extension}`),
      ...words,
    ],
  };
}

/** The paths that end in `name` beside a path and beside the folders above it, where there are such. */
function above(path: string, name: string): string[] {
  const folder = dirname(path);
  const found = join(folder, name);
  return [...(existsSync(found) ? [found] : []), ...(folder === path ? [] : above(folder, name))];
}
