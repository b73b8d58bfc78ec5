import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eachCountedRecord } from "./counted-records.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import type { Experiment } from "./schema.ts";

export interface CollectOptions {
  /** Right solutions that are wanted of a problem: of each, or of the hardest. */
  readonly right: number;
  /** Solutions drawn of a problem at most. */
  readonly most: number;
  /** DART-Math's two targets: the same for each problem, or in proportion to how often it is missed, at least one. */
  readonly target: "uniform" | "difficulty";
}

/** What was drawn of a problem. */
export interface CollectedProblem {
  readonly dataset: string;
  readonly problem: string;
  drawn: number;
  right: number;
  target: number;
}

export interface Collected extends CollectOptions {
  readonly rounds: readonly string[];
  readonly reached: number;
  readonly missed: number;
  readonly drawn: number;
  readonly rightDrawn: number;
  /** True where a round was left unfinished: the same command goes on. */
  readonly unfinished: boolean;
  readonly problems: readonly CollectedProblem[];
}

/** Runs one round: an experiment of one seed over the problems that `wanted` lets through, in this folder. */
export type RunRound = (
  experiment: Experiment,
  folder: string,
  wanted: (dataset: string, problem: string) => boolean,
) => Promise<ExperimentSummary>;

/**
 * Draws solutions in rounds until each problem has so many right ones (DART-Math, Tong et al. 2024, arXiv:2407.13690:
 * uniform and proportional to difficulty). Round r is the experiment with its r-th seed from the first on, over the
 * problems that still lack some. Whether a solution is right is read from the graded results between rounds: it reaches
 * neither a strategy nor a verifier. Writes collected.json into the folder; finished rounds are not done again.
 */
export async function collect(
  experiment: Experiment,
  folder: string,
  options: CollectOptions,
  runRound: RunRound,
): Promise<Collected> {
  const problems = new Map<string, CollectedProblem>();
  const rounds: string[] = [];
  const [firstSeed = 1] = experiment.seeds;
  let perRound = 0;
  let unfinished = false;
  const lacking = ({ drawn, right, target }: CollectedProblem) => right < target && drawn + perRound <= options.most;
  const wanted = (dataset: string, problem: string) => {
    const known = problems.get(keyOf(dataset, problem));
    return known === undefined || lacking(known);
  };
  while (!unfinished && (rounds.length === 0 || [...problems.values()].some(lacking))) {
    const name = `round-${String(rounds.length + 1).padStart(2, "0")}`;
    const plan: Experiment = { ...experiment, seeds: [firstSeed + rounds.length], traces: true, baselines: false };
    const summary = await runRound(plan, join(folder, name), wanted);
    rounds.push(name);
    unfinished = !summary.complete;
    perRound = tally(join(folder, name), summary, problems);
    if (rounds.length === 1) setTargets([...problems.values()], options);
    if (perRound === 0) break;
  }
  const all = [...problems.values()];
  const reached = all.filter(({ right, target }) => right >= target).length;
  const collected: Collected = {
    ...options,
    rounds,
    reached,
    missed: all.length - reached,
    drawn: all.reduce((sum, { drawn }) => sum + drawn, 0),
    rightDrawn: all.reduce((sum, { right }) => sum + right, 0),
    unfinished,
    problems: all,
  };
  writeFileSync(join(folder, "collected.json"), `${JSON.stringify(collected, null, 2)}\n`);
  return collected;
}

const keyOf = (dataset: string, problem: string): string => JSON.stringify([dataset, problem]);

/** Adds a round to what was drawn; gives the most that it drew of one problem. */
function tally(folder: string, summary: ExperimentSummary, problems: Map<string, CollectedProblem>): number {
  const drawnNow = new Map<string, number>();
  eachCountedRecord(folder, summary, ({ dataset, problem, candidates }) => {
    const key = keyOf(dataset, problem);
    const known = problems.get(key) ?? { dataset, problem, drawn: 0, right: 0, target: Number.POSITIVE_INFINITY };
    problems.set(key, known);
    known.drawn += candidates.length;
    known.right += candidates.filter(({ correct }) => correct).length;
    drawnNow.set(key, (drawnNow.get(key) ?? 0) + candidates.length);
  });
  return Math.max(0, ...drawnNow.values());
}

/** Targets follow the first round alone, so that they do not chase what later rounds happen to draw. */
function setTargets(problems: readonly CollectedProblem[], { right, target }: CollectOptions): void {
  const missed = problems.map((one) => (one.drawn === 0 ? 1 : 1 - one.right / one.drawn));
  const hardest = Math.max(...missed);
  for (const [i, one] of problems.entries()) {
    const share = hardest === 0 ? 0 : (missed[i] ?? 0) / hardest;
    one.target = target === "uniform" ? right : Math.max(1, Math.round(right * share));
  }
}
