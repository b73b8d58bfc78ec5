/**
 * The digits of a number as NUPA reads them (Yang et al. 2024, arXiv:2411.03766; GraphPKU/number_cookbook,
 * text_model/metrics.py): an integer's are one part, a decimal's two, a fraction's two, those of scientific notation
 * three. Null where the text is not of the form.
 */
function partsOf(text: string, form: RegExp): string[] | null {
  const found = form.exec(text);
  return found === null ? null : found.slice(1).map((part) => part.replaceAll(/\D/g, ""));
}

const forms = [
  { form: /^(.*)\.(.*)[eE](.*)$/, fromRight: [true, false, true] },
  { form: /^(.*)\/(.*)$/, fromRight: [true, true] },
  { form: /^(.*)\.(.*)$/, fromRight: [true, false] },
  { form: /^(.*)$/, fromRight: [true] },
] as const;

/**
 * Digits of `answer` that are those of the reference at the same place, as a share of the reference's digits, and by how
 * many digits their lengths differ. Whole parts are aligned at their last digit, decimals at their first. An answer of
 * another form has no digit right; null where the reference has none.
 */
export function digitsOf(
  reference: string,
  answer: string | null,
): { readonly match: number; readonly lengthDifference: number } | null {
  const kind = forms.find(({ form }) => form.test(reference.trim()));
  const truth = kind === undefined ? null : partsOf(reference.trim(), kind.form);
  const length = (truth ?? []).join("").length;
  if (kind === undefined || truth === null || length === 0) return null;
  const said = answer === null ? null : partsOf(answer.trim(), kind.form);
  let hits = 0;
  truth.forEach((part, i) => {
    const other = said?.[i] ?? "";
    for (let at = 1; at <= Math.min(part.length, other.length); at++) {
      const place = kind.fromRight[i] === true ? -at : at - 1;
      if (part.at(place) === other.at(place)) hits++;
    }
  });
  return { match: hits / length, lengthDifference: Math.abs((said ?? []).join("").length - length) };
}
