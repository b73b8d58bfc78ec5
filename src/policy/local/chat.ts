import type { Message } from "../../core/policy.ts";
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
}

/**
 * Turns messages into tokens by the model's own chat template, then the begun assistant turn. Only the template's
 * text is read for control tokens: a message that spells `<|im_end|>` is that text and ends no turn.
 *
 * The tokens depend on nothing but the text. A prefix that was sampled before is split again, which for text the model
 * wrote gives back its tokens but for rare unusual splits; those few are then evaluated again.
 */
export function chatTokens(llama: Llama, model: LlamaModel, format: ChatFormat): (prompt: ChatPrompt) => number[] {
  const addon = model._model;
  const own = model.fileInfo.metadata.tokenizer?.chat_template;
  const renderer = new llama._bindings.AddonJinjaRenderer(typeof own === "string" ? own : templates[format]);
  const bos = addon.tokenBos();
  const render = (messages: readonly Message[]) =>
    renderer.render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
      bos_token: addon.shouldPrependBosToken() ? addon.getTokenString(bos) : "",
      eos_token: addon.getTokenString(addon.tokenEos()),
    });
  const tokenize = (text: string, control: boolean) => (text === "" ? [] : [...addon.tokenize(text, control)]);
  return ({ messages, prefix = "" }) => {
    const parts = splitAtContents(render(messages.map(marked)), messages) ?? [{ text: render(messages), own: true }];
    const tokens = parts.flatMap(({ text, own: control }) => tokenize(text, control));
    if (addon.shouldPrependBosToken() && tokens[0] !== bos) tokens.unshift(bos);
    return [...tokens, ...tokenize(prefix, false)];
  };
}

const mark = (index: number) => `\uE000${index}\uE001`;
const marked = ({ role }: Message, index: number): Message => ({ role, content: mark(index) });

/**
 * The template's text and the contents in turn; null where the template does more with a content than put it in its
 * place.
 */
function splitAtContents(rendered: string, messages: readonly Message[]): { text: string; own: boolean }[] | null {
  const parts: { text: string; own: boolean }[] = [];
  let from = 0;
  for (const [index, { content }] of messages.entries()) {
    const at = rendered.indexOf(mark(index), from);
    if (at < 0 || at !== rendered.lastIndexOf(mark(index))) return null;
    parts.push({ text: rendered.slice(from, at), own: true }, { text: content, own: false });
    from = at + mark(index).length;
  }
  return [...parts, { text: rendered.slice(from), own: true }];
}
