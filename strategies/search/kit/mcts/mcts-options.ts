import type { Aggregation } from "../../../../src/core/score.ts";

export interface MctsOptions {
  /** Evaluated ends in total. Default 32. A state may be asked on by the same walk with a larger number: the tree is re-used. */
  readonly simulations?: number;
  /** Default 16. */
  readonly maxSteps?: number;
  /** "uct" (default) or "puct". */
  readonly selection?: "uct" | "puct";
  /**
   * Exploration constant, or "growing" for AlphaZero's (PUCT). Default √2 for UCT; for PUCT 1.25 with
   * likelihoods (AlphaMath), 3 with priors that sum to 1 over the siblings (ours, from the synthetic tree of the benchmark).
   */
  readonly c?: number | "growing";
  /**
   * How exploration changes with the share s of the budget that is spent: "constant" (default), "linear" c (1 - 0.9 s), "exponential" c 0.1^s
   * (both rStar's), or "budget" (BG-MCTS; see {@link MctsOptions.guidance}).
   */
  readonly schedule?: "constant" | "linear" | "exponential" | "budget";
  /** Tokens that count as the whole budget; s is the larger of this share and that of the simulations. Default Infinity. */
  readonly tokens?: number;
  /** Weights of BG-MCTS' depth bonus and of its widening by spread, for `schedule: "budget"`. Default 1 and 1. */
  readonly guidance?: { readonly depth?: number; readonly spread?: number };
  /**
   * What an unvisited child counts as: "first" (visited before its siblings; default for UCT), "score" (its own score, else its parent's
   * value; default for PUCT), "parent" (its parent's value), or a number.
   */
  readonly firstPlay?: "first" | "score" | "parent" | number;
  /** PUCT's prior: "likelihood" exp(log-probability) (default; 1 where the policy does not tell), "score" normalised over siblings, or "uniform". */
  readonly prior?: "likelihood" | "score" | "uniform";
  /** Dirichlet noise on the root's priors: P becomes (1 - share) P + share · noise. Default none. */
  readonly rootNoise?: { readonly alpha?: number; readonly share?: number };
  /** Leaves chosen in one round; the tree depends on it, not on how many are in flight at a time. Default 1. */
  readonly leaves?: number;
  /** Visits of value 0 that a chosen path counts as until its round ends. Default 1; 0 is off (leaves of a round still differ). */
  readonly virtualLoss?: number;
  /** Children asked for at a node's first expansion. Default 4. */
  readonly branching?: number;
  /** At the root, where it differs (CPL: 5 at the root, 3 below). Default: as `branching`. */
  readonly rootBranching?: number;
  /** Progressive widening: a node visited N times may have asked for ⌊k N^alpha⌋ children, at most `most`. Default none. */
  readonly widening?: { readonly k?: number; readonly alpha?: number; readonly most?: number };
  /**
   * How an end is valued: "prm" the aggregate of its step scores; "value" its newest score; "rollout" the mean worth of completions; "blend"
   * both; "descend" by growing nodes on until the trajectory ends (rStar, rStar-Math). Default "prm". Terminal nodes are always
   * worth their own score.
   */
  readonly evaluation?: "prm" | "value" | "rollout" | "blend" | "descend";
  /** Of step scores, except under "value", which reads the newest. Default "min". */
  readonly aggregation?: Aggregation;
  /** Completions per rollout evaluation. Default 1. */
  readonly rollouts?: number;
  /** Steps a rollout may take. Default: as many as `maxSteps` leaves. */
  readonly rolloutSteps?: number;
  /** Default 0, greedy; "policy" is the temperature at which the strategy samples. */
  readonly rolloutTemperature?: number | "policy";
  /** Weight of the rollout in "blend". Default 0.5. */
  readonly mix?: number;
  /** How an end's value reaches its ancestors: "mean" (default), "max", or "discounted" by `discount` for every step between. */
  readonly backup?: "mean" | "max" | "discounted";
  /** Default 0.95. */
  readonly discount?: number;
  /** May a simulation end at a finished node again? Default false: finished nodes close, and parents close with their last child. */
  readonly revisit?: boolean;
  /** Stops when a finished trajectory is worth at least this (ReST-MCTS* 0.9). Default Infinity. */
  readonly stopAt?: number;
}

/** All of them, decided. */
export interface MctsSettings {
  readonly simulations: number;
  readonly maxSteps: number;
  readonly selection: "uct" | "puct";
  readonly c: number | "growing";
  readonly schedule: "constant" | "linear" | "exponential" | "budget";
  readonly tokens: number;
  readonly depthWeight: number;
  readonly spreadWeight: number;
  readonly firstPlay: "first" | "score" | "parent" | number;
  readonly prior: "likelihood" | "score" | "uniform";
  readonly noise: { readonly alpha: number; readonly share: number } | null;
  readonly leaves: number;
  readonly virtualLoss: number;
  readonly branching: number;
  readonly rootBranching: number;
  readonly widening: { readonly k: number; readonly alpha: number; readonly most: number } | null;
  readonly evaluation: "prm" | "value" | "rollout" | "blend" | "descend";
  readonly aggregation: Aggregation;
  readonly rollouts: number;
  readonly rolloutSteps: number;
  readonly rolloutTemperature: number | "policy";
  readonly mix: number;
  readonly backup: "mean" | "max" | "discounted";
  readonly discount: number;
  readonly revisit: boolean;
  readonly stopAt: number;
}

export function settle(options: MctsOptions): MctsSettings {
  const { selection = "uct", branching = 4, guidance = {}, rootNoise, widening } = options;
  const { simulations = 32, maxSteps = 16, schedule = "constant", tokens = Infinity, prior = "likelihood" } = options;
  const { leaves = 1, virtualLoss = 1, evaluation = "prm", rollouts = 1, rolloutSteps = Infinity } = options;
  const { rolloutTemperature = 0, mix = 0.5, backup = "mean", discount = 0.95, revisit = false } = options;
  const { c = usualC(selection, prior), firstPlay = selection === "uct" ? "first" : "score" } = options;
  return {
    ...{ simulations, maxSteps, selection, c, schedule, tokens, firstPlay, prior, leaves, virtualLoss, branching },
    ...{ evaluation, rollouts, rolloutSteps, rolloutTemperature, mix, backup, discount, revisit },
    aggregation: evaluation === "value" ? "last" : (options.aggregation ?? "min"),
    depthWeight: guidance.depth ?? 1,
    spreadWeight: guidance.spread ?? 1,
    noise: rootNoise === undefined ? null : { alpha: 0.3, share: 0.25, ...rootNoise },
    rootBranching: options.rootBranching ?? branching,
    widening: widening === undefined ? null : { k: 1, alpha: 0.5, most: 16, ...widening },
    stopAt: options.stopAt ?? Infinity,
  };
}

const usualC = (selection: MctsSettings["selection"], prior: MctsSettings["prior"]): number =>
  selection === "uct" ? Math.SQRT2 : prior === "likelihood" ? 1.25 : 3;
