import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { EnvironmentError } from "../core/errors.ts";
import { cacheFolder } from "./cache-folder.ts";

/** SHA-256 of a file in hexadecimal, read in a stream. */
export async function fileSha256(path: string, signal?: AbortSignal): Promise<string> {
  const sum = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sum, { signal });
  return sum.digest("hex");
}

/** A file that changed less than this before it was read may change again within the clock's tick: not remembered. */
const settledMs = 2000;

const noteSchema = z.strictObject({ facts: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export interface FileHashOptions {
  /** Where hashes are remembered. Default: "hashes" in the cache folder. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
  /** Hears of each file that is really read. */
  readonly onRead?: (path: string) => void;
}

/**
 * SHA-256 of all of a file, remembered until the file changes: device, inode, size and both times (of its content and
 * of its entry) must be what they were.
 * @throws EnvironmentError for a file that cannot be read, or that changes while it is.
 */
export async function rememberedSha256(path: string, options: FileHashOptions = {}): Promise<string> {
  const { folder = join(cacheFolder(), "hashes"), signal, onRead } = options;
  for (let attempt = 1; attempt <= 2; attempt++) {
    const before = await factsOf(path);
    const note = join(folder, `${before.place}.json`);
    const known = remembered(note, before.facts);
    if (known !== null) return known;
    onRead?.(path);
    const began = Date.now();
    const sha256 = await fileSha256(path, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreadable(path, error);
    });
    const after = await factsOf(path);
    if (after.facts !== before.facts || after.place !== before.place) continue;
    if (began - before.changedMs > settledMs) remember(note, { facts: before.facts, sha256 });
    return sha256;
  }
  throw new EnvironmentError(`The file ${path} changes while it is read. Wait until it is written.`);
}

async function factsOf(path: string) {
  const facts = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!facts.isFile()) throw new EnvironmentError(`${path} is not a file.`);
  const { dev, ino, size, mtimeNs, ctimeNs } = facts;
  const changedMs = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
  return { place: `${dev}-${ino}`, facts: `${size} ${mtimeNs} ${ctimeNs}`, changedMs };
}

const unreadable = (path: string, error: unknown) =>
  new EnvironmentError(`The file ${path} cannot be read: ${(error as Error).message}`, { cause: error });

function remembered(note: string, facts: string): string | null {
  try {
    const read = noteSchema.safeParse(JSON.parse(readFileSync(note, "utf8")));
    return read.success && read.data.facts === facts ? read.data.sha256 : null;
  } catch {
    return null; // Not there, or not ours: the file is read.
  }
}

function remember(note: string, content: z.infer<typeof noteSchema>): void {
  try {
    mkdirSync(join(note, ".."), { recursive: true });
    const partial = `${note}.${process.pid}.partial`;
    writeFileSync(partial, JSON.stringify(content));
    renameSync(partial, note);
  } catch {
    // A folder that cannot be written costs the same reading next time, and nothing else.
  }
}
