import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalogue } from "../core/catalogue.ts";
import { loadExperiment } from "../runs/load.ts";
import { type Reader, readTrace, readTrial } from "../runs/records/reading.ts";
import type { Experiment } from "../runs/schema.ts";
import { type ExperimentTools, runWithProgress, summaryText } from "./experiment.ts";
import { paint, type Terminal, wrapText } from "./terminal.ts";
import { openTools } from "./tools.ts";

/** The folder of the package: two levels above this file's folder, in the source and in the build alike. */
const quickstart = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "experiments", "quickstart.yaml");

/** `npm start`, or `ruminate` alone: the quickstart on the default model. */
export async function startCommand(terminal: Terminal, catalogue: Catalogue): Promise<number> {
  const tools = openTools(terminal, { store: true });
  try {
    const opened: ExperimentTools = { catalogue, open: tools.open, sandbox: tools.sandbox() };
    terminal.out(
      `${paint(terminal, "bold", "ruminate")} gives a language model time to think. Twelve word problems, four strategies, one small model on this machine:\n\n`,
    );
    const { simulated } = await tools.open("default");
    const experiment = await loadExperiment(quickstart);
    const summary = await runWithProgress(terminal, simulated ? onSimulated(experiment) : experiment, {}, opened);
    terminal.out(workedExample(terminal, summary.folder));
    terminal.out(
      `${summaryText(terminal, { ...summary, folder: relative(terminal.cwd, summary.folder) || summary.folder })}`,
    );
    terminal.out(
      `\nNext: ruminate solve "your question" (here: npm start -- solve "your question"), ruminate strategies, ruminate experiment run FILE.\n`,
    );
    return 0;
  } finally {
    await tools.close();
  }
}

/** Where no model can be had: the simulated policy on problems that it understands, in a folder of its own. */
function onSimulated(experiment: Experiment): Experiment {
  return {
    ...experiment,
    name: `${experiment.name}-simulated`,
    dataset: { name: "arithmetic", options: { count: 12 } },
  };
}

/** One problem in full: where strategies disagree, if they do anywhere. */
function workedExample(terminal: Terminal, folder: string): string {
  const read = <T>(name: string, reader: Reader<T>): T[] =>
    readFileSync(join(folder, name), "utf8")
      .split("\n")
      .flatMap((line, i) => (line === "" ? [] : [reader(join(folder, name), i + 1, line)]));
  const records = read("results.jsonl", readTrial);
  const traces = new Map(read("traces.jsonl", readTrace).map((trace) => [trace.key, trace]));
  const problems = [...new Set(records.map(({ problem }) => problem))];
  const verdicts = (problem: string) =>
    new Set(records.filter((row) => row.problem === problem).map(({ verdict }) => verdict));
  const chosen = problems.find((problem) => verdicts(problem).size > 1) ?? problems[0];
  const rows = records.filter((row) => row.problem === chosen);
  const question = rows[0] === undefined ? "" : (traces.get(rows[0].key)?.question ?? "");
  const lines = [paint(terminal, "bold", "One problem in full"), wrapText(question, terminal.columns, "  "), ""];
  for (const row of rows) {
    const mark = row.verdict === "correct" ? paint(terminal, "green", "right") : paint(terminal, "red", row.verdict);
    lines.push(`${paint(terminal, "cyan", row.arm)}: ${row.answer ?? "no answer"} (${mark}; ${row.reason})`);
    const picked = row.picks.at(-1)?.[1];
    const candidates = traces.get(row.key)?.candidates ?? [];
    const text = (picked == null ? candidates[0] : candidates[picked])?.text ?? "";
    lines.push(wrapText(text.trim(), terminal.columns, "    "), "");
  }
  return `${lines.join("\n")}\n`;
}
