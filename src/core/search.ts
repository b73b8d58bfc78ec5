import type { Random } from "./random.ts";
import type { Trajectory } from "./trajectory.ts";

/**
 * What a walk wants grown next. `expand` asks for `count` continuations of one step each of `trajectory`; `rollout` asks that the trajectory be
 * completed `count` times (to learn its worth, or to lookahead `steps` steps).
 */
export interface Expansion {
  /** Unique within a search, in order of asking. */
  readonly id: number;
  readonly node: number;
  readonly trajectory: Trajectory;
  readonly kind: "expand" | "rollout";
  readonly count: number;
  /** For lookahead: complete at most this many steps. */
  readonly steps?: number;
  /** 0 is greedy. Absent: the strategy's temperature. */
  readonly temperature?: number;
  /** Do the children need scores? Walks that do not read them save the verifier's cost. */
  readonly score: boolean;
}

/** One continuation as the engine brought it back. */
export interface Child {
  readonly trajectory: Trajectory;
  /** Process score of the newest step, outcome value where `terminal`; null when not judged. */
  readonly score: number | null;
  /** Scores of all steps, oldest first, where a process verifier judged them. */
  readonly stepScores: readonly (number | null)[];
  /** Length-normalised policy log-probability of the newest step, where the policy tells. */
  readonly logprob: number | null;
  /** Tokens that it took. */
  readonly tokens: number;
  /** Canonical answer of a terminal trajectory, null when it has none. */
  readonly answer: string | null;
}

export interface ExpansionOutcome {
  readonly children: readonly Child[];
}

/** A walk over the tree as a pure state machine: it plans, the engine makes the calls. */
export interface Search<State> {
  readonly name: string;
  start(root: Trajectory): State;
  /** What to grow next, at most so many; none when all is told and there is nothing left to do. */
  ask(
    state: State,
    atMost: number,
    random: Random,
  ): { readonly state: State; readonly expansions: readonly Expansion[] };
  /** In any order within a batch, once each. */
  tell(state: State, expansion: Expansion, outcome: ExpansionOutcome): State;
}
