import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheFolder } from "../../../src/policy/cache-folder.ts";
import type { Client } from "./clients.ts";

const programs = join(import.meta.dirname, "programs");

/** What starts a client's program: all of it stands in a folder of the cache. */
export interface Installed {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
}

/** Installs a client, unless exactly its packages are there. No script of a package runs. */
export function installed({ name, installer, packages, program }: Client): Installed {
  const folder = join(cacheFolder(), "conformance", "clients", name);
  const stamp = join(folder, "packages.txt");
  const wanted = packages.join("\n");
  const python = join(folder, process.platform === "win32" ? "Scripts" : "bin", "python");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    process.stderr.write(`Installing ${packages.join(", ")} …\n`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    if (installer === "npm") {
      writeFileSync(join(folder, "package.json"), '{"private": true, "type": "module"}');
      const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
      run("npm", ["install", ...flags, ...packages], folder);
    } else {
      run("python3", ["-m", "venv", folder], folder);
      run(python, ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--only-binary", ":all:", ...packages], folder);
    }
    writeFileSync(stamp, wanted);
  }
  for (const file of globSync("*", { cwd: programs })) copyFileSync(join(programs, file), join(folder, basename(file)));
  const command = installer === "npm" ? process.execPath : python;
  return { command, args: [join(folder, program)], folder };
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim().split("\n").slice(-5).join("\n")}`);
}
