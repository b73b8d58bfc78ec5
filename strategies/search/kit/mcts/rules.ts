/** What a strategy decides about its simulations. */
export interface MctsRules {
  /** Evaluated ends in total. A state may be searched on by the same walk with a larger number: the tree is re-used. */
  readonly simulations: number;
  readonly maxSteps: number;
  /** Leaves chosen in one round; the tree depends on it, not on how many are in flight at a time. */
  readonly leaves: number;
  /** Above 0 one leaf is chosen at a time, while so many simulations are in flight at most. */
  readonly window?: number;
  /** Visits of value 0 that a chosen path counts as until its round ends. 0 is off (leaves of a round still differ). */
  readonly virtualLoss: number;
  readonly selection: "uct" | "puct";
  /** The exploration constant of a round, by the share of the simulations that are done. */
  readonly explore: (done: number) => number;
  /**
   * How an unvisited child is bounded: "first" before all its visited siblings, "score" by its own score, else its
   * parent's value.
   */
  readonly firstPlay: "first" | "score";
  /**
   * PUCT's prior: "likelihood" exp(log-probability) (1 where it is not known), "score" normalised over siblings, or
   * "uniform".
   */
  readonly prior: "likelihood" | "score" | "uniform";
  /** Share of Dirichlet(0.3) noise in the priors of the root's children. */
  readonly rootNoise: number;
  /** Children requested at a node's first expansion. */
  readonly branching: (node: number) => number;
  /** Children requested of one node at most, as it is visited again. 0: no more than at its first expansion. */
  readonly widest: number;
  readonly evaluation: Evaluation;
  /**
   * How an end's value reaches its ancestors: their mean, the largest, or the mean discounted by 0.95 for every step
   * between.
   */
  readonly backup: "mean" | "max" | "discounted";
}

export type Evaluation =
  /** By the child's own score. */
  | { readonly by: "score" }
  /**
   * By completions of at most `steps` steps; `value` makes one of the child's own value and the mean of where they end.
   */
  | {
      readonly by: "rollout";
      readonly count: number;
      readonly steps: number;
      /** Undefined: as steps are sampled. */
      readonly temperature: number | undefined;
      readonly value: (own: number, ahead: number) => number;
    }
  /** By growing nodes on until the trajectory ends. */
  | { readonly by: "descent" };
