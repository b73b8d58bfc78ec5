import { Worker } from "node:worker_threads";
import { closeMemoryGroup, ranOut } from "./memory-group.ts";
import type { MemoryReport, MemoryWatch } from "./memory-thread.ts";

const thread = new URL(`./memory-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

export interface WatchedMemory {
  /** The most that was seen so far, and whether it was more than allowed. */
  readonly report: MemoryReport;
  stop(): void;
}

/**
 * Watches what a process and all that it starts hold together: their own memory, what they share, what they keep in
 * files in memory. Limits of single processes say nothing of a hundred children. More than allowed ends them all. Where
 * they are in a group, the kernel holds them to its limit, and the watch sees that it did.
 */
export function watchMemory(watch: Omit<MemoryWatch, "everyMs">): WatchedMemory {
  const { group } = watch;
  let report: MemoryReport = { peak: 0, over: false };
  const worker = new Worker(thread, { workerData: { ...watch, everyMs: 4 } satisfies MemoryWatch, env: {} });
  worker.on("message", (found: MemoryReport) => {
    report = found;
  });
  worker.on("error", () => {}); // the limits of each process hold all the same
  worker.unref();
  return {
    get report() {
      return { ...report, over: report.over || (group !== null && ranOut(group)) };
    },
    stop() {
      void worker.terminate();
      if (group !== null) closeMemoryGroup(group);
    },
  };
}
