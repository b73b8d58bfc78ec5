import type { Comparison } from "../statistics/comparing/comparison.ts";
import { formatDifference } from "../statistics/comparing/words.ts";
import type { ReportData } from "./data.ts";
import { percent, range, type Table } from "./table.ts";

/** Which p values were adjusted together: "adjusted by Holm within each family: the 3 pairs of a, the 3 pairs of b". */
export function familyWords(comparisons: readonly Comparison[]): string {
  const families = new Map(comparisons.map(({ scope, family }) => [scope ?? "", family]));
  if (comparisons.every(({ family }) => family < 2)) return "not adjusted, as no two comparisons belong to one family";
  const parts = [...families].map(([scope, size]) => {
    const pairs = `the ${size} ${size === 1 ? "pair" : "pairs"}`;
    return scope === "" ? pairs : `${pairs} of ${scope}`;
  });
  const each = parts.length === 1 ? " over" : " within each family:";
  return `adjusted by Holm${each} ${parts.join(", ")}, on all problems`;
}

/** Accuracy where trials that failed or could not be judged are left out, and where they count as wrong. */
export function readingTable({ readings }: Pick<ReportData, "readings">): Table | null {
  if (readings.length === 0) return null;
  return {
    title: "Failed and unjudged trials: both readings",
    head: [
      ...["strategy", "failed", "not judged", "left out: accuracy %", "95 % interval", "Δ points", "verdict"],
      ...["counted wrong: accuracy %", "95 % interval", "Δ points", "verdict"],
    ],
    rows: readings.map(({ arm, failed, undecided, leftOut, countedWrong }) => [
      ...[arm, failed.toLocaleString("en-US"), undecided.toLocaleString("en-US")],
      ...[leftOut, countedWrong].flatMap((one) => [
        percent(one.accuracy),
        range(one.interval),
        one.difference === null ? "–" : formatDifference(one.difference, "share"),
        one.verdict ?? "baseline",
      ]),
    ]),
    words: [6, 10],
    note: "The other tables leave failed trials out and count answers that could not be judged as not right.",
  };
}

/** What depends on how failed and unjudged trials are read. */
export function readingWarnings({ readings }: Pick<ReportData, "readings">): string[] {
  return readings.flatMap(({ arm, failed, undecided, leftOut, countedWrong }) => {
    const [without, wrong] = [percent(leftOut.accuracy), percent(countedWrong.accuracy)];
    if (without === wrong && leftOut.verdict === countedWrong.verdict) return [];
    const lost = (failed + undecided).toLocaleString("en-US");
    const verdicts =
      leftOut.verdict === countedWrong.verdict
        ? ""
        : ` The verdict changes with it: ${leftOut.verdict}, or ${countedWrong.verdict}.`;
    return [
      `${arm}: ${lost} trials failed or could not be judged. Accuracy is ${without} % where they are left out and ${wrong} % where they count as wrong.${verdicts}`,
    ];
  });
}
