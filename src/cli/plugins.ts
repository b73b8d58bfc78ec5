import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { builtins } from "../builtins.ts";
import { addPlugin, type Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { Terminal } from "./terminal.ts";

/** The built-ins, and what `--plugin` modules add. @throws InvalidOptionError for a module that cannot be loaded. */
export async function catalogueOf(program: Command, terminal: Terminal): Promise<Catalogue> {
  const catalogue = builtins();
  for (const path of program.opts().plugin as readonly string[]) {
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
  return catalogue;
}
