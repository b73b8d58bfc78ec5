/** A stretch of a text: from the first character to the one behind the last, counted in code points as Python does. */
export type Span = readonly [from: number, to: number];

/** Part of a text, what it is trained on or not. */
export interface Part {
  readonly text: string;
  readonly trained: boolean;
}

/** Characters as Python counts them: a character beyond the basic plane is one, not two. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) {
      count--;
      i++;
    }
  }
  return count;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * The stretches of the joined parts that are trained on, and those that are not; neighbours are joined. Together they
 * cover the text, and none is empty.
 */
export function spansOf(parts: readonly Part[]): { readonly trained: Span[]; readonly masked: Span[] } {
  const trained: [number, number][] = [];
  const masked: [number, number][] = [];
  let at = 0;
  for (const part of parts) {
    const end = at + codePoints(part.text);
    const list = part.trained ? trained : masked;
    const last = list.at(-1);
    if (end > at && last?.[1] === at) last[1] = end;
    else if (end > at) list.push([at, end]);
    at = end;
  }
  return { trained, masked };
}
