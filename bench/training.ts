import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manyTrials } from "./training/many-trials.ts";

/** Solutions of `npm run bench` without more; RUMINATE_BENCH_ROWS=1000000 is what the export is built for. */
const usual = 100_000;

interface Exported {
  readonly rows: number;
  /** Of the processor, starting included: the export waits for nothing. */
  readonly seconds: number;
  /** MiB of the process at most. */
  readonly mebibytes: number;
}

/**
 * Training sets of many solutions (16 a problem, of four steps): rows a second and the memory of a process that does
 * nothing else, for a tenth of the solutions and for all of them. About 0.8 KB of disk a solution, and as much a row;
 * the folder is removed.
 */
export async function trainingBench(): Promise<{ name: string; figure: number; unit: string }[]> {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-training-"));
  const solutions = Number(process.env.RUMINATE_BENCH_ROWS ?? usual);
  try {
    const few = await manyTrials(join(folder, "few"), solutions / 10);
    const many = await manyTrials(join(folder, "many"), solutions);
    return ["kto", "sft", "pairs", "prefix-values"].flatMap((form) => {
      const [small, large] = [few, many].map((run) => inOwnProcess(form, run));
      if (small === undefined || large === undefined) return [];
      return [
        { name: `${form}: rows`, figure: large.rows, unit: "" },
        { name: `${form}: rows a second of the processor (bar: 20,000)`, figure: large.rows / large.seconds, unit: "" },
        { name: `${form}: memory at a tenth of the solutions`, figure: small.mebibytes, unit: "MiB" },
        { name: `${form}: memory at all of them`, figure: large.mebibytes, unit: "MiB" },
      ];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inOwnProcess(form: string, run: string): Exported {
  const path = join(import.meta.dirname, "training", "export.ts");
  // V8's room for new objects is kept small: what grows with the rows, not what is left to collect, is measured.
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];
  return JSON.parse(execFileSync(process.execPath, [...flags, path, form, run], { encoding: "utf8" })) as Exported;
}
