/** A `\boxed{…}` or `\fbox{…}` of a text: `[start, end)` spans the command, `[from, to)` its content. */
export interface Box {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/** Index of the brace that closes the one at `open`, or -1. Escaped braces do not count. Linear time. */
export function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return i;
  }
  return -1;
}

/**
 * All outermost, balanced, non-empty boxes in order. An unclosed box is no box: its content would be the rest of the
 * text. An empty one only quotes the instruction "put your answer in \boxed{}". `\boxed 7` counts only where no braced
 * box exists.
 */
export function findBoxes(text: string): Box[] {
  const boxes: Box[] = [];
  const command = /\\(?:boxed|fbox)\s*\{/g;
  for (let match = command.exec(text); match !== null; match = command.exec(text)) {
    const from = match.index + match[0].length;
    const to = closingBrace(text, from - 1);
    // Whatever follows an unclosed brace lies inside it.
    if (to < 0) break;
    command.lastIndex = to + 1;
    if (text.slice(from, to).trim() !== "") boxes.push({ start: match.index, end: to + 1, from, to });
  }
  if (boxes.length > 0) return boxes;
  return [...text.matchAll(/\\(?:boxed|fbox)\s+([-+]?[\w.]+)/g)].map((match) => {
    const end = match.index + match[0].length;
    return { start: match.index, end, from: end - (match[1] ?? "").length, to: end };
  });
}

/**
 * What may stand between two boxes that together are one answer: "\boxed{1} and \boxed{2}", "$x=\boxed{1}$,
 * $y=\boxed{2}$".
 */
const connector =
  /^(?:[\s$.,;:&]|\\\\|\\[()[\]]|\\[,;:! ]|\\q?quad(?![A-Za-z])|\\(?:text|mathrm|textbf)\s*\{|\}|\b(?:and|or|und|oder|et|ou|y|o)\b|\\begin\{aligned\}|\\end\{aligned\}|(?:for )?part \(?[a-z]\)?|[A-Za-z](?:_\{?\w+\}?)?(?:\([a-z]\))?\s*(?:=|\\in(?![A-Za-z])))*$/;

/** Do two boxes with this between them belong to one enumeration? */
export const joins = (between: string): boolean =>
  between.length <= 60 &&
  connector.test(between) &&
  (/[,;&]|\b(?:and|or)\b|\\\\/.test(between) || /^[ \t$]*$|\\\]\s*\\\[/.test(between) || /\$\s*\$/.test(between));

/** The last box together with those before it that belong to the same enumeration, first to last. */
export function lastBoxes(text: string): Box[] {
  const boxes = findBoxes(text);
  let first = boxes.length - 1;
  while (first > 0) {
    const before = boxes[first - 1] as Box;
    const between = text.slice(before.end, (boxes[first] as Box).start);
    if (!joins(between)) break;
    first--;
  }
  return boxes.slice(Math.max(0, first));
}

/** Where a box begins that no brace closes, or undefined. Asked of texts without a readable box. */
export function unclosedBox(text: string): number | undefined {
  for (const match of text.matchAll(/\\(?:boxed|fbox)\s*\{/g)) {
    if (closingBrace(text, match.index + match[0].length - 1) < 0) return match.index;
  }
  return undefined;
}

/** What the boxes of a text hold, first to last. */
export const boxedContents = (text: string): string[] => findBoxes(text).map(({ from, to }) => text.slice(from, to));
