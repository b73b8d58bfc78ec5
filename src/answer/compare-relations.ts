import { type Context, ordered, unordered } from "./collections.ts";
import { type Expression, symbolsOf } from "./expression.ts";
import { formProportion } from "./normal-form.ts";
import { type Region, regionOf } from "./regions.ts";
import { mirrored } from "./relations.ts";
import { proportional } from "./sampling.ts";
import { compareScalars, valueNode } from "./scalars.ts";
import type { Of, Value } from "./value.ts";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

export function compareRegions(a: Value, b: Value, context: Context): Verdict {
  // Two pairs or intervals as written: brackets and ends must match.
  if (a.type === "sequence" && b.type === "sequence") {
    const matched = a.open === b.open && a.close === b.close;
    return matched || a.items.length !== b.items.length
      ? ordered(a.items, b.items, context, "interval")
      : different("brackets");
  }
  if (a.type === "inequality" && b.type === "inequality") {
    const direct = compareInequalities(a, b, context);
    if (direct !== null) return direct;
  }
  const [x, y] = [regionOf(a), regionOf(b)];
  if (x === null || y === null)
    return a.type === b.type || (x === null && y === null) ? structural(a, b, context) : different("kind");
  if (x.variable !== null && y.variable !== null && x.variable !== y.variable) return different("name");
  return sameRegion(x, y, context);
}

/** Regions that cannot be worked out (ends with symbols), compared as they are written. */
function structural(a: Value, b: Value, context: Context): Verdict {
  if (a.type === "union" && b.type === "union")
    return unordered([...a.pieces, ...a.without], [...b.pieces, ...b.without], context, "union");
  if (a.type === "list" && b.type === "list") return unordered(a.items, b.items, context, "list");
  return a.type === b.type ? undecided("region") : different("kind");
}

function sameRegion(a: Region, b: Region, context: Context): Verdict {
  if (a.pieces.length !== b.pieces.length) return different("region");
  const ends = a.pieces.flatMap((piece, k) => [
    [piece.low, b.pieces[k]?.low] as const,
    [piece.high, b.pieces[k]?.high] as const,
  ]);
  let open: Verdict | null = null;
  for (const [x, y] of ends) {
    if (y === undefined || x.closed !== y.closed) return different("region");
    if (x.scalar === null || y.scalar === null) {
      if (x.at !== y.at) return different("region");
      continue;
    }
    const verdict = compareScalars(x.scalar, y.scalar, context.conventions);
    if (verdict.verdict === "different") return different("region");
    if (verdict.verdict === "undecided") open = verdict;
  }
  return open ?? equal("region");
}

/**
 * One inequality each in several variables, or beyond linear: equal up to a positive factor. Null where regions can
 * decide.
 */
function compareInequalities(a: Of<"inequality">, b: Of<"inequality">, context: Context): Verdict | null {
  const [x, y] = [differenceOf(a.sides), differenceOf(b.sides)];
  const [p, q] = [a.relations[0], b.relations[0]];
  if (x === null || y === null || p === undefined || q === undefined || (regionOf(a) !== null && regionOf(b) !== null))
    return null;
  const factor = factorBetween(x, y, context);
  if (factor === "unknown") return undecided("inequality");
  if (factor === null) return different("inequality");
  return q === (factor > 0 ? p : mirrored[p]) ? equal("inequality") : different("inequality");
}

function differenceOf(sides: readonly Value[]): Expression | null {
  const [left, right] = sides;
  if (sides.length !== 2 || left?.type !== "scalar" || right?.type !== "scalar") return null;
  return { type: "sum", terms: [valueNode(left), { type: "negative", of: valueNode(right) }] };
}

/** The sign of c where a = c·b for a non-zero constant c; null where there is none. */
function factorBetween(a: Expression, b: Expression, context: Context): number | null | "unknown" {
  const exact = formProportion(a, b);
  if (exact !== "unknown") return exact === null ? null : exact.n > 0n ? 1 : -1;
  context.work -= 200;
  return proportional(a, b);
}

/** Equations against equations, definitions against values. */
export function compareEquations(a: Value, b: Value, context: Context): Verdict {
  if (a.type !== "equation") return compareWithEquation(b as Of<"equation">, a, context);
  if (b.type !== "equation") return compareWithEquation(a, b, context);
  if (sameName(a.name, b.name)) return context.compare(a.right, b.right);
  const [x, y] = [differenceOf([a.left, a.right]), differenceOf([b.left, b.right])];
  const sides = [a.left, a.right, b.left, b.right];
  if (x === null || y === null)
    return sides.some((side) => side.type === "unknown") ? undecided("unreadable") : different("name");
  // Closed equations ("2 + 3 = 5") state their right sides.
  if (symbolsOf(x).size === 0 && symbolsOf(y).size === 0) return context.compare(a.right, b.right);
  const factor = factorBetween(x, y, context);
  if (factor === "unknown") return undecided("equation");
  return factor === null ? different("equation") : equal("equation");
}

/** One name, or y and f(x): both say what the function is. */
function sameName(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return false;
  const [x, y] = a === "y" ? [b, a] : [a, b];
  return x === y || (y === "y" && /^[fghFGH]\([a-z]\)$/.test(x));
}

/** A name's value against a value; "2 + 3 = 5", being true, against 5. "x^2 + 1 = 0" is not 0. */
function compareWithEquation(a: Of<"equation">, b: Value, context: Context): Verdict {
  if (a.name !== null) return context.compare(a.right, b);
  if (a.left.type !== "scalar" || a.right.type !== "scalar") return different("kind");
  const closed = [a.left, a.right].every((side) => symbolsOf(valueNode(side)).size === 0);
  const holds = closed && compareScalars(a.left, a.right).verdict === "equal";
  return holds ? context.compare(a.right, b) : different("kind");
}
