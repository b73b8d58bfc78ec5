import type { Sample } from "../../core/policy.ts";
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
  /** Continuations of this trajectory asked for before; action spaces that deal out kinds of steps go on from there. Default 0. */
  readonly drawn?: number;
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

/** A sample as a step of this text, with what sampling it cost and how likely it was. */
export function stepOf(sample: Sample, text: string, rest: Pick<Step, "kind" | "observation"> = {}): Step {
  return {
    text,
    tokens: sample.completionTokens,
    call: sample.call,
    ...(sample.logprobs === undefined
      ? {}
      : { logprob: sample.logprobs.reduce((sum, { logprob }) => sum + logprob, 0) }),
    ...rest,
  };
}

/** The parts of a request that every draw of a step has: how many, how hot, by whom, and log-probabilities where they come for free. */
export const drawSpec = (run: Run, { count, temperature, model }: GrowRequest) => ({
  n: count,
  temperature,
  ...(run.policy.capabilities.logprobs === null ? {} : { logprobs: 0 }),
  ...(model === undefined ? {} : { model }),
});

/** Did the policy end its text here of its own accord? Where servers do not say what stopped them, only silence tells. */
export const endedItself = (run: Run, { text, finish, stoppedBy }: Sample): boolean =>
  finish === "stop" && stoppedBy === undefined && (run.policy.capabilities.reportsStops === true || text.trim() === "");

/**
 * `count` completions by growing step after step: until each ends, has `steps` steps, or `most` steps were taken in all. Cost: a call a
 * step. For action spaces in which an end cannot be written in one go.
 */
export async function completeByGrowing(
  grow: ActionSpace["grow"],
  run: Run,
  path: Trajectory,
  request: GrowRequest & { readonly steps?: number },
  most = 32,
): Promise<Grown[]> {
  const limit = Math.min(request.steps ?? most, most);
  const lastAt = request.steps === undefined ? limit : Number.POSITIVE_INFINITY;
  const first = await grow(run, path, { ...request, last: request.last || lastAt <= 1 });
  return await Promise.all(
    first.map(async (begun) => {
      let grown = begun;
      while (!grown.terminal && grown.steps.length < limit) {
        const here = grown.steps.reduce((at, step) => at.extend(step), path);
        const [next] = await grow(run, here, { ...request, count: 1, last: grown.steps.length + 1 >= lastAt });
        if (next === undefined) return grown;
        grown = { ...next, steps: [...grown.steps, ...next.steps] };
      }
      return grown;
    }),
  );
}
