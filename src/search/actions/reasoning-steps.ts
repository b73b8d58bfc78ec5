import type { Message, Sample } from "../../core/policy.ts";
import type { Run, SampleSpec } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import type { ActionSpace, Grown, GrowRequest } from "./action-space.ts";
import { type Splitter, splitter } from "./splitting.ts";

export interface ReasoningStepsOptions {
  /** The task as it is put to the policy; the trajectory continues the assistant's turn. */
  readonly messages: (run: Run) => readonly Message[];
  /** Default: by blank line. */
  readonly split?: Splitter;
  /** Length limit of one step in tokens. Default 256. */
  readonly stepTokens?: number;
}

/**
 * One step is a piece of the reasoning text (a paragraph, a line, a sentence …): the policy continues its own text up to the next separator.
 *
 * A step ends the trajectory when it boxes an answer, when the policy ends its text, when it adds nothing, or when it is the last one
 * allowed (which then may run to the end). A server that does not say what stopped it is asked once more; an empty continuation ends the text.
 */
export function reasoningSteps(options: ReasoningStepsOptions): ActionSpace {
  const split = options.split ?? splitter("blank-line");
  const stepTokens = split.tokens ?? options.stepTokens ?? 256;

  const specFor = (run: Run, path: Trajectory, request: GrowRequest): Omit<SampleSpec, "purpose"> => ({
    messages: options.messages(run),
    ...(path.depth === 0 ? {} : { prefix: path.text }),
    n: request.count,
    temperature: request.temperature,
    ...(run.policy.capabilities.logprobs === null ? {} : { logprobs: 0 }),
    ...(request.model === undefined ? {} : { model: request.model }),
  });

  const grow = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const samples = await run.sample({
      ...specFor(run, path, request),
      ...(request.last ? {} : { stop: split.stop, maxTokens: stepTokens }),
      purpose: "step",
    });
    return samples.map((sample) => grownStep(run, sample, split, request.last));
  };

  return {
    name: "reasoning-steps",
    grow,
    complete: async (run, path, request) => {
      if (request.steps === undefined) {
        const samples = await run.sample({ ...specFor(run, path, request), purpose: "rollout" });
        return samples.map((sample) => grownStep(run, sample, split, true));
      }
      const first = await grow(run, path, request);
      return await Promise.all(
        first.map((begun) => growOn(run, path, begun, { ...request, count: 1 }, request.steps ?? 1, grow)),
      );
    },
  };
}

/** A continuation carried on until it ends or has `steps` steps. */
async function growOn(
  run: Run,
  path: Trajectory,
  begun: Grown,
  request: GrowRequest,
  steps: number,
  grow: (run: Run, path: Trajectory, request: GrowRequest) => Promise<Grown[]>,
): Promise<Grown> {
  let grown = begun;
  while (!grown.terminal && grown.steps.length < steps) {
    const here = grown.steps.reduce((at, step) => at.extend(step), path);
    const [next] = await grow(run, here, request);
    if (next === undefined) return grown;
    grown = { ...next, steps: [...grown.steps, ...next.steps] };
  }
  return grown;
}

function grownStep(run: Run, sample: Sample, split: Splitter, last: boolean): Grown {
  const { text, finish, stoppedBy } = sample;
  const separator = stoppedBy === undefined ? "" : split.after(stoppedBy);
  const step: Step = {
    text: text + separator,
    tokens: sample.completionTokens,
    ...(sample.logprobs === undefined
      ? {}
      : { logprob: sample.logprobs.reduce((sum, { logprob }) => sum + logprob, 0) }),
  };
  const boxed = run.extract(text)?.rule === "boxed";
  const ended = finish === "stop" && stoppedBy === undefined;
  const silent =
    ended && run.policy.capabilities.reportsStops !== true && text.trim() !== "" && split.stop.length > 0 && !last;
  const cut = finish === "length" && split.tokens === undefined;
  return {
    steps: [step],
    terminal: last || boxed || (ended && !silent),
    complete: boxed || !(last && cut),
  };
}
