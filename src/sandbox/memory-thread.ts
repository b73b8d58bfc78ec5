import { parentPort, workerData } from "node:worker_threads";
import { limitMemory, type MemoryGroup, ranOut } from "./memory-group.ts";
import { resume, treeMemory } from "./memory-tree.ts";

/** What a watch is for: the processes below `pid`, and the bytes that they may hold while they build and then run. */
export interface MemoryWatch {
  readonly pid: number;
  readonly buildBytes: number;
  readonly runBytes: number;
  /** The group that they are in, where there is one: its limit is lowered when the program begins. */
  readonly group: MemoryGroup | null;
  /** Counts milliseconds of rest between two looks. */
  readonly everyMs: number;
}

/** `peak`: the most that the program was seen to hold. `over`: it held more than it may, and was ended for it. */
export interface MemoryReport {
  readonly peak: number;
  readonly over: boolean;
}

const { pid, buildBytes, runBytes, group, everyMs } = workerData as MemoryWatch;
const rest = new Int32Array(new SharedArrayBuffer(4));
let [begun, peak, left, reported] = [false, 0, 0, 0];

/** A thread of its own looks, so that a busy event loop does not give a program time to take more. */
while (alive()) {
  const most = begun ? runBytes + left : buildBytes;
  const memory = treeMemory(pid, 0.75 * most, group === null);
  if (memory !== null) {
    let over = group !== null && ranOut(group);
    if (!memory.builds && !begun) {
      [begun, left] = [true, memory.files]; // what the build has left
      if (group !== null && !limitMemory(group, runBytes + left)) over = true;
    }
    const bytes = memory.bytes - (begun ? left : 0);
    if (begun) peak = Math.max(peak, bytes);
    over ||= bytes > (begun ? runBytes : buildBytes);
    if (over) end();
    else if (memory.halted) resume(pid);
    report({ peak, over });
    if (over) break;
  }
  const close = memory !== null && memory.bytes > most / 2;
  Atomics.wait(rest, 0, 0, close ? 1 : everyMs);
}

function report(found: MemoryReport): void {
  if (!found.over && found.peak <= reported) return;
  reported = found.peak;
  parentPort?.postMessage(found);
}

function end(): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function alive(): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
