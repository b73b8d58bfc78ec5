import { at, mean, midRanks } from "../numeric/arrays.ts";
import { requireSameLength } from "../numeric/require.ts";

/** Kendall's τ-b: agreement of two orders, ties corrected, in [−1, 1]; null where one side is constant. */
export function kendallTau(x: readonly number[], y: readonly number[]): number | null {
  requireSameLength("kendall-tau", x, y);
  let [agree, tiedX, tiedY, pairs] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(at(x, i) - at(x, j)), Math.sign(at(y, i) - at(y, j))];
      agree += dx * dy;
      pairs++;
      if (dx === 0) tiedX++;
      if (dy === 0) tiedY++;
    }
  }
  const scale = Math.sqrt((pairs - tiedX) * (pairs - tiedY));
  return scale === 0 ? null : agree / scale;
}

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
