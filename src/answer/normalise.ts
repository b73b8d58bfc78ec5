import { lookup } from "../core/lookup.ts";
import { closingBrace, findBoxes, joins } from "./boxed.ts";
import { hanFractions } from "./han.ts";

/** One character each, as the ASCII or LaTeX that the readers know. */
const characters: Readonly<Record<string, string>> = lookup({
  "−": "-",
  "–": "-",
  "—": "-",
  "‐": "-",
  "‑": "-",
  "﹣": "-",
  "－": "-",
  "×": "\\times ",
  "⋅": "\\cdot ",
  "·": "\\cdot ",
  "∗": "*",
  "÷": "/",
  "∕": "/",
  "⁄": "/",
  π: "\\pi ",
  "∞": "\\infty ",
  "√": "\\sqrt ",
  "∛": "\\sqrt[3]",
  "±": "\\pm ",
  "∓": "\\mp ",
  "≤": "\\le ",
  "≥": "\\ge ",
  "⩽": "\\le ",
  "⩾": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "∪": "\\cup ",
  "∩": "\\cap ",
  "∈": "\\in ",
  "∅": "\\emptyset ",
  ℝ: "\\mathbb{R}",
  "∖": "\\setminus ",
  "½": "\\frac{1}{2}",
  "⅓": "\\frac{1}{3}",
  "⅔": "\\frac{2}{3}",
  "¼": "\\frac{1}{4}",
  "¾": "\\frac{3}{4}",
  "⅕": "\\frac{1}{5}",
  "⅖": "\\frac{2}{5}",
  "⅗": "\\frac{3}{5}",
  "⅘": "\\frac{4}{5}",
  "⅙": "\\frac{1}{6}",
  "⅚": "\\frac{5}{6}",
  "⅛": "\\frac{1}{8}",
  "⅜": "\\frac{3}{8}",
  "⅝": "\\frac{5}{8}",
  "⅞": "\\frac{7}{8}",
  "⅐": "\\frac{1}{7}",
  "⅑": "\\frac{1}{9}",
  "⅒": "\\frac{1}{10}",
  "。": ".",
  "、": ",",
  "٫": ".",
  "٬": ",",
  "٪": "%",
  "°": "^{\\circ}",
  º: "^{\\circ}",
  "′": "'",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  α: "\\alpha ",
  β: "\\beta ",
  γ: "\\gamma ",
  δ: "\\delta ",
  ε: "\\epsilon ",
  θ: "\\theta ",
  λ: "\\lambda ",
  μ: "\\mu ",
  ρ: "\\rho ",
  σ: "\\sigma ",
  τ: "\\tau ",
  φ: "\\phi ",
  ω: "\\omega ",
  Δ: "\\Delta ",
  Ω: "\\Omega ",
});
const raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const lowered = "₀₁₂₃₄₅₆₇₈₉";

function characterForms(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const scripts = text
    .replace(/⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (run) => `^{${[...run].map((c) => (c === "⁻" ? "-" : raised.indexOf(c))).join("")}}`)
    .replace(/[₀₁₂₃₄₅₆₇₈₉]+/g, (run) => `_{${[...run].map((c) => lowered.indexOf(c)).join("")}}`);
  let mapped = "";
  for (const char of hanFractions(scripts)) mapped += characters[char] ?? asciiDigit(char);
  // The rest (full-width digits, ligatures, odd blanks) by compatibility decomposition, which would spoil the signs
  // above.
  return mapped.normalize("NFKC").replace(/[\u200b-\u200d\ufeff]/g, "");
}

/** A decimal digit of any script as 0 to 9; other characters as they are. */
function asciiDigit(char: string): string {
  // Beyond the first plane stand styled ASCII digits, which compatibility decomposition knows.
  if (!/\p{Nd}/u.test(char) || char.length > 1) return char;
  let zero = char.codePointAt(0) ?? 0;
  // The ten digits of a script stand in a row.
  const code = zero;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String(code - zero);
}

const delimiters: readonly (readonly [RegExp, string])[] = [
  [/(?<!\\)\\[[\]()]/g, " "],
  [/\$\$/g, "$"],
  [/^\s*\$((?:[^$\\]|\\.)*)\$\s*$/s, "$1"],
  [/\$\s+\$/g, " "],
  // "$12 $": a blank before the closing dollar, which money has not.
  [/(?<!\\)\$(\d[^$]{0,40}?)\s\$(?=\s|$|[.,])/g, "$1"],
  // An opening dollar stands before, a closing one after, a character of the formula; any other is money.
  [/(?<!\\)\$((?:[^$\s\\]|\\[^$])(?:(?:[^$\\]|\\.)*(?:[^$\s\\]|\\[^$]))?)\$/g, "$1"],
];

/**
 * Commands that say how something looks and not what it is. Matched as whole tokens: "\le" is not the beginning of
 * "\left".
 */
const looks: readonly (readonly [RegExp, string])[] = [
  [/,\s*\\!\s*(?=\d{3})/g, ","],
  [/\s*\{\s*,\s*\}\s*(?=\d{3})/g, "{,}"],
  [/\\(?:left|right)\s*\./g, " "],
  [/\\(?:left|right|bigl|bigr|Bigl|Bigr|biggl|biggr|big|Big|bigg|Bigg|middle)(?![A-Za-z])/g, ""],
  [/\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|normalsize|large|Large|hfill|centering)(?![A-Za-z])/g, " "],
  [/\\[dtc]frac(?![A-Za-z])/g, "\\frac"],
  [/\\frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))/g, "\\frac{$1$2}{$3$4}"],
  [/\\[dt]binom(?![A-Za-z])/g, "\\binom"],
  [/\\binom\s*(\d)\s*(\d)/g, "\\binom{$1}{$2}"],
  [/\{\s*([^{}]*?)\s*\\choose(?![A-Za-z])\s*([^{}]*?)\s*\}/g, "\\binom{$1}{$2}"],
  [/(?<!\\)\\!/g, ""],
  // "\quadx": the blank before the letter is lost.
  [/\\q?quad(?=[a-zA-Z](?:_|\s*=))/g, " "],
  [/\\(?:quad|qquad|enspace|thinspace|hspace\{[^{}]*\})(?![A-Za-z])|(?<!\\)\\[,;:> ]|~|&nbsp;/g, " "],
  [/\\(?:leq|leqslant)(?![A-Za-z])|<=/g, "\\le "],
  [/\\(?:geq|geqslant)(?![A-Za-z])|>=/g, "\\ge "],
  [/\\neq(?![A-Za-z])|!=/g, "\\ne "],
  // v^2_0 is v_0^2.
  [/\^\s*(\{[^{}]*\}|\w)\s*_\s*(\{[^{}]*\}|\w)/g, "_$2^$1"],
  [/\\lt(?![A-Za-z])/g, "<"],
  [/\\gt(?![A-Za-z])/g, ">"],
  [/\\langle(?![A-Za-z])/g, "("],
  [/\\rangle(?![A-Za-z])/g, ")"],
  [/\\(?:text|mathrm|mbox)\s*\{\s*\}/g, " "],
  [/_\s*\{\s*\\(?:text|mathrm|textrm|rm|mathit)\s*\{\s*(\w+)\s*\}\s*\}/g, "_{$1}"],
  [/\\(?:lbrace)(?![A-Za-z])/g, "\\{"],
  [/\\(?:rbrace)(?![A-Za-z])/g, "\\}"],
  [/\\(?:varnothing)(?![A-Za-z])/g, "\\emptyset"],
  [/\\ast(?![A-Za-z])/g, "*"],
  [/\\(?:textdegree|degree)(?![A-Za-z])|\^\s*\\circ(?![A-Za-z])|\^\s*\{\s*\\circ\s*\}|\^o(?![A-Za-z])/g, "^{\\circ}"],
  [/\\(?:prime)(?![A-Za-z])/g, "'"],
  [/\^\s*\{\s*('+)\s*\}|\^\s*('+)/g, "$1$2"],
  [/(?<![A-Za-z])per\s+cent(?![A-Za-z])/gi, "percent"],
  [/\\%|\\text\s*\{\s*%\s*\}/g, "%"],
  [/\\(?:dots|ldots|cdots)(?![A-Za-z])|…/g, "..."],
];

const fonts = /\\(?:(?:begin)?boxed|fbox|bm|boldsymbol|mathbf|textbf|mathit|textit|emph|underline)\s*\{/;

/** Without boxes and fonts around its parts: `\boxed{1}, \boxed{2}` is `1, 2`. At most a few levels deep. */
function unwrap(text: string): string {
  let plain = text;
  for (let left = 40, from = 0; left > 0; left--) {
    const match = fonts.exec(plain.slice(from));
    if (match === null) break;
    const start = from + match.index;
    const open = start + match[0].length - 1;
    const close = closingBrace(plain, open);
    if (close < 0) break;
    plain = `${plain.slice(0, start)} ${plain.slice(open + 1, close)} ${plain.slice(close + 1)}`;
    from = start;
  }
  return plain.replace(/\\(?:textrm|mbox|textsf|hbox|textup|textnormal)(?![A-Za-z])/g, "\\text");
}

/** Without the marks of bold type around the whole. */
function withoutStars(text: string): string {
  if (!text.startsWith("**") || !text.endsWith("**")) return text;
  let [from, to] = [0, text.length];
  while (text[from] === "*") from++;
  if (from === text.length) return text.length < 4 ? text : "";
  while (text[to - 1] === "*") to--;
  return text.slice(from, to);
}

function trimEnds(text: string): string {
  let trimmed = text.trim();
  for (let previous = "", round = 0; previous !== trimmed && round < 50; round++) {
    previous = trimmed;
    trimmed = withoutStars(trimmed)
      .replace(/^(["'`])(.*)\1$/s, "$2")
      .replace(/(?<!\.)[.,;:]$|(?<!\\)\\$/, "")
      .replace(/^[:,;]\s*/, "")
      .replace(/^(?:大约|大概|约为?|一共|总共|共|还剩下?|等于|答案?[是为:]*)\s*(?=[-\d\\$.])/, "")
      .replace(/^\\?approx(?![A-Za-z])|^(?:approximately|about|roughly|exactly)\s+(?=[-\d\\$.])/i, "")
      .trim();
  }
  return trimmed;
}

/**
 * One spelling for the many ways to write the same answer: characters, mathematical delimiters, `\left` and `\right`,
 * spacing, fonts, fraction commands, outer markup, a closing full stop. Applying it twice changes nothing more. A
 * dollar that remains is money.
 */
export function normalise(raw: string): string {
  let text = raw;
  for (let round = 0, previous = ""; previous !== text && round < 6; round++) {
    previous = text;
    text = pass(text);
  }
  return text;
}

/** Digits that repeat: 0.333... and 0.(3). */
const repeating = (text: string): string =>
  text
    .replace(/(?<![\d.])(\d*\.\d*?)(\d)\2{2,}\s*(?:\.\.\.|\\[lc]?dots)(?!\S)/g, "$1\\overline{$2}")
    .replace(/(?<![\d.])(\d*\.\d*)\((\d{1,40})\)/g, "$1\\overline{$2}");

/**
 * "\\\\frac" for "\\frac": a text that was escaped once too often. In an environment "\\\\" ends a row, so there only
 * a doubled "\\\\begin" shows it.
 */
function unescaped(text: string): string {
  if (/(?<!\\)\\\\begin(?![A-Za-z])/.test(text)) return text.replaceAll("\\\\", "\\");
  return text.includes("\\begin") ? text : text.replace(/\\\\(?=[A-Za-z]{2}|[{}]|[,;!] ?\d)/g, "\\");
}

/** Several boxes are a list of what they hold, with the name that stands before each. */
function boxesAsList(text: string): string {
  const boxes = findBoxes(text);
  const [first] = boxes;
  if (first === undefined || boxes.length < 2 || text.slice(0, first.start).trim() !== "") return text;
  if (boxes.slice(1).some(({ start }, k) => !joins(text.slice(boxes[k]?.end, start)))) return text;
  return boxes
    .map(({ start, from, to }, k) => {
      const between = k === 0 ? "" : text.slice(boxes[k - 1]?.end, start);
      const name = /([A-Za-z](?:_\{?\w+\}?)?(?:\([a-z]\))?\s*(?:=|\\in)\s*)[\s$\\([]*$/.exec(between)?.[1] ?? "";
      const comma = k === 0 ? "" : /\bor\b/.test(between) ? " or " : ", ";
      return `${comma}${name}${text.slice(from, to)}`;
    })
    .join("");
}

const spokenSign = /^(?:(?:negative|minus)\s+|\\(?:text|mathrm|mbox)\s*\{\s*(?:negative|minus)\s*\}\s*)(?=[\d\\$.])/i;

function pass(raw: string): string {
  let text = unescaped(characterForms(raw));
  if (/\\(?:boxed|fbox)/.test(text)) text = boxesAsList(text);
  if (text.length < 200 && text.includes(".")) text = repeating(text);
  if (/[\\$~…!<>=&^{]|per\s+cent/i.test(text)) {
    for (const [pattern, replacement] of delimiters) text = text.replace(pattern, replacement);
    for (const [pattern, replacement] of looks) text = text.replace(pattern, replacement);
    if (text.includes("\\")) text = unwrap(text);
  }
  return trimEnds(text.replace(/\s+/g, " ")).replace(spokenSign, "-");
}
