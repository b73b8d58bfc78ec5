import { lookup } from "../core/lookup.ts";
import { nameOf } from "./names.ts";
import { cutOutside } from "./split.ts";
import type { Relation, Value } from "./value.ts";

/** The relation with its sides exchanged. */
export const mirrored: Readonly<Record<Relation, Relation>> = {
  "<": ">",
  ">": "<",
  "<=": ">=",
  ">=": "<=",
  "=": "=",
  "!=": "!=",
};

const relation =
  /\\(?:le|ge|ne|approx|simeq|doteq|in|equiv|sim|implies|Rightarrow|to|rightarrow|mapsto|colon)(?![A-Za-z])|:=|==|=|<|>/;
const names: Readonly<Record<string, Relation>> = lookup({
  "=": "=",
  "==": "=",
  ":=": "=",
  "\\approx": "=",
  "\\simeq": "=",
  "\\doteq": "=",
  "<": "<",
  ">": ">",
  "\\le": "<=",
  "\\ge": ">=",
  "\\ne": "!=",
});

/**
 * Reads equations, definitions, memberships and (chains of) inequalities; null where the text holds no relation outside
 * brackets.
 */
export function readRelation(text: string, again: (part: string) => Value): Value | null {
  const cut = cutOutside(text, relation);
  if (cut === null || cut.pieces.length < 2 || cut.pieces.length > 6) return null;
  const { pieces: sides, separators: signs } = cut;
  const [left = "", right = ""] = sides;
  // "≈ 5" and "= 5" only introduce what follows.
  if (left === "" && sides.length === 2 && /^(?:=|\\approx)$/.test(signs[0] ?? "")) return again(right);
  if (sides.includes("")) return null;
  const nearly = signs.findIndex((sign) => /^\\(?:approx|simeq|doteq)$/.test(sign));
  if (nearly > 0 || (nearly === 0 && nameOf(left) === null)) return approximation(sides, signs, nearly, again);
  if (signs.length === 1 && signs[0] === "\\in") {
    return { type: "equation", left: again(left), right: again(right), name: nameOf(left) };
  }
  if (
    sides.length > 2 &&
    signs[0] === "=" &&
    nameOf(left) !== null &&
    signs.slice(1).some((sign) => names[sign] !== "=")
  ) {
    return {
      type: "equation",
      left: again(left),
      right: again(text.slice(text.indexOf("=") + 1).trim()),
      name: nameOf(left),
    };
  }
  const relations = signs.map((sign) => names[sign]).filter((sign) => sign !== undefined);
  if (relations.length < signs.length) return null;
  if (relations.every((sign) => sign === "=")) return equation(sides, again);
  return { type: "inequality", sides: sides.map(again), relations };
}

/** "x = 5/7 ≈ 0.714" states 5/7; its last side is what that comes to. */
function approximation(
  sides: readonly string[],
  signs: readonly string[],
  at: number,
  again: (part: string) => Value,
): Value {
  const head = sides
    .slice(0, at + 1)
    .reduce((text, side, k) => (k === 0 ? side : `${text} ${signs[k - 1]} ${side}`), "");
  const [value, tail] = [again(head), again(sides.at(-1) ?? "")];
  if (value.type === "equation" && value.name !== null)
    return { ...value, right: { type: "approximate", value: value.right, tail } };
  return { type: "approximate", value, tail };
}

/** a = b, or a chain a = b = c, which is read as "a is c". */
function equation(sides: readonly string[], again: (part: string) => Value): Value {
  const [left = "", right = ""] = [sides[0], sides.at(-1)];
  const [forward, backward] = [nameOf(left), sides.length === 2 ? nameOf(right) : null];
  if (forward !== null && !occurs(forward, right))
    return { type: "equation", left: again(left), right: again(right), name: forward };
  if (backward !== null && !occurs(backward, left))
    return { type: "equation", left: again(right), right: again(left), name: backward };
  return { type: "equation", left: again(left), right: again(right), name: null };
}

const occurs = (name: string, text: string): boolean => {
  if (!/^[A-Za-z]$/.test(name)) return false;
  return new RegExp(`(?<![A-Za-z\\\\])${name}(?![A-Za-z])`).test(text.replace(/\\[A-Za-z]+/g, " "));
};
