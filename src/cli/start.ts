import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalogue } from "../core/catalogue.ts";
import type { ExperimentSummary } from "../runs/experiment-summary.ts";
import { loadExperiment } from "../runs/load.ts";
import { loadDatasets } from "../runs/load-datasets.ts";
import { type Reader, readTrace, readTrial } from "../runs/records/reading.ts";
import type { TraceRecord, TrialRecord } from "../runs/records/record.ts";
import type { Experiment } from "../runs/schema.ts";
import { type ExperimentTools, runWithProgress, summaryText } from "./experiment.ts";
import { paint, type Terminal, wrapText } from "./terminal.ts";
import type { Tools } from "./tools.ts";
import { answerLine, WorkedExample } from "./worked-example.ts";

/** The folder of the package: two levels above this file's folder, in the source and in the build alike. */
const quickstart = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "experiments", "quickstart.yaml");

/** `npm start`, or `ruminate` alone: the quickstart on the default model. */
export async function startCommand(
  terminal: Terminal,
  catalogue: Catalogue,
  tools: Pick<Tools, "open" | "sandbox">,
): Promise<number> {
  const opened: ExperimentTools = { catalogue, open: tools.open, sandbox: tools.sandbox() };
  const intro =
    "ruminate gives a language model time to think. Twelve word problems, four strategies, one small model on this machine:";
  terminal.out(`${wrapText(intro, terminal.columns).replace(/^ruminate/, paint(terminal, "bold", "ruminate"))}\n\n`);
  const loaded = await loadExperiment(quickstart);
  const { simulated } = await tools.open(loaded.policy ?? "default");
  const experiment = simulated ? onSimulated(loaded) : loaded;
  const summary = await answered(terminal, experiment, opened);
  terminal.out(
    `${summaryText(terminal, { ...summary, folder: relative(terminal.cwd, summary.folder) || summary.folder })}`,
  );
  terminal.out(
    `\nNext: ruminate solve "your question" (here: npm start -- solve "your question"), ruminate strategies, ruminate experiment run FILE.\n`,
  );
  return 0;
}

/** Runs the experiment; its first problem is worked out before the eyes of whoever waits for the others. */
async function answered(
  terminal: Terminal,
  experiment: Experiment,
  tools: ExperimentTools,
): Promise<ExperimentSummary> {
  const [first] = (await loadDatasets(experiment, tools)).flatMap(({ problems }) => problems);
  const question = first?.question ?? { id: "", text: "" };
  let example: WorkedExample | undefined;
  const summary = await runWithProgress(terminal, experiment, {}, tools, {
    firstAwaited: true,
    onProgress({ last, lastTrace, status }) {
      const arms = status().arms.map(({ arm }) => arm);
      example ??= new WorkedExample(terminal, question.text, arms);
      if (last?.problem === question.id) example.add(last, lastTrace);
    },
  });
  const { records, traces } = recordsOf(summary.folder);
  // What an earlier run had answered.
  for (const row of records) if (row.problem === question.id) example?.add(row, traces.get(row.key));
  terminal.out(disagreement(terminal, records, traces, question.id));
  return summary;
}

/**
 * Where no model can be had: the simulated policy on problems that it understands, in a folder of its own, picked among
 * by its certainty, as it has no hidden states that a verifier could read.
 */
function onSimulated(experiment: Experiment): Experiment {
  return {
    ...experiment,
    name: `${experiment.name}-simulated`,
    dataset: { name: "arithmetic", options: { count: 12 } },
    strategies: experiment.strategies.map((arm) =>
      "verifiers" in arm ? { ...arm, verifiers: { outcome: { name: "self-certainty", options: {} } } } : arm,
    ),
  };
}

function recordsOf(folder: string): { records: TrialRecord[]; traces: ReadonlyMap<string, TraceRecord> } {
  const read = <T>(name: string, reader: Reader<T>): T[] =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .flatMap((line, i) => (line === "" ? [] : [reader(join(folder, name), i + 1, line)]));
  const traces = read("traces.jsonl", readTrace);
  return { records: read("results.jsonl", readTrial), traces: new Map(traces.map((trace) => [trace.key, trace])) };
}

/** Where all strategies agree on the problem that was shown: another one, in short, on which they do not. */
function disagreement(
  terminal: Terminal,
  records: readonly TrialRecord[],
  traces: ReadonlyMap<string, TraceRecord>,
  shown: string,
): string {
  const rowsOf = (problem: string) => records.filter((row) => row.problem === problem);
  const differ = (problem: string) => new Set(rowsOf(problem).map(({ verdict }) => verdict)).size > 1;
  const other = records.map(({ problem }) => problem).find(differ);
  if (other === undefined || differ(shown)) return "";
  const rows = rowsOf(other);
  const question = rows.flatMap(({ key }) => traces.get(key)?.question ?? [])[0] ?? "";
  return [
    paint(terminal, "bold", "One on which they disagree"),
    wrapText(question, terminal.columns, "  "),
    "",
    ...rows.map((row) => answerLine(terminal, row)),
    "\n",
  ].join("\n");
}
