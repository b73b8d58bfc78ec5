/** The letters that a question's options go by, "ABCD"; `otherwise` many where it does not list them. */
const lettersFor = (choices: readonly string[] | undefined, otherwise = 26): string =>
  "ABCDEFGHIJKLMNOPQRSTUVWXYZ".slice(0, choices === undefined || choices.length === 0 ? otherwise : choices.length);

/** What may follow a bare letter that is a choice and not the article "A" or the pronoun "I". */
const after = String.raw`(?=\s*(?:$|[\n.,:;)\]}*$!?=]|[-–—]\s|(?:because|since|as it|is (?:the )?(?:correct|right|best)|and|or)\b))`;

/**
 * The choice letter that a short answer begins with: "(B)", "B", "B. Paris", "option B", "\text{(C)}", "**D**". Lower
 * case counts in brackets or alone. Null where the first word is not a letter of the list.
 */
export function letterIn(answer: string, choices?: readonly string[]): string | null {
  const letters = lettersFor(choices);
  const cleaned = answer.replace(/^(?:[\s*_`"'$:]|\\(?:text|textbf|mathrm|mathbf|boxed)\s*\{|\\\(|\{)+/, "");
  const lead = String.raw`^(?:[Tt]he\s+)?(?:(?:correct|right|best)\s+)?(?:[Oo]ption|[Cc]hoice|[Aa]nswer)?\s*(?:is\s+)?:?[\s*$]*(?:\\(?:text|textbf|mathrm|mathbf)\s*\{)?`;
  const bracketed = new RegExp(`${lead}[([]\\s*([${letters}])\\s*[)\\]]`, "i").exec(cleaned)?.[1];
  if (bracketed !== undefined) return bracketed;
  const bare = new RegExp(`${lead}([${letters}])${after}`).exec(cleaned)?.[1];
  return bare ?? new RegExp(`^([${letters}])[\\s.)}$*]*$`, "i").exec(cleaned)?.[1] ?? null;
}

/** The last standalone choice letter of a text: one in brackets, else a capital that is no word. */
export function lastLetter(text: string, choices?: readonly string[]): string | null {
  const letters = lettersFor(choices, 10);
  const bracketed = [...text.matchAll(new RegExp(`(?<![\\w\\\\])\\(([${letters}])\\)(?!\\w)`, "g"))].at(-1);
  const bare = [...text.matchAll(new RegExp(`(?<![\\w'’(\\\\-])([${letters}])(?!['’\\w(])${after}`, "gm"))].at(-1);
  if (bracketed === undefined) return bare?.[1] ?? null;
  if (bare === undefined) return bracketed[1] ?? null;
  return (bare.index > bracketed.index ? bare[1] : bracketed[1]) ?? null;
}
