import { outsideFormulas, rewriting } from "./perturbation.ts";

/**
 * A few well-described features of African American English as rules. Each keeps the meaning; together they are a rough
 * probe and no portrait of the dialect: ReDial (Lin et al. 2025, arXiv:2410.11005) had its prompts written by speakers.
 */
const rules: readonly (readonly [feature: string, pattern: RegExp, replacement: string])[] = [
  ["existential it", /\bThere (?:is|are)\b/g, "It's"],
  ["existential it", /\bthere (?:is|are)\b/g, "it's"],
  ["ain't", /\b(?:is|are|am) not\b|\b(?:is|are)n['’]t\b/g, "ain't"],
  ["immediate future", /\b(?:is|are|am) going to\b/g, "finna"],
  [
    "zero copula",
    /\b(he|she|they|we|it|(?!Wh|How|This|That|These|Those)[A-Z][a-z]+) (?:is|are) (?=[a-z]+ing\b)/g,
    "$1 ",
  ],
  ["verbal -s", /\b(he|she|it|[A-Z][a-z]+) does(?: not|n['’]t)\b/g, "$1 don't"],
  ["verbal -s", /\b(he|she|[A-Z][a-z]+) has (?=\d|an?\b|[a-z]+ty\b|twice\b)/g, "$1 got "],
  ["verbal -s", /\b(he|she|[A-Z][a-z]+) (wants|needs) to\b/g, "$1 wanna"],
];

export const dialect = rewriting("dialect", "features of African American English, by rule", (text) =>
  outsideFormulas(text, (prose) =>
    rules.reduce((changed, [, pattern, replacement]) => changed.replace(pattern, replacement), prose),
  ),
);
