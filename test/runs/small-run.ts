import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { type ExperimentSetup, runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

export const smallExperiment = `
name: small
description: A little of everything
dataset: {name: arithmetic, options: {count: 24, minSteps: 3, maxSteps: 5}}
policy: simulated
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 6}}
  - {name: best-of-n, options: {n: 6}, verifiers: {outcome: {name: simulated, options: {auc: 0.8}}}}
  - {name: mcts, options: {simulations: 6}, verifiers: {process: simulated}, budget: {tokens: 3000}}
seeds: [1, 2]
`;

/** How tests set up a run on the simulated policy. */
export const simulatedSetup = (out: string, parts: Partial<ExperimentSetup> = {}): ExperimentSetup => ({
  catalogue: builtins(),
  open: async () => ({ policy: simulatedPolicy({ stepError: 0.15, spread: 0.8 }), simulated: true }),
  sandbox: null,
  out,
  ...parts,
});

/** A finished run with its report; resolves to its folder. */
export async function smallRun(parts: Partial<ExperimentSetup> = {}, yaml = smallExperiment): Promise<string> {
  const out = parts.out ?? temporaryFolder();
  await runExperiment(parseExperiment("small.yaml", yaml), simulatedSetup(out, parts));
  writeReport(out);
  return out;
}
