import { requireInteger } from "../../src/statistics/numeric/require.ts";

/**
 * The oracle allocation: how many samples each problem gets when what samples buy is known beforehand.
 *
 * `chances[i][k]` is the chance that problem i is answered rightly with k samples, k from 0 on. Σ_i chances[i][k_i] is
 * made as large as can be for Σ_i k_i ≤ `budget` by taking the steepest pieces of each problem's concave majorant
 * first. That is the optimum at the budgets where a piece ends; between them a piece that does not fit is left out, and
 * flatter ones that fit are taken.
 *
 * Given chances that are 0 or 1 (is the vote over the first k of the drawn samples right?) it is the oracle in
 * hindsight: no allocation of these samples can answer more problems.
 *
 * @returns samples of each problem.
 */
export function oracleAllocation(chances: readonly (readonly number[])[], budget: number): number[] {
  requireInteger("oracle-allocation", "budget", budget, 0, Number.MAX_SAFE_INTEGER);
  const pieces = chances.flatMap((curve, problem) => majorant(curve).map((piece) => ({ ...piece, problem })));
  pieces.sort((a, b) => b.slope - a.slope || a.problem - b.problem || a.from - b.from);
  const shares = chances.map(() => 0);
  let left = budget;
  for (const { problem, from, to } of pieces) {
    if (shares[problem] !== from || to - from > left) continue;
    shares[problem] = to;
    left -= to - from;
  }
  return shares;
}

/** Slopes nearer than this are equal: a straight stretch is taken sample by sample. */
const leastGain = 1e-12;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly slope: number;
}

/** The rising pieces of the least concave curve above this one, from 0 on. */
function majorant(curve: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  while (from < curve.length - 1) {
    let best: Piece | null = null;
    for (let to = from + 1; to < curve.length; to++) {
      const slope = ((curve[to] ?? 0) - (curve[from] ?? 0)) / (to - from);
      if (slope > (best?.slope ?? 0) + leastGain) best = { from, to, slope };
    }
    if (best === null) return pieces;
    // A rounding error must not make a later piece steeper than the one it stands on.
    pieces.push({ ...best, slope: Math.min(best.slope, pieces.at(-1)?.slope ?? Infinity) });
    from = best.to;
  }
  return pieces;
}
