import type { Candidate } from "../core/candidate.ts";
import type { Message, Purpose, Sample } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import type { Run } from "../core/run.ts";
import { Trajectory } from "../core/trajectory.ts";

/** The system text of every plain solution: shared, so that strategies that draw plain solutions draw the same samples. */
export const SOLVE_SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}.";
export const CHOICE_SYSTEM =
  "Please reason step by step, and put the letter of the right option, and nothing else, within \\boxed{}.";
export const CODE_SYSTEM =
  "You are an expert Python programmer. Think briefly, then give one complete program in a ```python block. It must define what the task asks for by name.";

/**
 * The prompt of a plain solution of this question: a conversation just as it is (with exemplars after its first system messages), else the
 * question's text under the system text of its kind.
 */
export function solutionMessages(question: Question, exemplars: readonly Message[] = []): readonly Message[] {
  if (question.conversation !== undefined) {
    const { messages } = question.conversation;
    if (exemplars.length === 0) return messages;
    const first = messages.findIndex(({ role }) => role !== "system");
    return [...messages.slice(0, first), ...exemplars, ...messages.slice(first)];
  }
  const system = question.kind === "choice" ? CHOICE_SYSTEM : question.kind === "code" ? CODE_SYSTEM : SOLVE_SYSTEM;
  return [{ role: "system", content: system }, ...exemplars, { role: "user", content: question.text }];
}

/** A whole solution as a candidate of one step. A text that was cut counts as complete only when its answer was boxed before. */
export function solutionCandidate(run: Run, sample: Sample, notes?: Candidate["notes"]): Candidate {
  const read = run.question.conversation?.read;
  const answer = read === undefined ? run.extract(sample.text) : read(sample);
  return {
    trajectory: Trajectory.of(paragraphs(sample)),
    text: sample.text,
    answer,
    complete: sample.finish === "stop" || answer?.rule === "boxed",
    ...(sample.toolCalls === undefined ? {} : { toolCalls: sample.toolCalls }),
    ...(sample.logprobs === undefined ? {} : { logprobs: sample.logprobs }),
    ...(notes === undefined ? {} : { notes }),
  };
}

/** The text as steps, split after blank lines (each step keeps its separator); tokens are shared out by length. */
export function paragraphs({ text, completionTokens }: Pick<Sample, "text" | "completionTokens">) {
  const parts = text.match(/[\s\S]*?(?:\n\s*\n\s*|$)/g)?.filter((part) => part.length > 0) ?? [];
  const steps = parts.length > 0 ? parts : [text];
  let given = 0;
  let read = 0;
  return steps.map((part) => {
    read += part.length;
    const upTo = text.length === 0 ? completionTokens : Math.round((completionTokens * read) / text.length);
    const tokens = upTo - given;
    given = upTo;
    return { text: part, tokens };
  });
}

export interface SolutionSampling {
  readonly n: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  /** Default: {@link solutionMessages} of the question. */
  readonly messages?: readonly Message[];
  readonly prefix?: string;
  readonly stop?: readonly string[];
  readonly purpose?: Purpose;
  readonly model?: string;
  /** Default: {@link solutionCandidate}. */
  readonly toCandidate?: (run: Run, sample: Sample) => Candidate | Promise<Candidate>;
}

/** Yields `n` independent solutions, in batches as large as the stopping rule allows. Cost: `n` calls. */
export async function* sampleSolutions(run: Run, sampling: SolutionSampling): AsyncGenerator<readonly Candidate[]> {
  const { n, messages, purpose, toCandidate, ...rest } = sampling;
  for (let done = 0; done < n; ) {
    const samples = await run.sample({
      ...rest,
      n: run.batch(n - done),
      messages: messages ?? solutionMessages(run.question),
      purpose: purpose ?? "solve",
    });
    done += samples.length;
    yield await Promise.all(samples.map((sample) => (toCandidate ?? solutionCandidate)(run, sample)));
  }
}
