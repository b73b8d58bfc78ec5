import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { EnvironmentError, InvalidFileError } from "../../../src/core/errors.ts";

/** A path that is fetched rather than opened: a URL, or a file of the public dataset hub. */
export const isRemote = (path: string): boolean => /^(?:https?:\/\/|hub:)/i.test(path);

/**
 * The URL of a remote path. "hub:OWNER/NAME/FILE" is that file of a dataset of the public hub,
 * "hub:OWNER/NAME@REVISION/FILE" of one of its revisions (HF_ENDPOINT names a mirror); a URL is itself.
 * @throws EnvironmentError for a hub path without owner, name and file.
 */
export function addressOf(path: string, environment: NodeJS.ProcessEnv = process.env): string {
  if (!/^hub:/i.test(path)) return path;
  const [, owner, name, revision = "main", file] = /^hub:([^/@]+)\/([^/@]+)(?:@([^/]+))?\/(.+)$/i.exec(path) ?? [];
  if (owner === undefined || name === undefined || file === undefined) {
    throw new EnvironmentError(`${path} must read hub:OWNER/NAME/FILE, such as hub:openai/gsm8k/main/test.jsonl.`);
  }
  const endpoint = (environment.HF_ENDPOINT ?? "https://huggingface.co").replace(/\/+$/, "");
  return `${endpoint}/datasets/${owner}/${name}/resolve/${revision}/${file}`;
}

/** Where downloads are kept: RUMINATE_CACHE, or `ruminate` in the user's cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return (
    environment.RUMINATE_CACHE ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ruminate", "datasets")
  );
}

/**
 * A local copy of the file at a URL or on the hub, fetched once. Its SHA-256 is written beside it and checked at every
 * use, so a damaged copy is fetched again; a URL that ends in `#sha256=…` pins the content.
 *
 * @throws EnvironmentError when the file cannot be fetched; InvalidFileError when it is not the pinned one; the
 * signal's reason
 */
export async function download(path: string, folder = cacheFolder(), signal?: AbortSignal): Promise<string> {
  const url = addressOf(path);
  const [address = url, pin] = url.split(/#sha256=/i);
  const key = createHash("sha256").update(address).digest("hex").slice(0, 16);
  const file = join(folder, `${key}-${basename(new URL(address).pathname) || "data"}`);
  const expected = pin?.toLowerCase() ?? (await readFile(`${file}.sha256`, "utf8").catch(() => undefined))?.trim();
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined && checksum(kept) === expected) return file;
  const bytes = await fetchBytes(address, signal);
  const actual = checksum(bytes);
  if (pin !== undefined && actual !== pin.toLowerCase()) {
    throw new InvalidFileError(
      url,
      null,
      `has SHA-256 ${actual}, not the pinned one. Check the address, or correct the pin.`,
    );
  }
  await mkdir(folder, { recursive: true });
  await writeWhole(file, bytes);
  await writeWhole(`${file}.sha256`, actual);
  return file;
}

const checksum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The longest silence, the longest download, the largest file. */
const bounds = { silenceMs: 60_000, totalMs: 1_800_000, bytes: 2 ** 30 };
type Bounds = typeof bounds;

/** The bytes at an address, within bounds: a server that never ends is given up. */
export async function fetchBytes(address: string, signal?: AbortSignal, within: Bounds = bounds): Promise<Uint8Array> {
  const remedy = "Check the address and the connection, or download the file and give its path.";
  const stop = new AbortController();
  const end = (why: string) => stop.abort(new EnvironmentError(`${address} ${why}. ${remedy}`));
  const total = setTimeout(() => end(`was not there after ${within.totalMs / 1000} s`), within.totalMs);
  const silence = setTimeout(() => end(`sent nothing for ${within.silenceMs / 1000} s`), within.silenceMs);
  try {
    const response = await fetch(address, {
      signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    });
    if (!response.ok) throw new EnvironmentError(`${address} answered with status ${response.status}. ${remedy}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      silence.refresh();
      size += chunk.length;
      if (size > within.bytes) throw new EnvironmentError(`${address} is larger than ${within.bytes} bytes. ${remedy}`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    signal?.throwIfAborted();
    stop.signal.throwIfAborted();
    if (cause instanceof EnvironmentError) throw cause;
    throw new EnvironmentError(`${address} cannot be fetched. ${remedy}`, { cause });
  } finally {
    clearTimeout(total);
    clearTimeout(silence);
  }
}

/** Readers see the old file or the new one, never a part. */
async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const partial = `${file}.${randomUUID()}.part`;
  await writeFile(partial, content);
  await rename(partial, file);
}
