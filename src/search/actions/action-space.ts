import type { Grown, GrowRequest } from "../../core/action.ts";
import type { Sample } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";

/** A sample as a step of its text, with what sampling it cost and how likely it was. */
export function stepOf(run: Run, sample: Sample, rest: Pick<Step, "kind" | "observation"> = {}): Step {
  return {
    text: sample.text,
    tokens: sample.completionTokens,
    logprob: sample.logprobs?.reduce((sum, { logprob }) => sum + logprob, 0),
    tokenLogprobs: run.readsLogprobs ? sample.logprobs : undefined,
    states: sample.states,
    call: sample.call,
    ...rest,
  };
}

/**
 * The parts of a request that every draw of a step has: how many, how hot, by whom, and log-probabilities where they
 * come for free.
 */
export const drawSpec = (run: Run, { count, temperature, topP, topK, minP, model }: GrowRequest) => ({
  n: count,
  ...{ temperature, topP, topK, minP },
  logprobs: run.capabilitiesOf(model).logprobs === null ? undefined : 0,
  model,
});

/**
 * `count` completions by growing step after step: until each ends, has `steps` steps, or `most` steps were taken in
 * all. Cost: a call a step. For action spaces in which an end cannot be written in one go.
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
