import { Float64Column, Int32Column } from "../../../../src/search/columns.ts";

const columnNames = ["visits", "ends", "sum", "best", "depths", "prior", "asked", "closed"] as const;
type ColumnName = (typeof columnNames)[number];

/**
 * What a Monte-Carlo tree search thinks of each node, apart from the nodes. After every simulation, for each node:
 * visits = ends + the visits of its children, and the root's visits are the simulations.
 */
export class Statistics {
  readonly visits = new Int32Column();
  /** Simulations that ended at the node itself. */
  readonly ends = new Int32Column();
  /** Sum of the values backed up through the node, discounted where the backup says so. */
  readonly sum = new Float64Column();
  /** The largest of them. */
  readonly best = new Float64Column();
  /** Sum of the depths of the ends below. */
  readonly depths = new Float64Column();
  readonly prior = new Float64Column();
  /** Continuations asked for, duplicates and empty ones included. */
  readonly asked = new Int32Column();
  /** 1 when no simulation needs to go there again. */
  readonly closed = new Int32Column();
  /** Visits that expansions of the present round stand for; all 0 between rounds. */
  readonly virtual = new Int32Column();

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
  /** Finished trajectories seen, the sum of their depths, and the best worth among them. */
  answers: number;
  answerDepths: number;
  bestAnswer: number;
  /** Gamma draws of the root's children, from which its noise is made: a child keeps its own for good. */
  readonly noise: Record<number, number>;
}

export const newMctsState = (): MctsState => ({
  statistics: new Statistics(),
  simulations: 0,
  pending: [],
  answers: 0,
  answerDepths: 0,
  bestAnswer: -1,
  noise: {},
});

export const packMcts = ({ statistics, ...rest }: MctsState, size: number): unknown => ({
  ...structuredClone(rest),
  statistics: statistics.pack(size),
});

export function unpackMcts(packed: unknown): MctsState {
  const { statistics, ...rest } = packed as Omit<MctsState, "statistics"> & {
    statistics: ReturnType<Statistics["pack"]>;
  };
  return { ...structuredClone(rest), statistics: Statistics.unpack(statistics) };
}
