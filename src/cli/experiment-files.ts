import { join, relative, resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { exportCsv } from "../export/csv.ts";
import { compact, plainTable } from "../report/table.ts";
import { readSummary } from "../runs/counted-records.ts";
import { openGrader, withGrader } from "../runs/graders/open-grader.ts";
import { experimentJsonSchema } from "../runs/json-schema.ts";
import { loadExperiment } from "../runs/load.ts";
import { loadDatasets } from "../runs/load-datasets.ts";
import { predict } from "../runs/predict.ts";
import type { Experiment } from "../runs/schema.ts";
import { countOf } from "./counts.ts";
import { dataPath } from "./data-path.ts";
import { duration, type Terminal } from "./terminal.ts";

export interface DataFlags {
  readonly data?: string;
  readonly limit?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export const folderOf = (terminal: Terminal, experiment: Experiment, out: string | undefined): string =>
  resolve(terminal.cwd, out ?? join("runs", experiment.name));

export const dataOf = (terminal: Terminal, flags: DataFlags) => ({
  data: dataPath(terminal, flags.data),
  limit: countOf("--limit", flags.limit),
});

/** `ruminate experiment run FILE --dry-run`: what it would cost at most. Opens no model. */
export async function dryRunCommand(
  terminal: Terminal,
  file: string,
  flags: DataFlags,
  catalogue: Catalogue,
): Promise<number> {
  const experiment = withGrader(await loadExperiment(resolve(terminal.cwd, file)), catalogue);
  openGrader(experiment, catalogue);
  const datasets = await loadDatasets(experiment, { catalogue, ...dataOf(terminal, flags) });
  const problems = datasets.flatMap((dataset) => dataset.problems);
  const predictions = predict(
    experiment,
    catalogue,
    problems,
    measuredBefore(folderOf(terminal, experiment, flags.out)),
  );
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(predictions, null, 2)}\n`);
    return 0;
  }
  const or = (value: number | null, show: (value: number) => string) => (value === null ? "–" : show(value));
  const total = (of: (one: (typeof predictions)[number]) => number | null) =>
    predictions.some((one) => of(one) === null) ? null : predictions.reduce((sum, one) => sum + (of(one) ?? 0), 0);
  const row = (
    name: string,
    of: (key: "calls" | "tokens" | "trials" | "likelyTokens" | "likelySeconds" | "likelyDollars") => number | null,
  ) => [
    name,
    or(of("trials"), compact),
    or(of("calls"), compact),
    or(of("tokens"), compact),
    or(of("likelyTokens"), compact),
    or(of("likelySeconds"), duration),
    or(of("likelyDollars"), compact),
  ];
  const table = plainTable([
    ["strategy", "trials", "calls, at most", "tokens, at most", "tokens, likely", "time, likely", "dollars, likely"],
    ...predictions.map((one) => row(one.arm, (key) => one[key])),
    row("all", (key) => total((one) => one[key])),
  ]);
  terminal.out(
    `${table}\n\nAt most: every answer as long as allowed, samples that strategies share counted for each, what a verifier that is a model spends left out unless the budget covers it. Likely: from the trials that ${folderOf(terminal, experiment, flags.out)} holds, one after another; a dash where it holds none.\n`,
  );
  return 0;
}

function measuredBefore(folder: string) {
  try {
    return readSummary(folder).arms;
  } catch {
    return [];
  }
}

export interface ExportFlags {
  readonly csv?: boolean;
  readonly parquet?: boolean;
  readonly candidates?: boolean;
  readonly steps?: boolean;
  readonly metrics?: boolean;
  readonly out?: string;
}

/**
 * `ruminate experiment export DIR`: the results as comma-separated values on standard output, or with `--parquet` as a
 * file, by default in the run's folder.
 */
export async function exportCommand(
  terminal: Terminal,
  folders: readonly string[],
  flags: ExportFlags,
): Promise<number> {
  const [folder, other] = folders;
  if (folder === undefined) throw new InvalidOptionError("export", "needs the folder of a run.");
  if (other !== undefined) throw new InvalidOptionError("export", "takes one folder; several go with --training.");
  const path = resolve(terminal.cwd, folder);
  const asked = (["candidates", "steps", "metrics"] as const).filter((name) => flags[name] === true);
  if (asked.length > 1) {
    const flagged = asked.map((name) => `--${name}`).join(" and ");
    throw new InvalidOptionError("export", `takes one of --candidates, --steps or --metrics, got ${flagged}.`);
  }
  const [of = "trials"] = asked;
  if (flags.parquet === true) {
    if (flags.csv === true) throw new InvalidOptionError("export", "takes --csv or --parquet, got both.");
    const { exportParquet } = await import("../export/parquet.ts");
    const target = flags.out === undefined ? join(path, `${of}.parquet`) : resolve(terminal.cwd, flags.out);
    exportParquet(path, of, target);
    terminal.out(`${relative(terminal.cwd, target) || target}\n`);
    return 0;
  }
  if (flags.out !== undefined) {
    throw new InvalidOptionError("export", "--out goes with --parquet; comma-separated values go to a file with >.");
  }
  exportCsv(path, of, terminal.out);
  return 0;
}

/** `ruminate experiment schema`: the JSON Schema of experiment files. */
export function schemaCommand(terminal: Terminal): number {
  terminal.out(`${JSON.stringify(experimentJsonSchema(), null, 2)}\n`);
  return 0;
}
