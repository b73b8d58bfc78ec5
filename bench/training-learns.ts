import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtins } from "../src/builtins.ts";
import { exportTraining } from "../src/export/training/export.ts";
import { trainingForm } from "../src/export/training/forms/index.ts";
import { textFeatures } from "../src/learned/features.ts";
import { fitLogistic, type LogisticModel, predict } from "../src/learned/logistic.ts";
import { simulatedPolicy } from "../src/policy/simulated/index.ts";
import { parseExperiment } from "../src/runs/load.ts";
import { runExperiment } from "../src/runs/run-experiment.ts";
import { pairedInterval } from "../src/statistics/intervals/share.ts";
import { areaOf } from "../src/verifier-study/area.ts";

const experimentOf = (count: number) =>
  parseExperiment(
    "learns.yaml",
    `
name: learns
dataset: {name: arithmetic, options: {count: ${count}, minSteps: 3, maxSteps: 4}}
policy: simulated
strategies: [{name: self-consistency, options: {n: 8}}]
keep: [steps]
baselines: false
`,
  );

/** A row of `prefix-values`, as it stands in its file. */
interface Row {
  readonly prompt: string;
  readonly completions: readonly string[];
  readonly values: readonly number[];
  readonly right: boolean;
  readonly source: { readonly problem: string };
}

/**
 * Does a value head that is trained on exported rows beat its untrained self? 300 problems of the simulated policy,
 * eight draws each; `prefix-values` of 70 % of the problems train the head of `verifier train` (logistic, on features
 * of the text), the other 30 % measure it: area under the curve, and the share of problems on which its pick of the
 * eight is right. The untrained head has no weights: it gives all solutions one score and picks the first.
 */
export async function learnsBench(): Promise<{ name: string; figure: string }[]> {
  const { train, test, judged } = await trainedOnRows(300);
  return figures(train, test, judged);
}

/** Both heads on what was held out, of so many problems. */
export async function trainedOnRows(count: number) {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-learns-"));
  try {
    const run = join(folder, "run");
    await runExperiment(experimentOf(count), {
      catalogue: builtins(),
      open: async () => ({ policy: simulatedPolicy({ stepError: 0.25 }), simulated: true }),
      sandbox: null,
      out: run,
    });
    const [train, test] = [rowsOf(run, folder, "train"), rowsOf(run, folder, "held-out")];
    const prefixes = train.flatMap((row) =>
      row.completions.map((_, t) => ({ features: featuresOf(row, t + 1), value: row.values[t] ?? Number.NaN })),
    );
    const trained = fitLogistic(
      prefixes.map(({ features }) => features),
      prefixes.map(({ value }) => value),
      1,
    );
    const untrained: LogisticModel = { ...trained, weights: trained.weights.map(() => 0), intercept: 0 };
    return {
      train: train.length,
      test: test.length,
      judged: [judge("untrained", untrained, test), judge("trained", trained, test)],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(run: string, folder: string, split: "train" | "held-out"): Row[] {
  const target = join(folder, `${split}.jsonl`);
  exportTraining({
    form: trainingForm("prefix-values"),
    folders: [run],
    target,
    options: {},
    pool: "problem",
    wording: { prompt: "question", plain: false },
    heldOut: { excludeIds: [], heldOut: [], overlap: 0, split, share: 0.3, seed: "1" },
  });
  return readFileSync(target, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

function featuresOf({ prompt, completions }: Row, length: number): number[] {
  const steps = completions.slice(0, length);
  const [, answer = null] = /\\boxed\{([^}]*)\}/.exec(steps.at(-1) ?? "") ?? [];
  return textFeatures({ question: prompt, steps, answer });
}

function judge(name: string, head: LogisticModel, test: readonly Row[]) {
  const scored = test.map((row) => ({
    cluster: row.source.problem,
    score: predict(head, featuresOf(row, row.completions.length)),
    correct: row.right,
  }));
  const picks = [...Map.groupBy(scored, ({ cluster }) => cluster).values()].map((all) =>
    all.reduce((best, one) => (one.score > best.score ? one : best)),
  );
  return { name, area: areaOf(scored, "1"), picks };
}

function figures(train: number, test: number, judged: readonly ReturnType<typeof judge>[]) {
  const [before, after] = judged;
  const gains = (after?.picks ?? []).map((pick, i) => Number(pick.correct) - Number(before?.picks[i]?.correct));
  const share = (list: readonly number[]) => percent(list.reduce((sum, one) => sum + one, 0) / list.length);
  const interval = pairedInterval(
    gains,
    (after?.picks ?? []).map(({ cluster }) => cluster),
  );
  return [
    { name: "rows that trained it, that measured it", figure: `${train}, ${test}` },
    ...judged.flatMap(({ name, area: { auc, low, high }, picks }) => [
      { name: `${name}: area under the curve`, figure: `${round(auc)} (${round(low)} to ${round(high)})` },
      { name: `${name}: its pick of 8 is right`, figure: share(picks.map(({ correct }) => Number(correct))) },
    ]),
    {
      name: "gain of the pick (95 %)",
      figure: `${share(gains)} (${percent(interval?.low)} to ${percent(interval?.high)})`,
    },
  ];
}

const round = (value: number | null | undefined): string => (value == null ? "?" : value.toFixed(3));
const percent = (value: number | undefined): string => (value === undefined ? "?" : `${(100 * value).toFixed(1)} %`);
