import type { Value } from "./value.ts";
import { different, equal, type Verdict } from "./verdict.ts";

/**
 * What a comparison may spend and allow, and how it compares parts; `work` counts characters of formulas that were
 * compared by value.
 */
export interface Context {
  readonly tolerance: number;
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
