import type { Answer } from "../core/candidate.ts";
import { asksForValue, type Question } from "../core/question.ts";
import { findBoxes, lastBoxes, unclosedBox } from "./boxed.ts";
import { endOfReply, jsonAnswer, taggedAnswer } from "./delimited.ts";
import { fenced } from "./fences.ts";
import { lastLetter, letterIn, optionIn, withoutRuledOut } from "./letters.ts";
import { trimMarkup } from "./markup.ts";
import { numbersIn } from "./patterns.ts";
import { type Announced, lastPhrase } from "./phrases.ts";
import { predictedValue } from "./predicted-value.ts";
import { withoutReasoning } from "./reasoning.ts";
import { withoutScaffolding } from "./scaffolding.ts";
import { formulasIn, isProse, statedValue } from "./sentences.ts";

/** Without a box, longer texts are read from their end only: an answer stands there. */
const longestProse = 20_000;
/** A text without any mark of an answer is one itself when it is this short. */
const longestWhole = 60;
/** A formula alone may be this long. */
const longestFormula = 400;

type Asked = Pick<Question, "kind" | "choices" | "code">;

/**
 * Reads the answer out of a candidate's text, or null where none can be read. The first rung that holds wins, and its
 * name is the answer's `rule`:
 *
 * 1. reasoning tags and what they enclose do not count; an unclosed one hides the rest; a chat template's mark ends it;
 * 2. `tag`: the last `<answer>…</answer>` or the like, unless a box stands after it;
 * 3. `boxed`: the last balanced, non-empty `\boxed` or `\fbox`; `boxed-list` where several form one enumeration; what a
 *   later "final answer is" says goes before it;
 * 4. `hash`: the last line "#### answer" (a heading is not one); `json`: the member "answer" of an object;
 * 5. `phrase`: the last "final answer is", "the answer is", "Answer:" or their like in other languages; of a sentence
 *   ("The smallest k is 12") the value that it states;
 * 6. `bold` a bold number in the last paragraph, `whole` a short one-line text, `last-formula` the last formula where
 *   no number stands after it, `last-number`, `choice-letter` the last standalone letter, `option-text` the only option
 *   that the last sentence names; none of them from the labels of {@link withoutScaffolding}. `fence` for code: the
 *   last fenced block that mentions the entry point, else the last one; an unclosed one counts to the end.
 *
 * The text always occurs in the candidate. What was cut in thought has no answer: nothing is invented (the ladder of
 * the Qwen2.5-Math and Minerva evaluators, without their reading of unclosed boxes, of "10-3" as -3, and of the article
 * "A" as a choice).
 */
export function extractAnswer(text: string, question: Asked): Answer | null {
  const spoken = withoutReasoning(text);
  const answer =
    question.kind === "code"
      ? asksForValue(question.code)
        ? predictedValue(spoken)
        : fenced(spoken, question.code?.entryPoint)
      : climb(spoken.slice(0, endOfReply(spoken)), question);
  // An enumeration may have a thought between its boxes: that text is nowhere.
  return answer !== null && text.includes(answer.text) ? answer : null;
}

function climb(text: string, question: Asked): Answer | null {
  const marked = fromTag(text, question) ?? fromBoxes(text, question);
  if (marked !== null) return marked;
  // What stands in an unclosed box was cut and may be half an answer.
  const rest = text.slice(0, unclosedBox(text)).slice(-longestProse);
  return (
    fromHash(rest, question) ??
    fromJson(rest, question) ??
    fromPhrase(rest, question) ??
    lastResort(withoutScaffolding(rest), question)
  );
}

function fromTag(text: string, question: Asked): Answer | null {
  const tag = taggedAnswer(text);
  if (tag === null || findBoxes(text.slice(tag.end)).length > 0) return null;
  const inside = fromBoxes(tag.content, question) ?? read(tag.content, question, "tag");
  return inside === null ? null : { ...inside, rule: inside.rule === "boxed-list" ? inside.rule : "tag" };
}

function fromBoxes(text: string, question: Asked): Answer | null {
  const brackets = question.kind === "text" ? boxedBrackets(text) : null;
  if (brackets !== null) return { text: brackets, rule: "boxed" };
  const boxes = lastBoxes(text);
  const last = boxes.at(-1);
  const first = boxes[0];
  if (last === undefined || first === undefined) return null;
  const later = fromPhraseAfter(text, last.end, question);
  if (later !== null) return later;
  const contents = new Set(boxes.map(({ from, to }) => text.slice(from, to).trim()));
  const several = contents.size > 1 && (question.kind === "math" || question.kind === "text");
  if (several) return { text: text.slice(first.start, last.end), rule: "boxed-list" };
  const content = text.slice(last.from, last.to).trim();
  const letter = question.kind === "choice" ? letterIn(content, question.choices) : null;
  return { text: letter ?? content, rule: "boxed" };
}

/** What a "final answer" after the last box says: then that box held a step. */
function fromPhraseAfter(text: string, end: number, question: Asked): Answer | null {
  const phrase = lastPhrase(text.slice(end));
  if (phrase === null || !phrase.final || question.kind === "text") return null;
  const says =
    question.kind === "choice" ? letterIn(phrase.sentence, question.choices) !== null : /\d/.test(phrase.sentence);
  return says && !/\bbox(?:ed)?\b|\babove\b/i.test(phrase.sentence) ? announced(phrase, question) : null;
}

/** A bracket puzzle's answer may close its box: brackets and nothing else up to the last brace of the line. */
function boxedBrackets(text: string): string | null {
  const last = [...text.matchAll(/\\boxed\s*\{([()[\]{}<> \t]*)/g)].at(-1)?.[1] ?? "";
  const inside = last.slice(0, Math.max(0, last.lastIndexOf("}"))).trim();
  return inside === "" ? null : inside;
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

function fromJson(text: string, question: Asked): Answer | null {
  const value = jsonAnswer(text);
  return value === null ? null : (fromBoxes(value, question) ?? read(value, question, "json"));
}

function fromPhrase(text: string, question: Asked): Answer | null {
  const phrase = lastPhrase(text);
  return phrase === null ? null : announced(phrase, question);
}

const announced = ({ sentence }: Announced, question: Asked): Answer | null => read(sentence, question, "phrase");

/** What a line that announces an answer holds, by the question's kind. */
function read(line: string, question: Asked, rule: string): Answer | null {
  const trimmed = trimMarkup(line);
  if (question.kind === "choice") {
    const letter = letterIn(trimmed, question.choices) ?? letterAtStart(trimmed, question);
    if (letter !== null) return { text: letter, rule };
    const whole = question.choices?.some((choice) => choice.trim().toLowerCase() === trimmed.toLowerCase()) ?? false;
    const option = whole ? trimmed : optionIn(trimmed, question.choices);
    return option === null ? null : { text: option, rule };
  }
  if (question.kind === "number") {
    const value = announcedNumber(trimmed, line);
    if (value !== null) return { text: value, rule };
    // "The answer is none." says that there is no number: a number from elsewhere would be invented.
    return trimmed !== "" && trimmed.length <= 40 && trimmed.split(" ").length <= 4 ? { text: trimmed, rule } : null;
  }
  if (trimmed === "") return null;
  const value = question.kind === "math" && isSentence(trimmed) ? announcedValue(trimmed) : null;
  return { text: value ?? trimmed, rule };
}

/** "the answer is definitely (C)": a letter that is the sentence's only one. */
function letterAtStart(line: string, question: Asked): string | null {
  return /\b(?:option|choice|answer)\b|^\s*[（(]?[A-Z][)）.]/.test(line) ? lastLetter(line, question.choices) : null;
}

const isSentence = (text: string): boolean => isProse(text) || formulasIn(text).length > 0;

/** Of an announcing sentence the value that it states, else its first number. */
const announcedValue = (sentence: string): string | null =>
  statedValue(sentence) ?? (isProse(sentence) ? (numbersIn(sentence)[0]?.text ?? null) : null);

/**
 * "3 + 2 = 5 apples" announces 5, "12 apples, 3 each" announces 12: the first number after the last equals sign. A
 * formula in delimiters that is more than a number ("$\sqrt{81}$") stands for its value.
 */
function announcedNumber(line: string, written: string): string | null {
  const numbers = (part: string) => numbersIn(part).map(({ text }) => text);
  const formula = formulasIn(written.trim().replace(/^\*+|[\s*.]+$/g, "")).at(0);
  const isWhole = formula !== undefined && line.includes(formula.content) && line.length <= formula.content.length + 2;
  if (/^[-−]?[\d.]*√[\d.,]+$/.test(line)) return line;
  if (isWhole && /\\sqrt|\^|\\times|\\cdot|\\binom|!/.test(line) && !/[=%]|\\text|10\s*\^/.test(line)) return line;
  const stated = isProse(line) ? statedValue(line) : null;
  if (stated !== null && numbers(stated).length === 1 && !/[=<>]/.test(stated)) return numbers(stated)[0] ?? null;
  const afterEquals = line.slice(line.lastIndexOf("=") + 1);
  return numbers(afterEquals)[0] ?? numbers(line).at(-1) ?? null;
}

function lastResort(text: string, question: Asked): Answer | null {
  const whole = wholeText(text);
  if (question.kind === "choice") {
    const possible = whole === null ? null : withoutRuledOut(whole).trim();
    const first = possible === null ? null : letterIn(possible, question.choices);
    const letter = first ?? lastLetter(text, question.choices);
    if (letter !== null) return { text: letter, rule: "choice-letter" };
    const option = optionIn(lastSentence(text), question.choices);
    return option === null ? null : { text: option, rule: "option-text" };
  }
  if (question.kind === "text") return whole === null ? null : { text: whole, rule: "whole" };
  const formula = question.kind === "math" ? wholeFormula(text, whole) : null;
  if (formula !== null) return { text: formula, rule: "whole" };
  return boldNumber(text) ?? (question.kind === "math" ? lastFormula(text) : null) ?? lastNumber(text, question);
}

/** A text that is a formula as a whole, delimited or without a word of prose. */
function wholeFormula(text: string, whole: string | null): string | null {
  const trimmed = text.length > longestFormula ? "" : trimMarkup(text);
  const [only, ...more] = formulasIn(text);
  if (only !== undefined && more.length === 0 && trimmed === only.content) return trimmed;
  const sentence = /[a-z]{2,} +[a-z]{3,}|: |\b(?:is|are|was|equals?)\b/i;
  if (whole !== null) return isSentence(text.trim()) || sentence.test(whole) ? null : whole;
  const words = trimmed.replace(/\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+/g, " ");
  return trimmed === "" || /[\n:]|\p{L}{3}/u.test(words) || isSentence(trimmed) ? null : trimmed;
}

/** A text that is short enough to be an answer itself. */
function wholeText(text: string): string | null {
  const whole = text.length > 4 * longestWhole ? "" : trimMarkup(text);
  const short =
    whole !== "" &&
    whole.length <= longestWhole &&
    !whole.includes("\n") &&
    whole.split(/\s+/).length <= 6 &&
    !/\\(?:boxed|fbox)/.test(whole);
  return short ? whole : null;
}

const lastSentence = (text: string): string =>
  text
    .trimEnd()
    .split(/\n|(?<=[.!?。！？])\s+/)
    .at(-1) ?? "";

/** A bold number in the last paragraph: models mark their result so. */
function boldNumber(text: string): Answer | null {
  const paragraph =
    text
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? "";
  for (const match of [...paragraph.matchAll(/\*\*([^*\n]{1,60})\*\*/g)].reverse()) {
    const content = (match[1] ?? "").trim().replace(/[.:]$/, "");
    const numbers = numbersIn(content);
    const [only] = numbers;
    if (numbers.length === 1 && only !== undefined && !/^step\b|:/i.test(content))
      return { text: only.text, rule: "bold" };
  }
  return null;
}

/**
 * The last formula, where no number stands after it. A letter alone names what the sentence is about and is none, and a
 * chain of equations of numbers is what it ends with.
 */
function lastFormula(text: string): Answer | null {
  const formula = formulasIn(text)
    .filter(({ content }) => /\d|[=<>]|\\[a-z]/i.test(content) && !/^\\?[a-z]+$/i.test(content))
    .at(-1);
  const number = numbersIn(text).at(-1);
  if (formula === undefined || (number !== undefined && number.start >= formula.end)) return null;
  const stated = statedValue(lastSentence(text));
  return { text: stated?.includes(formula.content) === true ? stated : formula.content, rule: "last-formula" };
}

function lastNumber(text: string, question: Asked): Answer | null {
  const stated = question.kind === "math" ? statedValue(lastSentence(text)) : null;
  const last = numbersIn(text).at(-1)?.text;
  // "1,000.99m²": a unit that touches its number stays out.
  const touching = stated !== null && last !== undefined && /^[a-zA-Z²³°]{1,4}$/.test(stated.replace(last, ""));
  if (stated !== null && last !== undefined && stated.includes(last) && !touching)
    return { text: stated, rule: "last-number" };
  return last === undefined ? null : { text: last, rule: "last-number" };
}
