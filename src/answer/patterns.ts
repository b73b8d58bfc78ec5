/**
 * Numbers as people and models write them. A sign counts only where it cannot be a minus between two operands, so the
 * last number of "10-3" and of "10 - 3" is 3, and that of "x = - 3" is - 3; a full stop counts only between digits, so
 * that of "It is 5." is 5.
 */
const digits = String.raw`\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:\{,\}\d{3})+(?!\d)|\d{1,3}(?:,\\!\s?\d{3})+(?!\d)|\d+`;
const plain = String.raw`(?:(?:${digits})(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+(?![\w.]))?`;
const money = String.raw`(?:\\?\$|[€£¥₹])\s?(?=[-−\d.])`;
const latexFraction = String.raw`\\[dt]?frac\s*(?:\{-?\d+\}\s*\{\d+\}|\d\s*\d)`;
const sign = String.raw`(?:(?<![\w)\]}.])[-−–+](?=\S)|(?<=(?:^|[=(\[{<>≈:$])[^\S\n]*)[-−–+]\s)`;
const clock = String.raw`\d{1,2}:\d{2}(?:\s?[apAP]\.?[mM]\b\.?)?|\d+\s?:\s?\d+`;
const body = String.raw`${clock}|(?:\d+\s?)?${latexFraction}|${plain}(?:\s?\/\s?${plain}|(?:\s*(?:\\times|\\cdot|[x×*])\s*10\s*\^\s*(?:\{\s*[-−]?\d+\s*\}|[-−]?\d+)))?|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]`;

/** Matches every number of a text, left to right. Groups: none. */
export const numberPattern = (): RegExp =>
  new RegExp(
    String.raw`(?:${sign})?(?:${money})?(?:${sign})?(?:${body})(?:\s?\\?%|\s(?:hundred|thousand|million|billion|trillion)\b)?`,
    "g",
  );
