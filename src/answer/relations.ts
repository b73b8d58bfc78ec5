import { lookup } from "../core/lookup.ts";
import { parseExpression } from "./parse.ts";
import { cutOutside } from "./split.ts";
import type { Relation, Value } from "./value.ts";
import { wordKey } from "./words.ts";

const relation =
  /\\(?:le|ge|ne|approx|in|equiv|sim|implies|Rightarrow|to|rightarrow|mapsto|colon)(?![A-Za-z])|:=|==|=|<|>/;
const names: Readonly<Record<string, Relation>> = lookup({
  "=": "=",
  "==": "=",
  ":=": "=",
  "\\approx": "=",
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

/**
 * What a side that is only a name goes by ("x", "f(x)", "m_{\max}", "\angle ABC", "Area"), or null for a side that says
 * more.
 */
function nameOf(side: string): string | null {
  const text = side.trim();
  if (text.length === 0 || text.length > 60 || /^[-+]/.test(text)) return null;
  if (/^\\angle|^\\triangle|^\\(?:overline|overrightarrow|widehat)\s*\{[A-Z ]+\}$/.test(text))
    return text.replace(/[\s{}]/g, "");
  const node = parseExpression(text);
  if (node !== null) {
    if (node.type === "symbol") return node.name;
    if (node.type === "call" && node.name.startsWith("apply ")) return text.replace(/\s/g, "");
    // Segments and other names of several capitals: AB, XYZ.
    if (/^[A-Z]{2,4}$/.test(text)) return text;
    if (node.type === "product" && /^\\?[A-Za-z]+\s*(?:_\{?\w+\}?)?\s*\([a-z](?:,\s*[a-z])*\)$/.test(text))
      return text.replace(/\s/g, "");
    return null;
  }
  const key = wordKey(text);
  return /^[a-z][a-z ]*$/.test(key) && !/[+*/^=]/.test(text.replace(/\\[a-z]+/g, "")) ? key : null;
}
