/**
 * Words that number the parts of a solution. "Answer 3:" counts with its colon alone: "Answer 3." may be the answer.
 */
const labels =
  "sub-?question|question|sub-?step|step|sub-?task|task|plan|thought|condition|stage|attempt|hint|rephrased question";
const label = new RegExp(
  String.raw`^[#>*_•\- \t]{0,12}(?:(?:${labels})[ \t]{0,3}#?\d+(?:\.\d+)*(?:[ \t]{1,3}of[ \t]{1,3}\d+)?[ \t]{0,3}(?:[*_]{1,2}[ \t]{0,3})?(?:[:.)–—-]|$)|answer[ \t]{1,3}\d+(?:\.\d+)*(?:[ \t]{1,3}again)?[ \t]{0,3}:)`,
  "gim",
);

/** "1." or "(2)" before words, at the beginning of a line. */
const item = /^([>*•\- \t]{0,12}\(?)(\d{1,2})(?:\.\d{1,2})*(?:\.|\)|\.\))[ \t]+(?=\p{L}|\*\*|`)/gmu;

/**
 * The text with its scaffolding blanked out: "Step 2:", "Sub-question 1:", and the numbers of lists that count from 1.
 * Its numbers say where a line stands; none is an answer.
 */
export function withoutScaffolding(text: string): string {
  const blank = (match: string) => " ".repeat(match.length);
  const seen = new Set([0]);
  return text.replace(label, blank).replace(item, (match, _before: string, digits: string) => {
    if (!seen.has(Number(digits) - 1) && !seen.has(Number(digits))) return match;
    seen.add(Number(digits));
    return blank(match);
  });
}
