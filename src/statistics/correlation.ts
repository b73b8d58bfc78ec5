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
