import { totalCalls, totalDollars, totalTokens } from "../core/usage.ts";
import type { JudgingSummary } from "../runs/judging/agreement.ts";
import { compact, percent, range, type Table } from "./table.ts";

/** How far the judge that graded can be believed, and what it cost; null where no model graded. */
export function judgingTable(judging: readonly JudgingSummary[]): Table | null {
  if (judging.length === 0) return null;
  const rows = judging.map(({ judge, model, version, judged, unread, agreement, usage }) => [
    `${judge}, ${model}`,
    version,
    judged.toLocaleString("en-US"),
    unread.toLocaleString("en-US"),
    agreement.labelled.toLocaleString("en-US"),
    percent(agreement.value),
    range(agreement.interval),
    agreement.kappa === null ? "–" : agreement.kappa.toFixed(2),
    percent(agreement.passesRight),
    percent(agreement.passesWrong),
    compact(totalTokens(usage)),
    compact(totalCalls(usage)),
    compact(totalDollars(usage)),
  ]);
  const head = [
    ...["judge", "version", "picks judged", "unread", "labelled", "agrees %", "95 % interval", "kappa"],
    ...["passes right %", "passes wrong %", "tokens", "calls", "dollars"],
  ];
  const note =
    "Verdicts and accuracies of this report are the judge's. Labels are what the references (or the file of labels) say of the same picks. Tokens, calls and dollars of judging are in no strategy's cost.";
  return { title: "Agreement of the judge with the labels", head, rows, words: [1], note };
}
