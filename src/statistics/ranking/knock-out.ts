import type { Random } from "../../core/random.ts";
import { requireSome } from "../numeric/require.ts";
import type { Match } from "./match.ts";

export interface KnockOut {
  readonly winner: string;
  readonly matches: readonly Match[];
  readonly rounds: number;
}

/**
 * A single-elimination bracket with random seeding (as in Varco Arena, arXiv:2411.01281): n − 1 matches. Byes in rounds of odd size go to
 * the last of the shuffled list. `play` returns 1, 0 or ½ for the first player; a draw is settled by the random generator
 * and recorded as ½.
 */
export function knockOut(players: readonly string[], play: (a: string, b: string) => number, random: Random): KnockOut {
  requireSome("knock-out", "players", players);
  const matches: Match[] = [];
  let standing = random.shuffle(players);
  let rounds = 0;
  while (standing.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < standing.length; i += 2) {
      const [a, b] = [standing[i], standing[i + 1]];
      if (a === undefined) continue;
      if (b === undefined) {
        next.push(a);
        continue;
      }
      const score = play(a, b);
      matches.push({ a, b, score });
      next.push(score === 0.5 ? random.choice([a, b]) : score > 0.5 ? a : b);
    }
    standing = next;
    rounds++;
  }
  return { winner: standing[0] ?? "", matches, rounds };
}

/**
 * One bracket a problem between strategies, decided by their scores on that problem (equal scores draw); all matches pooled, ready
 * for Bradley-Terry. `scores[p]` maps strategy to its score on problem p; a strategy missing there does not enter that bracket.
 */
export function knockOutOverProblems(
  scores: readonly ReadonlyMap<string, number>[],
  random: Random,
): {
  readonly matches: readonly Match[];
  readonly unitOf: readonly string[];
  readonly wins: ReadonlyMap<string, number>;
} {
  const matches: Match[] = [];
  const unitOf: string[] = [];
  const wins = new Map<string, number>();
  scores.forEach((of, p) => {
    if (of.size === 0) return;
    const play = (a: string, b: string) => (Math.sign((of.get(a) ?? 0) - (of.get(b) ?? 0)) + 1) / 2;
    const bracket = knockOut([...of.keys()], play, random.fork("bracket", p));
    wins.set(bracket.winner, (wins.get(bracket.winner) ?? 0) + 1);
    for (const match of bracket.matches) {
      matches.push(match);
      unitOf.push(String(p));
    }
  });
  return { matches, unitOf, wins };
}

/** All pairs on every problem, equal scores draw: what Bradley-Terry and Elo between strategies are usually fed with. */
export function roundRobin(scores: readonly ReadonlyMap<string, number>[]): { matches: Match[]; unitOf: string[] } {
  const matches: Match[] = [];
  const unitOf: string[] = [];
  scores.forEach((of, p) => {
    const players = [...of];
    players.forEach(([a, scoreA], i) => {
      for (const [b, scoreB] of players.slice(i + 1)) {
        matches.push({ a, b, score: (Math.sign(scoreA - scoreB) + 1) / 2 });
        unitOf.push(String(p));
      }
    });
  });
  return { matches, unitOf };
}
