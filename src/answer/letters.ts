/** The letters that a question's options go by, "ABCD"; `otherwise` many where it does not list them. */
const lettersFor = (choices: readonly string[] | undefined, otherwise = 26): string =>
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ".slice(0, choices === undefined || choices.length === 0 ? otherwise : choices.length);

/** What may follow a bare letter that is a choice and not the article "A" or the pronoun "I". */
const after = String.raw`(?=\s*(?:$|[\n.,:;)\]}*$!?=。，、；：！？）】」]|[-–—]\s|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Hangul}|\p{Script=Devanagari}|(?:because|since|as it|is (?:the )?(?:correct|right|best)|and|or|not|rather|instead|but|non|pas|et|ou|und|oder|nicht|y|o|pero|mais)(?![\p{L}])))`;
const oneLetter = String.raw`[（(]?[A-J][)）]?(?![\p{Script=Latin}\d])`;
/** "C or D", "(A), (B) and (C)", "A/B": several letters at once, which choose none. */
const several = String.raw`(?<![\p{Script=Latin}\d\\])${oneLetter}(?:\s*[,、]\s*${oneLetter})*\s*,?\s*(?:[\/&或和]|(?:or|and|or maybe|und|oder|et|ou|y|o)(?!\p{L}))\s*(?:(?:option|choice)\s+)?${oneLetter}(?!\s+(?:is|are|was|were|does|do|isn|aren|can|cannot)(?!\p{L}))`;
const nothingButLetters = new RegExp(`^\\W*${oneLetter}(?:\\s*,\\s*${oneLetter}|\\s*[（(][A-J][)）])+\\W*$`, "u");
const opening = "[([（【「]";
const closing = String.raw`[)\]）】」]`;

/**
 * The choice letter that a short answer begins with: "(B)", "B", "B. Paris", "B Paris", "option B", "\text{(C)}",
 * "**D**", "（D）". Lower case counts in brackets or alone. Null where the first word is not a letter of the list, and
 * for several letters ("C or D").
 */
export function letterIn(answer: string, choices?: readonly string[]): string | null {
  const letters = lettersFor(choices);
  const cleaned = answer
    .replace(/^(?:[\s*_`"'“‘$:：]|\\(?:text|textbf|mathrm|mathbf|boxed)\s*\{|\\\(|\{)+/, "")
    .replace(/^[Ａ-Ｚ]/, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  const lead = String.raw`^(?:[Tt]he\s+)?(?:(?:correct|right|best)\s+)?(?:[Oo]ption|[Cc]hoice|[Aa]nswer|选项)?\s*(?:is\s+)?:?[\s*$]*(?:\\(?:text|textbf|mathrm|mathbf)\s*\{)?`;
  if (new RegExp(`${lead}(?:[Ee]ither\\s+)?${several}`, "u").test(cleaned) || nothingButLetters.test(cleaned))
    return null;
  const bracketed = new RegExp(`${lead}${opening}\\s*([${letters}])\\s*${closing}`, "i").exec(cleaned)?.[1];
  if (bracketed !== undefined) return bracketed;
  const bare = new RegExp(`${lead}([${letters}])${after}`, "u").exec(cleaned)?.[1];
  if (bare !== undefined) return bare;
  const alone = new RegExp(`^([${letters}])(?:[\\s.)}$*]*$|\\)\\s)`, "i").exec(cleaned)?.[1];
  return alone ?? letterBeforeText(cleaned, letters, choices);
}

/** "B Paris": a letter and its option's text; where the options are not known, a letter and a short name. */
function letterBeforeText(answer: string, letters: string, choices: readonly string[] | undefined): string | null {
  const match = new RegExp(`^([${letters}])\\s+(\\S[^\\n]{0,400})`).exec(answer);
  const [, letter = "", text = ""] = match ?? [];
  if (letter === "") return null;
  if (choices !== undefined && choices.length > 0) {
    const option = choices[letters.indexOf(letter)]?.trim().toLowerCase() ?? "";
    return option !== "" && text.toLowerCase().startsWith(option) ? letter : null;
  }
  return letter < "J" && letter !== "I" && /^\p{Lu}[\p{L}'-]*(?: \p{Lu}[\p{L}'-]*){0,3}[.]?$/u.test(text.trim())
    ? letter
    : null;
}

const moreLetters = String.raw`(?:\s*(?:,|、|\/|or|and|nor|或|和|und|oder|et|ou|y|o)\s*${oneLetter})*`;
/** Letters that a text rules out: "not A", "it cannot be A or B", "rather than C", "A and B are wrong". */
const ruledOut = new RegExp(
  String.raw`(?<![\p{L}])(?:not|neither|nor|cannot be|can['’]t be|isn['’]t|n['’]t be|rather than|instead of|unlike|than|non|pas|nicht|no(?:\s+es)?|ni)\s+(?:(?:option|choice|either|both|be)\s+)?${oneLetter}${moreLetters}|(?:不是|不选|而不是|而非|不能选)\s*${oneLetter}${moreLetters}|(?<![\p{Script=Latin}])[A-J](?:\s*[、和]\s*[A-J])*\s*(?:项|选项)?(?:是|都|均)*(?:错误|错的|不对|不正确|不符)|(?<![\p{L}\\])${oneLetter}${moreLetters}\s+(?:(?:is|are|was|were)\s+(?:all |both |too |clearly )?(?:not|wrong|incorrect|false|too|ruled|eliminated|impossible|out)|isn['’]t|aren['’]t|cannot|can['’]t|do(?:es)?(?:n['’]t| not))(?![\p{L}])`,
  "gu",
);
/** What only gives a reason, up to a comma or the end of its sentence. */
const reason = /(?<![\p{L}])(?:because|since|porque|parce que|weil|因为|由于)(?![\p{Script=Latin}])[^.!?\n,，。]*/giu;

const blanked = (text: string, pattern: RegExp): string => text.replace(pattern, (part) => " ".repeat(part.length));

/** The text with the letters that it rules out blanked. */
export const withoutRuledOut = (text: string): string => blanked(text, ruledOut);

/**
 * The last standalone choice letter of a text: one in brackets, else a capital that is no word. Letters that the text
 * rules out do not count, nor do several at once ("C or D"); those in reasons count only where there are no others.
 */
export function lastLetter(text: string, choices?: readonly string[]): string | null {
  if (nothingButLetters.test(text)) return null;
  const letters = lettersFor(choices, 10);
  const possible = blanked(withoutRuledOut(text), new RegExp(several, "gu"));
  const singledOut = [...possible.matchAll(new RegExp(`\\bonly ([${letters}])(?![\\p{L}\\d])`, "gu"))].at(-1)?.[1];
  return (
    standaloneLetter(blanked(possible, reason), letters) ?? standaloneLetter(possible, letters) ?? singledOut ?? null
  );
}

function standaloneLetter(text: string, letters: string): string | null {
  const brackets = new RegExp(`(?<![\\w\\\\])[(（]([${letters}])[)）](?!\\w)`, "g");
  const bare = new RegExp(`(?<![\\p{Script=Latin}\\d_'’(（\\\\-])([${letters}])(?!['’\\w(])${after}`, "gmu");
  const [inBrackets, alone] = [[...text.matchAll(brackets)].at(-1), [...text.matchAll(bare)].at(-1)];
  if (inBrackets === undefined) return alone?.[1] ?? null;
  if (alone === undefined) return inBrackets[1] ?? null;
  return (alone.index > inBrackets.index ? alone[1] : inBrackets[1]) ?? null;
}

/**
 * The text of the one option that a sentence names, as it stands there: its start and end; null where it names none or
 * several. An option within another ("Paris" in "Paris, Texas") does not count beside it.
 */
export function optionIn(sentence: string, choices: readonly string[] | undefined): string | null {
  const lower = sentence.toLowerCase();
  const named = (choices ?? [])
    .map((choice) => choice.trim().toLowerCase())
    .filter((choice) => {
      const at = choice.length < 2 ? -1 : lower.indexOf(choice);
      const whole = !/[\p{L}\d]/u.test(`${lower[at - 1] ?? ""}${lower[at + choice.length] ?? ""}`);
      return at >= 0 && whole;
    });
  const longest = named.filter((choice) => !named.some((other) => other !== choice && other.includes(choice)));
  const [only] = longest;
  if (only === undefined || longest.length > 1) return null;
  const at = lower.indexOf(only);
  return sentence.slice(at, at + only.length);
}
