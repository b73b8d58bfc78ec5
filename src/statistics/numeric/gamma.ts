import { at } from "./arrays.ts";

/** Lanczos coefficients for g = 7, nine terms (Godfrey's table). */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0, good to about 1e-13 relative. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let series = at(lanczos, 0);
  for (let i = 1; i < lanczos.length; i++) series += at(lanczos, i) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/** ln B(a, b). */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

let table = new Float64Array([0, 0]);

/** ln i! for i = 0..n at least, by compensated summation; grown on demand and shared. */
export function logFactorials(n: number): Float64Array {
  if (n < table.length) return table;
  const grown = new Float64Array(Math.max(n + 1, 2 * table.length));
  let lost = 0;
  for (let i = 2; i < grown.length; i++) {
    const term = Math.log(i) - lost;
    const next = at(grown, i - 1) + term;
    lost = next - at(grown, i - 1) - term;
    grown[i] = next;
  }
  table = grown;
  return table;
}
