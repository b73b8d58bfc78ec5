import { InvalidOptionError } from "../core/errors.ts";
import type { Child, Expansion, ExpansionOutcome } from "../core/search.ts";
import { type Step, Trajectory } from "../core/trajectory.ts";
import { continueWith, stepsAfter } from "./continuation.ts";
import { Tree } from "./tree.ts";

/** A child without its prefix: the steps beyond the node it continues. */
export interface PackedChild extends Omit<Child, "trajectory"> {
  readonly steps: readonly Step[];
  readonly terminal: boolean;
}

export type PackedExpansion = Omit<Expansion, "trajectory">;

const columnNames = [
  "parent",
  "depth",
  "firstChild",
  "lastChild",
  "nextSibling",
  "children",
  "copies",
  "tokens",
  "terminal",
  "score",
  "logprob",
] as const;

type ColumnName = (typeof columnNames)[number];

export interface PackedTree {
  readonly root: readonly Step[];
  readonly columns: Readonly<Record<ColumnName, readonly (number | string)[]>>;
  /** steps[n] are those that node n adds to its parent. */
  readonly steps: readonly (readonly Step[])[];
  readonly answers: readonly (string | null)[];
  readonly completions: readonly PackedChild[];
  readonly origins: readonly number[];
  readonly finished: readonly number[];
  readonly finishedCopies: readonly number[];
  readonly sealed: number;
  readonly votes: readonly (readonly [string, number])[];
  readonly spent: number;
}

export function packTree(tree: Tree): PackedTree {
  const nodes = Array.from({ length: tree.size }, (_, node) => node);
  const pack = (name: ColumnName) => tree[name].pack(tree.size);
  const columns = Object.fromEntries(columnNames.map((name) => [name, pack(name)] as const));
  return {
    root: tree.trajectoryOf(0).steps,
    columns: columns as Record<ColumnName, (number | string)[]>,
    steps: nodes.map((node) => tree.stepsOf(node)),
    answers: [...tree.answer],
    completions: tree.completions.map(({ node, trajectory, answer, score }) =>
      packChild({ trajectory, answer, score, stepScores: [], logprob: null, tokens: 0 }, tree.trajectoryOf(node)),
    ),
    origins: tree.completions.map(({ node }) => node),
    finished: [...tree.finished],
    finishedCopies: [...tree.finishedCopies],
    sealed: tree.sealed,
    votes: [...tree.votes],
    spent: tree.spent,
  };
}

export function unpackTree(packed: PackedTree, maxSteps: number): Tree {
  const tree = new Tree(Trajectory.of(packed.root, false), maxSteps);
  for (const name of columnNames) tree[name].unpack(packed.columns[name]);
  for (const [node, steps] of packed.steps.entries()) {
    if (node === 0) continue;
    const parent = tree.trajectoryOf(tree.parent.at(node));
    tree.trajectory.push(continueWith(parent, steps, tree.terminal.at(node) === 1));
    tree.answer.push(packed.answers[node] ?? null);
  }
  for (const [index, completion] of packed.completions.entries()) {
    const node = packed.origins[index] ?? 0;
    const { trajectory, answer, score } = unpackChild(completion, tree.trajectoryOf(node));
    tree.completions.push({ node, trajectory, answer, score });
  }
  tree.finished.push(...packed.finished);
  tree.finishedCopies.push(...packed.finishedCopies);
  tree.sealed = packed.sealed;
  for (const [answer, votes] of packed.votes) tree.votes.set(answer, votes);
  tree.spent = packed.spent;
  return tree;
}

export function packChild({ trajectory, ...rest }: Child, from: Trajectory): PackedChild {
  return { ...rest, steps: stepsAfter(trajectory, from.depth), terminal: trajectory.terminal };
}

export function unpackChild({ steps, terminal, ...rest }: PackedChild, from: Trajectory): Child {
  return { ...rest, trajectory: continueWith(from, steps, terminal) };
}

export const packExpansion = ({ trajectory: _, ...rest }: Expansion): PackedExpansion => rest;

export const unpackExpansion = (packed: PackedExpansion, tree: Tree): Expansion => ({
  ...packed,
  trajectory: tree.trajectoryOf(packed.node),
});

export const packOutcome = (outcome: ExpansionOutcome, from: Trajectory): PackedChild[] =>
  outcome.children.map((child) => packChild(child, from));

export const unpackOutcome = (packed: readonly PackedChild[], from: Trajectory): ExpansionOutcome => ({
  children: packed.map((child) => unpackChild(child, from)),
});

/** The envelope of a saved search; what it holds is read by the walk that wrote it. */
export interface Snapshot {
  readonly version: 1;
  readonly walk: string;
}

/** @throws InvalidOptionError when this is no snapshot of this walk. */
export function checkSnapshot(walk: string, snapshot: unknown): void {
  const { version, walk: writer } = (snapshot ?? {}) as Partial<Snapshot>;
  if (version !== 1) {
    throw new InvalidOptionError(
      `${walk}: snapshot`,
      `must be version 1 of a saved search, got ${JSON.stringify(version)}.`,
    );
  }
  if (writer !== walk) {
    throw new InvalidOptionError(`${walk}: snapshot`, `was saved by the walk "${writer}"; restore it with that walk.`);
  }
}
