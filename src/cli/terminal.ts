import type { LiveScreen } from "./live-screen.ts";

/** Where a command writes and what it knows of its surroundings; tests bring their own. */
export interface Terminal {
  out(text: string): void;
  /** Progress and remarks: standard error, so that standard output holds results only. */
  err(text: string): void;
  readonly isTty: boolean;
  readonly columns: number;
  /** Lines that fit on it; absent where it is no terminal. */
  readonly rows?: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** All of standard input. */
  readStdin(): Promise<string>;
  /** Calls back for each key pressed, until the function it returns is called; absent where there is no keyboard. */
  onKey?(handle: (key: string) => void): () => void;
  /** Lines that are drawn again in place; absent where it is no terminal. What else is written stands above them. */
  readonly screen?: LiveScreen;
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours where the terminal shows them and NO_COLOR is not set; plain text otherwise. */
export function paint(terminal: Terminal, style: keyof typeof codes, text: string): string {
  return terminal.isTty && !terminal.env.NO_COLOR ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}

/**
 * One line that is rewritten in place on a terminal; elsewhere a line is printed when `mark` changes (so that logs stay
 * short).
 */
export function statusLine(terminal: Terminal): { show(text: string, mark?: string): void; clear(): void } {
  let shown = false;
  let lastMark: string | undefined;
  return {
    show(text, mark) {
      if (terminal.isTty) {
        const fitted = text.length > terminal.columns - 1 ? `${text.slice(0, terminal.columns - 2)}…` : text;
        terminal.err(`\r\u001b[2K${fitted}`);
        shown = true;
      } else if (mark !== undefined && mark !== lastMark) {
        lastMark = mark;
        terminal.err(`${text}\n`);
      }
    },
    clear() {
      if (shown) terminal.err("\r\u001b[2K");
      shown = false;
    },
  };
}

/** A duration as a person says it: "8 s", "2 min 05 s", "1 h 12 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

/** Text folded to a width at word boundaries, each line indented. */
export function wrapText(text: string, width: number, indent = ""): string {
  const lines = text.split("\n").flatMap((line) => foldLine(line, Math.max(20, width - indent.length)));
  return lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
}

function foldLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/(?<= )/)) {
    if (current.length + word.trimEnd().length > width && current.trim() !== "") {
      lines.push(current.trimEnd());
      current = "";
    }
    current += word;
  }
  return [...lines, current.trimEnd()];
}
