/**
 * The simulated policy's tokenizer: a token is a run of at most six letters, three digits or any white space, or one
 * other character, each together with one space before it. Deterministic, and the tokens joined give the text.
 */
const letters = 6;
const digits = 3;

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code > 127;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isBlank = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** Index just after the token that begins at `at`, which must lie within the text. */
export function tokenEnd(text: string, at: number): number {
  let i = at;
  let code = text.charCodeAt(i);
  if (code === 32 && i + 1 < text.length && !isBlank(text.charCodeAt(i + 1))) code = text.charCodeAt(++i);
  const kind = isLetter(code) ? isLetter : isDigit(code) ? isDigit : isBlank(code) ? isBlank : null;
  const most = kind === isLetter ? letters : kind === isDigit ? digits : text.length;
  const from = i++;
  if (kind === null) return i;
  while (i < text.length && i - from < most && kind(text.charCodeAt(i))) i++;
  // A single space before a word belongs to the word.
  if (kind === isBlank && i < text.length && i - from > 1 && text.charCodeAt(i - 1) === 32) i--;
  return i;
}

export function countTokens(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i = tokenEnd(text, i)) count++;
  return count;
}

/** The first `most` tokens of a text, and how many there were up to then. */
export function firstTokens(text: string, most: number): { readonly text: string; readonly tokens: number } {
  let tokens = 0;
  let i = 0;
  while (i < text.length && tokens < most) {
    i = tokenEnd(text, i);
    tokens++;
  }
  return { text: i === text.length ? text : text.slice(0, i), tokens };
}
