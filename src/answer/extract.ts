import type { Answer } from "../core/candidate.ts";
import type { Question } from "../core/question.ts";
import { lastBoxes, unclosedBox } from "./boxed.ts";
import { fenced } from "./fences.ts";
import { lastLetter, letterIn } from "./letters.ts";
import { trimMarkup } from "./markup.ts";
import { numberPattern } from "./patterns.ts";
import { lastPhrase } from "./phrases.ts";
import { withoutReasoning } from "./reasoning.ts";
import { withoutScaffolding } from "./scaffolding.ts";

/** Without a box, longer texts are read from their end only: an answer stands there. */
const longestProse = 20_000;
/** A text without any mark of an answer is one itself when it is this short. */
const longestWhole = 60;

type Asked = Pick<Question, "kind" | "choices" | "code">;

/**
 * Reads the answer out of a candidate's text, or null where none can be read. The first rung that holds wins, and its
 * name is the answer's `rule`:
 *
 * 1. reasoning tags and what they enclose do not count; an unclosed one hides the rest;
 * 2. `boxed`: the last balanced, non-empty `\boxed` or `\fbox`; `boxed-list` where several form one enumeration;
 * 3. `hash`: the last line "#### answer" (a heading is not one);
 * 4. `phrase`: the last "final answer is", "the answer is" or "Answer:";
 * 5. `bold` a bold number in the last paragraph, `last-number`, `choice-letter` the last standalone letter, `whole` a
 *   short one-line text, none of them from the labels of {@link withoutScaffolding}; `fence` for code: the last fenced
 *   block that mentions the entry point, else the last one; an unclosed one counts to the end.
 *
 * The text always occurs in the candidate. What was cut in thought has no answer: nothing is invented (the ladder of
 * the Qwen2.5-Math and Minerva evaluators, without their reading of unclosed boxes, of "10-3" as -3, and of the article
 * "A" as a choice).
 */
export function extractAnswer(text: string, question: Asked): Answer | null {
  const spoken = withoutReasoning(text);
  const answer = question.kind === "code" ? fenced(spoken, question.code?.entryPoint) : climb(spoken, question);
  // An enumeration may have a thought between its boxes: that text is nowhere.
  return answer !== null && text.includes(answer.text) ? answer : null;
}

function climb(text: string, question: Asked): Answer | null {
  const boxed = fromBoxes(text, question);
  if (boxed !== null) return boxed;
  // What stands in an unclosed box was cut and may be half an answer.
  const rest = text.slice(0, unclosedBox(text)).slice(-longestProse);
  return fromHash(rest, question) ?? fromPhrase(rest, question) ?? lastResort(withoutScaffolding(rest), question);
}

function fromBoxes(text: string, question: Asked): Answer | null {
  const boxes = lastBoxes(text);
  const last = boxes.at(-1);
  const first = boxes[0];
  if (last === undefined || first === undefined) return null;
  const several = boxes.length > 1 && (question.kind === "math" || question.kind === "text");
  if (several) return { text: text.slice(first.start, last.end), rule: "boxed-list" };
  const content = text.slice(last.from, last.to).trim();
  const letter = question.kind === "choice" ? letterIn(content, question.choices) : null;
  return { text: letter ?? content, rule: "boxed" };
}

function fromHash(text: string, question: Asked): Answer | null {
  const lines = [...text.matchAll(/^[ \t]*####[ \t]*(\S[^\n]*)$/gm)].map((match) =>
    (match[1] ?? "").trim().slice(0, 1_000),
  );
  const line = lines.at(-1);
  if (line === undefined || /:$/.test(line) || /^(?:\d+[.)]\s|step\b|final answer\b|answer\b|solution\b)/i.test(line))
    return null;
  return read(line, question, "hash");
}

function fromPhrase(text: string, question: Asked): Answer | null {
  const rest = lastPhrase(text);
  return rest === null ? null : read(rest, question, "phrase");
}

/** What a line that announces an answer holds, by the question's kind. */
function read(line: string, question: Asked, rule: string): Answer | null {
  const trimmed = trimMarkup(line);
  if (question.kind === "choice") {
    const letter = letterIn(trimmed, question.choices);
    if (letter !== null) return { text: letter, rule };
    const option = question.choices?.some((choice) => choice.trim().toLowerCase() === trimmed.toLowerCase()) ?? false;
    return option ? { text: trimmed, rule } : null;
  }
  if (question.kind === "number") {
    const value = announcedNumber(trimmed);
    if (value !== null) return { text: value, rule };
    // "The answer is none." says that there is no number: a number from elsewhere would be invented.
    return trimmed !== "" && trimmed.length <= 40 && trimmed.split(" ").length <= 4 ? { text: trimmed, rule } : null;
  }
  return trimmed === "" ? null : { text: trimmed, rule };
}

/** "3 + 2 = 5 apples" announces 5, "12 apples, 3 each" announces 12: the first number after the last equals sign. */
function announcedNumber(line: string): string | null {
  const numbers = (part: string) => (part.match(numberPattern()) ?? []).map((number) => number.trim());
  const afterEquals = line.slice(line.lastIndexOf("=") + 1);
  return numbers(afterEquals)[0] ?? numbers(line).at(-1) ?? null;
}

function lastResort(text: string, question: Asked): Answer | null {
  if (question.kind === "choice") {
    const letter = lastLetter(text, question.choices);
    return letter === null ? null : { text: letter, rule: "choice-letter" };
  }
  const whole = text.length > 4 * longestWhole ? "" : trimMarkup(text);
  const short =
    whole !== "" &&
    whole.length <= longestWhole &&
    !whole.includes("\n") &&
    whole.split(/\s+/).length <= 6 &&
    !/\\(?:boxed|fbox)/.test(whole);
  if (question.kind === "text") return short ? { text: whole, rule: "whole" } : null;
  if (question.kind === "math" && short && !/[a-z]{3,} +[a-z]{2,}/i.test(whole)) return { text: whole, rule: "whole" };
  return boldNumber(text) ?? lastNumber(text);
}

/** A bold number in the last paragraph: models mark their result so. */
function boldNumber(text: string): Answer | null {
  const paragraph =
    text
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? "";
  for (const match of [...paragraph.matchAll(/\*\*([^*\n]{1,60})\*\*/g)].reverse()) {
    const content = (match[1] ?? "").trim().replace(/[.:]$/, "");
    const numbers = content.match(numberPattern()) ?? [];
    const [only] = numbers;
    if (numbers.length === 1 && only !== undefined && !/^step\b|:/i.test(content))
      return { text: only.trim(), rule: "bold" };
  }
  return null;
}

function lastNumber(text: string): Answer | null {
  const last = text.match(numberPattern())?.at(-1)?.trim();
  return last === undefined ? null : { text: last, rule: "last-number" };
}
