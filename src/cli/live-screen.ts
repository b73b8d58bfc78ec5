import { stripVTControlCharacters } from "node:util";
import { textWidth } from "./text-width.ts";

/** A few lines at the end of the terminal that are drawn again in place. */
export interface LiveScreen {
  /** Lines without control characters but for our colours, none longer than the terminal is wide. */
  draw(lines: readonly string[]): void;
  /** Takes them away: what is written next stands in their place. */
  clear(): void;
}

const control = "\u001b";
/** Between these a terminal that knows them shows nothing half done; others pass over them. */
const [hold, release] = [`${control}[?2026h`, `${control}[?2026l`];

/**
 * A screen over a terminal that `write` writes to. What changed is written in one piece, so that nothing flickers;
 * where the terminal was made narrower in the meantime, the rows that its old lines take now are counted.
 */
export function liveScreen(write: (text: string) => void, columns: () => number): LiveScreen {
  let shown: readonly string[] = [];
  const up = (): string => {
    const wide = Math.max(1, columns());
    const rows = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / wide)), 0);
    return rows === 0 ? "" : `${control}[${rows}A\r`;
  };
  return {
    draw(lines) {
      if (lines.length === shown.length && lines.every((line, i) => line === shown[i])) return;
      const body = lines.map((line) => `${line}${control}[K\n`).join("");
      write(`${hold}${up()}${body}${control}[J${release}`);
      shown = [...lines];
    },
    clear() {
      if (shown.length > 0) write(`${hold}${up()}${control}[J${release}`);
      shown = [];
    },
  };
}

const widthOf = (line: string): number => textWidth(stripVTControlCharacters(line));
