import type { Grown, GrowRequest } from "../../core/action.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { drawSpec, stepOf } from "./action-space.ts";
import { drawPieces, isBlank, type Piece } from "./drawing.ts";
import { splitter } from "./splitting.ts";

const LAST_LINE = "That is the whole plan.";

const PLAN_SYSTEM =
  'You write plans for solving problems. One line per step, in the form "Plan k: …", with one blank line after each. Say what to do and with which numbers, but compute nothing. When nothing is left to do, write "That is the whole plan."';

const FOLLOW_INSTRUCTION = "Follow this plan, step by step. Work out every result.";

export interface PlanStepsOptions {
  /** The task as it is put to the policy when it solves along a plan. */
  readonly messages: (run: Run) => readonly Message[];
  /** Length limit of one plan step in tokens. */
  readonly stepTokens: number;
}

/** Is the plan written to its end? Its last step says so. */
const planned = (path: Trajectory): boolean => path.step?.kind === "plan-end";

/**
 * One step is a line of a plan; the last step is the solution written along it (CPL, Wang et al. 2024,
 * arXiv:2409.08642: search over plan steps). The tree so branches where approaches differ, not where sentences do.
 *
 * Kinds: "plan", "plan-end" (the policy said that the plan is whole, or ended its text), "solution" (terminal). Only
 * the solution's text is the candidate. A plan that reaches the step limit is solved along as it stands. Cost: one call
 * a step.
 */
export function planSteps({ messages, stepTokens }: PlanStepsOptions): ActionSpace {
  const solve = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const samples = await run.sample({
      ...drawSpec(run, request),
      messages: withPlan(messages(run), path.text),
      purpose: "solve",
    });
    const solved = samples.filter(({ text }) => text.trim() !== "");
    return solved.map((sample) => ({
      steps: [stepOf(run, sample, { kind: "solution" })],
      terminal: true,
      complete: sample.finish === "stop" || run.extract(sample.text)?.rule === "boxed",
    }));
  };
  return {
    name: "plan-steps",
    candidateText: (path) => (path.step?.kind === "solution" ? path.step.text : path.text),
    judgedSteps: ({ step, steps }) => (step?.kind === "solution" ? [step] : steps),
    grow: async (run, path, request) => {
      if (request.last || planned(path)) return await solve(run, path, request);
      const pieces = await drawPieces(run, {
        ...drawSpec(run, request),
        messages: [
          { role: "system", content: PLAN_SYSTEM },
          { role: "user", content: run.question.text },
        ],
        prefix: path.depth === 0 ? undefined : path.text,
        stop: ["\n\n"],
        maxTokens: stepTokens,
        purpose: "plan",
        before: path.text,
        split: splitter("blank-line", stepTokens),
      });
      return pieces.map(planStep);
    },
    complete: solve,
  };
}

/** Where the policy ends its text without a word, the plan gets the last line that it was asked for. */
function planStep(piece: Piece): Grown {
  const { ending, tokens, logprob, call, states } = piece;
  const text = isBlank(piece) ? LAST_LINE : piece.text.trimEnd();
  const whole = /whole plan/i.test(text) || ending === "text";
  return {
    steps: [{ text: `${text}\n\n`, tokens, logprob, call, states, kind: whole ? "plan-end" : "plan" }],
    terminal: false,
    complete: true,
  };
}

/** The task with the plan in its last message; without a plan, the task. */
function withPlan(task: readonly Message[], plan: string): readonly Message[] {
  const last = task.at(-1);
  if (last === undefined || plan.trim() === "") return task;
  const content = `${last.content}\n\n${FOLLOW_INSTRUCTION}\n\n${plan.trim()}`;
  return [...task.slice(0, -1), { ...last, content }];
}
