/** Samples drawn at a time, and further streams that keep finished prefixes. */
export interface Room {
  readonly sequences: number;
  readonly kept: number;
}

export type AskedRoom = { readonly [Part in keyof Room]: number | "most" };

/** Where nothing is asked for; "most" is never less. */
export const usualRoom: Room = { sequences: 16, kept: 16 };
/** More samples at a time make each slower and all together hardly faster. */
const mostSequences = 48;
const mostKept = 48;
/** Of the memory that is free when the model is opened; the rest is for programs, judges and neighbours. */
const share = 0.25;

/**
 * Streams of so many bytes on a machine with so much free memory. "most" is at least 16 and 16, and up to 48 and 48
 * where all take no more than a quarter of the memory. A number stands.
 */
export function roomFor(streamBytes: number, freeBytes: number, asked: AskedRoom): Room {
  const streams = Math.floor((freeBytes * share) / streamBytes);
  const others = asked.kept === "most" ? usualRoom.kept : asked.kept;
  const sequences =
    asked.sequences === "most" ? within(streams - others, usualRoom.sequences, mostSequences) : asked.sequences;
  return {
    sequences,
    kept: asked.kept === "most" ? within(streams - sequences, usualRoom.kept, mostKept) : asked.kept,
  };
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
