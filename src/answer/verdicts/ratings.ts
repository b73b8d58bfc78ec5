import { type Line, type Reply, type Spoken, spoken } from "./spoken.ts";

/** What ratings may be. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  /** What a rating may be given out of; default: `max`. */
  readonly over?: number;
  /** Only whole numbers are ratings. */
  readonly whole?: boolean;
}

/** A rating and where it begins in the reply; `at` is null where that is not known. */
export interface FoundRating {
  readonly rating: number;
  readonly at: number | null;
}

/** The instruction's own words about the scale: no rating stands in them. */
const scaleTalk =
  /(?:on\s+)?(?:a|the)?\s*scale\s+(?:of|from|is)?\s*-?\d+\s*(?:to|-|–)\s*\+?\d+|\bfrom\s+-?\d+\s*(?:\([^)]*\)\s*)?to\s+\+?\d+(?:\s*\([^)]*\))?|\bbetween\s+-?\d+\s+and\s+\+?\d+|(?<![\d.])-?\d+\s*(?:to|–|-)\s*\d+(?![\d.])/gi;

/** The number is part of something longer: a percentage, a range, a list, a calculation, a count of things. */
const goesOn =
  /^\s*(?:%|\\%|percent|[/+*=×÷<>^])|^[\d\p{L}#]|^\s*(?:-|–|to)\s*[\d#]|^[.,]\d|^\s+(?!(?:because|since|as|for|points?|right|correct|wrong|certain|sure|the|it|this|that|on|step|criterion|rating)\b)\p{Ll}/iu;

const withoutScale = (text: string): string => text.replace(scaleTalk, (found) => found.replace(/\d/g, "#"));

/**
 * The number that a text begins with, where it is a rating: on the scale, whole or over the scale's own end ("8/10"),
 * and no share, percentage, range or list. Below 1 a decimal is read as a share, and so as none.
 */
function numberAt(text: string, scale: Scale, cut: boolean): { value: number; from: number; to: number } | null {
  const lead =
    /^[\s[("':=]*(?:(?:about|around|a|an|p\s*[:=]|rating|score)\s*[:=]?\s*)?[\s[("']*/i.exec(text)?.[0] ?? "";
  const match = /^([-+]?\d+(?:\.\d+)?)(?:\s*(?:\/|(?:out\s+)?of)\s*(\d+(?:\.\d+)?))?/i.exec(text.slice(lead.length));
  if (match === null) return null;
  const [whole, number = "", over] = match;
  const to = lead.length + whole.length;
  const rest = text.slice(to);
  if (goesOn.test(rest)) return null;
  if (cut && /^[\s.]*$/.test(rest) && !/^\s*\n/.test(rest)) return null;
  if (over !== undefined && Number(over) !== (scale.over ?? scale.max)) return null;
  const value = Number(number);
  if (!(value >= scale.min && value <= scale.max)) return null;
  if (number.includes(".") && (scale.whole === true ? !Number.isInteger(value) : Math.abs(value) < 1)) return null;
  return { value, from: lead.length + whole.indexOf(number), to };
}

const named = /\b(?:rating|score|reward)\b(?:\s+(?:is|would\s+be))?\s*[:=]?\s*/gi;
const given =
  /\b(?:I(?:\s+would|'d)?\s+(?:give|rate|score)(?:\s+(?:it|this|the\s+solution))?(?:\s+(?:a|an|at|as|with))?)\s+/gi;

/**
 * The rating of a whole: behind the last "Rating:" (or "score", "reward", "I give"), else the number of a reply that is
 * a number alone. Null where what stands behind the word is no rating on the scale: an earlier one does not stand in
 * for it.
 */
export function readRating(reply: Reply, scale: Scale = { min: 0, max: 10 }): number | null {
  const said = spoken(reply);
  const text = withoutScale(said.text);
  const places = [...text.matchAll(named), ...text.matchAll(given)]
    .map((match) => match.index + match[0].length)
    .sort((a, b) => a - b)
    // The word in a sentence about ratings is followed by no number and no sign of one.
    .filter((at) => /[:=]\s*$/.test(text.slice(0, at)) || /^[\s[("']*[-+]?\d/.test(text.slice(at)));
  const last = places.at(-1);
  if (last !== undefined) return numberAt(text.slice(last), scale, said.cut)?.value ?? null;
  const [only, more] = said.lines;
  if (only === undefined || more !== undefined) return null;
  const number = numberAt(only.text, scale, said.cut && !/^\s*\d+\s*$/.test(only.text));
  return number !== null && /^\W*$/.test(only.text.slice(number.to)) ? number.value : null;
}

/**
 * The ratings of several things by their numbers, from 1: behind "Step k", "Criterion k" or "k" at the start of a line
 * or after a comma. The first rating of a thing counts. found[i] belongs to thing i + 1; null where it has none.
 */
export function readRatings(reply: Reply, count: number, name: string, scale: Scale): (FoundRating | null)[] {
  const said = spoken(reply);
  const found = new Map<number, FoundRating | null>();
  for (const line of said.lines) {
    for (const { k, from } of labelsOf(line, name)) {
      if (found.has(k)) continue;
      const number = numberAt(line.text.slice(from), scale, said.cut && line === said.lines.at(-1));
      found.set(k, number && { rating: number.value, at: placeOf(said, line, from + number.from) });
    }
  }
  return Array.from({ length: count }, (_, i) => found.get(i + 1) ?? null);
}

const placeOf = ({ at }: Spoken, line: Line, offset: number): number | null =>
  at === null ? null : at + line.at + offset;

/** "Step 2:", "Step 2 -", "criterion 2)", "2:", "2." where a number follows: the thing's number, and what is behind. */
function* labelsOf({ text }: Line, name: string): Generator<{ k: number; from: number }> {
  const label = new RegExp(
    `(?:(?<=^|[^\\w])${name}\\s*#?(\\d+)|(?<=^\\s*|[,;]\\s*)(\\d+))(?:\\s*[:=)]|\\s+[-–—](?=\\s)|[-–—](?=\\s)|\\.(?=\\s))`,
    "gi",
  );
  for (const match of text.matchAll(label)) {
    yield { k: Number(match[1] ?? match[2]), from: match.index + match[0].length };
  }
}
