import type { AnswerKind } from "../core/question.ts";

/** The same for each kind of answer by itself. */
export function latelyByKind<Result>(
  most: number,
  make: (text: string, kind: AnswerKind | undefined) => Result,
): (text: string, kind: AnswerKind | undefined) => Result {
  const kinds = new Map<AnswerKind | undefined, (text: string) => Result>();
  return (text, kind) => {
    const known = kinds.get(kind) ?? lately(most, (one) => make(one, kind));
    kinds.set(kind, known);
    return known(text);
  };
}

/**
 * A function of a text whose last results are kept: answers to one question are read and compared again and again. Two
 * generations of at most `most` each, of which the older is forgotten as a whole.
 */
export function lately<Result>(most: number, make: (text: string) => Result): (text: string) => Result {
  let [young, old] = [new Map<string, Result>(), new Map<string, Result>()];
  return (text) => {
    const known = young.get(text) ?? old.get(text);
    const result = known === undefined ? make(text) : known;
    if (!young.has(text)) {
      if (young.size >= most) [young, old] = [new Map(), young];
      young.set(text, result);
    }
    return result;
  };
}
