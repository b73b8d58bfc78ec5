import type { ProblemRow } from "../../../src/core/problem.ts";
import { letters, stemOf } from "../choices.ts";
import { type Finding, type Look, quoted } from "./finding.ts";

const requests =
  "find compute calculate evaluate determine solve simplify express prove show verify disprove write " +
  "give convert factor expand complete fill enter rewrite rearrange reduce plot sketch draw provide " +
  "report specify predict classify match apply choose select pick sort order arrange list name state " +
  "describe estimate approximate explain derive identify obtain repeat say compare count round return " +
  "print create implement judge decide answer tell use make";
/** A request begins a sentence or a clause; "how many" and the like ask wherever they stand. */
const asks = new RegExp(
  [
    "[?？؟]|_{2,}|[:=]\\s*$",
    `(?:^|[.,;:!)}\\]$"'”]\\s*|\\n|\\b(?:and|then|please|must|should|task is to|want you to)\\s+)(?:${requests.replaceAll(" ", "|")})\\b`,
    "\\b(?:what|which of|is it|are there|if and only if|whether|how (?:many|much|long|far|old|often|fast|tall))\\b",
    "(?:^|[.;:!]\\s+)(?:who|whose|where|when|why|how|which)\\b",
  ].join("|"),
  "i",
);

/** Does the text look English? Other languages ask in other words. */
export const isEnglish = (text: string): boolean =>
  /\b(?:the|of|a|an|is|are|to|in|and|how|what|has|he|she|they|if|for)\b/i.test(text);

/** The question without its options. */
const bare = (problem: ProblemRow): string => (problem.choices === undefined ? problem.text : stemOf(problem)).trim();

/** A question must ask. Options complete a sentence, and of programs a docstring says what they do. */
export const asksNothing: Look = (problems) => {
  const usual = usualEnds(problems);
  return problems.flatMap((problem) => {
    const text = bare(problem);
    if (problem.kind === "code" || problem.choices !== undefined || !isEnglish(text)) return [];
    if (asks.test(text) || usual.has(lastWord(text))) return [];
    return [warning("question", problem, `asks nothing: ${quoted(text)}`)];
  });
};

const lastWord = (text: string): string => /\p{L}*$/u.exec(text)?.[0].toLowerCase() ?? "";

/** Words that so many texts of the file end with that it is their form: "not True and False is". */
function usualEnds(problems: readonly ProblemRow[]): ReadonlySet<string> {
  const ends = new Map<string, number>();
  for (const problem of problems) {
    const word = lastWord(bare(problem));
    if (word !== "") ends.set(word, (ends.get(word) ?? 0) + 1);
  }
  return new Set([...ends].flatMap(([word, n]) => (n >= Math.max(5, 0.02 * problems.length) ? [word] : [])));
}

const openEnd =
  /(?:[,;([{+*/–—]|\.\.\.|…|(?<![\w])-|\b(?:the|a|an|and|or|but|of|to|in|on|at|with|for|from|by|than|that|which|if|as|is|are|was|were|has|have|each|per|his|her|their|its|between|into|when|while|because|how|many|much))$/i;
/** From this share of texts with a final mark on, a text without one was cut. */
const habit = 0.9;
const finalMark = /[.?!:;。？！)\]}"'”’»$=`_|\\>]$/;
/** Puzzles about brackets leave them open. */
const aboutBrackets = /\b(?:parenthes[ei]s|brackets?)\b/i;

/** Texts that stop in the middle of a sentence, or without the mark that nearly all others of the file end with. */
export const cutShort: Look = (problems) => {
  const prose = problems.filter(({ kind, choices }) => kind !== "code" && choices === undefined);
  const marked = prose.filter((problem) => finalMark.test(bare(problem))).length;
  const usual = usualEnds(problems);
  const isHabit = prose.length >= 20 && marked >= habit * prose.length;
  return prose.flatMap((problem): Finding[] => {
    const text = bare(problem);
    if (usual.has(lastWord(text)) || aboutBrackets.test(text)) return [];
    if (openEnd.test(text)) return [error("cut", problem, `ends in the middle: ${quoted(text)}`)];
    if (!isHabit || finalMark.test(text)) return [];
    return [warning("cut", problem, `has no final mark, unlike ${percent(marked, prose.length)}: ${quoted(text)}`)];
  });
};

const percent = (part: number, all: number): string => `${Math.floor((100 * part) / all)} % of the file`;

/** Delimiters of formulas, code and drawings that do not match. */
export const brokenFormulas: Look = (problems) =>
  problems.flatMap((problem) => {
    const wrong = unbalanced(problem.text, problem.kind === "code");
    return wrong === null ? [] : [error("formula", problem, `${wrong}: ${quoted(problem.text)}`)];
  });

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** What does not match in a text, or null. A dollar is a formula's only where formulas are written. */
export function unbalanced(text: string, isCode: boolean): string | null {
  if (count(text, /^\s*```/gm) % 2 === 1) return "a code fence is left open";
  if (isCode) return null;
  if (count(text, /\[asy\]/g) !== count(text, /\[\/asy\]/g)) return "a drawing is left open";
  const plain = text.replace(/\[asy\][\s\S]*?\[\/asy\]/g, " ").replace(/\\\\/g, " ");
  const isTex = /\\[a-zA-Z]/.test(plain);
  const dollars = count(plain, /(?<!\\)\$/g);
  if (dollars % 2 === 1 && isFormulaDollar(plain, isTex)) return `${dollars} dollar signs`;
  if (isTex) {
    const begun = count(plain, /\\begin\b/g);
    const ended = count(plain, /\\end\b/g);
    if (begun !== ended) return `${begun} \\begin, ${ended} \\end`;
    const left = count(plain, /\\left\b/g);
    const right = count(plain, /\\right\b/g);
    if (left !== right) return `${left} \\left, ${right} \\right`;
    const braces = count(plain, /(?<!\\)\{/g);
    const closed = count(plain, /(?<!\\)\}/g);
    if (braces !== closed) return `${braces} opening braces, ${closed} closing`;
  }
  for (const [open, close] of [
    ["\\(", "\\)"],
    ["\\[", "\\]"],
  ] as const) {
    const [opened, closed] = [plain.split(open).length, plain.split(close).length];
    if (opened !== closed) return `${opened - 1} ${open}, ${closed - 1} ${close}`;
  }
  if (aboutBrackets.test(text)) return null;
  // An interval closes with the other kind, and a list's "a)" opens nothing: only what is left open was cut.
  const opened = count(plain, /[([]/g);
  const closed = count(plain, /[)\]]/g);
  return opened > closed ? `${opened} opening brackets, ${closed} closing` : null;
}

/** A dollar sign is money where an amount follows that no second one closes. */
const isFormulaDollar = (text: string, isTex: boolean): boolean =>
  !/\$ ?\d[\d,.]*(?:[\s-]+[a-z]{2,}|[.,;?!)]*(?:\s|$)(?!\\)|\/)/i.test(text) &&
  (isTex || /(?<!\\)\$[a-zA-Z(][^$\n]{0,40}\$/.test(text));

const lettered = /(?:^|[\s(])\(?[A-Ea-e1-5I]+[).:]\s?\S/m;
const announces =
  /\bwhich (?:one )?of the following\b|\b(?:following|given|above|below) (?:options|choices|alternatives)\b/i;

/** Options that a question needs, or that make it impossible. */
export const wrongOptions: Look = (problems) =>
  problems.flatMap((problem): Finding[] => {
    const { choices, text, kind } = problem;
    if (choices === undefined) {
      const missing = kind !== "code" && announces.test(text) && !lettered.test(text) && !/\n|[:$\\]/.test(text);
      return missing ? [error("options", problem, `speaks of options and has none: ${quoted(text)}`)] : [];
    }
    if (choices.length < 2) return [error("options", problem, `has ${choices.length} options`)];
    const plain = choices.map((choice) => choice.replace(/\s+/g, " ").trim());
    const empty = plain.indexOf("");
    if (empty >= 0) return [error("options", problem, `option ${letters[empty]} is empty`)];
    const twice = plain.findIndex((choice, index) => plain.indexOf(choice) !== index);
    if (twice < 0) return [];
    const first = letters[plain.indexOf(plain[twice] ?? "")];
    return [error("options", problem, `options ${first} and ${letters[twice]} are both ${quoted(plain[twice] ?? "")}`)];
  });

export const error = (check: Finding["check"], { id }: ProblemRow, message: string, other?: string): Finding => ({
  check,
  level: "error",
  problem: id,
  other,
  message,
});

export const warning = (check: Finding["check"], problem: ProblemRow, message: string, other?: string): Finding => ({
  ...error(check, problem, message, other),
  level: "warning",
});
