import type { Aggregation } from "../../src/core/score.ts";

/**
 * How a question and its steps become what the model reads.
 *
 * - `text`: `head` (with {question}), then every step as `step` (with {step}) with `join` between, then `tail`.
 * - `chat`: a conversation of `system`, the question, and an assistant turn made of the steps in the same way. Rendered
 *   by `template` where the server takes texts, sent as messages where it takes a chat.
 * - `turns`: a conversation in which each step is a user turn that the model answers with `reply`; the first turn is
 *   `first`.
 * - `pieces`: `head` and each step are tokenised by themselves and followed by `mark`.
 * - `begun`: each step has a conversation of its own: the user turn `user` (with {question}), and an assistant turn
 *   that is begun with the steps before it, with `join` between, and the step as `step`; the model goes on with it.
 */
export type Layout =
  | {
      readonly form: "text";
      readonly head: string;
      readonly step: string;
      readonly join: string;
      readonly tail?: string;
    }
  | {
      readonly form: "chat";
      readonly template: TemplateName;
      readonly system?: string;
      readonly user?: string;
      readonly step: string;
      readonly join: string;
      readonly tail?: string;
      /** After the last turn of the rendered text. */
      readonly end?: string;
      /**
       * What servers that take either are sent: `messages` where the model's template adds what a text cannot know (a
       * date, a thought's marks). Default: the text, many in one request.
       */
      readonly send?: "text" | "messages";
    }
  | {
      readonly form: "turns";
      readonly first: string;
      readonly reply: string;
      readonly system?: string;
    }
  | { readonly form: "pieces"; readonly head: string; readonly mark: string }
  | { readonly form: "begun"; readonly user: string; readonly step: string; readonly join: string };

/**
 * What becomes of the white space of a step: `trimmed` at both ends; `kept`, but for the blank line that parts it from
 * the next; `flattened`, trimmed and with inner line ends as blanks.
 */
export type WhiteSpace = "trimmed" | "kept" | "flattened";

export type TemplateName = "chatml" | "llama3";

/**
 * Where the numbers stand and what they are.
 *
 * `at`: `tag`, one row per step at the token `tagId`; `end`, one row for the whole text; `reply`, in the first token
 * that the model writes; `verdict`, at the last of the words good and bad in what it writes.
 *
 * Numbers of kind `reward` have no bounds and only their order means anything: they are compared as they are, and the
 * value is their order-keeping form.
 */
export interface Reading {
  readonly at: "tag" | "end" | "reply" | "verdict";
  /** The step mark's token, for servers that give a row per token. */
  readonly tagId?: number;
  /** Text of the mark: a step that holds it cannot be judged. */
  readonly tag?: string;
  /** Vocabulary ids of the two verdict tokens, for servers that give a row over the vocabulary; good first. */
  readonly tokenIds?: readonly [number, number];
  /** The verdict tokens' texts, good first, for servers that name tokens. */
  readonly tokens?: readonly [string, string];
  /** Where in a row the good number stands. Default: the last place. */
  readonly good?: number;
  /** How many numbers a row has. Unset: any. */
  readonly width?: number;
  /** How many tokens the vocabulary has at least, where rows are over the vocabulary. */
  readonly vocabulary?: number;
  /** Factor of the number before it is mapped; default 1. */
  readonly scale?: number;
  /** What the row holds and how it becomes a probability. */
  readonly number:
    | { readonly kind: "probability" }
    | { readonly kind: "logit"; readonly map: "softmax" | "sigmoid" }
    | { readonly kind: "reward"; readonly map: "order" }
    | { readonly kind: "value"; readonly map: "shift" }
    /** An unbounded head whose tanh(x/5) is the value. */
    | { readonly kind: "head"; readonly map: "tanh" };
}

export const transportNames = [
  "vllm-pooling",
  "vllm-classify",
  "vllm-score",
  "skywork-embeddings",
  "sglang",
  "tensorrt-llm",
  "tei-rerank",
  "tei-predict",
  "rerank",
  "openrlhf",
  "completions",
  "completions-echo",
  "chat-logprobs",
  "chat-analysis",
  "genprm",
  "pathfinder",
  "prompt-logprobs",
  "http",
] as const;
export type TransportName = (typeof transportNames)[number];

/** A public reward model as data: what it reads, where its number stands, and of which kind that is. */
export interface Preset {
  readonly name: string;
  readonly models: readonly string[];
  readonly scores: "process" | "outcome";
  readonly layout: Layout;
  readonly reading: Reading;
  /** The first is the default. */
  readonly transports: readonly TransportName[];
  /** Tokens that the model can read. */
  readonly contextTokens: number;
  /** How its authors make one score of the steps'. */
  readonly aggregation?: Aggregation;
  /** Default: trimmed. */
  readonly whiteSpace?: WhiteSpace;
  /** Put before every step, {k} counted from 1; a step's own prefix of that form is taken off first. */
  readonly numbering?: string;
  /**
   * Whether the server's tokenizer puts its own special tokens round a text, or round what its template made of a
   * conversation. Default: as the server does.
   */
  readonly specialTokens?: boolean;
  /**
   * `equal`: its scores were compared with the authors' procedure on a model of its architecture; `own`: a form of this
   * project; default: unchecked.
   */
  readonly checked?: "equal" | "own";
  /** A command that serves the model so that the default transport reads it. */
  readonly recipe?: string;
  readonly source: string;
}
