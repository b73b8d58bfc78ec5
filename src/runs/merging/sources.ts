import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError, InvalidFileError, InvalidOptionError } from "../../core/errors.ts";
import { changesBetween, graderChanges } from "../changes.ts";
import { readExperiment, readSummary } from "../counted-records.ts";
import type { ExperimentSummary } from "../experiment-summary.ts";
import { countOrdinals, type OrdinalRun } from "../records/ordinals.ts";

/** A run's folder that is brought together with others. */
export interface Source {
  /** As it was given. */
  readonly name: string;
  readonly path: string;
  /** summary.json as it was written, field for field. */
  readonly summary: ExperimentSummary;
  /** Places of its lines in its own plan. */
  readonly held: readonly OrdinalRun[];
}

/** @throws EnvironmentError for a folder without a run or with one that is at work; InvalidFileError. */
export function openSource(name: string, path: string): Source {
  readSummary(path); // checks it
  readExperiment(path);
  const file = join(path, "summary.json");
  const summary = JSON.parse(readFileSync(file, "utf8")) as ExperimentSummary;
  const { complete, trials, held } = summary;
  if (trials === null || trials === undefined) {
    throw new EnvironmentError(
      `${name} is at work, or was cut off before its files were in order. Give its command again and let it end.`,
    );
  }
  const places: readonly OrdinalRun[] | undefined = held ?? (complete ? [[0, trials, 0, 1]] : undefined);
  if (places === undefined) {
    throw new EnvironmentError(
      `${name} is not finished and does not say which trials it has. Give its command again to bring it up to date.`,
    );
  }
  if (countOrdinals(places) !== trials)
    throw new InvalidFileError(file, null, '"held" does not fit "trials". Give the run\'s command again.');
  return { name, path, summary, held: places };
}

/**
 * The one whose plan has the arms of all: the others are parts of it, or were run before arms were added.
 *
 * @throws InvalidOptionError that names what differs.
 */
export function wholeOf(sources: readonly Source[]): Source {
  refuseTwice(sources);
  const whole = sources.reduce((most, one) => (one.summary.setups.length > most.summary.setups.length ? one : most));
  const arms = whole.summary.setups.map(({ arm }) => arm);
  for (const source of sources) {
    const differences = differencesOf(whole, source);
    if (differences.length > 0) {
      throw new InvalidOptionError(
        "merge",
        `refuses ${source.name}: it is of another configuration than ${whole.name}. ${differences.join(" ")}`,
      );
    }
    const unknown = source.summary.setups.map(({ arm }) => arm).filter((arm) => !arms.includes(arm));
    if (unknown.length > 0) {
      throw new InvalidOptionError(
        "merge",
        `refuses ${source.name}: it has ${unknown.join(", ")}, which ${whole.name} does not have. ` +
          "Put all arms into one file and run what is missing with --only: trials that are there already are kept.",
      );
    }
  }
  return whole;
}

function refuseTwice(sources: readonly Source[]): void {
  const paths = sources.map(({ path }) => realpathSync(path));
  const again = sources.find((_, i) => paths.indexOf(paths[i] ?? "") < i);
  if (again !== undefined) throw new InvalidOptionError("merge", `was given the folder ${again.name} twice.`);
}

function differencesOf(whole: Source, other: Source): string[] {
  if (whole === other) return [];
  const [a, b] = [whole.summary, other.summary];
  const words = [`in ${whole.name}`, `in ${other.name}`] as const;
  const unlike = (what: string, x: unknown, y: unknown) =>
    x === y ? [] : [`${what} is another: ${String(x)} ${words[0]}, ${String(y)} ${words[1]}.`];
  const sizes = ({ datasets }: ExperimentSummary) =>
    datasets.map(({ name, problems }) => `${problems} problems of ${name}`).join(", ");
  const sized = unlike("What was run", sizes(a), sizes(b));
  const changes = changesBetween(a, b, words);
  return [
    ...unlike("The name", a.name, b.name),
    ...sized,
    ...(sized.length > 0 ? changes.filter((change) => !change.startsWith("The dataset ")) : changes),
    ...unlike("The grader's version", a.identity?.grader ?? 1, b.identity?.grader ?? 1),
    ...graderChanges(a.identity?.gradedBy, b.identity?.gradedBy, words),
    ...pricesOf(a).flatMap(([label, prompts]) => {
      const same = pricesOf(b).find(([name]) => name === label);
      return same === undefined ? [] : unlike(`How prompts of ${label} are counted`, prompts, same[1]);
    }),
  ];
}

const pricesOf = ({ policies }: ExperimentSummary) => policies.map(({ label, prompts }) => [label, prompts] as const);
