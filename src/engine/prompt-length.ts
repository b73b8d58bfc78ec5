import { ModelCallError } from "../core/errors.ts";
import { estimatePromptTokens, type Policy, type SampleRequest } from "../core/policy.ts";
import type { SampleSpec } from "../core/run.ts";
import type { Payments } from "./payments.ts";

/** All of a request that its prompt is made from: tools and reply formats are written into it, too. */
type Prompted = Pick<SampleRequest, "messages" | "prefix" | "fields">;

/** What a request sends, as a key: equal keys are one prompt. */
export const sentKey = (policy: Policy, { messages, prefix = "", fields }: Prompted): string =>
  JSON.stringify([policy.id, messages.map(({ role, content, raw }) => [role, content, raw]), prefix, fields]);

/** Characters that an image, a sound or a file counts as: how many tokens it becomes is the model's own affair. */
const ofMedia = 8000;
const media = new Set(["image_url", "input_audio", "file"]);

/** All that a prompt is written from, as one text: the turns as they are sent, tools and reply formats. */
function textOf({ messages, prefix = "", fields }: Prompted): string {
  const turns = messages.map(({ content, raw }) => (raw === undefined ? content : sentText(raw)));
  return turns.join("\n") + prefix + (fields === undefined ? "" : JSON.stringify(fields));
}

function sentText({ content, ...rest }: Readonly<Record<string, unknown>>): string {
  const parts = (Array.isArray(content) ? content : [content]) as readonly unknown[];
  const texts = parts.map((part) => {
    const type = (part as { readonly type?: unknown } | null | undefined)?.type;
    return typeof type === "string" && media.has(type) ? " ".repeat(ofMedia) : JSON.stringify(part ?? "");
  });
  return texts.join("\n") + JSON.stringify(rest);
}

/** About how many tokens it has: as elsewhere, and four characters a token of what is sent beside plain texts. */
function estimateOf(request: Prompted): number {
  const plain = request.fields === undefined && request.messages.every(({ raw }) => raw === undefined);
  if (plain) return estimatePromptTokens(request);
  return Math.ceil(textOf(request).length / 4) + 4 * request.messages.length + 3;
}

/** Tokens of one prompt, before and after the model has counted it. */
export class PromptLength {
  readonly key: string;
  readonly #policy: Policy;
  readonly #request: Prompted;
  readonly #payments: Payments;
  #counted: number | undefined;
  #bound: number | undefined;
  #bytes: number | undefined;

  constructor(policy: Policy, request: Prompted, payments: Payments) {
    this.key = sentKey(policy, request);
    this.#policy = policy;
    this.#request = request;
    this.#payments = payments;
  }

  /** By the policy's tokenizer, or a bound on what another's template may make of it. */
  bound(): number {
    const exact = this.#exact();
    if (exact !== null) return exact;
    this.#bound ??= boundOf(this.#request);
    return this.#bound;
  }

  /**
   * The same, with what replies have shown: this prompt's own length, else the estimate as far off as the worst so far.
   * To be asked for when nothing is in flight.
   */
  settled(): number {
    const known = this.#exact() ?? this.#payments.lengthOf(this.key);
    if (known !== null) return known;
    const estimate = estimateOf(this.#request);
    const likely = this.#payments.likelyLength(this.#policy.id, estimate);
    return likely ?? Math.min(this.bound(), Math.ceil(1.25 * estimate) + ofTemplate.conversation);
  }

  /** What it can have at the very most: as the model has counted it before, else a token for each byte. */
  most(): number {
    const known = this.#exact() ?? this.#payments.lengthOf(this.key);
    if (known !== null) return known;
    this.#bytes ??= new TextEncoder().encode(textOf(this.#request)).length;
    return this.#bytes + ofTemplate.conversation + ofTemplate.turn * this.#request.messages.length;
  }

  /** Notes the model's own count. */
  note(tokens: number): void {
    this.#payments.noteLength(this.key, this.#policy.id, tokens, estimateOf(this.#request));
  }

  #exact(): number | null {
    if (this.#policy.countPromptTokens === undefined) return null;
    this.#counted ??= this.#policy.countPromptTokens(this.#request);
    return this.#counted;
  }
}

/** Tokens that a chat template adds to a conversation and to each of its turns: more than those of known templates. */
const ofTemplate = { conversation: 32, turn: 8 };

/**
 * Letters make three to a token or more; digits and signs are taken for a token each, other scripts for one and a
 * half.
 */
function boundOf(request: Prompted): number {
  const { messages } = request;
  const text = textOf(request);
  const letters = text.match(/[a-z ]/gi)?.length ?? 0;
  const plain = text.match(/[\x21-\x7e\n]/g)?.length ?? 0;
  const signs = plain - (text.match(/[a-z]/gi)?.length ?? 0);
  const others = text.length - letters - signs;
  return Math.ceil(letters / 3 + signs + others * 1.5) + ofTemplate.conversation + ofTemplate.turn * messages.length;
}

/**
 * The asked-for length, else the usual one, within what the model's context has room for behind the prompt.
 * @throws ModelCallError "context" where there is none.
 */
export function answerLength(policy: Policy, spec: SampleSpec, usual: number): number {
  const wanted = spec.maxTokens ?? usual;
  const window = policy.capabilities.contextTokens;
  if (window === null) return wanted;
  const prompt = policy.countPromptTokens?.(spec) ?? estimatePromptTokens(spec);
  const room = window - prompt;
  if (room >= 1) return Math.min(wanted, room);
  throw new ModelCallError(
    `The prompt has about ${prompt} tokens, the context of ${policy.id} holds ${window}. Shorten the question or choose a model with a longer context.`,
    { kind: "context", retryable: false },
  );
}
