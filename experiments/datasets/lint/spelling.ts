import type { ProblemRow } from "../../../src/core/problem.ts";
import type { Look } from "./finding.ts";
import { isEnglish, warning } from "./prompts.ts";

/** Shorter words are names of variables, units and the like too often. */
const shortest = 4;
/** A word of this many problems is a term of the field, not a slip. */
const common = 3;
/** A file of so many problems has the word that was meant in another one; a term of the field has no such neighbour. */
const large = 100;
const alphabet = [..."abcdefghijklmnopqrstuvwxyz"];

/**
 * Words that the English dictionary does not have and that are one letter (left out, added, changed, or swapped with
 * its neighbour) from one that it has and that, in a file that is not small, occurs in the file too. Formulas, code,
 * names and British spellings are passed over; so are texts in other languages, and words of several problems.
 */
export const misspelt: Look = async (problems) => {
  const english = problems.filter(({ text, kind }) => kind !== "code" && isEnglish(text));
  const texts = english.map((problem) => ({ problem, words: new Set(wordsIn(problem)) }));
  const spread = new Map<string, number>();
  for (const { words } of texts) for (const word of words) spread.set(word, (spread.get(word) ?? 0) + 1);
  const rare = [...spread].filter(([, problems]) => problems < common).map(([word]) => word);
  if (rare.length === 0) return [];
  const known = await dictionary();
  const better = new Map<string, string>();
  for (const word of rare) {
    if (isKnown(word, known)) continue;
    const meant = oneLetterAway(word)
      .filter((other) => (english.length < large || spread.has(other)) && known(other))
      .sort((a, b) => (spread.get(b) ?? 0) - (spread.get(a) ?? 0))[0];
    if (meant !== undefined) better.set(word, meant);
  }
  return texts.flatMap(({ problem, words }) =>
    [...words].flatMap((word) => {
      const meant = better.get(word);
      return meant === undefined ? [] : [warning("spelling", problem, `"${word}": "${meant}"?`)];
    }),
  );
};

/** Words in lower case that stand alone in prose. */
function wordsIn({ text }: ProblemRow): readonly string[] {
  const prose = text
    .replace(/```[\s\S]*?```|\[asy\][\s\S]*?\[\/asy\]|`[^`\n]*`|https?:\S+/g, " ")
    .replace(/\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]|\$\$[\s\S]*?\$\$/g, " ")
    .replace(/\$(?=[^\d\s]|\d+[^\d\s.,])[^$]*\$/g, " ")
    .replace(/\\[a-zA-Z]+(?:\{[^{}]*\})?/g, " ")
    .replaceAll("’", "'");
  const words = prose.match(/(?<![\p{L}\p{N}_'@#\\/.-])[a-z]+(?:'[a-z]+)?(?![\p{L}\p{N}_'@/-]|\.\p{L})/gu) ?? [];
  return words.filter((word) => word.length >= shortest && !/(.)\1\1/.test(word));
}

type Known = (word: string) => boolean;
let opened: Promise<Known> | undefined;

/** Hunspell's English dictionary, read once, when the first word is looked up. */
function dictionary(): Promise<Known> {
  opened ??= (async () => {
    const [{ default: nspell }, { default: english }] = await Promise.all([import("nspell"), import("dictionary-en")]);
    const spell = nspell(Buffer.from(english.aff), Buffer.from(english.dic));
    return (word) => spell.correct(word);
  })();
  return opened;
}

/** British endings and what American English has for them. */
const british: readonly (readonly [RegExp, string])[] = [
  [/our(?=$|s|e|i|a|l)/, "or"],
  [/is(?=e|ing|ation)/, "iz"],
  [/ys(?=e|ing)/, "yz"],
  [/tre(?=$|s|d)/, "ter"],
  [/ll(?=ed|ing|er)/, "l"],
  [/ogue/, "og"],
  [/mme(?=$|s)/, "m"],
  [/ence$/, "ense"],
  [/ae|oe/, "e"],
];

/** A word of the dictionary, a proper name in lower case, a British form, or two words in one (whiteboard). */
function isKnown(word: string, known: Known): boolean {
  if (known(word) || known(`${word[0]?.toUpperCase()}${word.slice(1)}`)) return true;
  if (british.some(([pattern, form]) => pattern.test(word) && known(word.replace(pattern, form)))) return true;
  for (let at = 4; at <= word.length - 4; at++) if (known(word.slice(0, at)) && known(word.slice(at))) return true;
  return /^(?:non|un|re|pre|sub|super|multi|over|semi|anti|inter|co|micro|nano|mini|counter)(?=...)/.test(word)
    ? known(word.replace(/^(?:non|un|re|pre|sub|super|multi|over|semi|anti|inter|co|micro|nano|mini|counter)/, ""))
    : false;
}

function oneLetterAway(word: string): readonly string[] {
  const splits = Array.from({ length: word.length + 1 }, (_, at) => [word.slice(0, at), word.slice(at)] as const);
  return splits.flatMap(([head, tail]) => [
    ...(tail.length > 1 ? [`${head}${tail[1]}${tail[0]}${tail.slice(2)}`] : []),
    ...(tail === "" ? [] : [`${head}${tail.slice(1)}`]),
    ...alphabet.map((letter) => `${head}${letter}${tail}`),
    ...(tail === "" ? [] : alphabet.map((letter) => `${head}${letter}${tail.slice(1)}`)),
  ]);
}
