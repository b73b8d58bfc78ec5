import { linkSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { EnvironmentError } from "../../core/errors.ts";

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /**
   * When the process began, by its system's own count; null where that cannot be read. With the pid it tells apart
   * processes that had the same number.
   */
  readonly began: string | null;
}

/** A holder on another machine shows that it lives by touching its lock. */
const beatMs = 15_000;
const deadAfterMs = 120_000;

/**
 * Locks held by this process: its own number in a file says nothing, as a process that was killed may have had the
 * same.
 */
const held = new Set<string>();

/**
 * A lock file: one holder at a time, of all processes that see the file. A lock whose holder is gone (killed, or on
 * another machine and silent for two minutes) is taken over.
 */
export class FileLock {
  readonly #path: string;
  readonly #beat: NodeJS.Timeout;
  #released = false;

  /**
   * @param what named in the error.
   * @throws EnvironmentError where another holder is at work; what the file system throws.
   */
  constructor(path: string, what: string) {
    this.#path = resolve(path);
    if (held.has(this.#path)) throw busy(what, "This process", this.#path);
    take(this.#path, what);
    held.add(this.#path);
    this.#beat = setInterval(() => touch(this.#path), beatMs);
    this.#beat.unref();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#beat);
    held.delete(this.#path);
    if (isOwn(read(this.#path))) rmSync(this.#path, { force: true });
  }
}

/** Is somebody at work under this lock? Nothing is written: for those who only look. */
export function isHeld(path: string): boolean {
  const holder = read(resolve(path));
  if (holder === "gone") return false;
  if (isOwn(holder)) return held.has(resolve(path));
  if (holder !== "unreadable" && holder.host === hostname()) return isAlive(holder);
  const touched = statSync(path, { throwIfNoEntry: false });
  return touched !== undefined && Date.now() - touched.mtimeMs < deadAfterMs;
}

/**
 * Takes a free lock, or that of a holder who is gone. Only one process at a time may take over, or two could remove
 * each other's new lock.
 */
function take(path: string, what: string): void {
  if (claim(path)) return;
  refuseIfAlive(path, what);
  const turn = `${path}.takeover`;
  if (!claim(turn)) {
    refuseIfAlive(turn, what);
    rmSync(turn, { force: true });
    if (!claim(turn)) throw busy(what, "Another process", path);
  }
  try {
    refuseIfAlive(path, what); // it may have been taken over in the meantime
    rmSync(path, { force: true });
    if (!claim(path)) throw busy(what, "Another process", path);
  } finally {
    rmSync(turn, { force: true });
  }
}

/** Makes the file with its holder in it, in one step: nobody ever sees it empty. False where it is there already. */
function claim(path: string): boolean {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(self()));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return claimWithoutLinks(path);
  } finally {
    rmSync(own, { force: true });
  }
}

/** For file systems without hard links. Its file is empty for a moment, which counts as held. */
function claimWithoutLinks(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(self()), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function refuseIfAlive(path: string, what: string): void {
  const holder = read(path);
  if (holder === "gone" || isOwn(holder)) return; // our own number, but not held by us: a predecessor's
  if (holder === "unreadable") {
    if (!isSilent(path)) throw busy(what, "Another process", path);
    return;
  }
  const here = holder.host === hostname();
  const alive = here ? isAlive(holder) : !isSilent(path);
  if (alive) throw busy(what, `Process ${holder.pid}${here ? "" : ` of ${holder.host}`}`, path);
}

const busy = (what: string, who: string, path: string) =>
  new EnvironmentError(
    `${who} is at work in ${what}. Wait for it, or choose another folder with --out. (Its lock is ${path}.)`,
  );

const self = (): Holder => ({ pid: process.pid, host: hostname(), began: beginOf(process.pid) });

const isOwn = (holder: ReturnType<typeof read>): boolean =>
  typeof holder === "object" && holder.pid === process.pid && holder.host === hostname();

/** Locks of earlier versions hold the bare process number. */
function read(path: string): Holder | "gone" | "unreadable" {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content === "number") return { pid: content, host: hostname(), began: null };
    const { pid, host, began } = content as Partial<Holder>;
    return typeof pid === "number" && typeof host === "string" ? { pid, host, began: began ?? null } : "unreadable";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : "unreadable";
  }
}

function isAlive({ pid, began }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = beginOf(pid);
  return began === null || now === null || began === now;
}

/** Clock ticks from the start of the machine to that of the process, where the system keeps them under /proc. */
function beginOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

/** Has nobody touched the file for long? By the file system's own clock: against a file that is written now. */
function isSilent(path: string): boolean {
  const probe = `${path}.${process.pid}.now`;
  try {
    writeFileSync(probe, "");
    return statSync(probe).mtimeMs - statSync(path).mtimeMs > deadAfterMs;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}

function touch(path: string): void {
  try {
    const probe = `${path}.${process.pid}.now`;
    writeFileSync(probe, "");
    const { mtime } = statSync(probe);
    rmSync(probe, { force: true });
    utimesSync(path, mtime, mtime);
  } catch {
    // A full disk must not end a run; the lock then only looks older than it is.
  }
}
