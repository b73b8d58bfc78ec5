import { betaCdf, bisect } from "./beta.ts";
import { normalQuantile } from "./normal.ts";

/** Two-sided P(|T| ≥ |t|) for Student's t with `degrees` degrees of freedom. */
export function tTwoSided(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? NaN : 0;
  return betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(T ≤ t). */
export function tCdf(t: number, degrees: number): number {
  const half = tTwoSided(t, degrees) / 2;
  return t >= 0 ? 1 - half : half;
}

const cache = new Map<string, number>();

/** The t with P(T ≤ t) = share. Past 10⁷ degrees of freedom the normal quantile. */
export function tQuantile(share: number, degrees: number): number {
  if (share === 0.5) return 0;
  if (share < 0.5) return -tQuantile(1 - share, degrees);
  if (share >= 1) return Infinity;
  if (degrees > 1e7) return normalQuantile(share);
  const key = `${share}/${degrees}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  let high = 2;
  while (tCdf(high, degrees) < share) high *= 2;
  const found = bisect((t) => -tTwoSided(t, degrees), -2 * (1 - share), 0, high);
  if (cache.size < 10_000) cache.set(key, found);
  return found;
}
