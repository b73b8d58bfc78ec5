import { type Reply, type Spoken, spoken } from "./spoken.ts";
import type { Place } from "./words.ts";

export type Letter = "A" | "B";

const other = (letter: Letter): Letter => (letter === "A" ? "B" : "A");
const thing = "(?:(?:solution|option|response|answer|candidate|choice)\\s+)?";
/** Both are held to be equal, or neither is chosen. */
const undecided =
  /\b(?:both|neither|tie|tied|equal(?:ly)?|either)\b|\bA\s+(?:and|or|\/)\s+B\b(?!\s*,\s*[AB]\b)|\bB\s+(?:and|or)\s+A\b(?!\s*,\s*[AB]\b)/;
const good =
  "(?:better|best|right|correct|preferable|superior|stronger|more\\s+(?:likely|accurate|correct|convincing)|the\\s+(?:better|correct|right|winner))";
const bad = "(?:wrong|incorrect|worse|less\\s+(?:likely|accurate|correct)|flawed|mistaken)";
const claims: readonly { readonly form: RegExp; readonly wins: boolean }[] = [
  {
    form: new RegExp(
      `\\b${thing}([AB])\\s+(?:is|'s|looks|seems|would\\s+be)\\s+(?:clearly\\s+|much\\s+|an?\\s+|the\\s+)?${good}\\b`,
      "g",
    ),
    wins: true,
  },
  {
    form: new RegExp(`\\b${thing}([AB])\\s+(?:is|looks|seems|would\\s+be)\\s+(?:clearly\\s+|much\\s+)?${bad}\\b`, "g"),
    wins: false,
  },
  { form: new RegExp(`\\b${thing}([AB])\\s+(?:is\\s+not|isn't)\\s+(?:right|correct)\\b`, "g"), wins: false },
  {
    form: new RegExp(
      `\\b${thing}([AB])\\s+(?:makes|contains|has|made)\\s+(?:an?\\s+)?(?:\\w+\\s+)?(?:error|mistake)s?\\b`,
      "g",
    ),
    wins: false,
  },
  { form: new RegExp(`\\b${thing}([AB])\\s+wins\\b`, "g"), wins: true },
  { form: new RegExp(`\\b(?:prefer|choose|pick|select|favou?r|go\\s+with)\\s+${thing}([AB])\\b`, "g"), wins: true },
  { form: new RegExp(`\\b${thing}([AB])\\s*,?\\s+(?:not|over|rather\\s+than)\\s+${thing}[AB]\\b`, "g"), wins: true },
  { form: new RegExp(`^\\W*${thing}([AB])\\s*(?:[.,;:!)\\]—–]|-\\s|$)`, "g"), wins: true },
  { form: new RegExp(`(?:[,:]|\\bis|\\bsay)\\s+${thing}([AB])\\W*$`, "g"), wins: true },
];

/**
 * The better of two solutions, A or B; null where the reply names both, neither, or says one thing and another. A last
 * line that is a letter, or names one after "Answer:", decides; else all that is said of A and B has to agree. After a
 * check (`last`) a reply that was cut has no letter.
 */
export function readLetter(reply: Reply, place: Place = "first"): Letter | null {
  const said = spoken(reply);
  if (said.cut && place === "last") return null;
  const last = said.lines.at(-1)?.text ?? "";
  const alone = new RegExp(
    `^\\W*(?:(?:the\\s+)?(?:final\\s+|better\\s+|best\\s+)?(?:answer|verdict|choice|judge?ment|solution|one)\\s*(?:is|:)?\\s*)?[\\W_]*${thing}[\\W_]*([ABab])[\\W_]*$`,
    "i",
  ).exec(last)?.[1];
  const letter = alone?.toUpperCase() as Letter | undefined;
  if (letter !== undefined && (!said.cut || said.lines.length === 1)) {
    const otherwise = new RegExp(`^\\W*${other(letter)}\\W*$`);
    return place === "first" && said.lines.some(({ text }) => otherwise.test(text)) ? null : letter;
  }
  const lines = place === "last" ? said.lines.slice(-1) : said.lines;
  return agreed(
    lines.map(({ text }) => text),
    said,
  );
}

function agreed(lines: readonly string[], { cut }: Spoken): Letter | null {
  const winners = new Set<Letter>();
  // The last sentence of what was cut may say anything yet.
  const sentences = lines
    .flatMap((line) => line.split(/(?<=[.!?;])\s+/))
    .slice(0, cut && lines.length > 1 ? -1 : undefined);
  for (const sentence of sentences) {
    if (undecided.test(sentence)) return null;
    for (const { form, wins } of claims) {
      for (const [, letter] of sentence.matchAll(form))
        winners.add(wins ? (letter as Letter) : other(letter as Letter));
    }
  }
  const [only] = winners;
  return winners.size === 1 && only !== undefined ? only : null;
}

/** How a reply names one of several things by its number. */
export interface Numbering {
  readonly first: number;
  readonly count: number;
  /** Sentences that name it, most binding first, with the number as their only group. */
  readonly forms: readonly RegExp[];
  /** Does a last line that is a number alone name it too? Default true. */
  readonly alone?: boolean;
}

/**
 * The number of the thing that a reply names: by the last match of the first form that matches, else a line that is the
 * number alone at its end. Null outside the range, for a number that goes on, and after a cut at the number.
 */
export function readNumber(reply: Reply, { first, count, forms, alone = true }: Numbering): number | null {
  const said = spoken(reply);
  const text = said.text;
  const match = forms
    .map((form) =>
      [...text.matchAll(new RegExp(form, form.flags.includes("g") ? form.flags : `${form.flags}g`))].at(-1),
    )
    .find((found) => found !== undefined);
  const last = said.lines.at(-1);
  const bare = !alone
    ? undefined
    : /^\W*(?:number|no\.?|solution|response|option|choice)?\W*(\d+)\W*$/i.exec(last?.text ?? "")?.[1];
  const named = match?.[1] ?? bare;
  if (named === undefined) return null;
  const end = match === undefined ? text.trimEnd().length : match.index + match[0].lastIndexOf(named) + named.length;
  if (said.cut && end >= text.trimEnd().length) return null;
  if (/^(?:\.\d|,\d|\d|%)/.test(text.slice(end))) return null;
  const number = Number(named);
  return number >= first && number < first + count ? number : null;
}
