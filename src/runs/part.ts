import { InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import type { Arm, Trial } from "./plan.ts";

/** Which trials of a plan are to be run now; what the folder holds of the others stays and counts. */
export interface PartSpec {
  /** Every `of`-th problem, from the `index`-th on (the first is 1): parts for machines that do not see each other. */
  readonly shard?: { readonly index: number; readonly of: number };
  /** Labels of arms. */
  readonly only?: readonly string[];
  /** Of problems. */
  readonly ids?: readonly string[];
}

/** "2/5". @throws InvalidOptionError. */
export function shardOf(text: string): { readonly index: number; readonly of: number } {
  const [, index = 0, of = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > of)
    throw new InvalidOptionError("--shard", `must be i/n with i from 1 to n, such as 2/5, got "${text}".`);
  return { index, of };
}

/**
 * The trials of a part, in the plan's order. A shard takes problems and all that belongs to them, so that arms go on
 * sharing samples.
 *
 * @throws UnknownNameError for an arm or a problem that the plan does not have; InvalidOptionError where trials depend
 * on others that the part leaves out.
 */
export function trialsOfPart(trials: readonly Trial[], arms: readonly Arm[], part: PartSpec = {}): readonly Trial[] {
  const { shard, only, ids } = part;
  if (shard === undefined && only === undefined && ids === undefined) return trials;
  const labels = arms.map(({ label }) => label);
  for (const label of only ?? []) if (!labels.includes(label)) throw new UnknownNameError("arm", label, labels);
  const known = new Set(trials.map(({ problem }) => problem.question.id));
  for (const id of ids ?? []) if (!known.has(id)) throw new UnknownNameError("problem", id, [...known]);
  const [armsAsked, idsAsked] = [only && new Set(only), ids && new Set(ids)];
  const perProblem = trials.length / Math.max(1, problemsOf(trials));
  const chosen = trials.filter(
    ({ ordinal, arm, problem }) =>
      (armsAsked === undefined || armsAsked.has(arm.label)) &&
      (idsAsked === undefined || idsAsked.has(problem.question.id)) &&
      (shard === undefined || Math.floor(ordinal / perProblem) % shard.of === shard.index - 1),
  );
  const shared = chosen.find(({ arm }) => arm.allocation !== null)?.arm;
  if (shared !== undefined && (shard !== undefined || ids !== undefined)) {
    throw new InvalidOptionError(
      shard === undefined ? "--ids" : "--shard",
      `cannot take ${shared.label} apart: its problems share one budget. Run that arm as a whole, with --only.`,
    );
  }
  if (chosen.length === 0)
    throw new InvalidOptionError("the part", "has no trial. Check --shard, --only, --ids and --limit.");
  return chosen;
}

/** Problems are together in the plan's order. */
function problemsOf(trials: readonly Trial[]): number {
  let count = 0;
  let last: unknown;
  for (const { problem } of trials) {
    if (problem !== last) count++;
    last = problem;
  }
  return count;
}

/** How a summary names the part that was asked for. */
export function partWords({ shard, only, ids }: PartSpec): NonNullable<ExperimentSummary["part"]> {
  return { shard: shard && `${shard.index}/${shard.of}`, only, ids };
}

type Told = Pick<ExperimentSummary, "part" | "complete" | "trials" | "datasets" | "seeds" | "arms" | "setups">;

/** Of a run that was asked for in part: what is not in it; nothing once all of it is there. */
export function leftOutWords(summary: Told): string[] {
  const { part, complete, trials, datasets, seeds, arms, setups } = summary;
  if (part === undefined || complete) return [];
  const perArm = seeds.length * datasets.reduce((sum, { problems }) => sum + problems, 0);
  const asked = [
    ...(part.shard === undefined ? [] : [`--shard ${part.shard}`]),
    ...(part.only ?? []).map((label) => `--only "${label}"`),
    ...(part.ids === undefined ? [] : [`--ids ${shortened(part.ids)}`]),
  ].join(" ");
  const lacking = arms.filter(({ n, errors }) => n + errors < perArm);
  const whose =
    lacking.length < arms.length ? `, all of ${shortened(lacking.map(({ arm }) => arm))}` : ", of every arm";
  const rest =
    part.shard === undefined
      ? "The same command without these flags does the rest."
      : "`ruminate experiment merge` puts the shards together.";
  const missing = perArm * setups.length - (trials ?? 0);
  return [
    `Only a part of the run was asked for (${asked}): ${missing.toLocaleString("en-US")} of ` +
      `${(perArm * setups.length).toLocaleString("en-US")} trials are left out${whose}. ${rest}`,
  ];
}

const shortened = (names: readonly string[], most = 4): string =>
  names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
