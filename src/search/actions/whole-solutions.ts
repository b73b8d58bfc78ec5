import type { Grown, GrowRequest } from "../../core/action.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { drawSpec, stepOf } from "./action-space.ts";

const REVISE_INSTRUCTION =
  "Check your solution above. If there is a mistake in it, write a corrected solution from the start; if there is none, write it again, more clearly. Reason step by step, and put your final answer within \\boxed{}.";

export interface WholeSolutionsOptions {
  /** The task as it is put to the policy. */
  readonly messages: (run: Run) => readonly Message[];
}

/**
 * One step is a whole solution: a child of the root is a fresh one, a child of a solution revises it (the refinement
 * trees of AB-MCTS, Inoue et al. 2025, arXiv:2503.04412, and MCTSr, Zhang et al. 2024, arXiv:2406.07394). The policy
 * sees the solution that it revises, not those before it.
 *
 * Every node is a candidate, also those that may be revised further. A reply without a text (a thought that was cut)
 * makes none. Cost: one call a node.
 */
export function wholeSolutions({ messages }: WholeSolutionsOptions): ActionSpace {
  const grow = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const draft = path.step;
    const task = messages(run);
    const samples = await run.sample({
      ...drawSpec(run, request),
      messages:
        draft === null
          ? task
          : [...task, { role: "assistant", content: draft.text }, { role: "user", content: REVISE_INSTRUCTION }],
      purpose: draft === null ? "solve" : "revise",
    });
    const written = samples.filter(({ text }) => text.trim() !== "");
    return written.map((sample) => ({
      steps: [stepOf(run, sample, { kind: draft === null ? "solution" : "revision" })],
      terminal: request.last,
      complete: sample.finish === "stop" || run.extract(sample.text)?.rule === "boxed",
    }));
  };
  return {
    name: "whole-solutions",
    wholeSolutions: true,
    candidateText: (path) => path.step?.text ?? "",
    judgedSteps: ({ step }) => (step === null ? [] : [step]),
    grow,
    complete: (run, path, request) => grow(run, path, { ...request, last: true }),
  };
}
