import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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
 * (90 MB), by the hashes of binding-lock.json and without running scripts, beside the models. The folder takes its name
 * only once everything is in it, so an install that is cut off leaves nothing half done.
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

/**
 * What a first use would fetch, with its licences; null where all is there.
 * @throws EnvironmentError as loadBinding.
 */
export function bindingNotice(): string | null {
  const { folder, target } = thisMachine();
  if (existsSync(folder)) return null;
  const { packages, unpinned } = lockFor(target);
  const licences = [
    ...new Set(Object.values(packages).flatMap(({ license, optional }) => (optional ? [] : [license]))),
  ];
  const but = unpinned.length === 0 ? "" : ` but ${unpinned.join(" and ")}, whose is not known`;
  const check = `each checked by its hash${but}`;
  return `Fetching llama.cpp (MIT) and its binding ${binding.package} ${binding.version} (once, about 90 MB; licences: ${licences.join(", ")}; ${check}) …`;
}

/** The packages with binaries of this machine's kind: the library's and that of the calls into it. */
const binariesOf = (target: string) => [
  { name: `@${binding.package}/${platforms[target]}`, version: binding.version },
  { name: `@koromix/${foreign.package}-${target}`, version: foreign.version },
];

function thisMachine(): { readonly folder: string; readonly target: string } {
  const target = `${process.platform}-${process.arch}`;
  const platform = platforms[target];
  if (platform === undefined) {
    throw new EnvironmentError(
      `There is no llama.cpp binary for ${target}. Run a model server and name its address as the model instead.`,
    );
  }
  const versions = `${binding.version}+${foreign.version}`;
  return { target, folder: join(cacheFolder(), `binding-${versions}-${platform}`) };
}

/** The folder that the binding is in, installed where it was not. @throws EnvironmentError. */
export async function bindingFolder(): Promise<string> {
  const { folder, target } = thisMachine();
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  try {
    await npmInstall(partial, target);
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

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
  readonly license: string;
  readonly optional?: boolean;
}

/**
 * What npm is to install for a kind of machine ("linux-x64"): every package by its hash; `unpinned` names the binaries
 * whose hash is not known.
 */
export function lockFor(target: string) {
  const locked = JSON.parse(readFileSync(new URL("./binding-lock.json", import.meta.url), "utf8"));
  const all = locked as Record<string, LockedPackage>;
  const own = binariesOf(target);
  const pinned = own.filter(({ name }) => all[`node_modules/${name}`] !== undefined);
  const chosen = new Set(pinned.map(({ name }) => `node_modules/${name}`));
  const packages = Object.entries(all).map(([path, { optional, ...entry }]): [string, LockedPackage] => [
    path,
    optional === true && !chosen.has(path) ? { ...entry, optional } : entry,
  ]);
  const roots = [
    { name: binding.package, version: binding.version },
    { name: foreign.package, version: foreign.version },
  ];
  return {
    dependencies: Object.fromEntries([...roots, ...pinned].map(({ name, version }) => [name, version])),
    packages: Object.fromEntries(packages),
    unpinned: own.filter((binary) => !pinned.includes(binary)).map(({ name, version }) => `${name}@${version}`),
  };
}

/** From a lock file, so that npm refuses what has another hash; nothing of it is run. */
async function npmInstall(folder: string, target: string): Promise<void> {
  const { dependencies, packages, unpinned } = lockFor(target);
  const root = { name: "binding", version: "1.0.0", dependencies };
  await writeFile(join(folder, "package.json"), JSON.stringify(root));
  const lock = { ...root, lockfileVersion: 3, requires: true, packages: { "": root, ...packages } };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
  await npm(folder, []);
  if (unpinned.length > 0) await npm(folder, ["--no-save", ...unpinned]);
  const { packages: installed } = JSON.parse(await readFile(join(folder, "node_modules/.package-lock.json"), "utf8"));
  for (const [path, { integrity }] of Object.entries(installed as Record<string, LockedPackage>)) {
    const known = packages[path];
    if (known === undefined ? unpinned.length === 0 : known.integrity !== integrity)
      throw new Error(`${path.replace("node_modules/", "")} is not the one that is pinned`);
  }
}

async function npm(folder: string, words: readonly string[]): Promise<void> {
  const [command = "", ...prefix] = findNpm();
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--prefix", folder];
  await run(command, [...prefix, "install", ...flags, ...words], {
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
