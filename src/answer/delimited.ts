/** Delimiters that a prompt may ask for around an answer, by their names. */
const tags = "answer|final_answer|finalanswer|final answer|result|solution|conclude|conclusion";

/** What an answer's delimiters hold, and where that ends. */
export interface Delimited {
  readonly content: string;
  readonly end: number;
}

/**
 * What the last pair of answer tags holds: `<answer>…</answer>`, `[ANSWER]…[/ANSWER]`, `<|answer|>…`, `{answer: …}` is
 * JSON. An opening tag without its closing one holds the rest: the closing one often is a stop text.
 */
export function taggedAnswer(text: string): Delimited | null {
  const opening = new RegExp(String.raw`[<[]\|?(${tags})\|?[>\]]`, "gi");
  for (const match of [...text.matchAll(opening)].reverse()) {
    const from = match.index + match[0].length;
    const closing = new RegExp(String.raw`[<[]\|?[/]\s*${match[1]}\|?[>\]]|<\|end_of_answer\|>`, "i").exec(
      text.slice(from),
    );
    const to = closing === null ? text.length : from + closing.index;
    const content = text.slice(from, to).trim();
    if (content !== "" && content.length <= 4_000)
      return { content, end: closing === null ? to : to + closing[0].length };
  }
  return null;
}

const member =
  /["']?\b(?:final[_ ]?answer|answer|result|answer_choice|choice)["']\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d[\d.,eE+/-]*\d|-?\d|true|false|\[[^[\]]*\]))/gi;

/** The answer that an object in JSON names, as it stands in the text; null where the text is no such object. */
export function jsonAnswer(text: string): string | null {
  const open = text.indexOf("{");
  if (open < 0) return null;
  if (!/["'](?:final[_ ]?answer|answer|result|answer_choice|choice)["']\s*:/i.test(text.slice(open + 1))) return null;
  const last = [...text.matchAll(member)].at(-1);
  // A list of values is read without its brackets, which would make an interval.
  const value = (last?.[1] ?? last?.[2] ?? "").trim().replace(/^\[([^[\]]*)\]$/, "$1");
  return value === "" ? null : value;
}

/** Where a chat template's own mark ends a reply, else the text's length. What follows is another turn. */
export function endOfReply(text: string): number {
  const mark =
    /<\|(?:im_end|im_start|eot_id|endoftext|end|eom_id|user|assistant)\|>|<\/s>|<end_of_turn>|<｜end▁of▁sentence｜>/.exec(
      text,
    );
  return mark === null || text.slice(0, mark.index).trim() === "" ? text.length : mark.index;
}
