import { fraction, ofInteger, type Rational } from "./rational.ts";

/** A mathematical expression as it was read. Sums and products are flat only where they were written so. */
export type Expression =
  | { readonly type: "number"; readonly value: Rational; readonly rounded: boolean; readonly digits: number }
  | { readonly type: "symbol"; readonly name: string }
  | { readonly type: "constant"; readonly name: "pi" | "e" | "i" | "infinity" }
  | { readonly type: "sum"; readonly terms: readonly Expression[] }
  | { readonly type: "product"; readonly factors: readonly Expression[] }
  | { readonly type: "quotient"; readonly above: Expression; readonly below: Expression }
  | { readonly type: "power"; readonly base: Expression; readonly exponent: Expression }
  | { readonly type: "negative"; readonly of: Expression }
  /**
   * `sin`, `root` (radicand, degree), `log` (value, base or none), `factorial`, `binomial`, `abs`, `floor`, `ceil`,
   * `apply f` …
   */
  | { readonly type: "call"; readonly name: string; readonly values: readonly Expression[] };

export const numberNode = (n: bigint | number, d: bigint | number = 1): Expression => ({
  type: "number",
  value: fraction(BigInt(n), BigInt(d)) ?? ofInteger(0),
  rounded: false,
  digits: String(n).length,
});

export const call = (name: string, ...values: Expression[]): Expression => ({ type: "call", name, values });
export const product = (factors: readonly Expression[]): Expression =>
  factors.length === 1 ? (factors[0] as Expression) : { type: "product", factors };

/** The direct parts of an expression. */
export function parts(node: Expression): readonly Expression[] {
  switch (node.type) {
    case "sum":
      return node.terms;
    case "product":
      return node.factors;
    case "quotient":
      return [node.above, node.below];
    case "power":
      return [node.base, node.exponent];
    case "negative":
      return [node.of];
    case "call":
      return node.values;
    default:
      return [];
  }
}

/** Does any node of the tree satisfy `test`? */
export function some(node: Expression, test: (node: Expression) => boolean): boolean {
  return test(node) || parts(node).some((part) => some(part, test));
}

/** Names of all symbols, in order of first appearance. Applied functions count under their own name. */
export function symbolsOf(node: Expression, found: Set<string> = new Set()): Set<string> {
  if (node.type === "symbol") found.add(node.name);
  if (node.type === "call" && node.name.startsWith("apply ")) found.add(node.name);
  for (const part of parts(node)) symbolsOf(part, found);
  return found;
}

/** A structural key, the same for the same tree. */
export function keyOf(node: Expression): string {
  switch (node.type) {
    case "number":
      return `${node.value.n}/${node.value.d}`;
    case "symbol":
    case "constant":
      return node.name;
    case "call":
      return `${node.name}(${node.values.map(keyOf).join(",")})`;
    default:
      return `${node.type}(${parts(node).map(keyOf).join(",")})`;
  }
}
