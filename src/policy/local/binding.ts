import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { EnvironmentError } from "../../core/errors.ts";
import { cacheFolder } from "../cache-folder.ts";
import type { LlamaBinding } from "./addon.ts";

const run = promisify(execFile);
const binding = { package: "node-llama-cpp", version: "3.22.1" };
/** Calls the library beside the binding's own classes. */
const foreign = { package: "koffi", version: "3.3.4" };

/** The package with the prebuilt binary of each platform, by Node's names for platform and processor. */
const platforms: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "linux-arm": "linux-armv7l",
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "win32-x64": "win-x64",
  "win32-arm64": "win-arm64",
};

/**
 * Loads the llama.cpp binding, installing it on first use. It is no dependency of this package: its own default
 * install brings 742 MB of GPU builds. What is installed here is the JavaScript and the one binary of this platform
 * (85 MB), by exact version and without running scripts, beside the models. The folder takes its name only once
 * everything is in it, so an install that is cut off leaves nothing half done.
 * @throws EnvironmentError where there is no binary for this platform, or npm cannot fetch it.
 */
export async function loadBinding(): Promise<LlamaBinding> {
  const folder = await bindingFolder();
  const entry = join(folder, "node_modules", binding.package, "dist", "index.js");
  try {
    return (await import(pathToFileURL(entry).href)) as LlamaBinding;
  } catch (error) {
    throw new EnvironmentError(`The llama.cpp binding in ${folder} does not load. Remove the folder and try again.`, {
      cause: error,
    });
  }
}

/** The folder that the binding is in, installed where it was not. @throws EnvironmentError. */
export async function bindingFolder(): Promise<string> {
  const target = `${process.platform}-${process.arch}`;
  const platform = platforms[target];
  if (platform === undefined) {
    throw new EnvironmentError(
      `There is no llama.cpp binary for ${target}. Run a model server and name its address as the model instead.`,
    );
  }
  const folder = join(cacheFolder(), `binding-${binding.version}+${foreign.version}-${platform}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  try {
    await writeFile(join(partial, "package.json"), "{}");
    await npmInstall(partial, [
      `${binding.package}@${binding.version}`,
      `@${binding.package}/${platform}@${binding.version}`,
      `${foreign.package}@${foreign.version}`,
      `@koromix/koffi-${target}@${foreign.version}`,
    ]);
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // Another run was faster.
    });
    return folder;
  } catch (error) {
    throw new EnvironmentError(`The llama.cpp binding could not be installed: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  const [command = "", ...prefix] = findNpm();
  const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional"];
  await run(command, [...prefix, "install", ...flags, "--prefix", folder, ...packages], {
    cwd: folder,
    shell: command === "npm" && process.platform === "win32",
  });
}

/** npm as this process was started by it, or beside this Node, or on the PATH: a private Node has none beside it. */
function findNpm(): readonly string[] {
  const home = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath ?? "",
    join(home, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(home, "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = candidates.find((path) => /^npm-cli\.[cm]?js$/.test(basename(path)) && existsSync(path));
  return script === undefined ? ["npm"] : [process.execPath, script];
}

function reasonOf(error: unknown): string {
  const { code, stderr = "", message } = error as Error & { code?: unknown; stderr?: string };
  if (code === "ENOENT") return "npm is not on the PATH.";
  const lines = stderr.split("\n").filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/.test(line));
  return (lines.slice(0, 2).join(" ") || message).replace(/\s+/g, " ").slice(0, 240);
}
