import type { Sample, SampleRequest } from "../../core/policy.ts";
import { apart, begunInside, thoughtFields, thoughtTokens } from "../apart.ts";
import type { ThoughtFormat } from "../thinking.ts";
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
    const inside = begunInside(request, settings.prefix !== "instructed", settings.opened ?? null);
    const part = apart(withoutRepeat(raw, request.prefix ?? "", settings.prefix), request, inside);
    const { drawn: choice } = part;
    const end = thoughtFields(part);
    return {
      text: choice.text,
      ...end,
      ...(end.ending === "none given" && completionTokens >= request.maxTokens && { finish: "length" as const }),
      ...(choice.refusal !== undefined && { refusal: choice.refusal }),
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

/** Without the prefix that a server repeats. */
function withoutRepeat(choice: Choice, prefix: string, mode: PrefixMode): Choice {
  const start = echoLength(choice.text, prefix, mode);
  return start === 0 ? choice : { ...choice, text: choice.text.slice(start) };
}

/**
 * How much of the text is the prefix again. Where words ask for the continuation a short prefix may be written again
 * for good reasons, so only one of 16 or more characters counts; a server that continues by itself never repeats it.
 */
export function echoLength(text: string, prefix: string, mode: PrefixMode): number {
  if (prefix === "" || mode === "continue" || !text.startsWith(prefix)) return 0;
  return mode === "echo" || prefix.length >= 16 ? prefix.length : 0;
}
