import type { TraceRecord, TrialRecord } from "../runs/records/record.ts";
import { paint, type Terminal, wrapText } from "./terminal.ts";

/**
 * One problem in full, as its strategies get through with it. They are shown in their order whenever they end, so that
 * a run and its repetition look the same: what ends before its turn waits for it.
 */
export class WorkedExample {
  readonly #terminal: Terminal;
  readonly #arms: readonly string[];
  readonly #waiting = new Map<string, string>();
  #shown = 0;

  constructor(terminal: Terminal, question: string, arms: readonly string[]) {
    this.#terminal = terminal;
    this.#arms = arms;
    terminal.out(
      `${paint(terminal, "bold", "One problem in full")}\n${wrapText(question, terminal.columns, "  ")}\n\n`,
    );
  }

  add(row: TrialRecord, trace: TraceRecord | null | undefined): void {
    if (this.#arms.indexOf(row.arm) < this.#shown) return;
    this.#waiting.set(row.arm, answerText(this.#terminal, row, trace));
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#terminal.out(next);
      this.#shown++;
    }
  }

  #next(): string | undefined {
    return this.#waiting.get(this.#arms[this.#shown] ?? "");
  }
}

const verdictText = (terminal: Terminal, { verdict }: TrialRecord): string =>
  verdict === "correct" ? paint(terminal, "green", "right") : paint(terminal, "red", verdict);

/** "self-consistency@5: 42 (right; 4 of 5 agree)" */
export const answerLine = (terminal: Terminal, row: TrialRecord): string =>
  `${paint(terminal, "cyan", row.arm)}: ${row.answer ?? "no answer"} (${verdictText(terminal, row)}; ${row.reason})`;

/** The answer with the text that it was picked from. */
function answerText(terminal: Terminal, row: TrialRecord, trace: TraceRecord | null | undefined): string {
  const candidates = trace?.candidates ?? [];
  const text = candidates[row.picks.at(-1)?.[1] ?? 0]?.text ?? "";
  return `${answerLine(terminal, row)}\n${wrapText(text.trim(), terminal.columns, "    ")}\n\n`;
}
