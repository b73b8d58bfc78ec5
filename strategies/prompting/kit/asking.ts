import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import { estimatePromptTokens, type Message, type Purpose, type SampleRequest } from "../../../src/core/policy.ts";
import type { Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Estimate, Rewards } from "../../../src/core/strategy.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";

// Prompts.

/**
 * One way to put a question: a text that the policy writes first, if any, and the prompt of the answer that follows.
 */
export interface Asking {
  /** Kept in the candidate's notes: which language, which persona. */
  readonly label?: string;
  readonly prologue?: Prologue;
  /** The prompt of the answer; `written` is the text of the prologue, trimmed: "" where there is none. */
  readonly messages: (written: string) => readonly Message[];
}

export interface Prologue {
  readonly messages: readonly Message[];
  readonly purpose: Purpose;
}

/** A text about the question under an instruction of its own: a restatement, a principle, a hint. */
export const writtenAbout = (question: Question, instruction: string, purpose: Purpose): Prologue => ({
  messages: [
    { role: "system", content: instruction },
    { role: "user", content: question.text },
  ],
  purpose,
});

/**
 * The plain prompt of the question with words around its last turn. Words after a turn that is more than text are a
 * turn of their own.
 */
export function questionWith(
  question: Question,
  words: { readonly before?: string; readonly after?: string },
): Message[] {
  const messages = solutionMessages(question);
  const last = messages.at(-1);
  if (last === undefined) return [];
  const around = [words.before ?? "", last.raw === undefined ? last.content : "", words.after ?? ""];
  const content = around.filter((part) => part !== "").join("\n\n");
  const turn: Message = { role: "user", content };
  return last.raw === undefined ? [...messages.slice(0, -1), { ...last, content }] : [...messages, turn];
}

// Options, rewards and cost.

/** Options of every strategy that asks in its own way and lets the answers vote. */
export const askingOptions = {
  n: z.int().min(1).default(5).describe("answers that vote; 1 is the single pass of the paper"),
  temperature: z.number().min(0).default(0.7).describe("of everything that is written; 0 with n: 1 is greedy"),
};

/** Options of those that have a text written before the answer. */
export const prologueOptions = {
  ...askingOptions,
  prologues: z
    .enum(["each", "shared"])
    .default("each")
    .describe("each: every answer follows a text of its own; shared: one greedy text, n answers"),
};

export interface AskingChoice {
  readonly n: number;
  readonly temperature: number;
  /** Default "each". */
  readonly prologues?: "each" | "shared";
}

export const askingRewards: Rewards = {
  outcome: "picks: the answer with the highest score wins",
  process: "picks by the aggregated step scores of the answers",
  none: "the answers vote",
};

export const askingCost = ({ n }: AskingChoice): Estimate => ({ calls: n, scored: n });

/** `n` answers and as many texts before them, or one. */
export const prologueCost = ({ n, prologues = "each" }: AskingChoice): Estimate => ({
  calls: n + (prologues === "shared" ? 1 : n),
  scored: n,
});

// The answers.

/** Answers with a prologue that are drawn together at most. */
const mostTogether = 4;

/**
 * `n` answers, sample i by way i mod `askings.length`, in waves. A prologue that comes out blank, or for which the
 * budget has no room before the first answer, leaves the plain question. Under a budget a wave has no more answers with
 * a prologue than there is room for, and none is begun that could not be finished.
 *
 * Cost: {@link prologueCost} where there are prologues, else `n` calls.
 */
export async function* ask(run: Run, askings: readonly Asking[], choice: AskingChoice): AsyncGenerator<Candidate[]> {
  const [prologued] = choice.prologues === "shared" ? [] : askings.filter(({ prologue }) => prologue !== undefined);
  const progress: Progress = { ...choice, lengths: [], answers: [] };
  for (let from = 0; from < choice.n; ) {
    const wanted = run.batch(choice.n - from);
    const count = prologued === undefined ? wanted : waveOf(run, prologued, wanted, progress);
    const indices = Array.from({ length: count }, (_, i) => from + i);
    const ways = askings
      .map((asking, way) => ({ asking, places: indices.filter((index) => index % askings.length === way) }))
      .filter(({ places }) => places.length > 0);
    const texts = await run.gather(ways.map((way) => prologueTexts(run, way, progress)));
    const prompts = ways.flatMap((way, i) => promptsOf(run, way, texts.values[i] ?? []));
    const answers = await run.gather(prompts.map((prompt) => answersTo(run, prompt, progress)));
    const numbered = answers.values.flatMap((group) => group ?? []).sort((a, b) => a.place - b.place);
    if (numbered.length > 0) yield numbered.map(({ candidate }) => candidate);
    if (answers.over || texts.values.includes(null)) return;
    from += Math.max(1, numbered.length); // fewer than wanted: the next call says that the budget is spent
  }
}

interface Progress extends AskingChoice {
  /** Tokens of the prologues so far. */
  readonly lengths: number[];
  /** Tokens of the answers so far. */
  readonly answers: number[];
}

/** One way and the indices of the answers that take it. */
interface Way {
  readonly asking: Asking;
  readonly places: readonly number[];
}

interface Prompt extends Way {
  readonly messages: readonly Message[];
}

function waveOf(run: Run, { prologue, messages }: Asking, wanted: number, { lengths, answers }: Progress): number {
  const next = prologue ?? { messages: [] };
  const written = lengths.length === 0 ? run.maxTokens : Math.max(...lengths);
  const length = 2 * written + answerLength(run, answers);
  return roomFor(run, next, { messages: messages("") }, Math.min(wanted, mostTogether), length);
}

/** One text a place, trimmed; fewer where the budget had no room for more, null where it has none for any. */
async function prologueTexts(run: Run, { asking, places }: Way, progress: Progress): Promise<string[] | null> {
  const { prologue, messages } = asking;
  if (prologue === undefined) return places.map(() => "");
  const shared = progress.prologues === "shared";
  const written = shared && progress.lengths.length > 0;
  const length = answerLength(run, progress.answers);
  const bounds = { least: Math.max(0, ...progress.lengths), times: shared ? 1 : places.length, length };
  const room = written ? run.maxTokens : roomBefore(run, prologue, { messages: messages("") }, bounds);
  if (room === null) {
    if (places[0] === 0 || shared) return places.map(() => "");
    run.outOfBudget();
    return null;
  }
  const samples = await run.sample({
    ...prologue,
    ...shorterThan(run, room),
    n: shared ? 1 : places.length,
    temperature: shared ? 0 : progress.temperature,
    from: shared ? 0 : undefined,
  });
  progress.lengths.push(...samples.map(({ completionTokens }) => completionTokens));
  if (shared) return places.map(() => samples[0]?.text.trim() ?? "");
  return samples.map(({ text }) => text.trim());
}

/** One prompt for each distinct text; texts[i] belongs to places[i]. */
function promptsOf(run: Run, { asking, places }: Way, texts: readonly string[]): Prompt[] {
  return [...new Set(texts)].map((text) => ({
    asking,
    places: places.filter((_, i) => texts[i] === text),
    messages: text === "" && asking.prologue !== undefined ? solutionMessages(run.question) : asking.messages(text),
  }));
}

async function answersTo(run: Run, { asking, places, messages }: Prompt, { temperature, answers }: Progress) {
  const samples = await run.sample({ messages, n: places.length, temperature, purpose: "solve" });
  answers.push(...samples.map(({ completionTokens }) => completionTokens));
  const notes = asking.label === undefined ? undefined : { way: asking.label };
  return samples.map((sample, i) => ({ place: places[i] ?? 0, candidate: solutionCandidate(run, sample, notes) }));
}

// Room in the budget.

type Begun = Pick<SampleRequest, "messages" | "prefix">;

export interface RoomBounds {
  /** Length below which the text would be cut short: that of the longest of its kind so far. Default 0. */
  readonly least?: number;
  /** So many texts with their answers divide what is left. Default 1. */
  readonly times?: number;
  /** Length of the answer at most. Default the run's. */
  readonly length?: number;
}

/**
 * Tokens that an answer may take, by those so far: a quarter more than the longest, the run's limit before the first.
 */
export const answerLength = (run: Run, answers: readonly number[]): number =>
  answers.length === 0 ? run.maxTokens : Math.min(run.maxTokens, Math.ceil(1.25 * Math.max(...answers)));

/** Limits below this are too short for any text. */
const shortest = 32;

/**
 * How many tokens the next text may take so that the answer after it still has its full length, or half of what is left
 * where that is less. The text counts twice: it is written, and then read in the prompt of the answer, of which
 * `answer` is what is known already. Null: there is no room for the text, the answer is to be drawn now. Prompts are
 * estimated.
 */
export function roomBefore(
  run: Run,
  next: Begun,
  answer: Begun,
  { least = 0, times = 1, length = run.maxTokens }: RoomBounds = {},
): number | null {
  const left = run.budget.remaining();
  const tokens = left.tokens / times;
  if (left.calls < 2 * times) return null;
  if (!Number.isFinite(tokens)) return run.maxTokens;
  const kept = Math.min(length, tokens / 2);
  const room = Math.floor((tokens - estimatePromptTokens(next) - estimatePromptTokens(answer) - kept) / 2);
  return room < Math.max(shortest, least) ? null : Math.min(room, run.maxTokens);
}

/**
 * How many texts, each with its answer, the budget has room for at once: at least 1, at most `most`. Drawn together
 * they are charged for one prompt, but the budget must not be spent on texts alone.
 *
 * @param length of what one takes beside its prompts.
 */
function roomFor(run: Run, next: Begun, answer: Begun, most: number, length: number): number {
  const { tokens, calls } = run.budget.remaining();
  const each = estimatePromptTokens(next) + estimatePromptTokens(answer) + length;
  return Math.max(1, Math.min(most, Math.floor(calls / 2), Math.floor(tokens / each)));
}

/** A length limit for a request; none where there is room for the longest text that the run allows. */
export const shorterThan = (run: Run, room: number): { readonly maxTokens?: number } =>
  room < run.maxTokens ? { maxTokens: room } : {};

/** Tokens of the longest of these texts, about. */
export const longestOf = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => Math.ceil(text.length / 4)));
