/** One comparison of two players; `score` is 1 when `a` won, 0 when `b` did, ½ for a draw. */
export interface Match {
  readonly a: string;
  readonly b: string;
  readonly score: number;
}

/** All players in order of first sight. */
export const playersOf = (matches: readonly Match[]): string[] => [...new Set(matches.flatMap(({ a, b }) => [a, b]))];

export interface Rating {
  readonly player: string;
  readonly rating: number;
}
