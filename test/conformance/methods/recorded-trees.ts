import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../../src/core/random.ts";
import type { Child, Expansion, Search } from "../../../src/core/search.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";

/**
 * The numbers of the recorded trees are not stored: both sides work them out of the seed and the path. FNV-1a of the
 * parts joined by "/", with the last mix of MurmurHash3, as a share of 2³².
 */
export function uniform(...parts: readonly (string | number)[]): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(parts.join("/"))) hash = Math.imul(hash ^ byte, 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export const recorded = <Case>(name: string): Case[] =>
  readFileSync(join(import.meta.dirname, `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);

/** A step of a recorded tree: one character of its path. */
export interface StepOf {
  readonly value: number | null;
  readonly logprob?: number;
  readonly terminal: boolean;
  readonly answer?: string | null;
  readonly tokens?: number;
}

export function childAt(from: Trajectory, letter: string, describe: (path: string) => StepOf): Child {
  const path = from.text + letter;
  const { value, logprob = null, terminal, answer = path, tokens = 1 } = describe(path);
  const trajectory = from.extend({ text: letter, tokens }, terminal);
  const stepScores = [...path].map((_, i) => describe(path.slice(0, i + 1)).value);
  return { trajectory, score: value, stepScores, logprob, tokens, answer: terminal ? answer : null };
}

/** Drives a walk over a recorded tree; the expansions in order. */
export function driveRecorded<State>(
  search: Search<State>,
  perform: (expansion: Expansion) => readonly Child[],
  random = new Random(0),
): { readonly state: State; readonly order: readonly Expansion[] } {
  const state = search.start(Trajectory.root());
  const order: Expansion[] = [];
  for (;;) {
    const batch = search.ask(state, 1, random);
    if (batch.length === 0) return { state, order };
    for (const expansion of batch) {
      order.push(expansion);
      search.tell(state, expansion, { children: perform(expansion) });
    }
  }
}

/** Chooses what was chosen when the case was recorded. */
export class RecordedChoices extends Random {
  readonly #indices: number[];

  constructor(indices: readonly number[]) {
    super(0);
    this.#indices = [...indices];
  }

  override fork(): Random {
    return this;
  }

  override integer(): number {
    return this.#indices.shift() ?? 0;
  }
}
