import type { Answer } from "../core/candidate.ts";
import { taggedAnswer } from "./delimited.ts";

/**
 * The value or the arguments that a text predicts: what stands between [ANSWER] and [/ANSWER] or in answer tags, else
 * in the last fenced block, else in the last code span, else the last line. It is read as data later, so a whole
 * assertion or call is as good as the value in it.
 */
export function predictedValue(text: string): Answer | null {
  const bracketed = [...text.matchAll(/\[ANSWER\]([\s\S]*?)(?:\[\/ANSWER\]|$)/g)].at(-1)?.[1];
  const tagged = bracketed ?? taggedAnswer(text)?.content;
  if (tagged !== undefined && tagged.trim() !== "") return { text: withoutFence(tagged), rule: "tag" };
  const fence = [...text.matchAll(/```[\w+-]*[ \t]*\n([\s\S]*?)(?:\n?```|$)/g)].at(-1)?.[1]?.trim() ?? "";
  if (fence !== "") return { text: fence, rule: "fence" };
  const span = [...text.matchAll(/(`+)([^`\n]+)\1/g)].at(-1)?.[2]?.trim() ?? "";
  if (span !== "") return { text: span, rule: "code-span" };
  const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
  return line === "" ? null : { text: line.replace(/^(?:the )?(?:answer|output|input) is:?\s+/i, ""), rule: "whole" };
}

const withoutFence = (text: string): string => /```[\w+-]*\s*\n([\s\S]*?)\n?```/.exec(text)?.[1]?.trim() ?? text.trim();
