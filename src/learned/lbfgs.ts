export interface Evaluated {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Steps whose curvature is remembered. */
const remembered = 10;

/**
 * The minimum of a smooth convex function, from `start`: L-BFGS (Liu and Nocedal 1989) with backtracking by half until
 * the value falls as much as Armijo's rule asks. Ends after `rounds` steps, or when one gains less than a billionth.
 */
export function minimise(
  start: Float64Array,
  evaluate: (at: Float64Array) => Evaluated,
  rounds = 300,
): { readonly at: Float64Array; readonly value: number } {
  let at = start;
  let { value, gradient } = evaluate(at);
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const direction = towards(gradient, steps);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) break;
    let size = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next = moved(at, direction, size);
    let there = evaluate(next);
    while (there.value > value + 1e-4 * size * slope && size > 1e-12) {
      size /= 2;
      next = moved(at, direction, size);
      there = evaluate(next);
    }
    if (there.value >= value) break;
    const s = next.map((coordinate, j) => coordinate - (at[j] as number));
    const y = there.gradient.map((slope, j) => slope - (gradient[j] as number));
    const curvature = dot(s, y);
    if (curvature > 1e-12) steps.push({ s, y, rho: 1 / curvature });
    if (steps.length > remembered) steps.shift();
    const gain = value - there.value;
    [at, value, gradient] = [next, there.value, there.gradient];
    if (gain < 1e-9 * (1 + Math.abs(value))) break;
  }
  return { at, value };
}

/** Minus the gradient times the inverse curvature that the last steps showed: the two-loop recursion. */
function towards(
  gradient: Float64Array,
  steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const weights: number[] = [];
  for (const { s, y, rho } of [...steps].reverse()) {
    const weight = rho * dot(s, direction);
    weights.push(weight);
    add(direction, y, -weight);
  }
  const newest = steps.at(-1);
  if (newest !== undefined) {
    const scale = dot(newest.s, newest.y) / dot(newest.y, newest.y);
    for (let j = 0; j < direction.length; j++) direction[j] = (direction[j] as number) * scale;
  }
  for (const { s, y, rho } of steps) {
    const weight = weights.pop() ?? 0;
    add(direction, s, weight - rho * dot(y, direction));
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let j = 0; j < to.length; j++) to[j] = (to[j] as number) + times * (what[j] as number);
}

const moved = (from: Float64Array, direction: Float64Array, size: number): Float64Array =>
  from.map((coordinate, j) => coordinate + size * (direction[j] as number));
