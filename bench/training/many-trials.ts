import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";

const experiment = parseExperiment(
  "training.yaml",
  `
name: many
dataset: {name: arithmetic, options: {count: 50, minSteps: 3, maxSteps: 3}}
policy: simulated
strategies: [{name: self-consistency, options: {n: 16}}]
keep: [steps]
`,
);

/** A run of so many solutions: a real one of 50 problems, over and over under other names. Gives its folder. */
export async function manyTrials(folder: string, solutions: number): Promise<string> {
  const source = join(tmpdir(), `ruminate-training-source-${process.pid}`);
  await runExperiment(experiment, {
    catalogue: builtins(),
    open: async () => ({ policy: simulatedPolicy({ stepError: 0.2 }), simulated: true }),
    sandbox: null,
    out: source,
  });
  mkdirSync(folder, { recursive: true });
  const trials = Math.round(solutions / 16);
  for (const file of ["results.jsonl", "traces.jsonl"]) copies(join(source, file), join(folder, file), trials);
  const summary = JSON.parse(readFileSync(join(source, "summary.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, "summary.json"), JSON.stringify({ ...summary, trials }));
  return folder;
}

function copies(from: string, to: string, trials: number): void {
  const lines = readFileSync(from, "utf8").split("\n").filter(Boolean);
  const file = openSync(to, "w");
  for (let i = 0; i < trials; i++) {
    const line = JSON.parse(lines[i % lines.length] as string) as Record<string, unknown>;
    const { question } = line;
    const copy = { ...line, key: `${i}-${String(line.key)}`, problem: `${String(line.problem)}-${i}` };
    writeSync(
      file,
      `${JSON.stringify(question === undefined ? copy : { ...copy, question: `(${i}) ${String(question)}` })}\n`,
    );
  }
  closeSync(file);
}
