import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { builtins } from "../builtins.ts";
import { addExports, addPlugin, type Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { importedExperiment } from "../runs/load.ts";
import { codeHash } from "../runs/records/code-graph.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The built-ins, what `--plugin` modules add, and what an experiment that is a module brings with it. Their code runs
 * in this process with all rights of the user.
 * @throws InvalidOptionError, InvalidFileError for a module that cannot be loaded.
 */
export async function catalogueOf(
  plugins: readonly string[],
  terminal: Terminal,
  experiment?: string,
): Promise<Catalogue> {
  const catalogue = builtins();
  for (const path of plugins) {
    const file = resolve(terminal.cwd, path);
    let exported: Record<string, unknown>;
    try {
      exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    } catch (error) {
      throw new InvalidOptionError("--plugin", `${path} cannot be loaded: ${(error as Error).message}`, {
        cause: error,
      });
    }
    addPlugin(catalogue, path, exported, { path, hash: codeHash(file) });
  }
  if (experiment === undefined) return catalogue;
  const file = resolve(terminal.cwd, experiment);
  const own = await importedExperiment(file);
  if (own !== null) addExports(catalogue, own, { path: experiment, hash: codeHash(file) });
  return catalogue;
}
