import type { Message, Sample } from "../../core/policy.ts";
import type { ActionSpace, Run, SampleSpec } from "../../core/run.ts";
import type { Grown, GrowRequest } from "../../core/search.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { completeByGrowing, drawSpec, stepOf } from "./action-space.ts";
import type { Splitter } from "./splitting.ts";

export interface ReasoningStepsOptions {
  /** The task as it is put to the policy; the trajectory continues the assistant's turn. */
  readonly messages: (run: Run) => readonly Message[];
  /** Where one step ends. */
  readonly split: Splitter;
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
}

/**
 * One step is a piece of the reasoning text (a paragraph, a line, a sentence …): the policy continues its own text up
 * to the next separator.
 *
 * A step ends the trajectory when it boxes an answer, when the policy ends its text, when it adds nothing, or when it
 * is the last one allowed (which then may run to the end). A server that does not say what stopped it is asked once
 * more; an empty continuation ends the text.
 */
export function reasoningSteps(options: ReasoningStepsOptions): ActionSpace {
  const { split } = options;
  const stepTokens = split.tokens ?? options.stepTokens;

  const specFor = (run: Run, path: Trajectory, request: GrowRequest): Omit<SampleSpec, "purpose"> => ({
    messages: options.messages(run),
    prefix: path.depth === 0 ? undefined : path.text,
    ...drawSpec(run, request),
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
      return await completeByGrowing(grow, run, path, request);
    },
  };
}

function grownStep(run: Run, sample: Sample, split: Splitter, last: boolean): Grown {
  const { text, finish, stoppedBy } = sample;
  const separator = stoppedBy === undefined ? "" : split.after(stoppedBy);
  const boxed = run.extract(text)?.rule === "boxed";
  const ended = finish === "stop" && stoppedBy === undefined;
  const silent =
    ended && run.policy.capabilities.reportsStops !== true && text.trim() !== "" && split.stop.length > 0 && !last;
  const cut = finish === "length" && split.tokens === undefined;
  return {
    steps: [stepOf(sample, text + separator)],
    terminal: last || boxed || (ended && !silent),
    complete: boxed || !(last && cut),
  };
}
