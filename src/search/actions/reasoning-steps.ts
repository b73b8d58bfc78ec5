import type { Grown, GrowRequest } from "../../core/action.ts";
import { statesWithin } from "../../core/line-states.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import { tokensWithin } from "../../core/token-logprobs.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import { openThought, splitThought } from "../../policy/thinking.ts";
import { completeByGrowing, drawSpec } from "./action-space.ts";
import { drawPieces, isBlank, type Piece, prefixOf, type StepSpec } from "./drawing.ts";
import { apart, type Splitter } from "./splitting.ts";

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
 * to the next separator, which stands at the end of the step whether or not the server names it.
 *
 * A step ends the trajectory when it boxes an answer (not within a thought), when the policy ends its text, or when it
 * is the last one allowed (which then may run to the end). No step is blank: see {@link drawPieces}. Where the policy
 * ends its text without adding anything, the trajectory ends where it stood. What it thought before a step is kept with
 * it, for the policy alone.
 */
export function reasoningSteps(options: ReasoningStepsOptions): ActionSpace {
  const { split } = options;
  const stepTokens = split.tokens ?? options.stepTokens;

  const draw = async (run: Run, path: Trajectory, request: GrowRequest, purpose: "step" | "rollout") => {
    const toEnd = request.last || purpose === "rollout";
    const spec: StepSpec = {
      messages: options.messages(run),
      prefix: prefixOf(run, path, request.model),
      ...drawSpec(run, request),
      stop: toEnd ? [] : split.stops(path.text),
      ...(!toEnd && { maxTokens: stepTokens }),
      purpose,
      before: path.text,
      split,
    };
    const pieces = await drawPieces(run, spec);
    return pieces.map((piece) => grownStep(run, path, piece, split, toEnd));
  };
  const grow: ActionSpace["grow"] = (run, path, request) => draw(run, path, request, "step");

  return {
    name: "reasoning-steps",
    candidateText: ({ text }) => splitThought(text).answer,
    grow,
    complete: async (run, path, request) =>
      request.steps === undefined
        ? await draw(run, path, request, "rollout")
        : await completeByGrowing(grow, run, path, request),
  };
}

function grownStep(run: Run, path: Trajectory, piece: Piece, split: Splitter, last: boolean): Grown {
  if (isBlank(piece)) return { steps: [], terminal: true, complete: piece.ending === "text" };
  const { ending, stoppedBy } = piece;
  const inThought = openThought(path.text + piece.text) !== null;
  const { answer } = splitThought(piece.text, { inside: openThought(path.text) });
  const boxed = !inThought && run.extract(answer)?.rule === "boxed";
  const goesOn = ending === "separator" && (stoppedBy !== undefined || !boxed);
  const text = goesOn ? split.ended(piece.text, stoppedBy) : piece.text;
  const terminal = last || boxed || ending === "text" || ending === "other";
  return {
    steps: stepsOf(piece, apart(text, split, path.text)),
    terminal,
    complete: boxed || !(terminal && (ending === "limit" || ending === "other" || inThought)),
  };
}

/** The parts of a piece as steps: how many tokens it has, and their log-probability, are shared out by length. */
function stepsOf({ tokens, logprob, tokenLogprobs, call, thought, states }: Piece, parts: readonly string[]): Step[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  let [read, given] = [0, 0];
  return parts.map((text, index) => {
    const from = read;
    read += text.length;
    const own = Math.round((tokens * read) / length) - given;
    given += own;
    return {
      text,
      tokens: own,
      call,
      logprob: logprob === undefined ? undefined : logprob * (text.length / length),
      ...(tokenLogprobs && { tokenLogprobs: tokensWithin(tokenLogprobs, from, read, index === parts.length - 1) }),
      ...statesWithin(states, from, read),
      ...(index === 0 && thought !== undefined && { thought }),
    };
  });
}
