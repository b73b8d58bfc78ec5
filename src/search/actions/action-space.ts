import type { Run } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";

/** How one expansion is drawn. */
export interface GrowRequest {
  readonly count: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Which of the run's models; default the policy. */
  readonly model?: string;
  /** This step is the last that is allowed: it may run to the end of the text. */
  readonly last: boolean;
}

/** One continuation. */
export interface Grown {
  readonly steps: readonly Step[];
  /** Nothing may follow: an answer was found, the text ended, or this was the last step allowed. */
  readonly terminal: boolean;
  /** False when the text was cut by a limit, so the end is not an end of its own. */
  readonly complete: boolean;
}

/**
 * What one step is. An action space asks the policy for continuations of a trajectory and says where each ends; which trajectory to grow is
 * the walk's business, so any walk goes with any action space. It must ask for samples before it awaits anything, so that draws keep their
 * order.
 */
export interface ActionSpace {
  readonly name: string;
  /** True where every node is a whole solution, also those that may be grown on (refinement trees). */
  readonly wholeSolutions?: boolean;
  /** The text that a trajectory offers as its candidate; default: all of its text. */
  candidateText?(trajectory: Trajectory): string;
  /** `count` continuations of one step each, in sample order; fewer when the budget had no room for more. */
  grow(run: Run, trajectory: Trajectory, request: GrowRequest): Promise<Grown[]>;
  /** `count` completions to the end, or of at most `steps` steps. */
  complete(run: Run, trajectory: Trajectory, request: GrowRequest & { readonly steps?: number }): Promise<Grown[]>;
}
