import { readdirSync, readFileSync, statfsSync } from "node:fs";

/** The kind of file system whose files are memory. */
const inMemory = 0x01021994;

/** What the processes below one hold. */
export interface TreeMemory {
  /** Bytes: their own pages and shared ones, each once, and the files of their `/work`, which is memory too. */
  readonly bytes: number;
  /** Bytes of those files. */
  readonly files: number;
  /** Does the first process below still build? It is a shell until it gives its place to the program. */
  readonly builds: boolean;
  /** Do the processes stand still? */
  readonly halted: boolean;
}

/**
 * Adds up the memory of all processes below `pid`, a bubblewrap whose child is the first process of a world of its own.
 * Linux only. Cheap counters first; where they say more than `suspect`, pages that several share are counted once, and
 * with `halt` the processes stand still meanwhile, so that what is found is still so. Null where there is nothing yet,
 * or nothing more.
 */
export function treeMemory(pid: number, suspect: number, halt = false): TreeMemory | null {
  const below = descendants(pid);
  const [first] = below;
  const name = first === undefined ? "" : text(`/proc/${first}/comm`).trim();
  if (first === undefined || name === "" || name === "bwrap") return null; // its walls do not stand yet
  const files = filesOf(first);
  const builds = name === "sh" || name === "dash" || name === "bash";
  const quick = below.reduce((sum, one) => sum + field(`/proc/${one}/status`, /^Rss(?:Anon|Shmem):\s+(\d+)/gm), 0);
  if (quick + files <= suspect) return { bytes: quick + files, files, builds, halted: false };
  // One program beside the one that keeps its time shares with nobody, and its own limits hold it.
  const halted = halt && below.length > 2;
  if (halted) signal(below, "SIGSTOP");
  const all = halted ? descendants(pid) : below;
  const held = all.reduce((sum, one) => sum + field(`/proc/${one}/smaps_rollup`, /^Pss_(?:Anon|Shmem):\s+(\d+)/gm), 0);
  return { bytes: held + filesOf(first), files, builds, halted };
}

/** Lets processes that a look has halted go on. */
export const resume = (pid: number): void => signal(descendants(pid), "SIGCONT");

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended, or is not ours.
    }
  }
}

/** The processes that a process started, and theirs; parents before children. */
function descendants(pid: number): number[] {
  const children = threads(pid).flatMap((thread) =>
    text(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
  return [...children, ...children.flatMap(descendants)];
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Kilobytes of all matches, as bytes; 0 where the process has gone. */
function field(path: string, pattern: RegExp): number {
  return [...text(path).matchAll(pattern)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}

function filesOf(pid: number): number {
  try {
    const { type, blocks, bfree, bsize } = statfsSync(`/proc/${pid}/root/work`);
    return type === inMemory ? (blocks - bfree) * bsize : 0;
  } catch {
    return 0;
  }
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
