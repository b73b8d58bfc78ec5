import type { Sample, TokenLogprob } from "../core/policy.ts";

/** How a family of models marks its thought in the text. */
export interface ThoughtFormat {
  readonly name: string;
  readonly open: string;
  readonly close: string;
  /** What stands between the thought and the answer, and after the answer, where that is more than white space. */
  readonly answer?: { readonly open: string; readonly close: RegExp };
}

/** Formats by their marks. The texts are those of the models' own chat templates. */
export const thoughtFormats: readonly ThoughtFormat[] = [
  { name: "think", open: "<think>", close: "</think>" }, // DeepSeek-R1, Qwen3, QwQ, GLM, MiniMax
  { name: "mistral", open: "[THINK]", close: "[/THINK]" }, // Magistral
  { name: "kimi", open: "◁think▷", close: "◁/think▷" }, // Kimi-VL-Thinking
  { name: "seed", open: "<seed:think>", close: "</seed:think>" }, // Seed-OSS
  { name: "thought", open: "<thought>", close: "</thought>" }, // EXAONE Deep
  { name: "reason", open: "<reason>", close: "</reason>" },
  {
    name: "harmony", // gpt-oss, where the server does not take the channels apart
    open: "<|channel|>analysis<|message|>",
    close: "<|end|>",
    answer: { open: "<|start|>assistant<|channel|>final<|message|>", close: /<\|(return|end|call)\|>$/ },
  },
];

/** A text taken apart. */
export interface ThoughtAndAnswer {
  /** Null where there is none. */
  readonly thought: string | null;
  /** The text ends inside the thought: nothing of it is an answer. */
  readonly open: boolean;
  readonly answer: string;
  /** Where in the whole text the answer begins. */
  readonly at: number;
}

export interface ThoughtStart {
  /** The format whose opening mark stands in the prompt or the prefix already, so that the text begins inside it. */
  readonly inside?: ThoughtFormat | null;
}

/**
 * Takes the thought off the beginning of a text. It counts only where the text begins with an opening mark, where it
 * is known to begin inside a thought (`inside`), or where a closing mark comes without an opening one, which is how
 * texts look whose template opened the thought. A mark further on in an answer is part of the answer.
 */
export function splitThought(text: string, { inside = null }: ThoughtStart = {}): ThoughtAndAnswer {
  const lead = text.length - text.trimStart().length;
  const opened = inside ?? thoughtFormats.find(({ open }) => text.startsWith(open, lead)) ?? null;
  if (opened !== null) {
    const begin = text.startsWith(opened.open, lead) ? lead + opened.open.length : 0;
    return closed(text, begin, opened);
  }
  const unopened = thoughtFormats.find(
    ({ open, close, answer }) => answer === undefined && text.includes(close) && !text.includes(open),
  );
  if (unopened !== undefined) return closed(text, 0, unopened);
  return finalChannel(text);
}

/** Harmony without a thought: the final channel alone. */
function finalChannel(text: string): ThoughtAndAnswer {
  for (const { answer } of thoughtFormats) {
    const mark = answer?.open.replace("<|start|>assistant", "");
    if (answer === undefined || mark === undefined || !text.startsWith(mark)) continue;
    return { thought: null, open: false, answer: text.slice(mark.length).replace(answer.close, ""), at: mark.length };
  }
  return { thought: null, open: false, answer: text, at: 0 };
}

function closed(text: string, begin: number, format: ThoughtFormat): ThoughtAndAnswer {
  const end = text.indexOf(format.close, begin);
  if (end < 0) return { thought: text.slice(begin), open: true, answer: "", at: text.length };
  const thought = text.slice(begin, end);
  const rest = text.slice(end + format.close.length);
  const skipped = answerStart(rest, format);
  if (skipped < 0) return { thought, open: true, answer: "", at: text.length };
  const answer = rest.slice(skipped);
  return {
    thought,
    open: false,
    answer: format.answer === undefined ? answer : answer.replace(format.answer.close, ""),
    at: end + format.close.length + skipped,
  };
}

/** How much stands between a thought's end and the answer; -1 where the answer has not begun. */
function answerStart(rest: string, { answer }: ThoughtFormat): number {
  if (answer === undefined) return rest.length - rest.trimStart().length;
  const at = rest.indexOf(answer.open);
  return at < 0 ? -1 : at + answer.open.length;
}

/** The format whose thought a text stands in at its end; null where it stands in none. */
export function openThought(text: string): ThoughtFormat | null {
  let [latest, found] = [-1, null as ThoughtFormat | null];
  for (const format of thoughtFormats) {
    const opened = text.lastIndexOf(format.open);
    if (opened > latest && text.indexOf(format.close, opened) < 0) [latest, found] = [opened, format];
  }
  return found;
}

/** The log-probabilities of the answer's tokens: those after the thought's, by the length of what they spell. */
export function answerLogprobs(logprobs: readonly TokenLogprob[], at: number): readonly TokenLogprob[] {
  let length = 0;
  return logprobs.filter(({ token }) => {
    const starts = length;
    length += token.length;
    return starts >= at;
  });
}

/** The thought's part of `tokens`, in proportion to its length where nobody counted it. */
export function thoughtShare(tokens: number, thought: string, answer: string): number {
  const whole = thought.length + answer.length;
  return whole === 0 ? 0 : Math.round((tokens * thought.length) / whole);
}

/** The sample with its thought in its text again, in the marks of most models, as a continuation of `prefix`. */
export function withThought(sample: Sample, prefix = ""): Sample {
  const { thought, thoughtOpen, text } = sample;
  if (typeof thought !== "string") return sample;
  const begun = openThought(prefix);
  const { open, close } = begun ?? (thoughtFormats[0] as ThoughtFormat);
  return { ...sample, text: `${begun === null ? open : ""}${thought}${thoughtOpen ? "" : close}${text}` };
}
