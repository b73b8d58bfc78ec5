import { at, mean, midRanks } from "./numeric/arrays.ts";
import { requireSameLength } from "./numeric/require.ts";

/** Spearman's rank correlation by mid-ranks; null where one side is constant. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  requireSameLength("spearman", x, y);
  const [rx, ry] = [midRanks(x), midRanks(y)];
  const [mx, my] = [mean(rx), mean(ry)];
  let [xy, xx, yy] = [0, 0, 0];
  rx.forEach((rank, i) => {
    const [dx, dy] = [rank - mx, at(ry, i) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/** Kendall's τ-b: pairs in the same order minus pairs in opposite ones, ties corrected; null where a side is flat. */
export function kendallTau(x: readonly number[], y: readonly number[]): number | null {
  requireSameLength("kendall", x, y);
  let [sum, ofX, ofY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(at(x, i) - at(x, j)), Math.sign(at(y, i) - at(y, j))];
      sum += dx * dy;
      ofX += dx * dx;
      ofY += dy * dy;
    }
  return ofX === 0 || ofY === 0 ? null : sum / Math.sqrt(ofX * ofY);
}
