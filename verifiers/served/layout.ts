import type { Message } from "../../src/core/policy.ts";
import type { Layout, Preset, TemplateName } from "./preset.ts";

/** One solution as a model reads it. */
export interface Rendered {
  readonly question: string;
  /** Exactly the steps that are scored, with the white space that the preset leaves them; none is blank. */
  readonly steps: readonly string[];
  /** The whole text, for servers that take one. */
  readonly text: string;
  /** marks[t]: offset in `text` just behind step t and its tag, where its number is read. */
  readonly marks: readonly number[];
  /** Offset in `text` at which the first step begins. */
  readonly from: number;
  /**
   * chats[t]: the conversation whose next words judge step t, for servers that take a chat. Empty for other layouts.
   */
  readonly chats: readonly (readonly Message[])[];
  /** The whole solution as a conversation, for servers that apply the model's own template; null for other layouts. */
  readonly conversation: readonly Message[] | null;
  /** Tokenised one by one and put together, for layouts in pieces. */
  readonly pieces: { readonly head: string; readonly mark: string } | null;
}

type Turn = Pick<Message, "role" | "content">;
const templates: Readonly<Record<TemplateName, (turn: Turn) => string>> = {
  chatml: ({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`,
  // The server puts <|begin_of_text|> before it.
  llama3: ({ role, content }) => `<|start_header_id|>${role}<|end_header_id|>\n\n${content}<|eot_id|>`,
};

/** `steps` as the layout of the preset has them. @throws RangeError when there are no steps or one is blank. */
export function render(preset: Preset, question: string, steps: readonly string[]): Rendered {
  const trimmed = steps.map((step, t) => numbered(preset, withoutSpace(preset, step), t));
  if (steps.length === 0 || steps.some(isBlank)) throw new RangeError(`${preset.name}: a blank step cannot be sent`);
  const { layout } = preset;
  const base = { question, steps: trimmed, chats: [], pieces: null, conversation: null };
  if (layout.form === "turns") return { ...base, ...inTurns(layout, question, trimmed) };
  if (layout.form === "begun") return { ...base, ...eachBegun(layout, question, trimmed) };
  if (layout.form === "pieces") {
    const head = fill(layout.head, { question });
    const pieces = { head, mark: layout.mark };
    return { ...base, ...joined(head, trimmed, `{step}${layout.mark}`, ""), pieces };
  }
  if (layout.form === "text") {
    const body = joined(fill(layout.head, { question }), trimmed, layout.step, layout.join);
    return { ...base, ...body, text: body.text + (layout.tail ?? "") };
  }
  return { ...base, ...inChat(layout, question, trimmed) };
}

export const isBlank = (step: string): boolean => step.trim() === "";

function withoutSpace({ whiteSpace = "trimmed", scores }: Preset, step: string): string {
  if (whiteSpace === "kept") return scores === "process" ? step.replace(/(?:\n\n)+$/, "") : step;
  return whiteSpace === "flattened" ? step.trim().replace(/\s*\n\s*/g, " ") : step.trim();
}

/** The step behind its number, which is taken off first where it has one already. */
function numbered({ numbering }: Preset, step: string, t: number): string {
  if (numbering === undefined) return step;
  const escaped = numbering.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const own = new RegExp(`^\\s*${escaped.replace("\\{k\\}", "\\d+")}\\s*`, "i");
  return numbering.replace("{k}", () => String(t + 1)) + step.replace(own, "");
}

function joined(head: string, steps: readonly string[], form: string, join: string) {
  let text = head;
  const marks = steps.map((step, t) => {
    text += (t === 0 ? "" : join) + fill(form, { step });
    return text.length;
  });
  return { text, marks, from: head.length };
}

function inChat(layout: Extract<Layout, { form: "chat" }>, question: string, steps: readonly string[]) {
  const render = templates[layout.template];
  const asked = fill(layout.user ?? "{question}", { question });
  const before: Turn[] = [
    ...(layout.system === undefined ? [] : [{ role: "system" as const, content: layout.system }]),
    { role: "user", content: asked },
  ];
  const split = "\u0000";
  const [opening = "", closing = ""] = render({ role: "assistant", content: split }).split(split);
  const body = joined(before.map(render).join("") + opening, steps, layout.step, layout.join);
  const said = body.text.slice(body.from) + (layout.tail ?? "");
  const conversation: Turn[] = [...before, { role: "assistant", content: said }];
  return { ...body, text: body.text + (layout.tail ?? "") + closing + (layout.end ?? ""), conversation };
}

function eachBegun(layout: Extract<Layout, { form: "begun" }>, question: string, steps: readonly string[]) {
  const { user, step: form, join } = layout;
  const asked = fill(user, { question });
  const chats = steps.map((step, t): Message[] => [
    { role: "user", content: asked },
    { role: "assistant", content: [...steps.slice(0, t), fill(form, { step })].join(join) },
  ]);
  const before = `${asked}\n`;
  const { text, marks } = joined(before, steps, "{step}", join);
  return { text, marks, from: before.length, chats };
}

function inTurns(layout: Extract<Layout, { form: "turns" }>, question: string, steps: readonly string[]) {
  const system: Message[] = layout.system === undefined ? [] : [{ role: "system", content: layout.system }];
  const asked = steps.map((step, t) => (t === 0 ? fill(layout.first, { question, step }) : step));
  const chats = asked.map((_, t): Message[] => [
    ...system,
    ...asked
      .slice(0, t + 1)
      .flatMap((content, i): Message[] => [
        { role: "user", content },
        ...(i < t ? [{ role: "assistant" as const, content: layout.reply }] : []),
      ]),
  ]);
  const text = asked.join("\n");
  let end = -1;
  const marks = asked.map((turn) => {
    end += 1 + turn.length;
    return end;
  });
  return { text, marks, from: 0, chats };
}

/** Fills {question} and {step} in one pass, so that braces in either stay as they are. */
function fill(form: string, values: Readonly<Record<string, string>>): string {
  return form.replace(/\{(question|step)\}/g, (hole, name: string) => values[name] ?? hole);
}
