const openers = "([{";
const closers = ")]}";

/**
 * Cuts a text at every match of `separator` (never empty) that stands outside all brackets: `separators[i]` stood
 * between `pieces[i]` and `pieces[i + 1]`. Any bracket closes any other: the interval (1, 2] is balanced. Null where
 * the brackets do not balance.
 */
export function cutOutside(text: string, separator: RegExp): { pieces: string[]; separators: string[] } | null {
  const sticky = new RegExp(separator.source, `${separator.flags.replace(/[gy]/g, "")}y`);
  const pieces: string[] = [];
  const separators: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (openers.includes(char)) depth++;
    else if (closers.includes(char)) {
      if (--depth < 0) return null;
    } else if (depth === 0) {
      sticky.lastIndex = i;
      const match = sticky.exec(text);
      if (match === null || match[0] === "") continue;
      pieces.push(text.slice(start, i).trim());
      separators.push(match[0].trim());
      start = i + match[0].length;
      i = start - 1;
    }
  }
  if (depth !== 0) return null;
  pieces.push(text.slice(start).trim());
  return { pieces, separators };
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
