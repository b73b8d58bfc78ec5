import type { Catalogue } from "../../core/catalogue.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { LoadedDataset } from "../load-datasets.ts";
import type { RunFolder } from "../records/folder.ts";
import type { Experiment } from "../schema.ts";
import { openJudge } from "./judge-pick.ts";
import { judgeTrials } from "./judge-run.ts";
import { isJudge } from "./schema.ts";

interface Judging {
  readonly experiment: Experiment;
  readonly datasets: readonly LoadedDataset[];
  readonly catalogue: Catalogue;
  /** The model that grades. */
  readonly policy: Policy;
  readonly signal?: AbortSignal;
}

/** Judges the trials of a run's folder, where its experiment is graded by a model; else nothing. */
export async function gradeByJudge(folder: RunFolder, { policy, catalogue, ...rest }: Judging): Promise<void> {
  const { grade } = rest.experiment;
  if (!isJudge(grade)) return;
  const judge = openJudge(grade, policy, catalogue);
  const parallel = Math.max(1, policy.capabilities.parallel);
  const { datasets, signal } = rest;
  await judgeTrials(folder, { judge, spec: grade, datasets, parallel, signal });
}

/**
 * @throws InvalidOptionError before a run for a baseline that is no arm, a judge that is no outcome verifier, and where
 * no texts are kept to be judged.
 */
export function checkJudge(
  experiment: Experiment,
  arms: readonly { readonly label: string }[],
  policy: Policy,
  catalogue: Catalogue,
): void {
  const { grade } = experiment;
  if (!isJudge(grade)) return;
  if (!experiment.traces)
    throw new InvalidOptionError("grade", "is by a judge, which reads texts: keep them with traces: true.");
  const { against } = grade;
  const labels = arms.map(({ label }) => label);
  if (against !== undefined && !labels.includes(against))
    throw new InvalidOptionError(
      "grade",
      `compares with "${against}", which is no arm. There are: ${labels.join(", ")}.`,
    );
  openJudge(grade, policy, catalogue);
}
