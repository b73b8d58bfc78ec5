import type { LineState } from "./policy.ts";

/** The states of the lines that end behind `from` and up to `to`, for a step's fields; none where there are none. */
export function statesWithin(
  states: readonly LineState[] | undefined,
  from: number,
  to: number,
): { readonly states?: readonly LineState[] } {
  if (states === undefined) return {};
  return { states: states.filter(({ end }) => end > from && end <= to) };
}

/** The lines of a text by the step that they end in; the steps joined are the text. */
export function statesOfSteps(steps: readonly string[], states: readonly LineState[]): LineState[][] {
  let at = 0;
  return steps.map((step) => {
    const from = at;
    at += step.length;
    return states.filter(({ end }) => end > from && end <= at);
  });
}

/** The same lines in a text that begins `by` characters earlier. */
export const shiftedStates = (states: readonly LineState[], by: number): LineState[] =>
  states.map((line) => ({ ...line, end: line.end + by }));

/**
 * A vector in a quarter of a byte a bit: its largest magnitude as a float and each number in 8 bits of it, in base64.
 * The error is at most 1/254 of the largest magnitude.
 */
export function packVector(vector: ArrayLike<number>): string {
  let most = 0;
  for (let j = 0; j < vector.length; j++) most = Math.max(most, Math.abs(vector[j] ?? 0));
  const bytes = Buffer.alloc(4 + vector.length);
  bytes.writeFloatLE(most, 0);
  if (most > 0)
    for (let j = 0; j < vector.length; j++) bytes.writeInt8(Math.round(((vector[j] ?? 0) / most) * 127), 4 + j);
  return bytes.toString("base64");
}

/** What {@link packVector} wrote. Null for a text that it did not write. */
export function unpackVector(packed: string): Float32Array | null {
  const bytes = Buffer.from(packed, "base64");
  if (bytes.length < 5) return null;
  const most = bytes.readFloatLE(0);
  if (!Number.isFinite(most) || most < 0) return null;
  return Float32Array.from(bytes.subarray(4), (_, j) => (bytes.readInt8(4 + j) / 127) * most);
}
