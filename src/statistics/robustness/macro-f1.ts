import { mean } from "../numeric/arrays.ts";
import { harmonicMean } from "../rewards/process-bench.ts";

/** Macro-F1 over the given labels; a null (unparsed) prediction matches none. 0/0 counts as 0. */
export function macroF1(
  rows: readonly { readonly label: string; readonly prediction: string | null }[],
  labels: readonly string[],
): number {
  return mean(
    labels.map((label) => {
      const hit = rows.filter((row) => row.label === label && row.prediction === label).length;
      const predicted = rows.filter((row) => row.prediction === label).length;
      const actual = rows.filter((row) => row.label === label).length;
      return harmonicMean(predicted === 0 ? 0 : hit / predicted, actual === 0 ? 0 : hit / actual);
    }),
  );
}
