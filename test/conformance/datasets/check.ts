import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CatalogueEntry } from "../../../experiments/datasets/file-dataset.ts";
import { datasets } from "../../../experiments/datasets/index.ts";
import { loadPrm800k } from "../../../experiments/datasets/prm800k.ts";
import { loadRewardMath } from "../../../experiments/datasets/reward-math.ts";
import * as judged from "../../../experiments/datasets/step-labels.ts";
import type { DatasetDefinition } from "../../../src/core/dataset.ts";
import type { Sandbox } from "../../../src/core/execution.ts";
import type { Problem } from "../../../src/core/problem.ts";
import { gradeAnswers } from "../../../src/runs/grading.ts";

type StepLoader = (path: string) => Promise<readonly unknown[]>;

/** Loaders of judged solutions, by the beginning of their files' names. */
const stepLoaders: Readonly<Record<string, StepLoader>> = {
  processbench: judged.loadProcessBench,
  prmbench: judged.loadPrmBench,
  bigbench_mistake: judged.loadBigBenchMistake,
  math_shepherd: judged.loadMathShepherd,
  prm800k: loadPrm800k,
  rewardmath: loadRewardMath,
};

/** Files whose names a dataset does not look for. */
const otherNames: Readonly<Record<string, string>> = { "gsm8k_train_500.jsonl": "gsm8k" };

/** A file with what its loader made of it, and what the grader says of its own references. */
export interface CheckedFile {
  readonly file: string;
  readonly loader: string;
  readonly rows: number;
  readonly correct: number;
  readonly incorrect: number;
  /** Rows whose reference is empty: there is nothing to grade. */
  readonly without: number;
  /** Rows that the publisher's own tests decide wrongly, as their tag says. */
  readonly broken: number;
  /** Undecided rows by the grader's reason. */
  readonly undecided: Readonly<Record<string, number>>;
  /** Ids of references that were graded wrong, with the rule. */
  readonly wrong: readonly string[];
}

type Known = DatasetDefinition & Partial<CatalogueEntry>;

const datasetFor = (file: string): Known | undefined =>
  (datasets as readonly Known[]).find(({ name, files }) => otherNames[file] === name || files?.includes(file) === true);

/** Every data file in a folder, loaded and its references graded. A file without a loader has the loader "none". */
export async function checkFolder(
  folder: string,
  sandbox: Sandbox | null,
  only: readonly string[] = [],
  tell: (checked: CheckedFile) => void = () => {},
): Promise<readonly CheckedFile[]> {
  const files = readdirSync(folder).filter((file) => /\.(?:jsonl?|csv|tsv)(?:\.gz)?$/.test(file));
  const checked: CheckedFile[] = [];
  for (const file of files.sort()) {
    if (only.length > 0 && !only.some((name) => file.includes(name))) continue;
    const one = await checkFile(folder, file, sandbox);
    checked.push(one);
    tell(one);
  }
  return checked;
}

async function checkFile(folder: string, file: string, sandbox: Sandbox | null): Promise<CheckedFile> {
  const path = join(folder, file);
  const nothing = { file, correct: 0, incorrect: 0, without: 0, broken: 0, undecided: {}, wrong: [] };
  const dataset = datasetFor(file);
  if (dataset !== undefined) {
    const problems = await dataset.load({ path }, dataset.options.parse({}));
    return { ...nothing, loader: dataset.name, rows: problems.length, ...(await gradedReferences(problems, sandbox)) };
  }
  const steps = Object.entries(stepLoaders).find(([name]) => file.startsWith(name));
  if (steps === undefined) return { ...nothing, loader: "none", rows: 0 };
  return { ...nothing, loader: steps[1].name, rows: (await steps[1](path)).length };
}

async function gradedReferences(problems: readonly Problem[], sandbox: Sandbox | null) {
  const sums = { correct: 0, incorrect: 0, without: 0, broken: 0 };
  const undecided: Record<string, number> = {};
  const wrong: string[] = [];
  for (const problem of problems) {
    const { question, reference, tags = [] } = problem;
    const { answer } = reference;
    if (answer.trim() === "") {
      sums.without += 1;
      continue;
    }
    const { verdict, rule } = await gradeAnswers([answer], 0, problem, sandbox);
    if (verdict === "correct") sums.correct += 1;
    else if (tags.includes("broken-test")) sums.broken += 1;
    else if (verdict === "undecided") undecided[rule] = (undecided[rule] ?? 0) + 1;
    else {
      sums.incorrect += 1;
      wrong.push(`${question.id}: ${rule}`);
    }
  }
  return { ...sums, undecided, wrong };
}
