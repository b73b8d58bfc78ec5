import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WorkerCommand } from "./worker-process.ts";

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";

/**
 * A Node process that runs `runtime` (a file beside this one) in a thread, with an empty environment and under Node's permission model:
 * it may read its own code and `packages`, and nothing else: no other file, no child process, no add-on.
 */
export function nodeWorker(name: string, runtime: string, packages: readonly string[]): WorkerCommand {
  const here = realpathSync(dirname(fileURLToPath(import.meta.url)));
  const readable = [here, ...manifestsAbove(here), ...packages.map((folder) => realpathSync(folder))];
  return {
    name,
    file: process.execPath,
    graceMs: 1500,
    args: [
      "--permission",
      "--allow-worker",
      ...readable.map((path) => `--allow-fs-read=${path}`),
      "--disallow-code-generation-from-strings",
      "--expose-gc",
      "--no-warnings",
      join(here, `node-supervisor${extension}`),
      join(here, `${runtime}${extension}`),
    ],
  };
}

/** Node looks for the nearest package.json to tell a module's kind. */
function manifestsAbove(folder: string): string[] {
  const manifest = join(folder, "package.json");
  const above = dirname(folder);
  return [...(existsSync(manifest) ? [manifest] : []), ...(above === folder ? [] : manifestsAbove(above))];
}

/** The folder of the package that `file` belongs to. */
export function packageFolder(file: string): string {
  const folder = dirname(file);
  return existsSync(join(folder, "package.json")) || folder === dirname(folder) ? folder : packageFolder(folder);
}
