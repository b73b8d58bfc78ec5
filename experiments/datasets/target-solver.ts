import { add, divide, multiply, ofInteger, type Rational, same, subtract } from "../../src/answer/rational.ts";

interface Part {
  readonly value: Rational;
  readonly text: string;
}

/**
 * All ways to make `target` from `numbers` with + - * / and brackets, each number once, as expressions in search order;
 * exact. Expressions that differ only by the order of a sum or a product are counted once.
 *
 * @param atMost stop after so many
 */
export function solveTarget(
  numbers: readonly number[],
  target: number,
  atMost = Number.POSITIVE_INFINITY,
): readonly string[] {
  const found = new Set<string>();
  const goal = ofInteger(target);
  const search = (parts: readonly Part[]): void => {
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) {
      if (same(first.value, goal)) found.add(unwrapped(first.text));
      return;
    }
    for (const [i, a] of parts.entries()) {
      for (const [j, b] of parts.entries()) {
        if (j <= i) continue;
        const rest = parts.filter((_, index) => index !== i && index !== j);
        for (const joined of joins(a, b)) {
          if (found.size >= atMost) return;
          search([...rest, joined]);
        }
      }
    }
  };
  search(numbers.map((value) => ({ value: ofInteger(value), text: String(value) })));
  return [...found];
}

/** Both orders matter for - and / only; a sum or product is written with the smaller text first. */
function joins(a: Part, b: Part): readonly Part[] {
  const [first, second] = a.text <= b.text ? [a, b] : [b, a];
  const parts: Part[] = [
    { value: add(a.value, b.value), text: `(${first.text} + ${second.text})` },
    { value: multiply(a.value, b.value), text: `(${first.text} * ${second.text})` },
  ];
  for (const [left, right] of [
    [a, b],
    [b, a],
  ] as const) {
    parts.push({ value: subtract(left.value, right.value), text: `(${left.text} - ${right.text})` });
    const quotient = divide(left.value, right.value);
    if (quotient !== null) parts.push({ value: quotient, text: `(${left.text} / ${right.text})` });
  }
  return parts;
}

const unwrapped = (text: string): string => (text.startsWith("(") ? text.slice(1, -1) : text);
