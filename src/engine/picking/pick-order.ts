/** What of a candidate decides whether the highest score picks it. */
export interface Pickable {
  /** False where it was cut before its end; absent where that is not told. */
  readonly complete?: boolean;
  readonly answered: boolean;
  readonly score: number | null;
}

/**
 * The place of each candidate in the order of the selection `best`, higher picked before lower, equal places where that
 * selection would have to break a tie: what was finished before what was cut, of these what has an answer, of these
 * what was scored, by its score.
 */
export function pickOrder(candidates: readonly Pickable[]): number[] {
  const order = [...candidates.keys()].sort((i, j) => compared(candidates[i], candidates[j]));
  const places = new Array<number>(candidates.length).fill(0);
  for (const [place, i] of order.entries()) {
    const before = order[place - 1];
    const tied = before !== undefined && compared(candidates[before], candidates[i]) === 0;
    places[i] = tied ? (places[before] ?? 0) : place;
  }
  return places;
}

function compared(a: Pickable | undefined, b: Pickable | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const first =
    Number(a.complete ?? true) - Number(b.complete ?? true) ||
    Number(a.answered) - Number(b.answered) ||
    Number(a.score !== null) - Number(b.score !== null);
  return first !== 0 || a.score === null || b.score === null ? first : a.score - b.score;
}
