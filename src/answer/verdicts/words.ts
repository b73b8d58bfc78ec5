import { type Reply, type Spoken, spoken } from "./spoken.ts";

/** Where a judge was to put its verdict: as the first word of the reply, or on a last line after a check. */
export type Place = "first" | "last";

/** A verdict word and where it begins in the reply; `at` is null where that is not known. */
export interface FoundWord<Word extends string> {
  readonly word: Word;
  readonly at: number | null;
}

interface Cue<Word extends string> extends FoundWord<Word> {
  readonly at: number;
  /** The whole line is the verdict, or says that it is one. */
  readonly alone: boolean;
  readonly line: number;
}

const labels =
  "(?:(?:so|thus|therefore|hence|overall|finally)[,:]?\\s+)?(?:(?:my|the|your)\\s+)?(?:final\\s+)?" +
  "(?:answer|verdict|judge?ment|decision|conclusion|result|response|evaluation|assessment|reply|output)";

/**
 * The word that a reply gives as its verdict; null where it gives none, several, or only repeats what was asked.
 *
 * A line that is the word alone, or names it after "Answer:" and the like, is a verdict wherever it stands; one that
 * begins with the word and a mark of punctuation, or ends in a sentence that is the word, is one where nothing
 * contradicts it. The last line decides where it is a verdict. After a check (`last`) only the last line and lines of
 * the word alone count, and a reply that was cut has none.
 */
export function readWord<Word extends string>(
  reply: Reply,
  words: readonly Word[],
  place: Place = "first",
): FoundWord<Word> | null {
  const said = spoken(reply);
  if (said.cut && place === "last") return null;
  const cues = cuesIn(said, words).filter(
    ({ alone, line }) => place === "first" || alone || line === said.lines.length - 1,
  );
  const cue = deciding(cues, said, place);
  return cue === null ? null : { word: cue.word, at: said.at === null ? null : said.at + cue.at };
}

function deciding<Word extends string>(cues: readonly Cue<Word>[], said: Spoken, place: Place): Cue<Word> | null {
  const last = cues.at(-1);
  if (last === undefined) return null;
  if (said.cut) return cues.length === 1 && last.line === 0 ? last : null;
  if (place === "last" && last.alone && last.line === said.lines.length - 1) return last;
  const agreed = cues.every(({ word }) => word === last.word);
  if (!agreed) return null;
  // A check goes on after its verdict only where it puts the verdict on a line of its own.
  return place === "first" || last.alone || last.line === said.lines.length - 1 ? last : null;
}

function cuesIn<Word extends string>({ lines, cut }: Spoken, words: readonly Word[]): Cue<Word>[] {
  const any = words.join("|");
  const forms = [
    { alone: true, form: new RegExp(`^\\W*(?:${labels}\\s*(?:is|:|=|-)+\\s*)?[\\W_]*(?<word>${any})[\\W_]*$`, "i") },
    {
      alone: true,
      form: new RegExp(`\\b${labels}\\s*(?:is|:|=)+[\\s:]*[([<]*(?<word>${any})\\b(?!\\s*(?:/|or\\b))`, "i"),
    },
    { alone: true, form: new RegExp(`\\?\\s*[([<]*(?<word>${any})[\\W_]*$`, "i") },
    { alone: false, form: new RegExp(`^\\W*(?<word>${any})\\s*(?:[.,;:!()\\]—–]|-\\s|$)`, "i") },
    { alone: false, form: new RegExp(`(?:[.!?:;—–]\\s+|\\s-\\s+)(?<word>${any})\\s*[.!)\\]]*\\s*$`, "i") },
  ];
  const choice = new RegExp(`\\((?:${any})\\s*(?:/|\\||\\bor\\b)\\s*(?:${any})\\)`, "gi");
  return lines.flatMap(({ text: whole, at }, line) => {
    const text = whole.replace(choice, (found) => " ".repeat(found.length));
    if (asksItself(text, words) || (cut && line > 0)) return [];
    const found = forms.flatMap(({ alone, form }) => {
      const match = form.exec(text);
      const word = match?.groups?.word;
      if (match === null || word === undefined) return [];
      const start = match.index + match[0].toLowerCase().lastIndexOf(word.toLowerCase());
      return [{ word: words.find((each) => each.toLowerCase() === word.toLowerCase()) as Word, alone, start }];
    });
    const [first] = found;
    if (first === undefined) return [];
    if (found.some(({ word }) => word !== first.word) || contradicts(text.slice(first.start), words, first.word)) {
      return [{ word: first.word, alone: false, at: at + first.start, line }].flatMap((cue) => conflict(cue, words));
    }
    return [{ word: first.word, alone: first.alone, at: at + first.start, line }];
  });
}

/** A line that says one thing and another is a cue for both, so that nothing agrees with it. */
const conflict = <Word extends string>(cue: Cue<Word>, words: readonly Word[]): Cue<Word>[] => [
  ...words.filter((word) => word !== cue.word).map((word) => ({ ...cue, word })),
  cue,
];

/** "Yes or No", "Yes/No", "Yes if … No if": the instruction repeated, or a question. */
function asksItself<Word extends string>(line: string, words: readonly Word[]): boolean {
  const any = `(?:${words.join("|")})`;
  return (
    new RegExp(`\\b${any}\\W*(?:/|\\bor\\b|\\||,\\s*or\\b)\\W*${any}\\b(?![^.!?]*[:=]\\s*${any}\\W*$)`, "i").test(
      line,
    ) ||
    new RegExp(`\\b${any}\\b\\W*(?:if|when|unless)\\b`, "i").test(line) ||
    new RegExp(`\\b${any}\\s+and\\s+${any}\\b`, "i").test(line)
  );
}

/** Does a sentence behind the word begin with another of the words? */
function contradicts<Word extends string>(rest: string, words: readonly Word[], word: Word): boolean {
  const others = words.filter((each) => each !== word).join("|");
  return new RegExp(
    `(?:[.!?;:—–-]|\\bbut|\\bwait|\\bactually),?\\s+(?:wait,?\\s+|actually,?\\s+)?(?:${others})\\b(?:\\s*(?:[.,;!:—–]|$)|\\s+(?:wait|it|the|this|that|sorry)\\b)`,
    "i",
  ).test(rest);
}
