import { existsSync, statSync } from "node:fs";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Problem } from "../core/problem.ts";
import { graderChanges } from "./changes.ts";
import { type CostCounter, counterOf } from "./efficiency.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import { type Grader, graderMark, openGrader, withGrader } from "./graders/open-grader.ts";
import { decided, gradeAnswers, graderVersion, shownReference } from "./grading.ts";
import { isJudge } from "./judging/schema.ts";
import { type LoadedDataset, loadDatasets } from "./load-datasets.ts";
import { RunFolder } from "./records/folder.ts";
import { Journal } from "./records/journal.ts";
import { readTrace, readTrial } from "./records/reading.ts";
import type { TrialRecord } from "./records/record.ts";
import type { Experiment } from "./schema.ts";

export interface Regraded {
  readonly trials: number;
  /** Trials whose verdict changed, by "from → to". */
  readonly moved: Readonly<Record<string, number>>;
  /** Candidates that became right or wrong, picked or not. */
  readonly candidates: number;
  /** Trials whose problem is not in the dataset as it is loaded now: left as they were. */
  readonly unknown: number;
}

/**
 * Grades all stored answers of a run again, after the grader or the references changed, and counts steps where the
 * experiment now asks for that. No model is asked; answers are not read again from the texts. Both files are replaced
 * as a whole, and `summary.json` has to be made again by running the experiment (which has nothing left to do).
 */
export async function regrade(
  folderPath: string,
  given: Experiment,
  setup: { readonly catalogue: Catalogue; readonly sandbox: Sandbox | null; readonly data?: string },
): Promise<Regraded> {
  const experiment = withGrader(given, setup.catalogue);
  const grader = openGrader(experiment, setup.catalogue);
  const datasets = await loadDatasets(experiment, setup);
  const folder = new RunFolder(folderPath);
  try {
    return await regradeIn(folder, { experiment, datasets, grader }, setup.sandbox);
  } finally {
    folder.close();
  }
}

/** What grades, and the problems with their references. */
export interface Grading {
  readonly experiment: Experiment;
  readonly datasets: readonly LoadedDataset[];
  /** Null where the reference decides. */
  readonly grader: Grader | null;
}

/** Was the record graded by this grader, or by a judge that is asked again where it is another? */
export const isGradedBy =
  ({ experiment, grader }: Pick<Grading, "experiment" | "grader">) =>
  ({ verdict, grader: mark, judged }: TrialRecord): boolean =>
    verdict === "error" ||
    (mark?.version === grader?.identity.version && (judged === undefined || isJudge(experiment.grade)));

/** Is there anything of this folder that another version of the rules graded? */
export const gradedByEarlierRules = (folder: RunFolder, { setups, identity }: Partial<ExperimentSummary>): boolean =>
  setups !== undefined && (identity?.grader ?? 1) !== graderVersion && holdsLines(folder.file("results.jsonl"));

/** Grades all trials of the folder again, and says what changed and which verdicts moved. */
export async function regradeEarlier(
  folder: RunFolder,
  before: Partial<ExperimentSummary>,
  grading: Grading,
  { sandbox, onNote }: { readonly sandbox: Sandbox | null; readonly onNote?: (note: string) => void },
): Promise<void> {
  const version = before.identity?.grader ?? 1;
  const { trials, moved } = await regradeIn(folder, grading, sandbox);
  const words = [
    ...(version === graderVersion ? [] : [`The grader changed (version ${version} then, ${graderVersion} now).`]),
    ...graderChanges(before.identity?.gradedBy, grading.grader?.identity),
  ];
  const [first = "Some trials were graded by another grader.", ...rest] = words;
  onNote?.([first, ...rest, `${trials} trials are graded again. ${movedWords(moved)}.`].join(" "));
}

export function movedWords(moved: Regraded["moved"]): string {
  const changes = Object.entries(moved).map(([change, count]) => `${count} ${change}`);
  return changes.length === 0 ? "No verdict moved" : `Verdicts moved: ${changes.join(", ")}`;
}

const holdsLines = (path: string): boolean => existsSync(path) && statSync(path).size > 0;

/** The same for a folder that is open. */
export async function regradeIn(
  folder: RunFolder,
  { experiment, datasets, grader }: Grading,
  sandbox: Sandbox | null,
): Promise<Regraded> {
  const problems = new Map(
    datasets.map(({ name, problems: all }) => [name, new Map(all.map((one) => [one.question.id, one]))]),
  );
  const counter = counterOf(experiment, sandbox);
  const places: Place[] = [];
  const results = new Journal(folder.file("results.jsonl"), readTrial, (_record, offset, length) =>
    places.push({ offset, length }),
  );
  const right = new Map<string, readonly boolean[]>();
  const moved = new Map<string, number>();
  let [candidates, unknown] = [0, 0];
  try {
    if (places.length === 0) throw new EnvironmentError(`${folder.path} holds no results to grade again.`);
    const fresh: Place[] = [];
    for (const place of places) {
      const record = results.read(place);
      const problem = problems.get(record.dataset)?.get(record.problem);
      if (problem === undefined) unknown++;
      const graded = problem === undefined ? record : await again(record, problem, { sandbox, counter, grader });
      candidates += graded.candidates.filter(({ correct }, i) => correct !== record.candidates[i]?.correct).length;
      if (graded.verdict !== record.verdict) {
        const change = `${record.verdict} → ${graded.verdict}`;
        moved.set(change, (moved.get(change) ?? 0) + 1);
      }
      right.set(
        record.key,
        graded.candidates.map(({ correct }) => correct),
      );
      fresh.push(results.append(graded));
    }
    regradeTraces(folder, right);
    results.rewrite(fresh);
  } finally {
    results.close();
  }
  return { trials: places.length, moved: Object.fromEntries(moved), candidates, unknown };
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

async function again(
  record: TrialRecord,
  problem: Problem,
  {
    sandbox,
    counter,
    grader,
  }: { readonly sandbox: Sandbox | null; readonly counter: CostCounter | null; readonly grader: Grader | null },
): Promise<TrialRecord> {
  if (record.verdict === "error") return record;
  // Without a sandbox the judge of programs can say nothing: what an earlier one said stands.
  const byRules = grader === null && record.grader === undefined;
  if (sandbox === null && problem.question.kind === "code" && byRules) return record;
  const picked = record.picks.at(-1)?.[1] ?? null;
  const answers = record.candidates.map(({ answer }) => answer);
  const graded = await gradeAnswers(answers, picked, problem, sandbox, grader);
  const steps = (await counter?.scores(answers, decided(graded.correct, graded.undecided), problem)) ?? null;
  const { judged: _judged, label: _label, ...kept } = record;
  return {
    ...kept,
    reference: shownReference(problem.reference),
    verdict: graded.verdict,
    grader: grader === null ? undefined : graderMark(grader),
    rule: graded.rule,
    candidates: record.candidates.map((candidate, i) => ({
      ...withoutCosts(candidate),
      class: graded.classes[i] ?? -1,
      correct: graded.correct[i] ?? false,
      undecided: graded.undecided[i] === true ? true : undefined,
      ...steps?.[i],
    })),
  };
}

const withoutCosts = ({
  efficiency: _efficiency,
  stepClass: _class,
  costRatio: _ratio,
  dps: _dps,
  dpsNorm: _norm,
  ...candidate
}: TrialRecord["candidates"][number]) => candidate;

function regradeTraces(folder: RunFolder, right: ReadonlyMap<string, readonly boolean[]>): void {
  const places: Place[] = [];
  const traces = new Journal(folder.file("traces.jsonl"), readTrace, (_record, offset, length) =>
    places.push({ offset, length }),
  );
  try {
    const fresh = places.map((place) => {
      const trace = traces.read(place);
      const labels = right.get(trace.key);
      if (labels === undefined) return place;
      return traces.append({
        ...trace,
        candidates: trace.candidates.map((candidate, i) => ({ ...candidate, correct: labels[i] ?? candidate.correct })),
      });
    });
    traces.rewrite(fresh);
  } finally {
    traces.close();
  }
}
