import { estimatePromptTokens, type Sample, type SampleRequest, type TokenLogprob } from "../../core/policy.ts";
import { endBeforeStop } from "../stop-text.ts";
import type { Choice, Completion } from "./completion.ts";
import type { PrefixMode } from "./request.ts";

/** Dollars per million tokens. */
export interface Prices {
  readonly prompt: number;
  readonly completion: number;
  /** Default: as `prompt`. */
  readonly cachedPrompt?: number;
}

/**
 * The samples in a reply, at most `request.n`. Usage is known per request, so the completion tokens are shared out
 * over the choices (see {@link shareOut}) and always add up to what the server counted.
 */
export function samplesOf(
  completion: Completion,
  request: SampleRequest,
  settings: { readonly prefix: PrefixMode; readonly prices: Prices | undefined; readonly sharedPrompt: boolean },
): Sample[] {
  const choices = completion.choices.slice(0, request.n);
  const usage = completion.usage ?? {
    promptTokens: estimatePromptTokens(request),
    cachedPromptTokens: 0,
    completionTokens: choices.reduce((sum, choice) => sum + (choice.logprobs?.length ?? tokensAbout(choice.text)), 0),
  };
  const tokens = shareOut(usage.completionTokens, choices, request.maxTokens);
  return choices.map((raw, index) => {
    const choice = trimmed(raw, request, settings.prefix);
    const completionTokens = tokens[index] ?? 0;
    const share = 1 / choices.length;
    return {
      text: choice.text,
      finish: choice.finish,
      ...(choice.stoppedBy !== undefined && { stoppedBy: choice.stoppedBy }),
      seed: request.seeds[index] ?? 0,
      promptTokens: usage.promptTokens,
      cachedPromptTokens: usage.cachedPromptTokens,
      completionTokens,
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
 * Shares `total` tokens out over choices: by their log-probabilities where these add up to it; else a choice cut by
 * the limit has `maxTokens` and the others share the rest in proportion to their length in characters. Parts are
 * integers and always sum to `total`.
 */
export function shareOut(total: number, choices: readonly Choice[], maxTokens: number): number[] {
  const counted = choices.map((choice) => choice.logprobs?.length ?? -1);
  if (counted.every((count) => count >= 0) && sum(counted) === total) return counted;
  const fixed = choices.map((choice) => (choice.finish === "length" ? maxTokens : 0));
  const rest = total - sum(fixed);
  const open = choices.map((choice) => (choice.finish === "length" ? 0 : choice.text.length + 1));
  if (rest < 0 || (rest > 0 && sum(open) === 0)) {
    return proportional(
      total,
      choices.map((choice) => choice.text.length + 1),
    );
  }
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

/** Without the prefix that a server repeats, and ended before the first stop text where the server let one through. */
function trimmed(choice: Choice, request: SampleRequest, mode: PrefixMode): Choice {
  const start = echoLength(choice.text, request.prefix ?? "", mode);
  const { text, stop } = endBeforeStop(choice.text.slice(start), request.stop ?? []);
  if (start === 0 && stop === undefined) return choice;
  const logprobs = choice.logprobs && tokensWithin(choice.logprobs, stop === undefined ? Infinity : text.length);
  return {
    ...choice,
    text,
    ...(logprobs && { logprobs }),
    ...(stop !== undefined && { finish: "stop", stoppedBy: stop }),
  };
}

/**
 * How much of the text is the prefix again. Where words ask for the continuation a short prefix may be written again
 * for good reasons, so only one of 16 or more characters counts; a server that continues by itself never repeats it.
 */
export function echoLength(text: string, prefix: string, mode: PrefixMode): number {
  if (prefix === "" || mode === "continue" || !text.startsWith(prefix)) return 0;
  return mode === "echo" || prefix.length >= 16 ? prefix.length : 0;
}

function tokensWithin(logprobs: readonly TokenLogprob[], characters: number): readonly TokenLogprob[] {
  let length = 0;
  return logprobs.filter(({ token }) => {
    const starts = length;
    length += token.length;
    return starts < characters;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const tokensAbout = (text: string): number => Math.ceil(text.length / 4);
