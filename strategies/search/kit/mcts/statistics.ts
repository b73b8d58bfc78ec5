import type { Random } from "../../../../src/core/random.ts";
import type { NodeColumn, SearchState, TreeView } from "../../../../src/core/search.ts";
import { Float64Column, Int32Column } from "../../../../src/search/columns.ts";

const columnNames = ["visits", "valued", "ends", "sum", "best", "depths", "prior", "requested", "closed"] as const;
type ColumnName = (typeof columnNames)[number];

/**
 * What a Monte-Carlo tree search keeps of each node, apart from the nodes. In the general method, after every
 * simulation, for each node: visits = ends + the visits of its children, and the root's visits are the simulations.
 */
export class Statistics {
  readonly visits = new Int32Column();
  /** Visits whose value is known: `sum` adds up so many. */
  readonly valued = new Int32Column();
  /** Simulations that ended at the node itself. */
  readonly ends = new Int32Column();
  /** Sum of the values backed up through the node, discounted where the backup says so. */
  readonly sum = new Float64Column();
  /** The largest of them. */
  readonly best = new Float64Column();
  /** Sum of the depths of the ends below. */
  readonly depths = new Float64Column();
  readonly prior = new Float64Column();
  /** Continuations requested, duplicates and empty ones included. */
  readonly requested = new Int32Column();
  /** 1 when no simulation needs to go there again. */
  readonly closed = new Int32Column();
  /** Visits that expansions of the present round stand for, whole or not; all 0 between rounds. */
  readonly virtual = new Float64Column();

  pack(size: number): Record<ColumnName, (number | string)[]> {
    const entries = columnNames.map((name) => [name, this[name].pack(size)] as const);
    return Object.fromEntries(entries) as Record<ColumnName, (number | string)[]>;
  }

  static unpack(packed: Record<ColumnName, readonly (number | string)[]>): Statistics {
    const statistics = new Statistics();
    for (const name of columnNames) statistics[name].unpack(packed[name]);
    return statistics;
  }
}

export interface MctsState {
  readonly statistics: Statistics;
  /** Simulations that were backed up. */
  simulations: number;
  /** Nodes whose evaluation goes on in the next round: to be rolled out, or grown on. */
  pending: number[];
  /** Gamma draws of the root's children, from which its noise is made: a child keeps its own for good. */
  readonly noise: Record<number, number>;
}

/** A Monte-Carlo tree search in progress. */
export type Mcts = SearchState<MctsState>;

export const newMctsState = (): MctsState => ({
  statistics: new Statistics(),
  simulations: 0,
  pending: [],
  noise: {},
});

/** What a tree search keeps, as JSON and back: its columns, and the rest as it is. */
export function packOwn<Own extends { readonly statistics: Statistics }>(
  { statistics, ...rest }: Own,
  size: number,
): unknown {
  return { ...structuredClone(rest), statistics: statistics.pack(size) };
}

export function unpackOwn<Own extends { readonly statistics: Statistics }>(packed: unknown): Own {
  const { statistics, ...rest } = packed as { statistics: ReturnType<Statistics["pack"]> };
  return { ...structuredClone(rest), statistics: Statistics.unpack(statistics) } as Own;
}

/**
 * Priors of all children, set again at each widening. Scores are normalised over the siblings; likelihoods are not (as
 * in AlphaMath), so that they may all be high. An unknown one counts as the mean of its siblings; where none is known
 * they are equal.
 */
export function setPriors({ tree, own }: Mcts, parent: number, prior: "likelihood" | "score" | "uniform"): void {
  const children = [...tree.childrenOf(parent)];
  const values = children.map((child) =>
    prior === "uniform" ? 1 : prior === "score" ? tree.score.at(child) : Math.exp(tree.logprob.at(child)),
  );
  const known = values.filter((value) => !Number.isNaN(value));
  const sum = known.reduce((a, b) => a + b, 0);
  const mean = known.length === 0 || sum === 0 ? 1 : sum / known.length;
  const total = prior === "likelihood" ? 1 : mean * children.length;
  for (const [index, child] of children.entries()) {
    const value = values[index] ?? Number.NaN;
    own.statistics.prior.set(child, (Number.isNaN(value) || sum === 0 ? mean : value) / total);
  }
}

/** Dirichlet(0.3) noise over the root's children: their gamma draws, normalised. */
export function rootNoise({ tree, own }: Mcts, random: Random): Map<number, number> {
  const draws = [...tree.childrenOf(0)].map((child) => {
    const draw = own.noise[child] ?? random.fork("noise", child).gamma(0.3);
    own.noise[child] = draw;
    return [child, draw] as const;
  });
  const total = draws.reduce((sum, [, draw]) => sum + draw, 0);
  return new Map(draws.map(([child, draw]) => [child, total > 0 ? draw / total : 1 / draws.length]));
}

/** What a tree search whose rules are its own keeps: the columns of {@link Statistics} and its own few numbers. */
export interface HasStatistics {
  readonly statistics: Statistics;
}

/** Counts a visit; a value that is not known leaves the mean as it is. */
export function addVisit({ visits, valued, sum }: Statistics, node: number, value: number | null): void {
  visits.add(node, 1);
  if (value === null) return;
  valued.add(node, 1);
  sum.add(node, value);
}

/** The mean of a node's known values, null before there is any. */
export function meanOf({ valued, sum }: Statistics, node: number): number | null {
  const count = valued.at(node);
  return count > 0 ? sum.at(node) / count : null;
}

/** The node, its parent, and so on to the root. */
export function* pathUp(tree: TreeView, from: number): Generator<number> {
  for (let node = from; node >= 0; node = tree.parent.at(node)) yield node;
}

/**
 * What expansions in flight mean for selection: `visits` counts, for each node, those at it and below it, to be taken
 * for visits of value 0 (virtual loss); `full` are nodes below which nothing can be selected before an outcome comes.
 */
export interface InFlight {
  readonly visits: (node: number) => number;
  readonly full: (node: number) => boolean;
}

const nothingInFlight: InFlight = { visits: () => 0, full: () => false };

export function inFlightOf({ tree, inFlight }: SearchState<unknown>, closed: NodeColumn): InFlight {
  if (inFlight.length === 0) return nothingInFlight;
  const visits = new Map<number, number>();
  const full = new Set<number>();
  for (const { node } of inFlight) {
    for (const at of pathUp(tree, node)) visits.set(at, (visits.get(at) ?? 0) + 1);
    let at = tree.children.at(node) === 0 ? node : -1;
    while (at >= 0) {
      full.add(at);
      at = tree.parent.at(at);
      for (const child of at < 0 ? [] : tree.childrenOf(at)) {
        if (closed.at(child) === 0 && !full.has(child)) at = -1;
      }
    }
  }
  return { visits: (node) => visits.get(node) ?? 0, full: (node) => full.has(node) };
}

/** A value diluted by visits of value 0. */
export const diluted = (value: number, visits: number, virtual: number): number =>
  virtual === 0 ? value : (value * Math.max(1, visits)) / (Math.max(1, visits) + virtual);

/** The child of the highest bound among those that are open, the first of equals; -1 when none is. */
export function highestChild(
  tree: TreeView,
  parent: number,
  bound: (child: number) => number,
  open: (child: number) => boolean = () => true,
): number {
  let [best, highest] = [-1, Number.NEGATIVE_INFINITY];
  for (let child = tree.firstChild.at(parent); child >= 0; child = tree.nextSibling.at(child)) {
    if (!open(child)) continue;
    const value = bound(child);
    if (best < 0 || value > highest) [best, highest] = [child, value];
  }
  return best;
}

/**
 * What is known of a node by itself: its score; without one, a finished node's share of the finished answers (0 without
 * an answer where others have one). Null for all else: a likelihood is no value.
 */
export function knownValue(tree: TreeView, node: number): number | null {
  const score = tree.scoreOf(node);
  return score !== null || tree.terminal.at(node) === 0 ? score : endValue(tree, true, tree.answer[node] ?? null);
}

/** Of what nothing judged: the share that agrees with its answer, 0 for an end without one where others have any. */
export function endValue(tree: TreeView, terminal: boolean, answer: string | null): number | null {
  return tree.agreement(answer) ?? (terminal && tree.votes.size > 0 ? 0 : null);
}

/** Visits and best value of a node, for walks that keep the best. */
export function bestOf({ own: { statistics } }: { readonly own: HasStatistics }, node: number) {
  const visits = statistics.visits.at(node);
  return { visits, value: visits === 0 ? null : statistics.best.at(node) };
}

/** Visits and mean value of a node, for events and rankings. */
export const statisticsOf = ({ own: { statistics } }: { readonly own: HasStatistics }, node: number) => ({
  visits: statistics.visits.at(node),
  value: meanOf(statistics, node),
});
