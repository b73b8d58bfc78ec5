import { rationalValue } from "./exact.ts";
import { type Expression, symbolsOf } from "./expression.ts";
import { sameClock, sameDate } from "./moments.ts";
import { formProportion } from "./normal-form.ts";
import { parseExpression } from "./parse.ts";
import { multiply, ofInteger, type Rational, same } from "./rational.ts";
import { type Region, regionOf, statesRegion } from "./regions.ts";
import { proportional } from "./sampling.ts";
import { compareScalars, type Scalar, scalar, scalarOf, valueNode } from "./scalars.ts";
import type { Relation, Value } from "./value.ts";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

/** What a comparison may spend and allow; `work` counts characters of formulas that were compared by value. */
export interface Context {
  readonly tolerance: number;
  work: number;
}

/** What comparing two formulas by value costs beyond their length. */
const formulaWork = 60;

type Of<Type extends Value["type"]> = Extract<Value, { type: Type }>;

/** Decides whether two values are the same. Values of kinds that cannot be the same are different. */
export function compareValues(a: Value, b: Value, context: Context): Verdict {
  if (context.work <= 0) return undecided("work-limit");
  context.work -= 4;
  const [x, y] = [unwrapped(a), unwrapped(b)];
  if (x.type === "equation" || y.type === "equation") return compareEquations(x, y, context);
  if (statesRegion(x) || statesRegion(y)) return compareRegions(x, y, context);
  if (x.type === y.type) return compareAlike(x, y, context);
  return compareUnlike(x, y, context) ?? compareUnlike(y, x, context) ?? incomparable(x, y);
}

/** A list whose members have one name is the name's list; a set or list of one is its member. */
function unwrapped(value: Value): Value {
  if (value.type !== "list" && value.type !== "set") return value;
  const [first] = value.items;
  if (first !== undefined && value.items.length === 1 && !statesRegion(first)) return unwrapped(first);
  if (value.type === "set" || first?.type !== "equation" || first.name === null) return value;
  const { name, left } = first;
  const rights = value.items.map((item) =>
    item.type === "equation" ? (item.name === name ? item.right : null) : item,
  );
  if (rights.some((item) => item === null)) return value;
  const items = rights.filter((item) => item !== null).flatMap((item) => (item.type === "list" ? item.items : [item]));
  return { type: "equation", left, name, right: { ...value, items } };
}

function compareAlike(a: Value, b: Value, context: Context): Verdict {
  if (a.type === "scalar" && b.type === "scalar") return compareNumbersOrFormulas(a, b, context);
  if (a.type === "sequence" && b.type === "sequence") return ordered(a.items, b.items, context, "tuple");
  if (a.type === "list" && b.type === "list") return unordered(a.items, b.items, context, "list");
  if (a.type === "set" && b.type === "set")
    return unordered(distinct(a.items, context), distinct(b.items, context), context, "set");
  if (a.type === "matrix" && b.type === "matrix") return compareMatrices(a, b, context);
  if (a.type === "date" && b.type === "date") return sameDate(a.date, b.date) ? equal("date") : different("date");
  if (a.type === "clock" && b.type === "clock")
    return sameClock(a.clock, b.clock) ? equal("clock") : different("clock");
  if (a.type === "ratio" && b.type === "ratio") return compareRatios(a, b);
  if (a.type === "based" && b.type === "based") return same(a.value, b.value) ? equal("base") : different("base");
  if (a.type === "words" && b.type === "words") return compareWords(a, b);
  return incomparable(a, b);
}

function compareNumbersOrFormulas(a: Scalar, b: Scalar, context: Context): Verdict {
  if (a.exact === null || b.exact === null) context.work -= formulaWork + a.text.length + b.text.length;
  const verdict = compareScalars(a, b, context.tolerance);
  if (verdict.verdict === "equal" || (a.unit === "") === (b.unit === "")) return verdict;
  // "6 m" was read as a measure; beside "6m" it is the product.
  const [measured, bare] = a.unit === "" ? [b, a] : [a, b];
  const product =
    measured.unit.length === 1 && symbolsOf(bare.node).has(measured.unit) ? parseExpression(measured.text) : null;
  return product === null ? verdict : compareScalars(scalar(product, measured.text), bare, context.tolerance);
}

const compact = (text: string): string => text.replace(/\s+/g, "");

function compareWords(a: Of<"words">, b: Of<"words">): Verdict {
  const alike = a.key === "" || b.key === "" ? compact(a.text) === compact(b.text) : a.key === b.key;
  return alike ? equal("words") : different("words");
}

function compareRatios(a: Of<"ratio">, b: Of<"ratio">): Verdict {
  if (a.clock !== null && b.clock !== null && sameClock(a.clock, b.clock)) return equal("clock");
  const proportionalTerms =
    a.terms.length === b.terms.length &&
    a.terms.every((term, k) =>
      same(multiply(term, b.terms[0] as Rational), multiply(b.terms[k] as Rational, a.terms[0] as Rational)),
    );
  if (!proportionalTerms) return different("ratio");
  return a.clock !== null && b.clock !== null ? undecided("clock-or-ratio") : equal("ratio");
}

function compareMatrices(a: Of<"matrix">, b: Of<"matrix">, context: Context): Verdict {
  const shaped =
    a.rows.length === b.rows.length && a.rows.every((row, k) => row.length === b.rows[k]?.length) && a.bars === b.bars;
  return shaped ? ordered(a.rows.flat(), b.rows.flat(), context, "matrix") : different("shape");
}

/** All pairs equal, in order. One difference decides; an undecided pair leaves the whole undecided. */
function ordered(a: readonly Value[], b: readonly Value[], context: Context, rule: string): Verdict {
  if (a.length !== b.length) return different("length");
  let open: Verdict | null = null;
  for (const [k, item] of a.entries()) {
    const verdict = compareValues(item, b[k] as Value, context);
    if (verdict.verdict === "different") return different(rule);
    if (verdict.verdict === "undecided") open = verdict;
  }
  return open ?? equal(rule);
}

/** One-to-one, in any order. */
function unordered(a: readonly Value[], b: readonly Value[], context: Context, rule: string): Verdict {
  if (a.length !== b.length) return different("length");
  const left = [...b];
  let open: Verdict | null = null;
  for (const item of a) {
    let [found, doubt]: [number, Verdict | null] = [-1, null];
    for (const [k, other] of left.entries()) {
      const verdict = compareValues(item, other, context);
      if (verdict.verdict === "equal") {
        found = k;
        break;
      }
      if (verdict.verdict === "undecided") doubt = verdict;
    }
    if (found >= 0) left.splice(found, 1);
    else if (doubt === null) return different(rule);
    else open = doubt;
  }
  return open ?? equal(rule);
}

function distinct(items: readonly Value[], context: Context): Value[] {
  const kept: Value[] = [];
  for (const item of items) {
    if (!kept.some((other) => compareValues(item, other, context).verdict === "equal")) kept.push(item);
  }
  return kept;
}

/**
 * Pairs of different kinds that may yet be the same thing written differently; null where `a`'s kind says nothing about
 * `b`'s.
 */
function compareUnlike(a: Value, b: Value, context: Context): Verdict | null {
  switch (a.type) {
    case "list":
      if (b.type === "sequence")
        return a.joined === "or" ? different("kind") : ordered(a.items, b.items, context, "tuple");
      if (b.type === "set") return unordered(distinct(a.items, context), distinct(b.items, context), context, "set");
      return b.type === "scalar" ? compareGrouped(a, b, context) : null;
    case "sequence":
      return b.type === "scalar" ? compareGrouped(a, b, context) : null;
    case "set":
      if (a.items.length === 0 && b.type === "words")
        return /^no (?:real )?solutions?$/.test(b.key) ? equal("empty") : different("kind");
      return null;
    case "matrix":
      return b.type === "sequence" ? compareMatrixWithTuple(a, b, context) : null;
    case "based":
      return b.type === "scalar" ? compareBased(a, b) : null;
    case "ratio":
      if (b.type === "clock")
        return a.clock !== null && sameClock(a.clock, b.clock) ? equal("clock") : different("clock");
      return b.type === "scalar" ? compareQuotient(a, b, context) : null;
    case "unknown":
      return b.type === "words" ? different("kind") : undecided("unreadable");
    default:
      return null;
  }
}

/** "1,234" beside "1, 234" is the list and not the number. */
function compareGrouped(list: Of<"list"> | Of<"sequence">, number: Scalar, context: Context): Verdict {
  if (!/^-?\d{1,3}(?:,\d{3})+$/.test(number.text)) return different("kind");
  const items = number.text.split(",").map((part): Value => {
    const quantity = { value: ofInteger(BigInt(part)), rounded: false, digits: part.length, percent: false, unit: "" };
    return scalarOf(quantity, part);
  });
  return list.type === "list"
    ? unordered(list.items, items, context, "list")
    : ordered(list.items, items, context, "tuple");
}

/** "[[1, 0], [0, 1]]" lists a matrix by rows; a plain tuple with a vector's entries may mean the vector. */
function compareMatrixWithTuple(a: Of<"matrix">, b: Of<"sequence">, context: Context): Verdict | null {
  const rows = b.items.filter((item) => item.type === "sequence").map((item) => item.items);
  if (rows.length === b.items.length && b.open === "[")
    return compareMatrices(a, { type: "matrix", rows, bars: a.bars }, context);
  const vector = a.rows.length === 1 || a.rows.every((row) => row.length === 1);
  return vector && ordered(a.rows.flat(), b.items, context, "tuple").verdict === "equal" ? undecided("shape") : null;
}

/**
 * Digits in a stated base equal their value; whether the same digits without a base mean the same only the question can
 * tell.
 */
function compareBased(a: Of<"based">, b: Scalar): Verdict {
  return b.exact !== null && same(a.value, b.exact.value) ? equal("base") : different("base");
}

/** a : b is the quotient a / b. */
function compareQuotient(a: Of<"ratio">, b: Scalar, context: Context): Verdict {
  const [p, q] = a.terms;
  if (p === undefined || q === undefined || a.terms.length !== 2 || q.n === 0n) return different("kind");
  const part = (value: Rational): Expression => ({ type: "number", value, rounded: false, digits: 1 });
  return compareScalars(scalar({ type: "quotient", above: part(p), below: part(q) }, ""), b, context.tolerance);
}

function incomparable(a: Value, b: Value): Verdict {
  if (a.type === "unknown" && b.type === "unknown") {
    return compact(a.text) === compact(b.text) ? equal("text") : undecided("unreadable");
  }
  return different("kind");
}

function compareRegions(a: Value, b: Value, context: Context): Verdict {
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
    const verdict = compareScalars(x.scalar, y.scalar, context.tolerance);
    if (verdict.verdict === "different") return different("region");
    if (verdict.verdict === "undecided") open = verdict;
  }
  return open ?? equal("region");
}

const turned: Readonly<Record<Relation, Relation>> = {
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "=": "=",
  "!=": "!=",
};

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
  return q === (factor > 0 ? p : turned[p]) ? equal("inequality") : different("inequality");
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
function compareEquations(a: Value, b: Value, context: Context): Verdict {
  if (a.type !== "equation") return compareWithEquation(b as Of<"equation">, a, context);
  if (b.type !== "equation") return compareWithEquation(a, b, context);
  if (a.name !== null && a.name === b.name) return compareValues(a.right, b.right, context);
  const [x, y] = [differenceOf([a.left, a.right]), differenceOf([b.left, b.right])];
  const sides = [a.left, a.right, b.left, b.right];
  if (x === null || y === null)
    return sides.some((side) => side.type === "unknown") ? undecided("unreadable") : different("name");
  // Closed equations ("2 + 3 = 5") state their right sides.
  if (symbolsOf(x).size === 0 && symbolsOf(y).size === 0) return compareValues(a.right, b.right, context);
  const factor = factorBetween(x, y, context);
  if (factor === "unknown") return undecided("equation");
  return factor === null ? different("equation") : equal("equation");
}

/** A name's value against a value; "2 + 3 = 5", being true, against 5. "x^2 + 1 = 0" is not 0. */
function compareWithEquation(a: Of<"equation">, b: Value, context: Context): Verdict {
  if (a.name !== null) return compareValues(a.right, b, context);
  if (a.left.type !== "scalar" || a.right.type !== "scalar") return different("kind");
  const closed = rationalValue(valueNode(a.left)) !== null && rationalValue(valueNode(a.right)) !== null;
  const holds = closed && compareScalars(a.left, a.right).verdict === "equal";
  return holds ? compareValues(a.right, b, context) : different("kind");
}
