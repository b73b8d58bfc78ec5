import type { Usage } from "./usage.ts";

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /**
   * The turn as it stands on the wire, where it is more than a text (images, tool calls, a tool's result). Policies
   * that take conversations send it in place of role and content; all else reads `content`.
   */
  readonly raw?: Readonly<Record<string, unknown>>;
}

/** A function that the model wants called; `arguments` is JSON as the model wrote it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What a model and the way to it can do. Strategies degrade in a declared way where something is missing. */
export interface Capabilities {
  /**
   * Can it continue an assistant turn that has begun? `native`: the text is continued token by token. `instructed`: it
   * is asked in words to go on from the text (a chat server without prefill).
   */
  readonly prefix: "native" | "instructed";
  /** Log-probabilities of the sampled tokens, and how many alternatives per token at most (0: the sampled one only). */
  readonly logprobs: { readonly top: number } | null;
  /** Does it give log-probabilities of a prefix that others wrote (`SampleRequest.prefixLogprobs`)? Default false. */
  readonly readsPrefix?: boolean;
  /** Several samples of one prompt in one request that pays for the prompt once. */
  readonly sharedPrompt: boolean;
  /** Does it always say which stop text ended a sample? Where not, an end without one may still be a stop text's. */
  readonly reportsStops?: boolean;
  /** At most so many stop texts in a request; null or absent where no limit is known. */
  readonly stopTexts?: number | null;
  /** Does the model think before it answers, so that a token limit must leave room for a thought? */
  readonly thinks?: boolean;
  /** How it marks its thoughts in a text, by the name of the format, where that is known. */
  readonly thoughtFormat?: string;
  /** The same seed gives the same text. */
  readonly seeds: boolean;
  readonly embeds: boolean;
  /** Numbers in a hidden state, where it gives its own (`SampleRequest.states`); absent where it does not. */
  readonly states?: number;
  /** Does it send a message's `raw` form and a request's `fields`, and return tool calls? Default false. */
  readonly conversations?: boolean;
  /** Prompt and completion together, in tokens, where known. */
  readonly contextTokens: number | null;
  /** Calls to have in flight at a time. */
  readonly parallel: number;
}

/** What a call is for. Used for metering and traces; the simulated policy reads it to know which text to write. */
export type Purpose =
  | "solve"
  | "step"
  | "program"
  | "judge"
  | "step-judge"
  | "feedback"
  | "revise"
  | "plan"
  | "propose"
  | "value"
  | "discriminate"
  | "rollout"
  | (string & {});

/** One prompt and how many samples of it are wanted. */
export interface SampleRequest {
  readonly messages: readonly Message[];
  /** Text of the assistant turn so far; samples hold only what comes after it. */
  readonly prefix?: string;
  /** How many samples; at least 1. */
  readonly n: number;
  /** One per sample, so `seeds.length === n`. */
  readonly seeds: readonly number[];
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly maxTokens: number;
  /** Generation ends before the first of these; the stop text is not part of the sample. */
  readonly stop?: readonly string[];
  /** Ask for log-probabilities with this many alternatives per token (0: of the sampled token only). */
  readonly logprobs?: number;
  /** Ask for log-probabilities of the tokens of `prefix` too, with this many alternatives per token. */
  readonly prefixLogprobs?: number;
  /** Ask for the model's hidden states at the ends of lines (`Sample.states`). */
  readonly states?: boolean;
  /** Ask for those of the lines of `prefix` (`Sample.prefixStates`). */
  readonly prefixStates?: boolean;
  /** How hard to think, in the words of the model's maker ("low", "medium", "high"). */
  readonly reasoningEffort?: string;
  /** Tokens for the thought at most, where the server keeps such a limit. */
  readonly thinkingTokens?: number;
  /** Whether the model is to think first, where its template lets one choose. */
  readonly thinking?: boolean;
  /** Leave the thought in the text, marked as the model marks it, for those who work on thoughts. Default false. */
  readonly thoughtInText?: boolean;
  /**
   * Further fields of the request in OpenAI's words (tools, response_format …), for policies that take conversations.
   */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly purpose: Purpose;
}

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /** Likeliest alternatives, likeliest first; the sampled token may be among them. */
  readonly top?: readonly { readonly token: string; readonly logprob: number }[];
}

/**
 * Why the text ends: `stop` the model or a stop text ended it; `length` the token limit cut it; `refused` a filter of
 * the server or the model itself withheld the rest; `unknown` the server gives a reason that is not known to mean an
 * end. Only `stop` is a finished text.
 */
export type FinishReason = "stop" | "length" | "refused" | "unknown";

/**
 * What a model held while it wrote, or read, a line of its text that is not blank: its last layer's output at the
 * tokens from which the line's tokens were drawn, the one that ends the line included. Vectors are written as
 * `packVector` of core/vectors.ts does.
 */
export interface LineState {
  /** Characters of the text up to the end of the line. */
  readonly end: number;
  /** Tokens of the line. */
  readonly tokens: number;
  /** The state from which the token that ends the line was drawn. */
  readonly last: string;
  /** Mean over the line's tokens. */
  readonly mean: string;
}

export interface Sample {
  /** The answer, without what the model thought first: empty where the thought was cut. */
  readonly text: string;
  /** What it thought before its answer, where it did; null or absent where not. */
  readonly thought?: string | null;
  /** True where the text ends inside the thought: there is no answer. */
  readonly thoughtOpen?: boolean;
  readonly finish: FinishReason;
  /** The server's own word for the end, where `finish` cannot say it: "content_filter", "abort". */
  readonly ending?: string;
  /** What the model said in place of an answer, where the server keeps it apart; `finish` is then `refused`. */
  readonly refusal?: string;
  /** The stop text that ended it, where one did and the server says so (always known for local models). */
  readonly stoppedBy?: string;
  /** True where it is known that the model ended the text itself, and no stop text did. */
  readonly endOfText?: boolean;
  readonly seed: number;
  /** Tokens of the prompt this sample was drawn from (the whole prompt, for each of several samples of one request). */
  readonly promptTokens: number;
  /** The part of the prompt that a prefix cache served, as reported. */
  readonly cachedPromptTokens: number;
  readonly completionTokens: number;
  /** The part of `completionTokens` that went into the thought. */
  readonly thoughtTokens?: number;
  /** True when the server's count of tokens was missing or cannot be true, so that ours stands in for it. */
  readonly estimated?: boolean;
  /** True when the prompt was paid for once for all samples of the request that this one came from. */
  readonly sharedPrompt: boolean;
  readonly dollars: number;
  /**
   * What was billed beside it for the same request, sent to a second server because the first was slow. Part of what
   * was really billed, and no part of what the sample costs; not kept in the sample store.
   */
  readonly besides?: Usage;
  /**
   * How long the model was at work on the request that it came from: from sending to the whole reply, without waiting
   * for a place or for another attempt. Kept with it in the store; absent where nobody measured.
   */
  readonly serviceMs?: number;
  /** True when it was ended on purpose, because it promised little: a beginning, never kept in the sample store. */
  readonly dropped?: boolean;
  /** True when it came from the sample store and nothing was spent on it now. */
  readonly stored?: boolean;
  readonly logprobs?: readonly TokenLogprob[];
  /** Of the tokens of the prefix, in order, where asked for and the policy reads prefixes. */
  readonly prefixLogprobs?: readonly TokenLogprob[];
  /** A line each, in order, where asked for and the policy gives them; absent where the model thought first. */
  readonly states?: readonly LineState[];
  /** The same of the prefix. */
  readonly prefixStates?: readonly LineState[];
  /** The call that drew it, by its number in the solve; set by the run. */
  readonly call?: number;
  /** Functions it wants called; absent where there are none. */
  readonly toolCalls?: readonly ToolCall[];
}

export interface SampleOptions {
  readonly signal?: AbortSignal;
  /** Called with each piece of text as it arrives, where the policy can stream; with its tokens where it has them. */
  readonly onText?: (index: number, text: string, tokens?: readonly TokenLogprob[]) => void;
}

/**
 * Samples text. The only thing a model must be able to do; a wrapper takes a policy and returns one.
 * @throws ModelCallError when the model cannot be had; the signal's reason when that fires.
 */
export interface Policy {
  /** "provider/model@settings": part of every store key and trace. */
  readonly id: string;
  readonly capabilities: Capabilities;
  /** Resolves to exactly `request.n` samples, in seed order. */
  sample(request: SampleRequest, options?: SampleOptions): Promise<Sample[]>;
  /** Tokens of the prompt, exact where the tokenizer is at hand. Without it about four characters make a token. */
  countPromptTokens?(request: Pick<SampleRequest, "messages" | "prefix" | "thinking">): number;
  /** embeddings[i] belongs to texts[i]; unit length. Present where `capabilities.embeds`. */
  embed?(texts: readonly string[], options?: SampleOptions): Promise<readonly (readonly number[])[]>;
  /** Dollars for these tokens, where a price is known. */
  price?(promptTokens: number, completionTokens: number): number;
  /** Releases what the policy holds (a loaded model, sockets). Safe to call twice. */
  dispose?(): Promise<void>;
}

/** About how many tokens a prompt has when no tokenizer is at hand. */
export function estimatePromptTokens(request: Pick<SampleRequest, "messages" | "prefix">): number {
  const characters = request.messages.reduce(
    (sum, message) => sum + message.content.length,
    request.prefix?.length ?? 0,
  );
  return Math.ceil(characters / 4) + 4 * request.messages.length + 3;
}
