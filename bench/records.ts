import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measurement } from "./sandbox.ts";

/**
 * Of `npm run bench` without more; RUMINATE_BENCH_RECORDS=1000000 is what the runner, the report and the viewer are
 * built for.
 */
const usual = 50_000;

interface Ran {
  readonly trials: number;
  readonly ms: number;
  /** MiB after a collection at every eighth of the trials. */
  readonly heaps: readonly number[];
}

interface Looked {
  readonly ms: Readonly<Record<string, number>>;
  readonly mebibytes: number;
}

/**
 * Many records: a run of the simulated policy (1,000 problems, 5 arms, as many seeds as it takes), its report, and its
 * pages in the viewer. The runner, the report and the viewer are processes of their own, so that each has its own
 * memory. About 120 KB of disk for 100 trials; the folder is removed.
 */
export async function recordsBench(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-records-"));
  const run = join(folder, "records");
  try {
    const ran = inOwnProcess<Ran>(["run.ts", run, String(process.env.RUMINATE_BENCH_RECORDS ?? usual)]);
    const report = inOwnProcess<Looked>(["look.ts", "report", run]);
    const viewer = inOwnProcess<Looked>(["look.ts", "view", run]);
    const [quarter = 0, end = 0] = [ran.heaps[1], ran.heaps.at(-1)];
    return [
      { name: "trials", figure: ran.trials, unit: "" },
      { name: "runner", figure: (1000 * ran.trials) / ran.ms, unit: "trials/s" },
      { name: "runner's heap at a quarter of the trials", figure: quarter, unit: "MiB" },
      { name: "runner's heap at the end", figure: end, unit: "MiB" },
      { name: "report (bar at a million records: 60)", figure: (report.ms.report ?? 0) / 1000, unit: "s" },
      { name: "report's memory at most (bar: 2,048)", figure: report.mebibytes, unit: "MiB" },
      { name: "viewer: list of runs (bar: 1,000)", figure: viewer.ms.runs ?? 0, unit: "ms" },
      { name: "viewer: comparison (bar: 1,000)", figure: viewer.ms.comparison ?? 0, unit: "ms" },
      { name: "viewer: list of problems, as far as read (bar: 1,000)", figure: viewer.ms.problems ?? 0, unit: "ms" },
      { name: "viewer: until all is read", figure: (viewer.ms.indexed ?? 0) / 1000, unit: "s" },
      { name: "viewer: a filtered list after that", figure: viewer.ms.again ?? 0, unit: "ms" },
      { name: "viewer's memory at most", figure: viewer.mebibytes, unit: "MiB" },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inOwnProcess<T>([file = "", ...args]: readonly string[]): T {
  const path = join(import.meta.dirname, "records", file);
  const flags = ["--expose-gc", "--disable-warning=ExperimentalWarning", "--max-old-space-size=6144"];
  return JSON.parse(execFileSync(process.execPath, [...flags, path, ...args], { encoding: "utf8" })) as T;
}
