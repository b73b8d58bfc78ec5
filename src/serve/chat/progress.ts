import type { RunEvent } from "../../core/events.ts";

/**
 * What a stream shows as reasoning while the strategy works: after each candidate how the answers stand; with `full`
 * the candidates themselves. Null: nothing.
 */
export function progressText(event: RunEvent, progress: "none" | "summary" | "full"): string | null {
  if (progress === "none" || (event.label ?? "") !== "") return null;
  if (event.type === "pick") {
    const leading = event.tally
      .slice(0, 3)
      .map(({ answer, votes, weight }) => `${short(answer)} ${weightOf(votes, weight)}`);
    return `${event.candidates} ${event.candidates === 1 ? "candidate" : "candidates"}: ${leading.join(", ") || "no answer yet"}\n`;
  }
  if (progress === "full" && event.type === "candidate") {
    return `Candidate ${event.index + 1}${event.answer === null ? "" : ` (${short(event.answer)})`}:\n${event.text.trim()}\n\n`;
  }
  return null;
}

const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text).replace(/\s+/g, " ");
const weightOf = (votes: number, weight: number): string => (weight === votes ? `×${votes}` : weight.toFixed(2));
