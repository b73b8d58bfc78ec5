import type { Grown, GrowRequest } from "../../core/action.ts";
import type { Message, Sample } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { drawSpec } from "./action-space.ts";
import { reasoningSteps } from "./reasoning-steps.ts";
import { splitter } from "./splitting.ts";

const instruction = (count: number) =>
  `Propose ${count} different next steps for the solution above (the first steps, if there is none yet), each on a line of its own and without a number before it. Each is one step with its result. Where the solution is nearly done, a step gives the final answer within \\boxed{}. Write nothing else.`;

export interface ProposedStepsOptions {
  /** The task as it is put to the policy. */
  readonly messages: (run: Run) => readonly Message[];
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
}

/**
 * One step is a thought, and all thoughts of an expansion are proposed together, in one call (Tree of Thoughts, Yao et
 * al. 2023, arXiv:2305.10601, section 3: "propose" suits small thought spaces, where independent samples would often be
 * alike).
 *
 * Lines are thoughts; of more than were requested the first ones count. A thought ends the
 * trajectory when it boxes an answer; at the last step allowed, and for completions, the rest is sampled as reasoning
 * instead. Cost: one call an expansion.
 */
export function proposedSteps({ messages, stepTokens }: ProposedStepsOptions): ActionSpace {
  const sampled = reasoningSteps({ messages, split: splitter("blank-line", stepTokens), stepTokens });
  const grow = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    if (request.last) return await sampled.grow(run, path, request);
    const so = path.depth === 0 ? "" : `\n\nSolution so far:\n${path.text.trim()}`;
    const [sample] = await run.sample({
      ...drawSpec(run, { ...request, count: 1 }),
      messages: [
        ...messages(run).map((message, i, all) =>
          i === all.length - 1
            ? { ...message, content: `${message.content}${so}\n\n${instruction(request.count)}` }
            : message,
        ),
      ],
      maxTokens: stepTokens * request.count,
      purpose: "propose",
    });
    return sample === undefined ? [] : thoughts(run, sample, request.count);
  };
  return { name: "proposed-steps", grow, complete: sampled.complete };
}

/** The lines of a proposal as steps; its tokens are shared out among them by length. */
function thoughts(run: Run, { text, completionTokens, call }: Sample, most: number): Grown[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, most);
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  let [read, given] = [0, 0];
  return lines.map((line) => {
    read += line.length;
    const tokens = Math.round((completionTokens * read) / Math.max(1, characters)) - given;
    given += tokens;
    const boxed = run.extract(line)?.rule === "boxed";
    return { steps: [{ text: `${line}\n\n`, kind: "thought", tokens, call }], terminal: boxed, complete: true };
  });
}
