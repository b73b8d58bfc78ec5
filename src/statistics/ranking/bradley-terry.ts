import { resampleWeights } from "../intervals/bootstrap.ts";
import { defaultLevel, type Interval } from "../intervals/interval.ts";
import { ascending, at, mean, quantileOfSorted } from "../numeric/arrays.ts";
import { type Match, playersOf, type Rating } from "./match.ts";

export interface BradleyTerryOptions {
  /** Adds one virtual win and one loss of every player against an average one, so that a rating exists for any matches. */
  readonly prior?: boolean;
  /** Weight of each match; 1 unless told. */
  readonly weights?: ArrayLike<number>;
}

/** Ratings, highest first; or why the maximum likelihood does not exist. */
export type BradleyTerryFit =
  | { readonly ratings: readonly Rating[]; readonly reason: null }
  | { readonly ratings: null; readonly reason: string };

/** wins[i][j]: how often i beat j, draws ½ each. */
function winMatrix(matches: readonly Match[], players: readonly string[], weights?: ArrayLike<number>): Float64Array[] {
  const index = new Map(players.map((player, i) => [player, i]));
  const wins = players.map(() => new Float64Array(players.length));
  matches.forEach(({ a, b, score }, m) => {
    const weight = weights === undefined ? 1 : at(weights, m);
    const [i, j] = [index.get(a) ?? 0, index.get(b) ?? 0];
    const [rowA, rowB] = [wins[i], wins[j]];
    if (rowA !== undefined) rowA[j] = at(rowA, j) + weight * score;
    if (rowB !== undefined) rowB[i] = at(rowB, i) + weight * (1 - score);
  });
  return wins;
}

/** Does every player reach every other along wins? Then, and only then, the ratings are finite (Ford 1957). */
export function stronglyConnected(wins: readonly ArrayLike<number>[]): boolean {
  const reaches = (edge: (from: number, to: number) => boolean) => {
    const seen = new Set([0]);
    for (const from of seen) for (let to = 0; to < wins.length; to++) if (edge(from, to)) seen.add(to);
    return seen.size === wins.length;
  };
  const won = (i: number, j: number) => at(wins[i] ?? [], j) > 0;
  return wins.length > 0 && reaches(won) && reaches((from, to) => won(to, from));
}

/**
 * Bradley-Terry ratings by minorise-maximise, p_i ← W_i / Σ_j n_ij / (p_i + p_j), normalised by the geometric mean each round
 * (Hunter 2004); rating = 400 · log10(strength) + 1000. Only differences of ratings mean anything. Refuses when the graph of wins is
 * not strongly connected, unless `prior` is set.
 */
export function bradleyTerry(
  matches: readonly Match[],
  { prior = false, weights }: BradleyTerryOptions = {},
): BradleyTerryFit {
  const players = playersOf(matches);
  const wins = winMatrix(matches, players, weights);
  if (players.length < 2) return { ratings: null, reason: "fewer than two players" };
  if (!prior && !stronglyConnected(wins)) {
    return {
      ratings: null,
      reason: "some players never lost to, or never beat, the others: ratings would be infinite",
    };
  }
  const strengths = minoriseMaximise(wins, prior ? 1 : 0);
  const ratings = players.map((player, i) => ({ player, rating: 400 * Math.log10(at(strengths, i)) + 1000 }));
  return { ratings: ratings.sort((x, y) => y.rating - x.rating), reason: null };
}

function minoriseMaximise(wins: readonly Float64Array[], virtual: number): Float64Array {
  const n = wins.length;
  const total = wins.map((row) => row.reduce((sum, value) => sum + value, virtual));
  let strengths = new Float64Array(n).fill(1);
  for (let round = 0; round < 100_000; round++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let games = (2 * virtual) / (at(strengths, i) + 1);
      for (let j = 0; j < n; j++) {
        const met = at(wins[i] ?? [], j) + at(wins[j] ?? [], i);
        if (i !== j && met > 0) games += met / (at(strengths, i) + at(strengths, j));
      }
      next[i] = at(total, i) / games;
    }
    const centre = virtual > 0 ? 1 : Math.exp(mean(next.map(Math.log)));
    let moved = 0;
    for (let i = 0; i < n; i++) {
      next[i] = at(next, i) / centre;
      moved = Math.max(moved, Math.abs(Math.log(at(next, i) / at(strengths, i))));
    }
    strengths = next;
    if (moved < 1e-14) break;
  }
  return strengths;
}

export interface RatingBand extends Rating {
  /** Median over resamples. */
  readonly median: number;
  readonly interval: Interval;
}

/**
 * Ratings with percentile intervals over resampled units (matches, or the problems that they came from: `unitOf[m]` names the
 * unit of match m). Resamples without finite ratings are left out and counted.
 */
export function bradleyTerryBands(
  matches: readonly Match[],
  options: {
    readonly seed: string | number;
    readonly replicates?: number;
    readonly level?: number;
    readonly prior?: boolean;
    readonly unitOf?: readonly string[];
  },
):
  | { readonly ratings: readonly RatingBand[]; readonly refusedReplicates: number }
  | { readonly ratings: null; readonly reason: string } {
  const {
    seed,
    replicates = 100,
    level = defaultLevel,
    prior = false,
    unitOf = matches.map((_, m) => String(m)),
  } = options;
  const fit = bradleyTerry(matches, { prior });
  if (fit.ratings === null) return fit;
  const units = [...new Set(unitOf)];
  const place = new Map(units.map((unit, i) => [unit, i]));
  const drawn = new Map<string, number[]>(fit.ratings.map(({ player }) => [player, []]));
  let refused = 0;
  for (let r = 0; r < replicates; r++) {
    const counts = resampleWeights(units.length, seed, r);
    const refit = bradleyTerry(matches, { prior, weights: unitOf.map((unit) => at(counts, place.get(unit) ?? 0)) });
    if (refit.ratings === null) refused++;
    else for (const { player, rating } of refit.ratings) drawn.get(player)?.push(rating);
  }
  const ratings = fit.ratings.map(({ player, rating }) => {
    const values = drawn.get(player) ?? [];
    const sorted = ascending(values.length === 0 ? [rating] : values);
    const [low, high] = [quantileOfSorted(sorted, (1 - level) / 2), quantileOfSorted(sorted, (1 + level) / 2)];
    return {
      player,
      rating,
      median: quantileOfSorted(sorted, 0.5),
      interval: { low, high, level, method: "bootstrap percentile" },
    };
  });
  return { ratings, refusedReplicates: refused };
}
