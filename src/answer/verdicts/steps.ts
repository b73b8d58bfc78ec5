import { type Box, findBoxes } from "../boxed.ts";
import { answerOf, plain, type Reply, wasCut } from "./spoken.ts";

/**
 * The index of the first wrong paragraph, from 0, in the last box: -1 for none. Null where the box holds no whole
 * number that is one of theirs, and for a reply that was cut: its last box may not be the verdict.
 */
export function readFirstError(reply: Reply, paragraphs: number): number | null {
  if (wasCut(reply)) return null;
  const text = answerOf(reply);
  const box = findBoxes(text).at(-1);
  if (box === undefined) return null;
  const number = /^\s*<?(?:paragraph[_\s]*)?(-?\d+)(?:\.0*)?>?\s*$/i.exec(contentOf(text, box))?.[1];
  const index = Number(number ?? Number.NaN);
  return index >= -1 && index < paragraphs ? index : null;
}

const contentOf = (text: string, { from, to }: Box): string => plain(text.slice(from, to)).trim();

/** A verdict and the step it names; `step` null where it names none. */
interface Said {
  readonly right: boolean | null;
  readonly step: number | null;
}

/**
 * The verdict on each step: true, false, or null where there is none. Boxes count in their order, or for the step that
 * is named before or in them; without any box lines "Step k: correct". From the first wrong step on all are wrong, as
 * such a chain ends there. Two boxes with "or" between repeat the instruction.
 */
export function readSteps(reply: Reply, steps: number): (boolean | null)[] {
  const text = answerOf(reply);
  const boxes = findBoxes(text);
  const said = boxes.length === 0 ? linesOf(text) : boxesOf(text, boxes);
  const verdicts: (boolean | null | undefined)[] = Array.from({ length: steps });
  let next = 0;
  for (const { right, step } of said) {
    const t = step ?? next;
    next = t + 1;
    if (t >= 0 && t < steps) verdicts[t] = verdicts[t] === undefined || verdicts[t] === right ? right : null;
  }
  const wrong = verdicts.indexOf(false);
  return verdicts.map((verdict, t) => (wrong >= 0 && t >= wrong ? false : (verdict ?? null)));
}

function boxesOf(text: string, all: readonly Box[]): Said[] {
  const boxes = all.filter((box, i) => !joinedByOr(text, all[i - 1], box) && !joinedByOr(text, box, all[i + 1]));
  return boxes.flatMap((box, i): Said[] => {
    const content = contentOf(text, box);
    const before = plain(text.slice(boxes[i - 1]?.end ?? 0, box.start));
    const step = stepNamed(content) ?? stepNamed(before);
    const right = verdictIn(content);
    return right === undefined ? [] : [{ right, step }];
  });
}

function joinedByOr(text: string, one: Box | undefined, other: Box | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return /^["'`*\s$]*(?:\/|,?\s*or)\s*["'`*\s$]*$/i.test(text.slice(one.end, other.start));
}

/** True, false, null for a verdict that is neither, undefined for a box with no verdict in it (a number). */
function verdictIn(content: string): boolean | null | undefined {
  const words = content.replace(/\bstep\s*#?\d+\b\s*(?::|is\b)?/gi, "").replace(/[^\p{L}\s]/gu, " ");
  const plainWords = words.trim().toLowerCase().replace(/\s+/g, " ");
  if (plainWords === "correct") return true;
  if (plainWords === "incorrect" || plainWords === "not correct") return false;
  return /correct|wrong|right/i.test(plainWords) ? null : undefined;
}

/** The step, from 0, that a line begins with or that stands last before a colon; null where none does. */
function stepNamed(text: string): number | null {
  const found = [...text.matchAll(/(?:^|\n)\W*step\s*#?(\d+)\b|\bstep\s*#?(\d+)\b(?=\s*(?:again\s*)?:|\s+is\b)/gi)].at(
    -1,
  );
  const number = found?.[1] ?? found?.[2];
  return number === undefined ? null : Number(number) - 1;
}

function linesOf(text: string): Said[] {
  const line = /^\W*step\s*#?(\d+)\s*(?:[:.)-]|is\b)\s*(?:is\s+)?((?:not\s+)?correct|incorrect)[\s.!]*$/gim;
  return [...plain(text).matchAll(line)].map(([, k, word = ""]) => ({
    right: word.toLowerCase() === "correct",
    step: Number(k) - 1,
  }));
}
