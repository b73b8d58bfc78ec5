import type { Message } from "../../core/policy.ts";
import { openThought, type ThoughtFormat } from "../thinking.ts";
import type { Llama, LlamaModel } from "./addon.ts";
import type { ChatFormat } from "./manifest.ts";

/** For files without a chat template of their own. */
const templates: Readonly<Record<ChatFormat, string>> = {
  chatml:
    "{% for message in messages %}{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
  gemma:
    "{{ bos_token }}{% for message in messages %}{% set role = 'model' if message.role == 'assistant' else 'user' %}" +
    "{{ '<start_of_turn>' + role + '\n' + message.content + '<end_of_turn>\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}",
};

export interface ChatPrompt {
  readonly messages: readonly Message[];
  /** Text of the assistant turn so far. */
  readonly prefix?: string;
  /** Whether the model is to think first, where its template has `enable_thinking`. */
  readonly thinking?: boolean;
}

export interface Chat {
  tokensOf(prompt: ChatPrompt): number[];
  /** The format whose thought the template opens at the end of every prompt; null where it opens none. */
  opened(thinking: boolean | undefined): ThoughtFormat | null;
}

/**
 * Turns messages into tokens by the model's own chat template, then the begun assistant turn. Only the template's
 * text is read for control tokens: a message that spells `<|im_end|>` is that text and ends no turn.
 *
 * The tokens depend on nothing but the text. A prefix that was sampled before is split again, which for text the model
 * wrote gives back its tokens but for rare unusual splits; those few are then evaluated again.
 */
export function openChat(llama: Llama, model: LlamaModel, format: ChatFormat): Chat {
  const addon = model._model;
  const own = model.fileInfo.metadata.tokenizer?.chat_template;
  const renderer = new llama._bindings.AddonJinjaRenderer(typeof own === "string" ? own : templates[format]);
  const bos = addon.tokenBos();
  const render = (messages: readonly Message[], thinking: boolean | undefined) =>
    renderer.render({
      ...(thinking !== undefined && { enable_thinking: thinking }),
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
      bos_token: addon.shouldPrependBosToken() ? addon.getTokenString(bos) : "",
      eos_token: addon.getTokenString(addon.tokenEos()),
    });
  const tokenize = (text: string, control: boolean) => (text === "" ? [] : [...addon.tokenize(text, control)]);
  const opened = (thinking: boolean | undefined) => openThought(render([{ role: "user", content: "?" }], thinking));
  return {
    opened,
    tokensOf({ messages, prefix = "", thinking }) {
      const whole = () => [{ text: render(messages, thinking), own: true }];
      const parts = splitAtContents(render(messages.map(marked), thinking), messages) ?? whole();
      const begun = withoutSecondMark(parts, prefix, prefix === "" ? null : opened(thinking));
      const tokens = begun.flatMap(({ text, own: control }) => tokenize(text, control));
      if (addon.shouldPrependBosToken() && tokens[0] !== bos) tokens.unshift(bos);
      return [...tokens, ...tokenize(prefix, false)];
    },
  };
}

interface Part {
  readonly text: string;
  /** Is it the template's? */
  readonly own: boolean;
}

/** A thought that the template opens is not opened again by a prefix that begins with its mark. */
export function withoutSecondMark(
  parts: readonly Part[],
  prefix: string,
  opened: ThoughtFormat | null,
): readonly Part[] {
  const last = parts.at(-1);
  const end = last?.text.trimEnd();
  if (last === undefined || opened === null || end?.endsWith(opened.open) !== true) return parts;
  if (!prefix.startsWith(opened.open)) return parts;
  return [...parts.slice(0, -1), { ...last, text: end.slice(0, -opened.open.length) }];
}

const mark = (index: number) => `\uE000${index}\uE001`;
const marked = ({ role }: Message, index: number): Message => ({ role, content: mark(index) });

/**
 * The template's text and the contents in turn; null where the template does more with a content than put it in its
 * place.
 */
function splitAtContents(rendered: string, messages: readonly Message[]): Part[] | null {
  const parts: Part[] = [];
  let from = 0;
  for (const [index, { content }] of messages.entries()) {
    const at = rendered.indexOf(mark(index), from);
    if (at < 0 || at !== rendered.lastIndexOf(mark(index))) return null;
    parts.push({ text: rendered.slice(from, at), own: true }, { text: content, own: false });
    from = at + mark(index).length;
  }
  return [...parts, { text: rendered.slice(from), own: true }];
}
