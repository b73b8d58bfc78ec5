import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exportTraining, type TrainingExport } from "../../../src/export/training/export.ts";
import { trainingForm } from "../../../src/export/training/forms/index.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { smallRun } from "../../runs/small-run.ts";

/** Six problems, many independent draws of each, a search, judged solutions and corrections. */
export const trainingRun = `
name: training
dataset: {name: arithmetic, options: {count: 6, minSteps: 3, maxSteps: 4}}
policy: simulated
strategies:
  - {name: self-consistency, options: {n: 160}, label: many}
  - {name: best-of-n, options: {n: 4}, verifiers: {outcome: {name: simulated, options: {auc: 0.8}}}, label: judged}
  - {name: weighted-vote, options: {n: 4}, verifiers: {process: simulated}, label: stepwise}
  - {name: mcts, options: {simulations: 10}, verifiers: {process: simulated}, label: search}
  - {name: step-correction, verifiers: {process: simulated}, label: corrected}
baselines: false
keep: [steps, logprobs]
`;

export const dials = { stepError: 0.3, spread: 0.8 } as const;

let made: Promise<string> | undefined;

/** The run's folder, made once a file of tests. */
export const trainingFolder = (): Promise<string> => {
  made ??= smallRun({ open: async () => ({ policy: simulatedPolicy(dials), simulated: true }) }, trainingRun);
  return made;
};

// biome-ignore lint/suspicious/noExplicitAny: a row as any reader of the file finds it.
export type AnyRow = Record<string, any>;

export type Given = Partial<Omit<TrainingExport, "form" | "folders" | "heldOut" | "wording">> & {
  readonly heldOut?: Partial<TrainingExport["heldOut"]>;
  readonly wording?: Partial<TrainingExport["wording"]>;
};

/** A set of this form as it stands in its file, with its card. */
export function exported(form: string, folders: readonly string[], given: Given = {}) {
  const target = given.target ?? join(temporaryFolder(), `${form}.jsonl`);
  const card = exportTraining({
    options: {},
    pool: "problem",
    ...given,
    form: trainingForm(form),
    folders,
    target,
    wording: { prompt: "question", plain: false, ...given.wording },
    heldOut: { excludeIds: [], heldOut: [], overlap: 13, split: "all", share: 0.5, seed: "1", ...given.heldOut },
  });
  const text = target.endsWith(".jsonl") ? readFileSync(target, "utf8") : "";
  return { card, target, text, rows: rowsOf(text) };
}

export const rowsOf = (text: string): AnyRow[] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AnyRow);
