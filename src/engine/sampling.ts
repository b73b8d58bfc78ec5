import { z } from "zod";
import { codeSystem } from "../answer/languages.ts";
import type { Candidate } from "../core/candidate.ts";
import { statesWithin } from "../core/line-states.ts";
import type { Message, Purpose, Sample } from "../core/policy.ts";
import { asksForValue, type Question } from "../core/question.ts";
import type { Run } from "../core/run.ts";
import { countLines, Trajectory } from "../core/trajectory.ts";

/** Shared by all strategies, so that those that draw plain solutions draw the same samples. */
export const SOLVE_SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}.";
export const CHOICE_SYSTEM =
  "Please reason step by step, and put the letter of the right option, and nothing else, within \\boxed{}.";

const VALUE_SYSTEM =
  "Think step by step about what the program does. Then give what is asked for, written as literals, and nothing else, in one fenced block.";

/**
 * The prompt of a plain solution: a conversation as it is, with exemplars after its first system messages; else the
 * question's text under the system text of its kind.
 */
export function solutionMessages(question: Question, exemplars: readonly Message[] = []): readonly Message[] {
  if (question.conversation !== undefined) {
    const { messages } = question.conversation;
    if (exemplars.length === 0) return messages;
    const first = messages.findIndex(({ role }) => role !== "system");
    return [...messages.slice(0, first), ...exemplars, ...messages.slice(first)];
  }
  return [{ role: "system", content: systemOf(question) }, ...exemplars, { role: "user", content: question.text }];
}

function systemOf({ kind, code }: Question): string {
  if (kind === "choice") return CHOICE_SYSTEM;
  if (kind === "code") return asksForValue(code) ? VALUE_SYSTEM : codeSystem(code?.language);
  return SOLVE_SYSTEM;
}

const exemplar = z.strictObject({ question: z.string().min(1), solution: z.string().min(1) });
export type Exemplar = z.infer<typeof exemplar>;

/** Options of strategies that can be shown worked examples. */
export const exemplarOptions = {
  exemplars: z.array(exemplar).default([]).describe("worked examples to show; none is zero-shot"),
  shots: z.int().min(0).default(8).describe("how many of them at most"),
  choose: z
    .enum(["given", "most-complex"])
    .default("given")
    .describe("in the given order, or those with the most steps"),
};

/** What {@link exemplarOptions} gave. */
export interface ExemplarChoice {
  readonly exemplars: readonly Exemplar[];
  readonly shots: number;
  readonly choose: "given" | "most-complex";
}

/**
 * Exemplars as turns of the conversation. `most-complex`: those with the most steps (non-empty lines), ties by order
 * (complexity-based prompting: Fu et al. 2022, arXiv:2210.00720, section 3.1; 8 exemplars).
 */
export function chosenExemplars({ exemplars, shots, choose }: ExemplarChoice): Message[] {
  const byLines = () => [...exemplars].sort((a, b) => countLines(b.solution) - countLines(a.solution));
  const ranked = choose === "given" ? exemplars : byLines();
  return ranked.slice(0, shots).flatMap(({ question, solution }) => [
    { role: "user" as const, content: question },
    { role: "assistant" as const, content: solution },
  ]);
}

/**
 * A whole solution as a candidate, a paragraph a step. A text that was cut is complete only if its answer was boxed
 * before.
 */
export function solutionCandidate(run: Run, sample: Sample, notes?: Candidate["notes"]): Candidate {
  const read = run.question.conversation?.read;
  const answer = read === undefined ? run.extract(sample.text) : read(sample);
  return {
    trajectory: Trajectory.of(paragraphs(sample)),
    text: sample.text,
    answer,
    complete: sample.finish === "stop" || answer?.rule === "boxed",
    toolCalls: sample.toolCalls,
    logprobs: sample.logprobs,
    notes,
  };
}

/** The text as steps, split after blank lines (each step keeps its separator); tokens are divided by length. */
export function paragraphs({
  text,
  completionTokens,
  call,
  states,
}: Pick<Sample, "text" | "completionTokens" | "call" | "states">) {
  const parts = text.match(/[\s\S]*?(?:\n\s*\n\s*|$)/g)?.filter((part) => part.length > 0) ?? [];
  const steps = parts.length > 0 ? parts : [text];
  let counted = 0;
  let read = 0;
  return steps.map((part) => {
    const from = read;
    read += part.length;
    const upTo = text.length === 0 ? completionTokens : Math.round((completionTokens * read) / text.length);
    const tokens = upTo - counted;
    counted = upTo;
    return { text: part, tokens, call, ...statesWithin(states, from, read) };
  });
}

export interface SolutionSampling {
  readonly n: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly maxTokens?: number;
  /** Alternatives per token to ask for, where candidates are read by their log-probabilities. */
  readonly logprobs?: number;
  /** Default: {@link solutionMessages} of the question and what is `shown`. */
  readonly messages?: readonly Message[];
  /** Worked examples; by default none. */
  readonly shown?: ExemplarChoice;
  readonly prefix?: string;
  readonly stop?: readonly string[];
  readonly purpose?: Purpose;
  readonly model?: string;
  /** Default: {@link solutionCandidate}. */
  readonly toCandidate?: (run: Run, sample: Sample) => Candidate | Promise<Candidate>;
}

/** Yields `n` independent solutions, in batches as large as the stopping rule allows. Cost: `n` calls. */
export async function* sampleSolutions(run: Run, sampling: SolutionSampling): AsyncGenerator<readonly Candidate[]> {
  const { n, messages, shown, purpose, toCandidate, ...rest } = sampling;
  const asked = messages ?? solutionMessages(run.question, shown && chosenExemplars(shown));
  for (let done = 0; done < n; ) {
    const samples = await run.sample({
      ...rest,
      n: run.batch(n - done),
      messages: asked,
      purpose: purpose ?? "solve",
    });
    done += samples.length;
    yield await Promise.all(samples.map((sample) => (toCandidate ?? solutionCandidate)(run, sample)));
  }
}
