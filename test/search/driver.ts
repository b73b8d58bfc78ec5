import { Random } from "../../src/core/random.ts";
import type { Child, End, Expansion, ExpansionOutcome, Search } from "../../src/core/search.ts";
import { Trajectory } from "../../src/core/trajectory.ts";

/** A toy problem whose steps are single letters: what may follow a text, and what the texts score. */
export interface Toy {
  /** Steps that may follow, at most; the first ones are drawn first. */
  readonly branching: number;
  /** Texts of this length are finished. */
  readonly depth: number;
  /** Score of a prefix; null is "not judged". */
  readonly score: (text: string, terminal: boolean) => number | null;
  readonly logprob?: (text: string) => number | null;
  readonly answer?: (text: string) => string | null;
  /** Does a step end its trajectory before the full depth? */
  readonly ends?: (text: string) => boolean;
  /**
   * How continuations are drawn: "enumerate" gives each letter once, then none; "cycle" goes on after the last letter
   * drawn and starts over (duplicates); "random" draws with replacement, keyed by what is drawn.
   */
  readonly draw?: "enumerate" | "cycle" | "random";
}

export const letters = "abcdefghijklmnopqrstuvwxyz";

export function childOf(toy: Toy, from: Trajectory, letter: string): Child {
  const text = from.text + letter;
  const terminal = text.length >= toy.depth || (toy.ends?.(text) ?? false);
  const stepScores = [...text].map((_, index) => {
    const prefix = text.slice(0, index + 1);
    return toy.score(prefix, terminal && prefix.length === text.length);
  });
  return {
    trajectory: from.extend({ text: letter, tokens: 1 }, terminal),
    score: toy.score(text, terminal),
    stepScores,
    logprob: toy.logprob?.(text) ?? null,
    tokens: 1,
    answer: terminal ? (toy.answer?.(text) ?? text) : null,
  };
}

/**
 * What a perfect engine would bring for an expansion. Depends on the expansion alone, so any order of telling can be
 * tried.
 */
export function perform(toy: Toy, expansion: Expansion, seed: string | number = 0): ExpansionOutcome {
  const random = new Random(
    `${seed}/${expansion.trajectory.text}/${expansion.kind}/${expansion.model}/${expansion.drawn}`,
  );
  if (expansion.kind === "rollout") return { children: repeat(expansion.count, () => rollOut(toy, expansion, random)) };
  const mode = toy.draw ?? "enumerate";
  const count = mode === "enumerate" ? Math.min(expansion.count, toy.branching) : expansion.count;
  const letterAt = (index: number) =>
    mode === "random" ? random.integer(toy.branching) : (expansion.id + index) % toy.branching;
  return { children: repeat(count, (index) => childOf(toy, expansion.trajectory, letters[letterAt(index)] ?? "a")) };
}

function rollOut(
  toy: Toy,
  { trajectory, steps = Number.POSITIVE_INFINITY, temperature }: Expansion,
  random: Random,
): Child {
  let child: Child | null = null;
  let at = trajectory;
  for (let step = 0; step < steps && !at.terminal; step++) {
    child = temperature === 0 ? greedy(toy, at) : childOf(toy, at, letters[random.integer(toy.branching)] ?? "a");
    at = child.trajectory;
  }
  if (child === null) throw new Error("a rollout must take a step");
  return { ...child, tokens: at.depth - trajectory.depth };
}

/**
 * The continuation of highest score, the first of equals: a policy that knows what it is doing when it is not sampled.
 */
const greedy = (toy: Toy, at: Trajectory): Child =>
  repeat(toy.branching, (index) => childOf(toy, at, letters[index] ?? "a")).reduce((best, child) =>
    (child.score ?? 0) > (best.score ?? 0) ? child : best,
  );

export const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export interface Drive {
  readonly seed?: string | number;
  readonly atMost?: number;
  /** Tells a batch in another order; default as asked. */
  readonly order?: (batch: readonly Expansion[]) => readonly Expansion[];
  /** Called after every ask and tell; may replace the state (by a restored one, say). */
  readonly after?: <State>(search: Search<State>, state: State) => State;
  readonly rounds?: number;
}

/** Drives a walk to its end and returns the state. */
export function drive<State>(search: Search<State>, toy: Toy, options: Drive = {}): State {
  const { seed = 0, atMost = 1000, order = (batch) => batch, after = (_, state) => state } = options;
  return goOn(search, search.start(Trajectory.root()), toy, { ...options, seed, atMost, order, after });
}

/** Drives on from a state. */
export function goOn<State>(search: Search<State>, from: State, toy: Toy, options: Drive = {}): State {
  const { seed = 0, atMost = 1000, order = (batch) => batch, after = (_, state) => state, rounds = 100_000 } = options;
  let state = from;
  for (let round = 0; round < rounds; round++) {
    const batch = search.ask(state, atMost, new Random(seed));
    if (batch.length === 0) return state;
    const waiting = new Map(order(batch).map((expansion) => [expansion.id, expansion]));
    for (const expansion of waiting.values()) {
      state = after(search, state);
      // A restored state gives out again what was outstanding: those get their outcomes below.
      for (const again of search.ask(state, atMost, new Random(seed))) {
        if (!waiting.has(again.id)) waiting.set(again.id, again);
      }
      search.tell(state, expansion, perform(toy, expansion, seed));
    }
  }
  throw new Error(`${search.name} did not end in ${rounds} rounds`);
}

/** A state as comparable JSON. */
export const json = <State>(search: Search<State>, state: State): unknown =>
  JSON.parse(JSON.stringify(search.serialise(state)));

export const texts = (ends: readonly End[]): string[] => ends.map((end) => end.trajectory.text);

/** Every finished text of a toy, by brute force. */
export function allTexts({ branching, depth, ends }: Toy, prefix = ""): string[] {
  if (prefix.length >= depth || (prefix !== "" && ends?.(prefix))) return [prefix];
  return repeat(branching, (index) => allTexts({ branching, depth, ends } as Toy, prefix + letters[index])).flat();
}

/** A perfect value oracle: 1 while the prefix still leads to `goal`, else 0.1. */
export const oracle =
  (goal: string) =>
  (text: string): number =>
    goal.startsWith(text) ? 1 : 0.1;

/** An oracle of progress: the share of `goal` that a text gets right before its first wrong step. */
export const graded =
  (goal: string) =>
  (text: string): number => {
    let right = 0;
    while (right < text.length && text[right] === goal[right]) right++;
    return right / goal.length;
  };
