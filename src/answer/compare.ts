import type { Conventions } from "../core/conventions.ts";
import { type Context, compareLists, distinct, ordered, unordered } from "./collections.ts";
import { compareEquations, compareRegions } from "./compare-relations.ts";
import { isReal } from "./complex.ts";
import { type Expression, symbolsOf } from "./expression.ts";
import { sameClock, sameDate } from "./moments.ts";
import { roundsTo } from "./numbers.ts";
import { evaluate, nowhere } from "./numeric.ts";
import { parseExpression } from "./parse.ts";
import { decimal, multiply, ofInteger, type Rational, same } from "./rational.ts";
import { statesRegion } from "./regions.ts";
import { compareScalars, type Scalar, scalar, scalarOf, valueNode } from "./scalars.ts";
import type { Of, Value } from "./value.ts";
import { different, equal, undecided, type Verdict } from "./verdict.ts";

/** What comparing two formulas by value costs beyond their length. */
const formulaWork = 60;

/** Characters of formulas that one comparison may compare by value. */
const mostWork = 30_000;

/** Decides whether two values are the same. Values of kinds that cannot be the same are different. */
export function compareValues(a: Value, b: Value, conventions: Conventions): Verdict {
  const context: Context = { conventions, compare: (x, y) => compareIn(x, y, context), work: mostWork };
  return compareIn(a, b, context);
}

function compareIn(a: Value, b: Value, context: Context): Verdict {
  if (context.work <= 0) return undecided("work-limit");
  context.work -= 4;
  const [x, y] = [unwrapped(a), unwrapped(b)];
  if (x.type === "approximate" || y.type === "approximate") return compareApproximations(x, y, context);
  if (x.type === "equation" || y.type === "equation") return compareEquations(x, y, context);
  if ((x.type === "matrix" && y.type === "sequence") || (y.type === "matrix" && x.type === "sequence"))
    return compareUnlike(x, y, context) ?? compareUnlike(y, x, context) ?? different("kind");
  if (statesRegion(x) || statesRegion(y)) return compareRegions(x, y, context);
  if (x.type === y.type) return compareAlike(x, y, context);
  const [one, other] = [only(x, context), only(y, context)];
  if (one !== x || other !== y) return compareIn(one, other, context);
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

/** "2.5 or 5/2" is one value beside a value that is no list. */
function only(value: Value, context: Context): Value {
  if (value.type !== "list" || value.items.length > 20) return value;
  const { repeats } = context.conventions;
  const once = repeats === "once" || (repeats === "solutions" && /or|braces/.test(value.joined));
  const items = once ? distinct(value.items, context) : value.items;
  return items.length === 1 ? (items[0] ?? value) : value;
}

function compareAlike(a: Value, b: Value, context: Context): Verdict {
  if (a.type === "scalar" && b.type === "scalar") return compareNumbersOrFormulas(a, b, context);
  if (a.type === "sequence" && b.type === "sequence") return ordered(a.items, b.items, context, "tuple");
  if (a.type === "list" && b.type === "list") return compareLists(a, b, context);
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
  const verdict = compareScalars(a, b, context.conventions);
  if (verdict.verdict === "equal" || (a.unit === "") === (b.unit === "")) return verdict;
  // "6 m" was read as a measure; beside "6m" it is the product.
  const [measured, bare] = a.unit === "" ? [b, a] : [a, b];
  const product =
    measured.unit.length === 1 && symbolsOf(bare.node).has(measured.unit) ? parseExpression(measured.text) : null;
  return product === null ? verdict : compareScalars(scalar(product, measured.text), bare, context.conventions);
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
      return b.type === "scalar" ? (compareDecimalComma(a, b) ?? compareGrouped(a, b, context)) : null;
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

/** Exact sides first; the tail counts beside a decimal where it is the value, rounded. */
function compareApproximations(a: Value, b: Value, context: Context): Verdict {
  const exact = (value: Value) => (value.type === "approximate" ? value.value : value);
  const verdict = context.compare(exact(a), exact(b));
  if (verdict.verdict === "equal" || (a.type === "approximate" && b.type === "approximate")) return verdict;
  const [side, other] = a.type === "approximate" ? [a, b] : [b, a];
  if (side.type !== "approximate" || side.tail.type !== "scalar" || side.value.type !== "scalar") return verdict;
  const [tail, value] = [side.tail, evaluate(valueNode(side.value), nowhere)];
  const rounded = tail.exact !== null && value !== null && isReal(value) && roundsTo(value.re, tail.exact);
  return rounded && context.compare(tail, other).verdict === "equal" ? equal("approximation") : verdict;
}

/** "1,22" beside 1.22 is the decimal and not the list. */
function compareDecimalComma(list: Of<"list">, number: Scalar): Verdict | null {
  const digits = /^-?\d+,\d+$/.exec(list.text ?? "")?.[0];
  if (digits === undefined || number.exact?.rounded !== true) return null;
  const written = decimal(digits.replace(",", "."));
  return written !== null && same(written, number.exact.value) ? equal("decimal-comma") : null;
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
  const verdict = ordered(a.rows.flat(), b.items, context, "tuple");
  if (!vector || verdict.verdict !== "equal") return null;
  return context.conventions.vectors === "alike" ? verdict : undecided("shape");
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
  return compareScalars(scalar({ type: "quotient", above: part(p), below: part(q) }, ""), b, context.conventions);
}

function incomparable(a: Value, b: Value): Verdict {
  if (a.type === "unknown" && b.type === "unknown") {
    return compact(a.text) === compact(b.text) ? equal("text") : undecided("unreadable");
  }
  return different("kind");
}
