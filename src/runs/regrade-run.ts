import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import { eachCountedRecord, readSummary } from "./counted-records.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import { openGrader, withGrader } from "./graders/open-grader.ts";
import type { GraderSpec } from "./graders/schema.ts";
import { graderVersion } from "./grading.ts";
import { gradeByJudge } from "./judging/grade-by-judge.ts";
import { loadExperiment } from "./load.ts";
import { loadDatasets } from "./load-datasets.ts";
import { chosenMetrics } from "./metrics/chosen-metrics.ts";
import { judgeOf } from "./named-models.ts";
import { ProblemIndex } from "./problem-index.ts";
import { RunFolder } from "./records/folder.ts";
import { type Regraded, regradeIn } from "./regrade.ts";
import { withFigures } from "./run-figures.ts";
import type { Experiment, PolicySpec } from "./schema.ts";
import { withoutSecrets } from "./secrets.ts";
import { ArmTally } from "./summary.ts";

export interface RegradeSetup {
  readonly catalogue: Catalogue;
  readonly sandbox: Sandbox | null;
  /** Opens the model of a judge; no other is opened. */
  readonly open: (spec: PolicySpec) => Promise<{ readonly policy: Policy }>;
  /** In place of what the run was graded by. */
  readonly grader?: Pick<GraderSpec, "name" | "options">;
  /** Instead of the dataset's own file. */
  readonly data?: string;
  readonly signal?: AbortSignal;
}

/**
 * Grades a finished run again from its folder alone, by its own grader or by another, which the folder then names. No
 * arm's model is asked for anything. Writes the records, `experiment.json` and `summary.json`.
 *
 * @throws EnvironmentError for a run that is at work; what is thrown for graders, options and datasets.
 */
export async function regradeRun(folderPath: string, setup: RegradeSetup): Promise<Regraded> {
  const before = storedSummary(folderPath);
  const written = await loadExperiment(join(folderPath, "experiment.json"));
  const given = setup.grader === undefined ? written : { ...written, grade: gradeOf(setup.grader, written) };
  const experiment = withGrader(given, setup.catalogue);
  const grader = openGrader(experiment, setup.catalogue);
  const datasets = await loadDatasets(experiment, setup);
  const metrics = chosenMetrics(experiment, setup.catalogue);
  const judging = judgeOf(experiment);
  const judge = judging === null ? null : (await setup.open(judging.policy)).policy;
  const folder = new RunFolder(folderPath);
  try {
    const regraded = await regradeIn(folder, { experiment, datasets, grader }, setup.sandbox);
    if (judge !== null) await gradeByJudge(folder, { ...setup, experiment, datasets, policy: judge });
    folder.write("experiment.json", `${JSON.stringify(withoutSecrets(experiment), null, 2)}\n`);
    const { judging: _judging, metrics: _metrics, ...kept } = before;
    const identity = before.identity && { ...before.identity, grader: graderVersion, gradedBy: grader?.identity };
    const warnings = warningsOf(before);
    const plain = { ...kept, arms: armsOf(folderPath, before), identity, warnings, folder: folderPath };
    folder.write("summary.json", `${JSON.stringify(withFigures(plain, { metrics, judge }), null, 2)}\n`);
    return regraded;
  } finally {
    folder.close();
  }
}

/** A grader that is a judge keeps the model and the threshold of the one before it. */
function gradeOf({ name, options }: Pick<GraderSpec, "name" | "options">, { grade }: Experiment): Experiment["grade"] {
  const asked = grade !== undefined && "threshold" in grade && "model" in grade ? grade : undefined;
  return { name, options, ...(asked !== undefined && { model: asked.model, threshold: asked.threshold }) };
}

function storedSummary(folder: string): ExperimentSummary {
  readSummary(folder); // checks it
  const summary = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as ExperimentSummary;
  if (summary.trials !== null) return summary;
  throw new EnvironmentError(`${folder} is at work, or was cut off. Let its command end, then grade it again.`);
}

function armsOf(folder: string, summary: ExperimentSummary): ExperimentSummary["arms"] {
  const index = new ProblemIndex();
  const tallies = new Map(summary.setups.map(({ arm, strategy }) => [arm, new ArmTally(arm, strategy, index)]));
  eachCountedRecord(folder, summary, (record) => tallies.get(record.arm)?.add(record));
  return [...tallies.values()].map((tally) => tally.summary());
}

const stoppedBefore = "The stopping rule ended comparisons by the verdicts of an earlier grader.";

function warningsOf({ enough, warnings = [] }: ExperimentSummary): readonly string[] | undefined {
  const all = new Set([...warnings, ...(enough === undefined ? [] : [stoppedBefore])]);
  return all.size === 0 ? undefined : [...all];
}
