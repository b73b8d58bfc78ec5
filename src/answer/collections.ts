import type { Conventions } from "../core/conventions.ts";
import type { Of, Value } from "./value.ts";
import { different, equal, type Verdict } from "./verdict.ts";

/**
 * What a comparison may spend and allow, and how it compares parts; `work` counts characters of formulas that were
 * compared by value.
 */
export interface Context {
  readonly conventions: Conventions;
  readonly compare: (a: Value, b: Value) => Verdict;
  work: number;
}

/** All pairs equal, in order. One difference decides; an undecided pair leaves the whole undecided. */
export function ordered(a: readonly Value[], b: readonly Value[], context: Context, rule: string): Verdict {
  if (a.length !== b.length) return different("length");
  let open: Verdict | null = null;
  for (const [k, item] of a.entries()) {
    const verdict = context.compare(item, b[k] as Value);
    if (verdict.verdict === "different") return different(rule);
    if (verdict.verdict === "undecided") open = verdict;
  }
  return open ?? equal(rule);
}

/**
 * Lists in any order. Named values beside bare ones keep their order ("x = 1, y = 2" is not "2, 1"), unless the names
 * only count the members (x_1, x_2). How often a repeated member counts is a convention.
 */
export function compareLists(a: Of<"list">, b: Of<"list">, context: Context): Verdict {
  const [x, y] = [a.items.map(nameIn), b.items.map(nameIn)];
  const [named, bare] = x.every((name) => name !== null) ? [x, y] : [y, x];
  if (named.every((name) => name !== null) && bare.every((name) => name === null) && areDifferent(named))
    return ordered(a.items, b.items, context, "tuple");
  const { repeats } = context.conventions;
  const once =
    repeats === "once" ||
    (repeats === "solutions" && [a, b].some((list) => /or|braces/.test(list.joined) || list.items.every(isSolution)));
  const members = (list: Of<"list">) => (once ? distinct(list.items, context) : list.items);
  const [left, right] = [members(a), members(b)];
  // "2.5 or 5/2" is one value.
  return unordered(left, right, context, "list");
}

const nameIn = (value: Value): string | null => (value.type === "equation" ? value.name : null);
const areDifferent = (names: readonly (string | null)[]): boolean => {
  const stems = names.map((name) => (name ?? "").replace(/_\{?\d+\}?$/, ""));
  return new Set(stems).size > 1;
};
const isSolution = (value: Value): boolean =>
  value.type === "sequence" || (value.type === "list" && value.items.every((item) => item.type === "equation"));

/** One-to-one, in any order. */
export function unordered(a: readonly Value[], b: readonly Value[], context: Context, rule: string): Verdict {
  if (a.length !== b.length) return different("length");
  const left = [...b];
  let open: Verdict | null = null;
  for (const item of a) {
    let [found, doubt]: [number, Verdict | null] = [-1, null];
    for (const [k, other] of left.entries()) {
      const verdict = context.compare(item, other);
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

export function distinct(items: readonly Value[], context: Context): Value[] {
  const kept: Value[] = [];
  for (const item of items) {
    if (!kept.some((other) => context.compare(item, other).verdict === "equal")) kept.push(item);
  }
  return kept;
}
