const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const without = /\p{Mark}|\u200b|\u200d/u;

/** Columns of one character on a terminal. */
const widthOf = (character: string): number => (without.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** Columns that a text without control characters takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text in so many columns at most; what is cut ends in "…". */
export function cutToWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let [cut, width] = ["", 0];
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    cut += character;
  }
  return columns < 1 ? "" : `${cut}…`;
}

export const padEnd = (text: string, columns: number): string =>
  text + " ".repeat(Math.max(0, columns - textWidth(text)));
export const padStart = (text: string, columns: number): string =>
  " ".repeat(Math.max(0, columns - textWidth(text))) + text;
