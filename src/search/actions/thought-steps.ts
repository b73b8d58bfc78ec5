import type { Grown, GrowRequest } from "../../core/action.ts";
import { EnvironmentError } from "../../core/errors.ts";
import type { Message, Sample } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import { type ThoughtFormat, thoughtFormats } from "../../policy/thinking.ts";
import { completeByGrowing, drawSpec, stepOf } from "./action-space.ts";
import { drawPieces, isBlank, type Piece } from "./drawing.ts";
import { apart, splitter } from "./splitting.ts";

export interface ThoughtStepsOptions {
  /** The task as it is put to the policy. */
  readonly messages: (run: Run) => readonly Message[];
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
}

const paragraphs = splitter("blank-line", 0);

/**
 * One step is a paragraph of what a thinking model thinks before it answers; the last step is its answer. Nothing that
 * stands in the thought ends the trajectory, a boxed answer neither: only the closing mark does, and the step limit,
 * where the thought is closed by force and the answer drawn (budget forcing: Muennighoff et al. 2025, arXiv:2501.19393,
 * section 3.1). Candidates are the answers alone; process verifiers read the paragraphs.
 *
 * Kinds: "thought", "thought-end" (its text holds the closing mark), "answer" (terminal). Cost: a call a step, and two
 * a completion (the thought, and the answer where the thought did not close).
 */
export function thoughtSteps({ messages, stepTokens }: ThoughtStepsOptions): ActionSpace {
  const answer = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const samples = await run.sample({
      ...drawSpec(run, request),
      messages: messages(run),
      prefix: closedText(run, path),
      purpose: "rollout",
    });
    return samples.filter(({ text }) => text.trim() !== "").map((sample) => answered(run, sample, []));
  };

  const grow: ActionSpace["grow"] = async (run, path, request) => {
    if (request.last || hasClosed(path)) return await answer(run, path, request);
    const pieces = await drawPieces(run, {
      ...drawSpec(run, request),
      messages: messages(run),
      prefix: openedText(run, path),
      thoughtInText: true,
      stop: paragraphs.stops(path.text),
      maxTokens: stepTokens,
      purpose: "step",
      before: path.text,
      split: paragraphs,
    });
    const written = pieces.filter((piece) => !isBlank(piece));
    const silent = pieces.length - written.length;
    const forced = silent === 0 ? [] : await answer(run, path, { ...request, count: silent });
    return [...written.map((piece) => thoughtStep(piece, formatOf(run))), ...forced];
  };

  const complete = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    if (hasClosed(path)) return await answer(run, path, request);
    const samples = await run.sample({
      ...drawSpec(run, request),
      messages: messages(run),
      prefix: openedText(run, path),
      thoughtInText: true,
      purpose: "rollout",
    });
    const all = samples.map(async (sample) => {
      const { close } = formatOf(run);
      const at = sample.text.indexOf(close);
      const thought = thoughts(sample, at < 0 ? sample.text : sample.text.slice(0, at), path);
      const rest = at < 0 ? "" : sample.text.slice(at + close.length).trimStart();
      if (rest !== "")
        return [answered(run, { ...sample, text: rest, completionTokens: tokensOf(sample, rest) }, thought)];
      const here = thought.reduce((end, step) => end.extend(step), path);
      const [forced] = await answer(run, here, { ...request, count: 1 });
      return forced === undefined ? [] : [{ ...forced, steps: [...thought, ...forced.steps] }];
    });
    return (await Promise.all(all)).flat();
  };

  return {
    name: "thought-steps",
    candidateText: (path) => (path.step?.kind === "answer" ? path.step.text : ""),
    grow,
    complete: async (run, path, request) =>
      request.steps === undefined
        ? await complete(run, path, request)
        : await completeByGrowing(grow, run, path, request),
  };
}

/** The marks of the policy's thoughts; those of most models where nothing is known. */
function formatOf(run: Run): ThoughtFormat {
  const { thoughtFormat } = run.policy.capabilities;
  return thoughtFormats.find(({ name }) => name === thoughtFormat) ?? (thoughtFormats[0] as ThoughtFormat);
}

const hasClosed = (path: Trajectory): boolean => path.step?.kind === "thought-end";

/** @throws EnvironmentError where the policy cannot go on from a thought that has begun. */
function openedText(run: Run, path: Trajectory): string {
  if (run.policy.capabilities.prefix === "native") return `${formatOf(run).open}\n${path.text}`;
  throw new EnvironmentError(
    `thought-steps: ${run.policy.id} cannot go on from a thought that has begun. Start its server without a reasoning parser, or choose other actions.`,
  );
}

function closedText(run: Run, path: Trajectory): string {
  const opened = openedText(run, path);
  const { close, answer } = formatOf(run);
  if (hasClosed(path)) return opened;
  return `${opened.trimEnd()}\n${close}${answer?.open ?? "\n\n"}`;
}

function thoughtStep(
  { text, ending, stoppedBy, tokens, logprob, call, states }: Piece,
  { close, answer }: ThoughtFormat,
): Grown {
  const at = text.indexOf(close);
  const closed = at >= 0 || ending === "text";
  const thought = at < 0 ? text : text.slice(0, at);
  const end = `${thought.trimEnd()}\n${close}${answer?.open ?? "\n\n"}`.trimStart();
  const goesOn = ending === "separator" ? paragraphs.ended(text, stoppedBy) : text;
  return {
    steps: [{ text: closed ? end : goesOn, tokens, logprob, call, states, kind: closed ? "thought-end" : "thought" }],
    terminal: false,
    complete: true,
  };
}

function answered(run: Run, sample: Sample, thought: readonly Step[]): Grown {
  return {
    steps: [...thought, stepOf(run, sample, { kind: "answer" })],
    terminal: true,
    complete: sample.finish === "stop" || run.extract(sample.text)?.rule === "boxed",
  };
}

/** The part of a sample's tokens that this part of its text has, by length. */
const tokensOf = ({ text, completionTokens }: Sample, part: string): number =>
  Math.round((completionTokens * part.length) / Math.max(1, text.length));

const thoughts = (sample: Sample, thought: string, path: Trajectory): Step[] =>
  apart(thought, paragraphs, path.text).map((text) => ({ text, kind: "thought", tokens: tokensOf(sample, text) }));
