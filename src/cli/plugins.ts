import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { builtins } from "../builtins.ts";
import { addExports, addPlugin, type Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { importedExperiment } from "../runs/load.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The built-ins, what `--plugin` modules add, and what an experiment that is a module brings with it.
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
    addPlugin(catalogue, path, exported);
  }
  const own = experiment === undefined ? null : await importedExperiment(resolve(terminal.cwd, experiment));
  if (own !== null) addExports(catalogue, own);
  return catalogue;
}
