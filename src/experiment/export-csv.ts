import { totalCalls, totalDollars, totalTokens } from "../core/usage.ts";
import { eachLine } from "./journal.ts";
import type { CandidateRecord, TrialRecord } from "./record.ts";

type Cell = string | number | boolean | null;

const trialColumns: readonly (readonly [string, (record: TrialRecord) => Cell])[] = [
  ["dataset", ({ dataset }) => dataset],
  ["problem", ({ problem }) => problem],
  ["group", ({ group }) => group ?? null],
  ["tags", ({ tags }) => tags?.join(";") ?? null],
  ["difficulty", ({ difficulty }) => difficulty ?? null],
  ["arm", ({ arm }) => arm],
  ["strategy", ({ strategy }) => strategy],
  ["seed", ({ seed }) => seed],
  ["verdict", ({ verdict }) => verdict],
  ["answer", ({ answer }) => answer],
  ["support", ({ support }) => support],
  ["covered", ({ candidates }) => candidates.some(({ correct }) => correct)],
  ["candidates", ({ candidates }) => candidates.length],
  ["stopped", ({ stopped }) => stopped],
  ["rule", ({ rule }) => rule],
  ["reason", ({ reason }) => reason],
  ["tokens", ({ usage }) => totalTokens(usage)],
  ["policy_prompt_tokens", ({ usage }) => usage.policy.promptTokens],
  ["policy_completion_tokens", ({ usage }) => usage.policy.completionTokens],
  ["verifier_tokens", ({ usage }) => usage.verifier.promptTokens + usage.verifier.completionTokens],
  ["calls", ({ usage }) => totalCalls(usage)],
  ["programs", ({ usage }) => usage.sandbox.runs],
  ["dollars", ({ usage }) => totalDollars(usage)],
  ["spent_tokens", ({ moment }) => totalTokens(moment.spent)],
  ["milliseconds", ({ moment }) => moment.milliseconds],
];

const candidateColumns: readonly (readonly [string, (candidate: CandidateRecord) => Cell])[] = [
  ["answer", ({ answer }) => answer],
  ["class", (candidate) => candidate.class],
  ["correct", ({ correct }) => correct],
  ["score", ({ score }) => score],
  ["complete", ({ complete }) => complete],
  ["tokens", ({ tokens }) => tokens],
];

/**
 * The results as comma-separated values, one line a trial, or one a candidate. Lines are handed on as they are made. Empty cells are null; a
 * text that a spreadsheet would take for a formula is given a leading apostrophe.
 */
export function exportCsv(path: string, of: "trials" | "candidates", write: (line: string) => void): void {
  const keys = ["dataset", "problem", "arm", "seed"];
  const shared = trialColumns.filter(([name]) => keys.includes(name));
  const head =
    of === "trials"
      ? trialColumns.map(([name]) => name)
      : [...keys, "index", ...candidateColumns.map(([name]) => name)];
  write(line(head));
  eachLine(path, (text) => {
    const record = JSON.parse(text) as TrialRecord;
    if (of === "trials") {
      write(line(trialColumns.map(([, value]) => value(record))));
      return;
    }
    record.candidates.forEach((candidate, index) => {
      const own = candidateColumns.map(([, value]) => value(candidate));
      write(line([...shared.map(([, value]) => value(record)), index, ...own]));
    });
  });
}

const line = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(",")}\n`;

export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+@\t\r]|^-(?![\d.])/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
