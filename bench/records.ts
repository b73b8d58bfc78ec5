import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measurement } from "./sandbox.ts";

/**
 * Of `npm run bench` without more; RUMINATE_BENCH_RECORDS=1000000 is what the report, the viewer and merging are built
 * for.
 */
const usual = 50_000;
/** So many trials are really run (RUMINATE_BENCH_RUN says otherwise); all others repeat them under further seeds. */
const usuallyRun = 10_000;

interface Ran {
  readonly trials: number;
  readonly ms: number;
  /** MiB after a collection at every eighth of the trials. */
  readonly heaps: readonly number[];
}

interface Looked {
  readonly ms: Readonly<Record<string, number>>;
  readonly cpu: number;
  readonly mebibytes: number;
}

/**
 * Many records: a run of the simulated policy (1,000 problems, 5 arms), repeated under further seeds, put together from
 * two halves, its report, and its pages in the viewer. Each is a process of its own, so that each has its own memory.
 * About 240 KB of disk for 100 trials; the folder is removed.
 */
export async function recordsBench(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-records-"));
  const [run, whole] = [join(folder, "run"), join(folder, "records")];
  const wanted = Number(process.env.RUMINATE_BENCH_RECORDS ?? usual);
  try {
    const ran = inOwnProcess<Ran>(["run.ts", run, String(process.env.RUMINATE_BENCH_RUN ?? usuallyRun)]);
    const times = Math.max(1, Math.round(wanted / (2 * ran.trials)));
    const seeds = Math.round(ran.trials / 5_000);
    const halves = ["first", "second"].map((name) => join(folder, name));
    for (const [i, half] of halves.entries()) grow([run, half, String(times), String(1 + i * times * seeds)]);
    const merged = inOwnProcess<Looked>(["look.ts", "merge", whole, ...halves]);
    const report = inOwnProcess<Looked>(["look.ts", "report", whole]);
    const viewer = inOwnProcess<Looked>(["look.ts", "view", whole]);
    const [quarter = 0, end = 0] = [ran.heaps[1], ran.heaps.at(-1)];
    return [
      { name: "trials", figure: 2 * times * ran.trials, unit: "" },
      { name: "runner", figure: (1000 * ran.trials) / ran.ms, unit: "trials/s" },
      { name: "runner's heap at a quarter of the trials", figure: quarter, unit: "MiB" },
      { name: "runner's heap at the end", figure: end, unit: "MiB" },
      ...lookedAt("merge", merged),
      ...lookedAt("report", report),
      { name: "viewer: list of runs (bar: 300)", figure: viewer.ms.runs ?? 0, unit: "ms" },
      { name: "viewer: comparison (bar: 1,000)", figure: viewer.ms.comparison ?? 0, unit: "ms" },
      { name: "viewer: list of problems, as far as read (bar: 300)", figure: viewer.ms.problems ?? 0, unit: "ms" },
      { name: "viewer: until all is read", figure: (viewer.ms.indexed ?? 0) / 1000, unit: "s" },
      { name: "viewer: a filtered list after that", figure: viewer.ms.again ?? 0, unit: "ms" },
      { name: "viewer's memory at most", figure: viewer.mebibytes, unit: "MiB" },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const lookedAt = (what: "merge" | "report", { ms, cpu, mebibytes }: Looked): Measurement[] => [
  { name: `${what} (bar at a million records: 30)`, figure: (ms[what] ?? 0) / 1000, unit: "s" },
  { name: `${what}, processor time with the start`, figure: cpu, unit: "s" },
  { name: `${what}'s memory at most (bar: 1,536)`, figure: mebibytes, unit: "MiB" },
];

const grow = (args: readonly string[]): void => void execFileSync(process.execPath, commandOf(["grow.ts", ...args]));

const inOwnProcess = <T>(args: readonly string[]): T =>
  JSON.parse(execFileSync(process.execPath, commandOf(args), { encoding: "utf8" })) as T;

function commandOf([file = "", ...args]: readonly string[]): string[] {
  const path = join(import.meta.dirname, "records", file);
  return ["--expose-gc", "--disable-warning=ExperimentalWarning", "--max-old-space-size=6144", path, ...args];
}
