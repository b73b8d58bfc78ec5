const openers = "([{";
const closers = ")]}";

/**
 * Cuts a text at every match of `separator` (never empty) that stands outside all brackets: `separators[i]` stood
 * between `pieces[i]` and `pieces[i + 1]`. Any bracket closes any other: the interval (1, 2] is balanced. Null where
 * the brackets do not balance.
 */
export function cutOutside(text: string, separator: RegExp): { pieces: string[]; separators: string[] } | null {
  const search = searching(separator);
  const pieces: string[] = [];
  const separators: string[] = [];
  let [depth, start] = [0, 0];
  let match = nextMatch(search, text, 0);
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 40 || char === 91 || char === 123) depth++;
    else if (char === 41 || char === 93 || char === 125) {
      if (--depth < 0) return null;
    } else if (match !== null && match.index < i) match = nextMatch(search, text, i);
    if (depth !== 0 || match?.index !== i || isBracket(char)) continue;
    pieces.push(text.slice(start, i).trim());
    separators.push(match[0].trim());
    start = i + match[0].length;
    i = start - 1;
    match = nextMatch(search, text, start);
  }
  if (depth !== 0) return null;
  pieces.push(text.slice(start).trim());
  return { pieces, separators };
}

const isBracket = (code: number): boolean =>
  code === 40 || code === 91 || code === 123 || code === 41 || code === 93 || code === 125;

/** Separators as patterns that search, made once each. */
const searches = new Map<string, RegExp>();

function searching({ source, flags }: RegExp): RegExp {
  const key = `${flags}/${source}`;
  const known = searches.get(key) ?? new RegExp(source, `${flags.replace(/[gy]/g, "")}g`);
  searches.set(key, known);
  return known;
}

function nextMatch(search: RegExp, text: string, from: number): RegExpExecArray | null {
  search.lastIndex = from;
  const match = search.exec(text);
  return match === null || match[0] === "" ? null : match;
}

export const splitOutside = (text: string, separator: RegExp): string[] | null =>
  cutOutside(text, separator)?.pieces ?? null;

/**
 * A text that one pair of brackets encloses as a whole: its brackets ("\{" for an escaped brace) and content; else
 * null.
 */
export function enclosed(text: string): { open: string; close: string; inside: string } | null {
  const open = /^(?:\\\{|[([{])/.exec(text)?.[0];
  const close = /(?:\\\}|[)\]}])$/.exec(text)?.[0];
  if (open === undefined || close === undefined) return null;
  const inside = text.slice(open.length, text.length - close.length);
  let depth = 0;
  for (const char of inside) {
    if (openers.includes(char)) depth++;
    else if (closers.includes(char) && --depth < 0) return null;
  }
  return depth === 0 ? { open, close, inside: inside.trim() } : null;
}
