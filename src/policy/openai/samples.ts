import type { Sample, SampleRequest, TokenLogprob } from "../../core/policy.ts";
import { endBeforeStop } from "../stop-text.ts";
import { answerLogprobs, openThought, splitThought, type ThoughtFormat, thoughtShare } from "../thinking.ts";
import type { Choice, Completion } from "./completion.ts";
import type { PrefixMode } from "./request.ts";
import { believedUsage, type EndFacts, endedByToken, type UsageCount } from "./usage.ts";

/** Dollars per million tokens. */
export interface Prices {
  readonly prompt: number;
  readonly completion: number;
  /** Default: as `prompt`. */
  readonly cachedPrompt?: number;
}

export interface SampleSettings {
  readonly prefix: PrefixMode;
  readonly prices?: Prices | undefined;
  readonly sharedPrompt: boolean;
  /** Default "all". */
  readonly counts?: UsageCount;
  /** How its texts end, where it does not say it but its tokenizer does. Default: nothing is known. */
  readonly facts?: EndFacts | null;
  /** The format whose thought the template has opened at the end of every prompt. Default: none. */
  readonly opened?: ThoughtFormat | null;
}

/**
 * The samples in a reply, at most `request.n`. Usage is known per request, so the completion tokens are shared out
 * over the choices and always add up to what was counted. Thought and answer are taken apart.
 */
export function samplesOf(completion: Completion, request: SampleRequest, settings: SampleSettings): Sample[] {
  const choices = completion.choices.slice(0, request.n);
  const { facts = null } = settings;
  const usage = believedUsage(completion.usage, choices, request, settings.counts ?? "all", facts);
  const thinking = choices.length === 1 ? completion.usage?.thoughtTokens : undefined;
  return choices.map((raw, index) => {
    const completionTokens = usage.completion[index] ?? 0;
    const share = 1 / choices.length;
    const part = apart(withoutRepeat(raw, request.prefix ?? "", settings.prefix), request, settings);
    const { choice } = part;
    return {
      text: choice.text,
      ...(part.thought !== null && { thought: part.thought }),
      ...(part.open && { thoughtOpen: true }),
      ...endOf(choice, part.open, completionTokens, request.maxTokens),
      stoppedBy: choice.stoppedBy,
      ...(!part.open &&
        endedItself(raw, choice, choices.length === 1 ? completion : null, facts) && { endOfText: true }),
      seed: request.seeds[index] ?? 0,
      promptTokens: usage.promptTokens,
      cachedPromptTokens: usage.cachedPromptTokens,
      completionTokens,
      ...thoughtTokens(part, completionTokens, thinking),
      ...(usage.estimated && { estimated: true }),
      sharedPrompt: settings.sharedPrompt,
      dollars: dollarsFor(
        settings.prices,
        usage.promptTokens * share,
        completionTokens,
        usage.cachedPromptTokens * share,
      ),
      ...(request.logprobs !== undefined && choice.logprobs && { logprobs: choice.logprobs }),
      ...(choice.toolCalls && { toolCalls: choice.toolCalls }),
    };
  });
}

export function dollarsFor(prices: Prices | undefined, prompt: number, completion: number, cached = 0): number {
  if (prices === undefined) return 0;
  const { cachedPrompt = prices.prompt } = prices;
  return ((prompt - cached) * prices.prompt + cached * cachedPrompt + completion * prices.completion) / 1e6;
}

/**
 * llama.cpp lists the end of the text as a last token that spells nothing. A beginning of a stop text that it held back
 * looks the same, but has another id, and of a stop text one more token is counted than listed.
 */
function endedItself(raw: Choice, { stoppedBy }: Choice, only: Completion | null, facts: EndFacts | null): boolean {
  if (stoppedBy !== undefined) return false;
  if (facts !== null && endedByToken(raw, facts)) return true;
  const silent = raw.finish === "stop" && raw.logprobs?.at(-1)?.token === "";
  return silent && only?.usage?.completionTokens === raw.logprobs?.length;
}

/** A text that ends in its thought has not ended, and one whose end nobody explained was cut if it is full. */
function endOf(choice: Choice, open: boolean, tokens: number, limit: number): Pick<Sample, "finish" | "ending"> {
  const { finish, ending } = choice;
  if (open && finish === "stop") return { finish: "unknown", ending: "inside the thought" };
  if (ending === "none given" && tokens >= limit) return { finish: "length", ending };
  return { finish, ending };
}

interface Part {
  readonly choice: Choice;
  readonly thought: string | null;
  readonly open: boolean;
  /** Thought and answer together had so many characters. */
  readonly length: number;
}

/** Thought and answer apart, and the answer ended before the first stop text where the server let one through. */
function apart(choice: Choice, request: SampleRequest, settings: SampleSettings): Part {
  if (request.thoughtInText === true) {
    const text = choice.thought === undefined ? choice.text : `<think>${choice.thought}</think>${choice.text}`;
    return { choice: stopped({ ...choice, text }, request), thought: null, open: false, length: text.length };
  }
  const { prefix = "" } = request;
  const continued = prefix !== "" && settings.prefix !== "instructed";
  const inside = continued ? openThought(prefix) : (settings.opened ?? null);
  const given = choice.thought !== undefined ? null : splitThought(choice.text, { inside });
  const thought = choice.thought ?? given?.thought ?? null;
  if (thought === null || (given === null && thought === undefined)) {
    return { choice: stopped(choice, request), thought: null, open: false, length: choice.text.length };
  }
  const answer = given?.answer ?? choice.text;
  const open = given?.open ?? (answer === "" && choice.toolCalls === undefined);
  const at = given?.at ?? thought.length;
  const logprobs = choice.logprobs && answerLogprobs(choice.logprobs, at);
  const known = open ? { ...choice, stoppedBy: undefined } : choice;
  return {
    choice: stopped({ ...known, text: answer, logprobs }, request),
    thought,
    open,
    length: thought.length + answer.length,
  };
}

/** The thought's tokens as the server counted them, else in proportion to its length. */
function thoughtTokens({ thought, choice }: Part, tokens: number, counted: number | undefined) {
  if (counted !== undefined && counted <= tokens) return { thoughtTokens: counted };
  const share = thought === null ? 0 : thoughtShare(tokens, thought, choice.text);
  return share === 0 ? {} : { thoughtTokens: share };
}

/** Without the prefix that a server repeats. */
function withoutRepeat(choice: Choice, prefix: string, mode: PrefixMode): Choice {
  const start = echoLength(choice.text, prefix, mode);
  return start === 0 ? choice : { ...choice, text: choice.text.slice(start) };
}

/** Ended before the first stop text where the server let one through, and without that text's log-probabilities. */
function stopped(choice: Choice, request: SampleRequest): Choice {
  const { text, stop } = endBeforeStop(choice.text, request.stop ?? []);
  const logprobs = choice.logprobs && tokensWithin(choice.logprobs, choice.stoppedBy ?? stop, text.length);
  if (stop === undefined) return logprobs === choice.logprobs ? choice : { ...choice, logprobs };
  return { ...choice, text, logprobs, finish: "stop", ending: undefined, stoppedBy: stop };
}

/**
 * How much of the text is the prefix again. Where words ask for the continuation a short prefix may be written again
 * for good reasons, so only one of 16 or more characters counts; a server that continues by itself never repeats it.
 */
export function echoLength(text: string, prefix: string, mode: PrefixMode): number {
  if (prefix === "" || mode === "continue" || !text.startsWith(prefix)) return 0;
  return mode === "echo" || prefix.length >= 16 ? prefix.length : 0;
}

/** vLLM gives the stop text's tokens too: those that begin where the text ends are left out. */
function tokensWithin(logprobs: readonly TokenLogprob[], stop: string | undefined, characters: number) {
  const spelled = logprobs.reduce((sum, { token }) => sum + token.length, 0);
  if (stop === undefined || spelled <= characters) return logprobs;
  let length = 0;
  return logprobs.filter(({ token }) => {
    const starts = length;
    length += token.length;
    return starts < characters;
  });
}
