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
/** So many trials are really run; a larger run repeats them under further seeds. */
const run = 10_000;

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
 * Many records: a run of the simulated policy (1,000 problems, 5 arms, as many seeds as it takes), put together from
 * two halves, its report, and its pages in the viewer. Each is a process of its own, so that each has its own memory.
 * About 120 KB of disk for 100 trials; the folder is removed. All of it is run where RUMINATE_BENCH_RUN is set (19
 * minutes for a million); else a part, which is then repeated.
 */
export async function recordsBench(): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-records-"));
  const [part, whole] = [join(folder, "part"), join(folder, "records")];
  const trials = Number(process.env.RUMINATE_BENCH_RECORDS ?? usual);
  const times = Math.max(1, Math.round(trials / (2 * run)));
  try {
    const ran = inOwnProcess<Ran>([
      "run.ts",
      part,
      String(process.env.RUMINATE_BENCH_RUN === undefined ? run : trials),
    ]);
    const halves = ["first", "second"].map((name) => join(folder, name));
    const seeds = Math.round(ran.trials / 5_000);
    const each = process.env.RUMINATE_BENCH_RUN === undefined ? times : 1;
    halves.forEach((half, i) => {
      grow([part, half, String(each), String(1 + i * each * seeds)]);
    });
    const merged = inOwnProcess<Looked>(["look.ts", "merge", whole, ...halves]);
    const report = inOwnProcess<Looked>(["look.ts", "report", whole]);
    const viewer = inOwnProcess<Looked>(["look.ts", "view", whole]);
    const [quarter = 0, end = 0] = [ran.heaps[1], ran.heaps.at(-1)];
    return [
      { name: "trials", figure: 2 * each * ran.trials, unit: "" },
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
