import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvalidOptionError } from "../core/errors.ts";
import { eachCountedRecord, readSummary } from "../runs/counted-records.ts";
import { pricedArms } from "../runs/priced-arms.ts";
import { eachLine } from "../runs/records/journal.ts";
import type { TraceRecord, TrialRecord } from "../runs/records/record.ts";
import {
  type CandidateRow,
  candidateColumns,
  candidateRows,
  type ExportColumn,
  type MetricRow,
  metricColumns,
  metricRows,
  type StepRow,
  stepColumns,
  stepRows,
  type TrialRow,
  trialColumns,
} from "./columns.ts";

/** What can be exported: one row a trial, a candidate, a step, or a metric of an arm. */
export type ExportName = "trials" | "candidates" | "steps" | "metrics";

/** A table of a run: its columns, and its rows one at a time. */
export interface ExportTable<Row> {
  readonly columns: readonly ExportColumn<Row>[];
  each(folder: string, visit: (row: Row) => void): void;
}

const trials: ExportTable<TrialRow> = {
  columns: trialColumns,
  each(folder, visit) {
    const summary = readSummary(folder);
    const priced = pricedArms(summary);
    eachCountedRecord(folder, summary, (record) => visit({ ...record, priced: priced(record.arm) }));
  },
};

const candidates: ExportTable<CandidateRow> = {
  columns: candidateColumns,
  each: (folder, visit) => trials.each(folder, (trial) => candidateRows(trial).forEach(visit)),
};

const steps: ExportTable<StepRow> = {
  columns: stepColumns,
  each(folder, visit) {
    const path = join(folder, "traces.jsonl");
    if (!existsSync(path)) throw new InvalidOptionError("--steps", `finds no traces in ${folder}: there are no steps.`);
    const counted = new Map<string, TrialRecord>();
    const placeOf = ({ arm, key }: Pick<TraceRecord, "arm" | "key">) => JSON.stringify([arm, key]);
    trials.each(folder, (trial) => counted.set(placeOf(trial), trial));
    eachLine(path, (text) => {
      const trace = JSON.parse(text) as TraceRecord;
      const trial = counted.get(placeOf(trace));
      counted.delete(placeOf(trace));
      if (trial !== undefined) stepRows(trial, trace).forEach(visit);
    });
  },
};

const metrics: ExportTable<MetricRow> = {
  columns: metricColumns,
  each(folder, visit) {
    const measured = readSummary(folder).metrics ?? [];
    if (measured.length === 0) {
      throw new InvalidOptionError(
        "--metrics",
        `finds none in ${folder}. Name some under "metrics" in the experiment and run it again: no model is asked.`,
      );
    }
    measured.flatMap(metricRows).forEach(visit);
  },
};

/** Hands a table on with its own type of row. */
export function withTable(name: ExportName, use: <Row>(table: ExportTable<Row>) => void): void {
  if (name === "trials") use(trials);
  else if (name === "candidates") use(candidates);
  else if (name === "steps") use(steps);
  else use(metrics);
}
