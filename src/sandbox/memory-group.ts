import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A control group of Linux with a limit of memory, in either of the two versions of its interface. The kernel counts
 * every page of its processes once, shared ones, files in memory and its own for them too, and gives no more than the
 * limit: a limit that is kept, where looking from outside comes late.
 */
export interface MemoryGroup {
  readonly version: 1 | 2;
  readonly folder: string;
}

const [shell, setpriv] = ["/bin/sh", "/usr/bin/setpriv"];
const prefix = "ruminate-";
const files = {
  1: { limit: "memory.limit_in_bytes", events: "memory.oom_control" },
  2: { limit: "memory.max", events: "memory.events" },
} as const;

let works: boolean | undefined;
let made = 0;

/** A new group below this process's own; null where the machine does not let us, which is asked once. */
export function openMemoryGroup(bytes: number): MemoryGroup | null {
  if (works === false || process.platform !== "linux") return null;
  const group = makeGroup(bytes);
  works ??= group !== null && canEnter(group);
  if (works) return group;
  if (group !== null) closeMemoryGroup(group);
  return null;
}

function makeGroup(bytes: number): MemoryGroup | null {
  for (const { version, folder: own } of ownGroups()) {
    const group: MemoryGroup = { version, folder: join(own, `${prefix}${process.pid}-${++made}`) };
    try {
      if (works === undefined) removeLeft(own);
      mkdirSync(group.folder);
      if (limitMemory(group, bytes)) return group;
    } catch {
      // It is not ours to make.
    }
    closeMemoryGroup(group);
  }
  return null;
}

/** This process's own groups, where the interface has its usual place. */
function ownGroups(): MemoryGroup[] {
  const lines = text("/proc/self/cgroup").split("\n");
  const path = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const [first, second] = [path(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/), path(/^0::(.*)$/)];
  const places = [
    ...(first === undefined ? [] : [{ version: 1 as const, folder: join("/sys/fs/cgroup/memory", first) }]),
    ...(second === undefined ? [] : [{ version: 2 as const, folder: join("/sys/fs/cgroup", second) }]),
  ];
  return places.filter(({ folder }) => existsSync(join(folder, "cgroup.procs")));
}

/** Groups of processes that have ended without removing them. */
function removeLeft(own: string): void {
  for (const name of readdirSync(own)) {
    const [, pid] = new RegExp(`^${prefix}(\\d+)-\\d+$`).exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(join(own, name));
  }
}

function canEnter(group: MemoryGroup): boolean {
  const [command = "", ...args] = enteringGroup(group, ["/bin/true"], null);
  return spawnSync(command, args, { env: {}, stdio: "ignore", timeout: 5000 }).status === 0;
}

/**
 * The command that enters the group and then gives its place to another, as `user` where that is given: entering needs
 * rights that the other need not have.
 */
export function enteringGroup(group: MemoryGroup, command: readonly string[], user: number | null): readonly string[] {
  const as = user === null ? [] : [setpriv, `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  return [shell, "-c", 'echo $$ > "$0" && exec "$@"', join(group.folder, "cgroup.procs"), ...as, ...command];
}

/** False where it holds more than that already, or the limit cannot be set. */
export function limitMemory({ version, folder }: MemoryGroup, bytes: number): boolean {
  try {
    writeFileSync(join(folder, files[version].limit), String(Math.round(bytes)));
    if (version === 2) writeFileSync(join(folder, "memory.swap.max"), "0");
    return true;
  } catch {
    return false;
  }
}

/** Has the kernel ended a process of the group because there was no more memory for it? */
export function ranOut({ version, folder }: MemoryGroup): boolean {
  return Number(/^oom_kill (\d+)/m.exec(text(join(folder, files[version].events)))?.[1] ?? 0) > 0;
}

/** Removes a group whose processes have ended; the last of them may need a moment. */
export function closeMemoryGroup({ folder }: MemoryGroup, tries = 50): void {
  if (remove(folder) || tries === 0) return;
  setTimeout(() => closeMemoryGroup({ folder, version: 1 }, tries - 1), 20).unref();
}

function remove(folder: string): boolean {
  try {
    rmdirSync(folder);
  } catch {
    // Said by what follows.
  }
  return !existsSync(folder);
}

function text(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
