import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileSha256 } from "../file-hash.ts";

/** Length of a file; null where there is none. */
export async function fileBytes(path: string): Promise<number | null> {
  try {
    const facts = await stat(path);
    return facts.isFile() ? facts.size : null;
  } catch {
    return null;
  }
}

/**
 * Keeps a fetched part under a name that carries its place and its SHA-256, so that a later run can tell a whole part
 * from a damaged one. Returns its path.
 */
export async function keepPart(folder: string, index: number, file: string): Promise<string> {
  const path = join(folder, `${stem(index)}-${await fileSha256(file)}.part`);
  await rename(file, path);
  return path;
}

/** The kept part with this place, if it is whole; a damaged one is removed. */
export async function keptPart(folder: string, index: number, bytes: number): Promise<string | null> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, sum] = new RegExp(`^${stem(index)}-([0-9a-f]{64})\\.part$`).exec(name) ?? [];
    if (sum === undefined) continue;
    const path = join(folder, name);
    if ((await fileBytes(path)) === bytes && (await fileSha256(path)) === sum) return path;
    await rm(path, { force: true });
  }
  return null;
}

/** Writes the parts one after another to `target` and returns the SHA-256 of the whole. */
export async function concatenate(parts: readonly string[], target: string, signal?: AbortSignal): Promise<string> {
  const sum = createHash("sha256");
  const summed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum.update(chunk);
      done(null, chunk);
    },
  });
  async function* bytes() {
    for (const part of parts) yield* createReadStream(part, { highWaterMark: 1 << 20 });
  }
  await pipeline(bytes, summed, createWriteStream(target), { signal });
  return sum.digest("hex");
}

const stem = (index: number) => String(index).padStart(3, "0");
