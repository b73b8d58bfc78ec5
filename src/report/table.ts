import type { ArmSummary } from "../runs/summary.ts";

/** A table as every rendering shows it: first column names, the others numbers, right-aligned. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
  /** Columns that hold words: left-aligned. */
  readonly words?: readonly number[];
}

/** A share in percent, a dash for none. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? "–" : (100 * share).toFixed(1);

export const range = (interval: { readonly low: number; readonly high: number } | null): string =>
  interval === null ? "–" : `${percent(interval.low)} – ${percent(interval.high)}`;

/** Three significant digits, thousands separated. */
export function compact(value: number): string {
  if (value === 0) return "0";
  if (value >= 1000) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toString();
}

const headings = [
  "strategy",
  "accuracy %",
  "95 % interval",
  "coverage %",
  "tokens",
  "verifier",
  "calls",
  "seconds",
  "n",
];

/**
 * The rows of the table that a person reads; cost columns are means per problem. Transitions where a strategy corrects.
 */
export function tableRows(summaries: readonly ArmSummary[]): string[][] {
  const corrects = summaries.some(({ transitions }) => transitions !== null);
  const rows = summaries.map((arm) => [
    overMark(arm),
    percent(arm.accuracy),
    range(arm.interval),
    percent(arm.coverage),
    ...(corrects ? transitionCells(arm) : []),
    compact(arm.tokensPerTrial),
    compact(arm.verifierTokensPerTrial),
    compact(arm.callsPerTrial),
    compact(arm.secondsPerTrial),
    String(arm.n) + lostWords(arm),
  ]);
  const [before, after] = [headings.slice(0, 4), headings.slice(4)];
  return [[...before, ...(corrects ? ["right→wrong", "wrong→right"] : []), ...after], ...rows];
}

/** An arm's label, with a word where it passed its budget. */
export const overMark = ({ arm, overBudget }: Pick<ArmSummary, "arm" | "overBudget">): string =>
  overBudget === undefined ? arm : `${arm} (over budget)`;

/** " (+3 failed, 1 refused; 2 after 0 rounds)". */
function lostWords({ errors, refused, unsearched = 0 }: ArmSummary): string {
  const lost = [errors > refused ? `${errors - refused} failed` : "", refused > 0 ? `${refused} refused` : ""];
  const words = [
    errors === 0 ? "" : `+${lost.filter(Boolean).join(", ")}`,
    unsearched > 0 ? `${unsearched} after 0 rounds` : "",
  ];
  return words.some(Boolean) ? ` (${words.filter(Boolean).join("; ")})` : "";
}

/** "2 of 31": of the trials whose first attempt was right (wrong), those that ended wrong (right). */
export function transitionCells({ transitions }: Pick<ArmSummary, "transitions">): [string, string] {
  if (transitions === null) return ["–", "–"];
  const { rightToRight, rightToWrong, wrongToRight, wrongToWrong } = transitions;
  return [`${rightToWrong} of ${rightToRight + rightToWrong}`, `${wrongToRight} of ${wrongToRight + wrongToWrong}`];
}

/** A table for the terminal: names left, numbers right. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  const [head, ...body] = rows;
  if (head === undefined) return "";
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(head), rule, ...body.map(line)].join("\n");
}

/** The same as Markdown. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  if (head === undefined) return "";
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? " --- " : " ---: ")).join("|")}|`, ...body.map(line)].join(
    "\n",
  );
}
