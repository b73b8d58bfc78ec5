import { estimatePromptTokens, type SampleRequest } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";

type Prompt = Pick<SampleRequest, "messages" | "prefix">;

export interface Landing {
  readonly least?: number;
  readonly times?: number;
  readonly length?: number;
}

/** Texts that may be no longer than this are not worth asking for. */
const shortest = 32;

/**
 * How many tokens the next text may take so that the answer after it still has its full length, or half of what is left where that is less. The text
 * counts twice: it is written, and then read in the prompt of the answer, of which `answer` is what is known already. Null: it is time to land, which
 * is to ask for the answer now. Prompts are estimated.
 *
 * @param least length below which the text would be a torso: that of the longest of its kind so far.
 * @param times so many texts with their answers share what is left.
 * @param length of the answer at most.
 */
export function roomBefore(
  run: Run,
  next: Prompt,
  answer: Prompt,
  { least = 0, times = 1, length = run.maxTokens }: Landing = {},
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
 * For how many texts and their answers there is room at once, at least 1 and at most `most`: side by side they share the reading of one prompt, but the budget
 * must not be spent on texts alone.
 *
 * @param length of a text, as far as is known; the longest that is allowed where nothing is.
 */
export function roomFor(run: Run, next: Prompt, answer: Prompt, most: number, length = run.maxTokens): number {
  const { tokens, calls } = run.budget.remaining();
  const each = estimatePromptTokens(next) + estimatePromptTokens(answer) + 2 * length + run.maxTokens;
  return Math.max(1, Math.min(most, Math.floor(calls / 2), Math.floor(tokens / each)));
}

/** The limit as a request wants it: none where the text may be as long as any. */
export const shorterThan = (run: Run, room: number): { readonly maxTokens?: number } =>
  room < run.maxTokens ? { maxTokens: room } : {};

/** Tokens of the longest of these texts, about. */
export const longestOf = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => Math.ceil(text.length / 4)));
