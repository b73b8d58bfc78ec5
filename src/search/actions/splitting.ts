import type { SplitterName } from "../../core/search.ts";

/** Where one step ends and the next begins. */
export interface Splitter {
  readonly name: string;
  /** Texts that end a step; generation stops before them. */
  readonly stop: readonly string[];
  /** What is put back after a step that ended so: the step keeps its separator. */
  after(stoppedBy: string): string;
  /** For splitting by length: tokens per step. */
  readonly tokens?: number;
}

/** By blank line: the step of most process reward models (search-and-learn, Qwen2.5-Math-PRM). */
const blankLine: Splitter = { name: "blank-line", stop: ["\n\n"], after: () => "\n\n" };
/** By line (Skywork-o1-Open-PRM; OREO on GSM8K). */
const line: Splitter = { name: "line", stop: ["\n"], after: () => "\n" };
/** By "Step k" markers (REBASE): the marker belongs to the step that follows. */
const stepMarker: Splitter = { name: "step-marker", stop: ["\nStep ", "\n### Step ", "\n**Step "], after: () => "\n" };
/** By sentence. */
const sentence: Splitter = { name: "sentence", stop: [". ", ".\n", "? ", "!\n"], after: (stoppedBy) => stoppedBy };
/**
 * By the paragraphs of a thinking model that opens each with "Wait", "But wait", "Alternatively" … (MRT's episodes).
 */
const thought: Splitter = {
  name: "thought",
  stop: ["\n\nWait", "\n\nBut wait", "\n\nAlternatively", "\n\nLet me double-check", "\n\nHold on"],
  after: () => "\n\n",
};
const tokens = (count: number): Splitter => ({ name: `tokens(${count})`, stop: [], after: () => "", tokens: count });

/** The splitter of this name; `stepTokens` is read by `tokens` only. */
export function splitter(name: SplitterName, stepTokens: number): Splitter {
  if (name === "tokens") return tokens(stepTokens);
  const named = { "blank-line": blankLine, line, "step-marker": stepMarker, sentence, thought };
  return named[name];
}
