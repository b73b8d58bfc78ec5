import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, InvalidFileError } from "../core/errors.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import { eachLine } from "./records/journal.ts";
import { readTrial } from "./records/reading.ts";
import type { TrialRecord } from "./records/record.ts";
import { readExperimentText, readSummaryText } from "./records/summary-reading.ts";
import type { Experiment } from "./schema.ts";

export type StoredSummary = Omit<ExperimentSummary, "folder">;

/**
 * Calls `visit` with every record that counts for the run as its summary tells it and the place of its line, in the
 * order of the file: reports and exports read the same trials. Lines behind the plan's own and those of arms that it
 * does not have are passed over; of two records of one trial in an unfinished run the later one counts.
 *
 * @throws InvalidFileError for a line that is no record.
 */
export function eachCountedRecord(
  folder: string,
  summary: Pick<StoredSummary, "arms" | "trials">,
  visit: (record: TrialRecord, offset: number, length: number) => void,
): void {
  const path = join(folder, "results.jsonl");
  const arms = new Set(summary.arms.map(({ arm }) => arm));
  const latest = summary.trials === null ? latestPlaces(path) : null;
  let line = 0;
  eachLine(path, (text, offset, length) => {
    line++;
    if (summary.trials !== null && line > summary.trials) return;
    const record = readTrial(path, line, text);
    if (!arms.has(record.arm) || (latest !== null && latest.get(placeKey(record)) !== offset)) return;
    visit(record, offset, length);
  });
}

/** Arms that differ in their labels alone have trials of the same key. */
const placeKey = ({ arm, key }: TrialRecord): string => JSON.stringify([arm, key]);

function latestPlaces(path: string): Map<string, number> {
  const places = new Map<string, number>();
  let line = 0;
  eachLine(path, (text, offset) => {
    line++;
    places.set(placeKey(readTrial(path, line, text)), offset);
  });
  return places;
}

/** @throws EnvironmentError for a folder without a run, InvalidFileError for a summary that cannot be read. */
export function readSummary(folder: string): StoredSummary {
  const path = join(folder, "summary.json");
  if (!existsSync(path)) {
    throw new EnvironmentError(
      `${folder} holds no run: there is no summary.json in it. Give the folder of a run, such as runs/quickstart.`,
    );
  }
  const summary = readSummaryText(path, null, textOf(path));
  if (summary.setups === undefined) {
    throw new InvalidFileError(
      path,
      null,
      "was written by an older version. Run the experiment again to bring it up to date; finished trials are kept.",
    );
  }
  return summary as StoredSummary;
}

/** experiment.json of a run. @throws InvalidFileError for one that cannot be read. */
export function readExperiment(folder: string): Partial<Experiment> {
  const path = join(folder, "experiment.json");
  return readExperimentText(path, null, textOf(path));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidFileError(path, null, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
