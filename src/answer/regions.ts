import { isReal } from "./complex.ts";
import { rationalValue } from "./exact.ts";
import { type Expression, numberNode, symbolsOf } from "./expression.ts";
import { nameOf } from "./names.ts";
import { evaluate, nowhere } from "./numeric.ts";
import { absolute, divide, negate, type Rational, subtract } from "./rational.ts";
import { mirrored } from "./relations.ts";
import { type Scalar, scalar, valueNode } from "./scalars.ts";
import type { Relation, Value } from "./value.ts";

/** One end of a piece of the real line: its place, and the scalar it was written as (null for an infinity). */
export interface End {
  readonly at: number;
  readonly scalar: Scalar | null;
  readonly closed: boolean;
}
export interface Piece {
  readonly low: End;
  readonly high: End;
}
/** A set of reals as sorted, disjoint pieces, and the variable it was stated for. */
export interface Region {
  readonly pieces: readonly Piece[];
  readonly variable: string | null;
}

const left: End = { at: Number.NEGATIVE_INFINITY, scalar: null, closed: false };
const right: End = { at: Number.POSITIVE_INFINITY, scalar: null, closed: false };
const line: Region = { pieces: [{ low: left, high: right }], variable: null };
const of = (pieces: readonly Piece[], variable: string | null = null): Region => ({ pieces: merged(pieces), variable });

/**
 * Does a value state a set of reals by itself (an interval, a union, an inequality)? Pairs and finite sets only join
 * in.
 */
export const statesRegion = (value: Value): boolean =>
  value.type === "union" ||
  value.type === "everything" ||
  value.type === "inequality" ||
  (value.type === "sequence" && isPair(value.items) && (value.open !== "(" || value.close !== ")")) ||
  (value.type === "sequence" && value.items.length === 2 && value.items.some(isInfinite)) ||
  (value.type === "set" && value.items.length === 1 && value.items.some(statesRegion)) ||
  (value.type === "list" && value.items.length > 0 && value.items.every(statesRegion)) ||
  (value.type === "equation" && value.name !== null && statesRegion(value.right));

const isPair = (items: readonly Value[]): boolean =>
  items.length === 2 && items.every((item) => item.type === "scalar");

const isInfinite = (value: Value): boolean =>
  value.type === "scalar" && Math.abs(endAt(value, true)?.at ?? 0) === Number.POSITIVE_INFINITY;

function endAt(value: Value, closed: boolean): End | null {
  if (value.type !== "scalar") return null;
  const node = valueNode(value);
  if (node.type === "constant" && node.name === "infinity")
    return { at: Number.POSITIVE_INFINITY, scalar: null, closed: false };
  if (node.type === "negative" && node.of.type === "constant" && node.of.name === "infinity") return { ...left };
  const number = evaluate(node, nowhere);
  return number === null || !isReal(number) ? null : { at: number.re, scalar: value, closed };
}

/** The set of reals that a value states, or null where it states none that can be worked out. */
export function regionOf(value: Value): Region | null {
  switch (value.type) {
    case "everything":
      return line;
    case "scalar": {
      const end = endAt(value, true);
      return end === null || !Number.isFinite(end.at) ? null : of([{ low: end, high: end }]);
    }
    case "sequence":
      return interval(value.open, value.close, value.items);
    case "set":
      return joinAll(value.items.map(regionOf), union);
    case "union": {
      const whole = joinAll(value.pieces.map(regionOf), union);
      const out = joinAll(value.without.map(regionOf), union);
      return whole === null || out === null
        ? null
        : of(intersection(whole.pieces, complement(out.pieces)), whole.variable);
    }
    case "inequality":
      return solved(value.sides, value.relations);
    case "equation": {
      const region = value.name === null ? null : regionOf(value.right);
      return region === null ? null : { pieces: region.pieces, variable: value.name };
    }
    case "list": {
      const parts = value.items.map(regionOf);
      if (value.joined === "or") return joinAll(parts, union);
      const both = joinAll(parts, (a, b) => intersection(a, b));
      // "x < 1, x > 3" and "(1,2) and (3,4)" list the parts of a union.
      return both === null || both.pieces.length > 0 ? both : joinAll(parts, union);
    }
    default:
      return null;
  }
}

function interval(open: string, close: string, items: readonly Value[]): Region | null {
  const [a, b] = items;
  if (a === undefined || b === undefined || items.length !== 2) return null;
  const [low, high] = [endAt(a, open === "["), endAt(b, close === "]")];
  return low === null || high === null || low.at > high.at ? null : of([{ low, high }]);
}

type Join = (a: readonly Piece[], b: readonly Piece[]) => readonly Piece[];
const union: Join = (a, b) => [...a, ...b];

function joinAll(regions: readonly (Region | null)[], join: Join): Region | null {
  let result: Region | null = null;
  for (const region of regions) {
    if (region === null || region.pieces.length > 200) return null;
    if (result === null) result = region;
    else {
      if (result.variable !== null && region.variable !== null && result.variable !== region.variable) return null;
      result = of(join(result.pieces, region.pieces), result.variable ?? region.variable);
    }
  }
  return result ?? { pieces: [], variable: null };
}

const isEmpty = ({ low, high }: Piece): boolean =>
  low.at > high.at || (low.at === high.at && !(low.closed && high.closed));

function merged(pieces: readonly Piece[]): Piece[] {
  const sorted = pieces
    .filter((piece) => !isEmpty(piece))
    .sort((a, b) => a.low.at - b.low.at || Number(b.low.closed) - Number(a.low.closed));
  const result: Piece[] = [];
  for (const piece of sorted) {
    const last = result.at(-1);
    const touches =
      last !== undefined &&
      (last.high.at > piece.low.at || (last.high.at === piece.low.at && (last.high.closed || piece.low.closed)));
    if (!touches) result.push(piece);
    else result[result.length - 1] = { low: last.low, high: further(last.high, piece.high) };
  }
  return result;
}

const further = (a: End, b: End): End => (a.at > b.at || (a.at === b.at && a.closed) ? a : b);
const nearer = (a: End, b: End): End => (a.at < b.at || (a.at === b.at && !a.closed) ? a : b);

function intersection(a: readonly Piece[], b: readonly Piece[]): Piece[] {
  return a.flatMap((x) =>
    b.map((y) => {
      const later = x.low.at > y.low.at || (x.low.at === y.low.at && !x.low.closed) ? x.low : y.low;
      return { low: later, high: nearer(x.high, y.high) };
    }),
  );
}

const flip = (end: End): End => ({ ...end, closed: !end.closed });

function complement(pieces: readonly Piece[]): Piece[] {
  const gaps: Piece[] = [];
  let start: End = left;
  for (const { low, high } of merged(pieces)) {
    if (low.at > Number.NEGATIVE_INFINITY) gaps.push({ low: start, high: flip(low) });
    start = flip(high);
  }
  if (pieces.length === 0 || start.at < Number.POSITIVE_INFINITY) gaps.push({ low: start, high: right });
  return gaps;
}

/** The solutions of a chain of inequalities that are linear in one variable. */
function solved(sides: readonly Value[], relations: readonly Relation[]): Region | null {
  let pieces: readonly Piece[] = line.pieces;
  let variable: string | null = null;
  for (const [k, relation] of relations.entries()) {
    const [a, b] = [sides[k], sides[k + 1]];
    if (a?.type !== "scalar" || b?.type !== "scalar") return null;
    const link = solveLink(a, b, relation);
    if (link === null || (variable !== null && variable !== link.variable)) return null;
    variable = link.variable;
    pieces = intersection(pieces, link.pieces);
  }
  return of(pieces, variable);
}

function solveLink(a: Scalar, b: Scalar, relation: Relation): Link | null {
  const names = [...symbolsOf(a.node, symbolsOf(b.node))];
  const [variable] = names;
  if (variable === undefined) return null;
  const quantity = boundedQuantity(a, b, relation) ?? absoluteLink(a, b, relation);
  if (quantity !== null) return quantity;
  if (names.length !== 1) return null;
  if (a.node.type === "symbol") return bounded(b, relation, variable);
  if (b.node.type === "symbol") return bounded(a, mirrored[relation], variable);
  const difference: Expression = { type: "sum", terms: [a.node, { type: "negative", of: b.node }] };
  const [zero, one, two] = [0, 1, 2].map((x) => rationalValue(substituted(difference, variable, x)));
  if (zero === null || one === null || two === null || zero === undefined || one === undefined || two === undefined)
    return null;
  const slope = subtract(one, zero);
  const linear = subtract(subtract(two, one), slope).n === 0n && isPolynomial(difference);
  const root: Rational | null = linear ? divide(negate(zero), slope) : null;
  if (root === null) return null;
  const node: Expression = { type: "number", value: root, rounded: false, digits: String(absolute(root).n).length };
  return bounded(scalar(node, ""), slope.n > 0n ? relation : mirrored[relation], variable);
}

type Link = { pieces: readonly Piece[]; variable: string };

/** A named quantity as it stands beside a constant: f(x) in "2 < f(x) < 3". A symbol alone is no case of its own. */
function boundedQuantity(a: Scalar, b: Scalar, relation: Relation): Link | null {
  const [left, right] = [symbolsOf(a.node).size, symbolsOf(b.node).size];
  if ((left === 0) === (right === 0)) return null;
  const [side, bound, turned] = left > 0 ? [a, b, relation] : [b, a, mirrored[relation]];
  // |x| < 2 says something about x.
  const isQuantity = side.node.type !== "symbol" && !(side.node.type === "call" && side.node.name === "abs");
  const name = isQuantity ? nameOf(side.text) : null;
  return name === null ? null : bounded(bound, turned, name);
}

/** |u| < c is -c < u < c, |u| > c is u < -c or u > c. */
function absoluteLink(a: Scalar, b: Scalar, relation: Relation): Link | null {
  const absolute = (side: Scalar) =>
    side.node.type === "call" && side.node.name === "abs" ? side.node.values[0] : null;
  const inside = absolute(a) ?? absolute(b);
  const [bound, turned] = absolute(a) ? [b, relation] : [a, mirrored[relation]];
  if (inside === null || inside === undefined || symbolsOf(bound.node).size > 0) return null;
  const [u, low] = [scalar(inside, ""), scalar({ type: "negative", of: bound.node }, "")];
  const [above, below] = [solveLink(u, low, mirrored[turned]), solveLink(u, bound, turned)];
  if (above === null || below === null || turned === "=" || turned === "!=") return null;
  const join = turned === "<" || turned === "<=" ? intersection : union;
  return { pieces: join(above.pieces, below.pieces), variable: below.variable };
}

/**
 * Only sums, products and division by constants: three points then decide that a function is linear, up to degree two.
 */
function isPolynomial(node: Expression): boolean {
  if (node.type === "sum") return node.terms.every(isPolynomial);
  if (node.type === "negative") return isPolynomial(node.of);
  if (node.type === "product")
    return node.factors.filter((factor) => symbolsOf(factor).size > 0).length <= 1 && node.factors.every(isPolynomial);
  if (node.type === "quotient") return symbolsOf(node.below).size === 0 && isPolynomial(node.above);
  return node.type === "symbol" || symbolsOf(node).size === 0;
}

function substituted(node: Expression, name: string, value: number): Expression {
  const inside = (part: Expression) => substituted(part, name, value);
  switch (node.type) {
    case "symbol":
      return node.name === name ? numberNode(value) : node;
    case "sum":
      return { type: "sum", terms: node.terms.map(inside) };
    case "product":
      return { type: "product", factors: node.factors.map(inside) };
    case "quotient":
      return { type: "quotient", above: inside(node.above), below: inside(node.below) };
    case "power":
      return { type: "power", base: inside(node.base), exponent: inside(node.exponent) };
    case "negative":
      return { type: "negative", of: inside(node.of) };
    case "call":
      return { type: "call", name: node.name, values: node.values.map(inside) };
    default:
      return node;
  }
}

function bounded(bound: Scalar, relation: Relation, variable: string): Link | null {
  const end = endAt(bound, relation === "<=" || relation === ">=" || relation === "=");
  if (end === null) return null;
  if (relation === "<" || relation === "<=") return { pieces: [{ low: left, high: end }], variable };
  if (relation === ">" || relation === ">=") return { pieces: [{ low: end, high: right }], variable };
  if (relation === "=") return { pieces: [{ low: end, high: end }], variable };
  return { pieces: complement([{ low: flip(end), high: flip(end) }]), variable };
}
