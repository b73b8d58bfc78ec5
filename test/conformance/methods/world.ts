import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Random } from "../../../src/core/random.ts";
import type { Child, Expansion, Search } from "../../../src/core/search.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";

/** The twin of `uniform` in record_step_searches.py: the same number in [0, 1) for the same key. */
export function uniform(key: string): number {
  let h = 0x811c9dc5;
  for (const unit of Buffer.from(key)) h = Math.imul(h ^ unit, 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** See `World` in record_step_searches.py. */
export interface World {
  readonly seed: number;
  readonly branching: number;
  readonly depth: number;
  readonly ends: number;
  readonly levels: number;
  readonly distinct?: boolean;
  /** Have steps a log-probability? Default false. */
  readonly likely?: boolean;
}

function step({ seed, branching, distinct }: World, text: string, index: number | string): string {
  if (!distinct) return letters[Math.floor(uniform(`d/${seed}/${text}/${index}`) * branching)] ?? "";
  const first = Math.floor(uniform(`d/${seed}/${text}`) * branching);
  return letters[(first + (index === "greedy" ? 0 : Number(index))) % branching] ?? "";
}

const endsAt = ({ seed, depth, ends }: World, text: string): boolean =>
  text.length >= depth || uniform(`e/${seed}/${text}`) < ends;

export function scoreIn({ seed, levels }: World, text: string): number {
  const u = uniform(`s/${seed}/${text}`);
  return levels > 0 ? Math.floor(u * levels) / levels : u;
}

/** Log-probability of the last letter of a text: log of a number in [0.2, 1). */
export const logprobIn = ({ seed }: World, text: string): number => Math.log(0.2 + 0.8 * uniform(`l/${seed}/${text}`));

type Score = (text: string) => number | null;

function childIn(world: World, from: Trajectory, letter: string, score: Score): Child {
  const text = from.text + letter;
  return {
    trajectory: from.extend({ text: letter, tokens: 1 }, endsAt(world, text)),
    score: score(text),
    stepScores: [...text].map((_, index) => score(text.slice(0, index + 1))),
    logprob: world.likely ? logprobIn(world, text) : null,
    ...{ tokens: 1, answer: text },
  };
}

export function bring(
  world: World,
  { trajectory, kind, count, drawn, model, steps = 0 }: Expansion,
  score: Score,
): Child[] {
  if (kind === "expand") {
    const numbered = (index: number) => (model === undefined ? drawn + index : `${model}/${drawn + index}`);
    const draw = (_: unknown, index: number) =>
      childIn(world, trajectory, step(world, trajectory.text, numbered(index)), score);
    return Array.from({ length: count }, draw);
  }
  let child = childIn(world, trajectory, step(world, trajectory.text, "greedy"), score);
  for (let taken = 1; taken < steps && !child.trajectory.terminal; taken++) {
    child = childIn(world, child.trajectory, step(world, child.trajectory.text, "greedy"), score);
  }
  return [child];
}

export interface Played<State> {
  /** The texts that grew in each round, with how often: "ab2 c1". */
  readonly rounds: readonly string[];
  /** What finished, rollouts not counted, each as often as it was drawn. */
  readonly done: readonly string[];
  readonly state: State;
}

/** Plays a search in a world to its end. `scoresOf` scores the texts of a round; default: the world's own scores. */
export function play<State>(
  search: Search<State>,
  world: World,
  options: { readonly random?: Random; readonly scoresOf?: (texts: readonly string[]) => Score } = {},
): Played<State> {
  const { random = new Random(0), scoresOf = () => (text: string) => scoreIn(world, text) } = options;
  const state = search.start(Trajectory.root());
  const rounds: string[] = [];
  for (;;) {
    const batch = search.ask(state, Number.POSITIVE_INFINITY, random);
    if (batch.length === 0) break;
    const grown = batch.filter(({ kind }) => kind === "expand");
    if (grown.length > 0) {
      rounds.push(grown.map(({ trajectory: { text }, count }) => `${text || "."}${count}`).join(" "));
    }
    const texts = batch.flatMap((expansion) =>
      bring(world, expansion, () => null).map(({ trajectory }) => trajectory.text),
    );
    const score = scoresOf(texts);
    for (const expansion of batch) search.tell(state, expansion, { children: bring(world, expansion, score) });
  }
  const ends = search.finished(state).filter(({ rollout }) => !rollout);
  const done = ends.flatMap(({ trajectory: { text }, copies }) => Array.from({ length: copies }, () => text));
  return { rounds, done, state };
}

/** A listing such as "ab2 c1" in an order of its own, so that two can be compared as multisets. */
export const sorted = (listing: string): string => listing.split(" ").sort().join(" ");

/** The same of texts. */
export function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return sorted([...counts].map(([text, count]) => `${text}${count}`).join(" "));
}

/** The cases that were recorded of a method; the first line names the original. */
export function recorded<Case>(method: string): Case[] {
  const lines = readFileSync(resolve(import.meta.dirname, `${method}.jsonl`), "utf8")
    .trim()
    .split("\n");
  return lines.slice(1).map((line) => JSON.parse(line) as Case);
}

/** How many of these cases agree, and which do not. */
export function agreement<Case>(cases: readonly Case[], agrees: (each: Case) => boolean) {
  const others = cases.filter((each) => !agrees(each));
  return { share: 1 - others.length / cases.length, others };
}

/** Uniform numbers by the hash, as the recorder's `Draws`: one sequence, whatever is forked. */
export class RecordedRandom extends Random {
  #count = 0;
  readonly #seed: number;
  constructor(seed: number) {
    super(seed);
    this.#seed = seed;
  }
  override fork(): Random {
    return this;
  }
  override uniform(): number {
    return uniform(`r/${this.#seed}/${this.#count++}`);
  }
}

/** The share of cases that agree; printed where METHODS_REPORT is set, for docs/conformance.md. */
export function reportsAgreement<Case>(what: string, cases: readonly Case[], agrees: (each: Case) => boolean): number {
  const { share, others } = agreement(cases, agrees);
  if (process.env.METHODS_REPORT) console.log(`${what}: ${cases.length - others.length} of ${cases.length} cases`);
  return share;
}
