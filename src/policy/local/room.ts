/** Samples drawn at a time, and further streams that keep finished prefixes. */
export interface Room {
  readonly sequences: number;
  readonly kept: number;
}

/** What any machine that runs the model has room for. */
const least: Room = { sequences: 16, kept: 16 };
/** More samples at a time make each slower and all together hardly faster. */
const mostSequences = 48;
const mostKept = 48;
/** Of the memory that is free when the model is opened; the rest is for programs, judges and neighbours. */
const share = 0.25;

/**
 * How many streams of so many bytes pay on a machine with so much free memory: at least 16 and 16, and up to 48 and 48
 * where they take no more than a quarter of it. What was asked for stands.
 */
export function roomFor(streamBytes: number, freeBytes: number, asked: Partial<Room>): Room {
  const streams = Math.floor((freeBytes * share) / streamBytes);
  const sequences = asked.sequences ?? within(streams - least.kept, least.sequences, mostSequences);
  return { sequences, kept: asked.kept ?? within(streams - sequences, least.kept, mostKept) };
}

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
