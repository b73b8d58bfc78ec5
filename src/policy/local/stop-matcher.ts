import { endBeforeStop } from "../stop-text.ts";

/** The text of one sample as its pieces arrive, and where a stop text ends it. */
export interface GrowingText {
  /** All of it, without the stop text that ended it. */
  readonly text: string;
  /** The stop text that ended it; null while it goes on. */
  readonly stop: string | null;
  /** Adds a piece and returns what can be shown: what may yet be the beginning of a stop text is held back. */
  add(piece: string): string;
  /** What was held back, when no more comes. */
  rest(): string;
}

/**
 * Stop texts may lie across the borders of pieces; the one that begins first ends the text, the first listed on a tie.
 */
export function growingText(stops: readonly string[]): GrowingText {
  const kept = stops.filter((stop) => stop !== "");
  const longest = Math.max(0, ...kept.map((stop) => stop.length));
  let [text, shown, found] = ["", 0, null as string | null];
  const show = (end: number) => {
    const piece = text.slice(shown, end);
    shown = Math.max(shown, end);
    return piece;
  };
  return {
    get text() {
      return text;
    },
    get stop() {
      return found;
    },
    add(piece) {
      if (found !== null) return "";
      const from = Math.max(0, text.length - longest + 1);
      text += piece;
      const ended = endBeforeStop(text.slice(from), kept);
      if (ended.stop === undefined) return show(text.length - heldBack(text, kept, longest));
      text = text.slice(0, from + ended.text.length);
      found = ended.stop;
      return show(text.length);
    },
    rest: () => show(text.length),
  };
}

/** How many characters at the end of the text could begin a stop text. */
function heldBack(text: string, stops: readonly string[], longest: number): number {
  for (let length = Math.min(longest - 1, text.length); length > 0; length--) {
    const tail = text.slice(text.length - length);
    if (stops.some((stop) => stop.length > length && stop.startsWith(tail))) return length;
  }
  return 0;
}
