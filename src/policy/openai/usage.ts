import { estimatePromptTokens, type SampleRequest } from "../../core/policy.ts";
import type { Choice, RequestUsage } from "./completion.ts";

/** How a server counts the completion tokens of a request for several samples: all of them, or one sample's. */
export type UsageCount = "all" | "one";

/** What a request cost, as far as it can be believed. */
export interface BelievedUsage {
  readonly promptTokens: number;
  readonly cachedPromptTokens: number;
  /** completion[i] belongs to choice i. */
  readonly completion: readonly number[];
  /** Where any of it is our own count. */
  readonly estimated: boolean;
}

/** How texts come to their end on a server that does not say it (llama.cpp), as its own tokenizer shows. */
export interface EndFacts {
  /** Tokens that end a text, by id, among those that the replies have shown. */
  readonly ends: ReadonlySet<number>;
  /** Tokens of a stop text of the request, which log-probabilities leave out; null where stop texts differ in them. */
  readonly stopTokens: number | null;
}

/**
 * Did the model end this text by itself? Its last log-probability then spells nothing, as that of a beginning of a stop
 * text that was held back does: the token's id tells them apart.
 */
export const endedByToken = ({ finish, stoppedBy, logprobs, lastId }: Choice, { ends }: EndFacts): boolean =>
  finish === "stop" &&
  stoppedBy === undefined &&
  logprobs?.at(-1)?.token === "" &&
  lastId !== undefined &&
  ends.has(lastId);

/** About how many tokens a text has when nobody counted them: four characters make one. */
export const tokensAbout = (text: string): number => Math.ceil(text.length / 4);

/**
 * Characters per token beyond which a count cannot be true. Prose has 4 to 5 in the tokenizers of today, code and
 * mathematics fewer; runs of white space, which may be one token, count as one character.
 */
const MOST_CHARACTERS_PER_TOKEN = 7;

/** A count is believed when it is a whole number of at least 0 and not too small for the text. */
export function believable(count: number, text: string): boolean {
  if (!Number.isInteger(count) || count < 0) return false;
  const characters = text.replace(/\s+/g, " ").length;
  return characters === 0 || (count > 0 && (characters < 32 || count * MOST_CHARACTERS_PER_TOKEN >= characters));
}

/**
 * The usage of a request. Where the server's count is missing or cannot be true (no whole number, nothing for a text
 * that is there, far too little for it, more cached than there is) ours stands in for it and the result says so. A
 * server that counts one sample only (llama.cpp) is corrected by the log-probabilities, which are one a token, or by
 * the limit for a text that it cut, else in proportion to the text that was counted.
 */
export function believedUsage(
  given: RequestUsage | null,
  choices: readonly Choice[],
  request: Pick<SampleRequest, "messages" | "prefix" | "maxTokens">,
  counts: UsageCount,
  facts: EndFacts | null = null,
): BelievedUsage {
  const prompt = request.messages.map(({ content }) => content).join("\n") + (request.prefix ?? "");
  const promptKnown = given !== null && given.promptTokens > 0 && believable(given.promptTokens, prompt);
  const promptTokens = promptKnown ? given.promptTokens : estimatePromptTokens(request);
  const cached = given?.cachedPromptTokens ?? 0;
  const cachedKnown = Number.isInteger(cached) && cached >= 0 && cached <= promptTokens;
  const completion = completionTokens(given, choices, request.maxTokens, counts, facts);
  return {
    promptTokens,
    cachedPromptTokens: cachedKnown ? cached : Math.max(0, Math.min(promptTokens, Math.floor(cached) || 0)),
    completion: completion.tokens,
    estimated: !promptKnown || !cachedKnown || completion.estimated,
  };
}

interface Counted {
  readonly tokens: readonly number[];
  readonly estimated: boolean;
}

function completionTokens(
  given: RequestUsage | null,
  choices: readonly Choice[],
  maxTokens: number,
  counts: UsageCount,
  facts: EndFacts | null,
): Counted {
  const total = given?.completionTokens ?? Number.NaN;
  if (counts === "one" && choices.length > 1) return fromOne(total, choices, maxTokens, facts);
  const written = choices.map(writtenOf);
  if (believable(total, written.join("\n"))) return { tokens: shareOut(total, choices, maxTokens), estimated: false };
  return {
    tokens: choices.map((choice) => choice.logprobs?.length ?? tokensAbout(writtenOf(choice))),
    estimated: true,
  };
}

/**
 * `total` is the first choice's. Log-probabilities leave out the tokens of a stop text (llama.cpp, Ollama). Where it is
 * not known how many those are, as many as of the first choice are taken to be missing of the others that a stop text
 * may have ended.
 */
function fromOne(total: number, choices: readonly Choice[], maxTokens: number, facts: EndFacts | null): Counted {
  const first = choices[0];
  const known = first !== undefined && believable(total, writtenOf(first));
  const perCharacter = known && writtenOf(first) !== "" ? total / writtenOf(first).length : 1 / 4;
  const unlisted = known && first.finish === "stop" ? Math.max(0, total - (first.logprobs?.length ?? total)) : 0;
  let estimated = false;
  const tokens = choices.map((choice, index) => {
    if (index === 0 && known) return total;
    if (choice.logprobs !== undefined) {
      const listed = choice.logprobs.length;
      if (choice.finish !== "stop" || (facts !== null && endedByToken(choice, facts))) return listed;
      const more = facts?.stopTokens ?? unlisted;
      estimated ||= more > 0 && facts?.stopTokens == null;
      return listed + more;
    }
    if (choice.finish === "length") return maxTokens;
    estimated = true;
    return Math.max(1, Math.round(writtenOf(choice).length * perCharacter));
  });
  return { tokens, estimated };
}

const writtenOf = (choice: Choice): string => (choice.thought ?? "") + choice.text;

/**
 * Shares `total` tokens out over choices: by their log-probabilities where these add up to it; else a choice cut by
 * the limit has `maxTokens` and the others share the rest in proportion to their length in characters. Parts are
 * integers and always sum to `total`.
 */
export function shareOut(total: number, choices: readonly Choice[], maxTokens: number): number[] {
  const counted = choices.map((choice) => choice.logprobs?.length ?? -1);
  if (counted.every((count) => count >= 0) && sum(counted) === total) return counted;
  const fixed = choices.map((choice) => (choice.finish === "length" ? maxTokens : 0));
  const rest = total - sum(fixed);
  const length = (choice: Choice) => writtenOf(choice).length + 1;
  const open = choices.map((choice) => (choice.finish === "length" ? 0 : length(choice)));
  if (rest < 0 || (rest > 0 && sum(open) === 0)) return proportional(total, choices.map(length));
  const shares = proportional(rest, open);
  return fixed.map((tokens, index) => tokens + (shares[index] ?? 0));
}

/**
 * Integers in proportion to the weights that sum to `total`: each share is the difference of two rounded running
 * sums.
 */
function proportional(total: number, weights: readonly number[]): number[] {
  const whole = sum(weights);
  let [running, given] = [0, 0];
  return weights.map((weight) => {
    running += weight;
    const upTo = whole === 0 ? 0 : Math.round((total * running) / whole);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
