import { totalDollars } from "../core/usage.ts";
import { swappedWords } from "../runs/canaries.ts";
import { eachCountedRecord, readExperiment, readSummary, type StoredSummary } from "../runs/counted-records.ts";
import { enoughWords } from "../runs/enough.ts";
import { leftOutWords } from "../runs/part.ts";
import { ProblemIndex } from "../runs/problem-index.ts";
import { costSummary } from "../statistics/compute/cost.ts";
import { readContamination } from "./contamination.ts";
import { type ReportArm, type ReportData, reportVersion } from "./data.ts";
import { allocationSections } from "./sections/allocation.ts";
import { anytimeSection } from "./sections/anytime.ts";
import { comparisons } from "./sections/comparisons.ts";
import { efficiencySections } from "./sections/efficiency.ts";
import { frontierSections } from "./sections/frontiers.ts";
import { groupSections } from "./sections/groups.ts";
import { lawSection, poolSections } from "./sections/pools.ts";
import { readingSections } from "./sections/readings.ts";
import { verifierSections } from "./sections/verifiers.ts";
import { ArmColumns } from "./tally/arm-columns.ts";
import { banded, Resamples } from "./tally/blocks.ts";

/**
 * Everything that a report shows, from a run's folder alone: `summary.json` says what was run, `results.jsonl` is read
 * once, line by line. Depends on these files only, so the same folder gives the same report.
 *
 * @throws EnvironmentError for a folder without a run, InvalidFileError for a line that is no record.
 */
export function collectReport(folder: string): ReportData {
  const summary = readSummary(folder);
  const { arms, index, trials } = readArms(folder, summary);
  const resamples = new Resamples(index.clusterCount);
  const setups = new Map(summary.setups.map((setup) => [setup.arm, setup]));
  const compared = new Map(
    summary.setups.map(({ arm, baseline, family, policy }) => [
      arm,
      { baseline, family: family ?? policy, overBudget: summary.compareOverBudget === true },
    ]),
  );
  const baselines = new Map(
    summary.setups.flatMap(({ arm, baseline }) => (baseline === null ? [] : [[arm, baseline] as const])),
  );
  return {
    version: reportVersion,
    name: summary.name,
    description: summary.description ?? null,
    complete: summary.complete,
    simulated: summary.policies.filter(({ simulated }) => simulated).map(({ id }) => id),
    warnings: [
      ...(summary.warnings ?? []),
      ...leftOutWords(summary),
      ...enoughWords(summary.enough),
      ...swappedWords(summary),
    ],
    run: {
      policies: summary.policies,
      datasets: summary.datasets,
      seeds: summary.seeds,
      maxTokens: summary.maxTokens,
      command: summary.command ?? null,
      versions: summary.versions,
      gradedBy: summary.identity?.gradedBy,
    },
    trials,
    problems: index.size,
    clusters: index.clusterCount,
    arms: arms.map((arm) => reportArm(arm, setups.get(arm.tally.arm), resamples)),
    comparisons: comparisons(arms, compared),
    readings: readingSections(arms, compared),
    anytime: anytimeSection(arms, baselines, resamples),
    allocation: allocationSections(arms, baselines, resamples),
    pools: poolSections(arms, resamples),
    law: lawSection(arms),
    frontiers: frontierSections(arms, resamples),
    verifiers: verifierSections(arms, (arm) => verifierName(setups.get(arm)), resamples),
    efficiency: efficiencySections(arms, resamples),
    judging: summary.judging ?? [],
    contamination: readContamination(folder),
    metrics: summary.metrics ?? [],
    groups: groupSections(arms, index),
    failures: arms.map((arm) => ({
      arm: arm.tally.arm,
      ...arm.failures,
      stops: Object.fromEntries([...arm.stops].sort()),
      incomplete: arm.incomplete,
      errors: [...arm.errors].map(([message, count]) => ({ message, count })),
    })),
    experiment: readExperiment(folder),
  };
}

function reportArm(
  arm: ArmColumns,
  setup: StoredSummary["setups"][number] | undefined,
  resamples: Resamples,
): ReportArm {
  const summary = arm.tally.summary();
  const cost = costSummary(arm.tokens.values() as unknown as readonly number[]);
  const gap = arm.block.covered.map((covered, block) => covered - (arm.block.right[block] ?? 0));
  const { arm: _arm, baseline = null, ...rest } = setup ?? { arm: summary.arm };
  return {
    ...summary,
    baseline,
    setup: rest,
    tokens: cost === null ? null : { mean: cost.mean, p50: cost.p50, p90: cost.p90, max: cost.max },
    dollarsPerTrial: summary.n === 0 ? 0 : totalDollars(summary.usage) / summary.n,
    selectionGap: banded(gap, arm.block.trials, resamples, { binary: true }),
  };
}

function verifierName(setup: StoredSummary["setups"][number] | undefined): string {
  const { outcome, process, aggregation } = setup?.verifiers ?? {};
  if (outcome !== undefined) return nameOf(outcome);
  return process === undefined ? "none" : `${nameOf(process)} (${aggregation ?? "last"} of the steps)`;
}

const nameOf = (reference: string | { readonly name: string }): string =>
  typeof reference === "string" ? reference : reference.name;

/** One pass over the results. */
function readArms(folder: string, summary: StoredSummary) {
  const index = new ProblemIndex();
  const arms = new Map(summary.arms.map(({ arm, strategy }) => [arm, new ArmColumns(arm, strategy, index)]));
  let trials = 0;
  eachCountedRecord(folder, summary, (record) => {
    arms.get(record.arm)?.add(record);
    trials++;
  });
  return { arms: [...arms.values()], index, trials };
}
