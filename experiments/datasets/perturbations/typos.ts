import type { Random } from "../../../src/core/random.ts";
import { outsideFormulas, rewriting } from "./perturbation.ts";

/** Share of eligible words that get one slip of the hand. */
const rate = 0.15;

/** Words that carry a quantity or a relation; a slip in one of them could change the answer. */
const quantities = new RegExp(
  "^(?:" +
    "zero|four|five|seven|eight|nine|eleven|twelve|\\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|" +
    "thousand|million|half|halves|third|thirds|quarters?|fourths?|fifths?|twice|double|triple|times|more|less|fewer|each|every|" +
    "least|most|percent|dozen|first|second|last|both|none|without|except|other|then|than|before|after)$",
);

/**
 * Swaps, drops or doubles one inner letter in some lower-case words of four letters or more, the first and last letter
 * kept; at least one word is hit where there is one to hit. Numbers, quantity words and formulas stay.
 */
export const typos = rewriting("typos", "slips of the hand in some words", (text, random) => {
  const eligible = (word: string) => !quantities.test(word);
  let words = 0;
  outsideFormulas(text, (prose) => {
    words += [...prose.matchAll(pattern)].filter(([word]) => eligible(word)).length;
    return prose;
  });
  if (words === 0) return text;
  const certain = random.integer(words);
  let index = 0;
  return outsideFormulas(text, (prose) =>
    prose.replace(pattern, (word) => {
      if (!eligible(word)) return word;
      const own = random.fork("word", index);
      return index++ === certain || own.uniform() < rate ? slip(word, own) : word;
    }),
  );
});

const pattern = /(?<![\w\\'’-])[a-z]{4,}(?![\w'’-])/g;

function slip(word: string, random: Random): string {
  const at = 1 + random.integer(word.length - 2);
  const kind = random.choice(["swap", "drop", "double"]);
  const swappable = at < word.length - 2 && word[at] !== word[at + 1];
  if (kind === "swap" && swappable) return `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
  if (kind === "drop") return word.slice(0, at) + word.slice(at + 1);
  return word.slice(0, at + 1) + word.slice(at);
}
