import type { Sample } from "../../core/policy.ts";
import { withoutReasoning } from "../reasoning.ts";

/** What a judge wrote: a text, or a sample of which it is known whether it was cut. */
export type Reply = string | Pick<Sample, "text" | "logprobs"> | (Pick<Sample, "text"> & Partial<Sample>);

/** A reply without its thought and its markdown. */
export interface Spoken {
  /** Marks of emphasis, boxes and quotes are blanks: every letter stands where it stands in the answer. */
  readonly text: string;
  /** Where the answer begins in the reply; null where that is not known. */
  readonly at: number | null;
  /** The length limit or a filter ended it: what comes last may be half a word, and the verdict may be missing. */
  readonly cut: boolean;
  /** The lines of the text that are not blank, each with its place. */
  readonly lines: readonly Line[];
}

export interface Line {
  readonly text: string;
  readonly at: number;
}

export const textOf = (reply: Reply): string => (typeof reply === "string" ? reply : reply.text);

/** Did the reply end by itself? One of which nobody says how it ended did. */
export function wasCut(reply: Reply): boolean {
  if (typeof reply === "string") return false;
  const { finish = "stop", thoughtOpen = false } = reply as Partial<Sample>;
  return thoughtOpen || finish !== "stop";
}

/** The answer part of a reply, as it was written. */
export const answerOf = (reply: Reply): string => withoutReasoning(textOf(reply));

export function spoken(reply: Reply): Spoken {
  const whole = textOf(reply);
  const answer = answerOf(reply);
  const text = plain(answer);
  const lines: Line[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    if (line.trim() !== "") lines.push({ text: line, at });
    at += line.length + 1;
  }
  return { text, at: whole.endsWith(answer) ? whole.length - answer.length : null, cut: wasCut(reply), lines };
}

const blanks = (found: string): string => " ".repeat(found.length);

/** Emphasis, headings, quotes, list marks, boxes and text commands as blanks, of the same length. */
export const plain = (text: string): string =>
  text
    .replace(/\\(?:boxed|fbox|text(?:bf|it|rm|tt|sf)?|math(?:bf|rm|it|sf)|mathbf)\s*\{|[{}]|\\[()[\]]|\$/g, blanks)
    .replace(/\*+|__+|`+|["“”„«»]/g, blanks)
    .replace(/^[ \t]*(?:[#>]+|[-•+](?=\s))/gm, blanks)
    .replace(/[−﹣－]/g, "-");
