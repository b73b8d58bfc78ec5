import { InvalidOptionError } from "../../core/errors.ts";
import { unpackOrdinals } from "../records/ordinals.ts";
import type { Source } from "./sources.ts";

/** Where the trials of all sources stand in the plan that they are parts of. */
export interface Layout {
  readonly arms: readonly string[];
  readonly seeds: readonly number[];
  readonly datasets: readonly { readonly name: string; readonly problems: number }[];
  readonly problems: number;
}

/** A trial of one source, by its place among those of one problem. */
export interface Slot {
  readonly source: number;
  readonly seed: number;
  readonly arm: number;
}

/** Of the whole plan's arms, and all seeds that any source has. */
export function layoutOf(whole: Source, sources: readonly Source[]): Layout {
  const { setups, datasets, seeds } = whole.summary;
  return {
    arms: setups.map(({ arm }) => arm),
    seeds: [...new Set([...seeds, ...sources.flatMap(({ summary }) => summary.seeds)])],
    datasets,
    problems: datasets.reduce((sum, { problems }) => sum + problems, 0),
  };
}

/**
 * Problem by problem, what the sources hold of it in the order of the plan; of each source in the order of its lines.
 * Little is in memory at a time.
 */
export function* problemsOf(layout: Layout, sources: readonly Source[]): Generator<readonly Slot[]> {
  const streams = sources.map((source) => slotsOf(layout, source));
  const heads = streams.map((stream) => stream.next().value);
  for (let problem = 0; problem < layout.problems; problem++) {
    const slots: Slot[] = [];
    for (const [source, stream] of streams.entries()) {
      for (let head = heads[source]; head?.problem === problem; head = heads[source]) {
        slots.push({ source, seed: head.seed, arm: head.arm });
        heads[source] = stream.next().value;
      }
    }
    yield slots;
  }
}

interface Place {
  readonly problem: number;
  readonly seed: number;
  readonly arm: number;
}

function* slotsOf(layout: Layout, { summary, held }: Source): Generator<Place, undefined> {
  const arms = summary.setups.map(({ arm }) => layout.arms.indexOf(arm));
  const seeds = summary.seeds.map((seed) => layout.seeds.indexOf(seed));
  const size = arms.length * seeds.length;
  for (const ordinal of unpackOrdinals(held)) {
    const within = ordinal % size;
    yield {
      problem: Math.floor(ordinal / size),
      seed: seeds[Math.floor(within / arms.length)] ?? 0,
      arm: arms[within % arms.length] ?? 0,
    };
  }
}

/**
 * Every trial of the plan must be in one source, and in one only.
 * @throws InvalidOptionError that says which are missing or doubled, and where.
 */
export function checkCover(layout: Layout, sources: readonly Source[]): void {
  const { arms, seeds, problems } = layout;
  const size = arms.length * seeds.length;
  const missing = new Misses(layout);
  const doubled = new Map<string, { count: number; first: string }>();
  let problem = 0;
  for (const slots of problemsOf(layout, sources)) {
    const owners: (number | undefined)[] = Array(size).fill(undefined);
    for (const { source, seed, arm } of slots) {
      const at = seed * arms.length + arm;
      const owner = owners[at];
      if (owner === undefined) owners[at] = source;
      else {
        const pair = `${sources[owner]?.name} and ${sources[source]?.name}`;
        const known = doubled.get(pair);
        if (known === undefined) doubled.set(pair, { count: 1, first: trialWords(layout, problem, at) });
        else known.count++;
      }
    }
    owners.forEach((owner, at) => {
      if (owner === undefined) missing.add(problem, at);
    });
    problem++;
  }
  if (doubled.size > 0) {
    const pairs = [...doubled].map(
      ([pair, { count, first }]) => `${pair} both hold ${trials(count)} (the first is ${first})`,
    );
    throw new InvalidOptionError("merge", `refuses trials that are there twice: ${pairs.join("; ")}. Leave one out.`);
  }
  missing.refuse(size * problems, sources);
}

const trials = (count: number) => `${count.toLocaleString("en-US")} trial${count === 1 ? "" : "s"}`;

function trialWords({ arms, seeds, datasets }: Layout, problem: number, at: number): string {
  let before = 0;
  const dataset = datasets.find(({ problems }) => {
    before += problems;
    return problem < before;
  });
  const number = problem - before + (dataset?.problems ?? 0) + 1;
  const seed = seeds[Math.floor(at / arms.length)];
  return `${arms[at % arms.length]} on problem ${number} of ${dataset?.name}, seed ${seed}`;
}

/** Counts what is missing, so that a refusal can say which shards, arms or problems it is. */
class Misses {
  readonly #layout: Layout;
  readonly #arms = new Map<number, number>();
  readonly #problems = new Set<number>();
  #count = 0;
  #first: string | null = null;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  add(problem: number, at: number): void {
    this.#count++;
    this.#first ??= trialWords(this.#layout, problem, at);
    const arm = at % this.#layout.arms.length;
    this.#arms.set(arm, (this.#arms.get(arm) ?? 0) + 1);
    this.#problems.add(problem);
  }

  refuse(total: number, sources: readonly Source[]): void {
    if (this.#count === 0) return;
    const { arms } = this.#layout;
    const whose = [...this.#arms].map(([arm, count]) => `${count.toLocaleString("en-US")} of ${arms[arm]}`).join(", ");
    const shards = this.#shards(sources);
    throw new InvalidOptionError(
      "merge",
      `lacks ${trials(this.#count)} of ${total.toLocaleString("en-US")}: ` +
        `${shards === null ? "" : `${shards}; `}${whose} (the first is ${this.#first}). ` +
        "Run what is missing, or give the folder that holds it.",
    );
  }

  /** The shards that all missing problems belong to, where the sources are shards of one number. */
  #shards(sources: readonly Source[]): string | null {
    const [of, ...others] = new Set(sources.map(({ summary }) => Number(summary.part?.shard?.split("/")[1] ?? 0)));
    if (of === undefined || of === 0 || others.length > 0) return null;
    const missing = [...new Set([...this.#problems].map((problem) => problem % of))].sort((a, b) => a - b);
    const given = new Set(sources.map(({ summary }) => summary.part?.shard));
    return missing
      .map((index) => `${index + 1}/${of}`)
      .map((shard) => (given.has(shard) ? `shard ${shard} is not finished` : `shard ${shard} is not among them`))
      .join(", ");
  }
}
