import type { SplitterName } from "../../core/action.ts";
import { openBlock } from "./blocks.ts";

/** Where one step ends and the next begins. */
export interface Splitter {
  readonly name: string;
  /** Texts that end the step after `before`, four at most, as servers allow; generation stops before them. */
  stops(before: string): readonly string[];
  /** A step that ended so, with its separator at its end. Where nobody says which stop text it was, the likeliest. */
  ended(text: string, stoppedBy?: string): string;
  /** Where the next step begins in a text whose stop text stands at `at`, where markers belong to it. */
  begins?(text: string, at: number): number;
  /** For splitting by length: tokens per step. */
  readonly tokens?: number;
}

const fixed = (name: string, stops: readonly string[], ended: Splitter["ended"]): Splitter => ({
  name,
  stops: () => stops,
  ended,
});

/** By blank line: the step of most process reward models (search-and-learn, Qwen2.5-Math-PRM). */
const blankLine = fixed("blank-line", ["\n\n"], (text) => `${text}\n\n`);
/** By line (Skywork-o1-Open-PRM; OREO on GSM8K). */
const line = fixed("line", ["\n"], (text) => `${text}\n`);
/** By sentence. */
const sentence = fixed("sentence", [". ", ".\n", "? ", "!\n"], (text, stoppedBy = ". ") => text + stoppedBy);
/**
 * By the paragraphs of a thinking model that opens each with "Wait", "Alternatively" … (MRT's episodes, without the one
 * that would be a fifth stop text).
 */
const thought: Splitter = {
  ...fixed("thought", ["\n\nWait", "\n\nBut wait", "\n\nAlternatively", "\n\nHold on"], (text) => `${text}\n\n`),
  begins: (_, at) => at + 2,
};

const marker = /^[ \t]*(?:#+[ \t]*)?(?:\*\*)?(?:Step[ \t]+(\d+)|(\d+)[.)][ \t])/gim;

/**
 * By markers (REBASE): "Step 2", "## Step 2:", "**Step 2**" or "2." of a numbered list. The marker belongs to the step
 * that follows. A step has the number after the last one and ends before the number after its own, so that it may speak
 * of the steps before it.
 */
const stepMarker: Splitter = {
  name: "step-marker",
  stops: (before) => {
    const last = [...before.matchAll(marker)].at(-1);
    const next = Number(last?.[1] ?? last?.[2] ?? 0) + 2;
    return [`\nStep ${next}`, `# Step ${next}`, `\n**Step ${next}`, `\n${next}. `];
  },
  ended: (text) => {
    const whole = text.replace(/(^|\n)[ \t]*[#*]+[ \t]*$/, "$1");
    return whole.endsWith("\n") ? whole : `${whole}\n`;
  },
  begins: (text, at) => text.lastIndexOf("\n", at) + 1,
};

const tokens = (count: number): Splitter => ({
  name: `tokens(${count})`,
  stops: () => [],
  ended: (text) => text,
  tokens: count,
});

/** The splitter of this name; `stepTokens` is read by `tokens` only. */
export function splitter(name: SplitterName, stepTokens: number): Splitter {
  if (name === "tokens") return tokens(stepTokens);
  const named = { "blank-line": blankLine, line, "step-marker": stepMarker, sentence, thought };
  return named[name];
}

/**
 * A text that came after `before` without the blank lines at its beginning, where `before` ends in a separator: that
 * one is there already.
 */
export const withoutLead = (text: string, before: string): string =>
  before === "" || /\n[ \t]*$/.test(before) ? text.replace(/^(?:[ \t]*\r?\n)+/, "") : text;

/**
 * A text that came after `before` as steps, each with its separator. White space between steps is kept once; blocks
 * (code, displayed equations) stay whole; no step is blank.
 */
export function apart(text: string, split: Splitter, before = ""): readonly string[] {
  const steps: string[] = [];
  let rest = text;
  for (let path = before; ; path = before + steps.join("")) {
    const first = firstStep(rest, split, path);
    if (first === null) break;
    steps.push(split.ended(first.text, first.stop));
    rest = withoutLead(rest.slice(first.next), "");
  }
  return rest.trim() === "" ? steps : [...steps, rest];
}

/** A step that a stop text ends and that more follows: its text, the stop text, and where the rest begins. */
export function firstStep(text: string, split: Splitter, before: string) {
  const stops = split.stops(before);
  for (let from = 0; ; ) {
    const found = stops
      .map((stop) => placeOf(text, stop, from, split))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at)[0];
    if (found === undefined) return null;
    const step = text.slice(0, found.at);
    const next = split.begins?.(text, found.at) ?? found.at + found.length;
    if (
      split.ended(step, found.stop).trim() !== "" &&
      next > 0 &&
      openBlock(before + step) === null &&
      text.slice(next).trim() !== ""
    )
      return { text: step, stop: found.stop, next };
    from = found.at + 1;
  }
}

/** Lines of nothing but white space are blank lines. */
function placeOf(text: string, stop: string, from: number, { name }: Splitter) {
  if (name !== "blank-line") return { stop, at: text.indexOf(stop, from), length: stop.length };
  const gap = /\n[ \t\r]*\n/g;
  gap.lastIndex = from;
  const found = gap.exec(text);
  return { stop, at: found?.index ?? -1, length: found?.[0].length ?? 0 };
}
