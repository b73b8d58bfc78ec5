import { enclosed, splitOutside } from "./split.ts";
import type { Value } from "./value.ts";

/** Reads a part of a text as what it is. */
export type Again = (part: string) => Value;

/** Lists of more items are no answer. */
const mostItems = 300;

const joiner =
  /\s*(?:,\s*)?(?:\\(?:text|mathrm)\s*\{\s*(?:,?\s*)?(?:and|or)\s*\}|\b(?:and|or)\b|\\(?:lor|vee|land|wedge)(?![A-Za-z]))\s*/;

/** A list without brackets: "1, 2", "1 and 2", "x = 1 or x = 2", "1; 2". */
export function joined(text: string, again: Again): Value | null {
  // "x < -1 \\cup x > 1" joins conditions, not sets.
  const conditions = /[<>]|\\(?:le|ge)(?![A-Za-z])/.test(text) && !/[[(]/.test(text);
  const words = splitOutside(conditions ? text.replace(/\\cup(?![A-Za-z])/g, " or ") : text, joiner);
  const pieces = words
    ?.flatMap((piece) => splitOutside(piece, /\s*[,;]\s*/) ?? [piece])
    .filter((piece) => piece !== "");
  if (words === null || pieces === undefined || pieces.length < 2 || pieces.length > mostItems) return null;
  const how = words.length > 1 ? (/\bor\b|\\lor|\\vee|\\cup/.test(text) ? "or" : "and") : "comma";
  const items = pieces.map(again);
  // "well, perhaps" is prose with a comma in it.
  return items.some((item) => item.type === "words" && how !== "comma") && items.every((item) => item.type === "words")
    ? null
    : { type: "list", items, joined: how };
}

export function collection(text: string, again: Again): Value | null {
  if (text === "\\emptyset" || text === "\\{ \\}" || text === "\\{\\}") return { type: "set", items: [] };
  if (/^(?:\\mathbb\s*\{?\s*R\s*\}?|\\R|all real numbers)$/.test(text)) return { type: "everything" };
  const without = splitOutside(text, /\\setminus(?![A-Za-z])|\\backslash(?![A-Za-z])|(?<=[\])}R])\s*[-\\]\s*(?=\\\{)/);
  if (without !== null && without.length === 2) {
    return { type: "union", pieces: [again(without[0] ?? "")], without: [again(without[1] ?? "")] };
  }
  const pieces = splitOutside(text, /\\cup(?![A-Za-z])|(?<=[)\]}])\s*U\s*(?=[([\\])/);
  if (pieces !== null && pieces.length > 1 && pieces.length < 50)
    return { type: "union", pieces: pieces.map(again), without: [] };
  const around = enclosed(text);
  if (around === null) return null;
  const items = splitOutside(around.inside, /\s*[,;]\s*/);
  if (items === null || items.length > mostItems) return null;
  if (around.open === "\\{" && around.close === "\\}")
    return { type: "set", items: members(around.inside, items, again) };
  if (around.open === "{" && around.close === "}") {
    return items.length === 1 ? again(around.inside) : { type: "set", items: members(around.inside, items, again) };
  }
  const { open, close } = around;
  if (items.length > 1) return { type: "sequence", open, close, items: items.map(again) };
  const inner = again(around.inside);
  // Round brackets around one thing only group; "[5]" is a list of one.
  if (open === "(" && close === ")" && inner.type !== "words" && inner.type !== "unknown") return inner;
  return open === "[" && close === "]" && inner.type === "scalar" && /^[-\d./\\a-z{}]+$/.test(around.inside)
    ? { type: "set", items: [inner] }
    : null;
}

/** The members of a set; "x : x > 2" and "x | x > 2" describe one by a condition. */
function members(inside: string, items: readonly string[], again: Again): Value[] {
  const condition = /^[A-Za-z](?:\s*\\in\s*\\mathbb\s*\{?R\}?)?\s*(?::|\\mid(?![A-Za-z])|\|)\s*(.+)$/s.exec(inside);
  return condition === null ? items.map(again).flatMap(expanded) : [again(condition[1] ?? "")];
}

const expanded = (item: Value): readonly Value[] => (item.type === "list" ? item.items : [item]);

/** "a ± b" stands for both; signs of one text change together. */
export function plusMinus(text: string, again: Again): Value | null {
  const signs = /\\pm(?![A-Za-z])|\\mp(?![A-Za-z])|\+\/-|\+-/g;
  if (!signs.test(text)) return null;
  const with_ = (upper: boolean) => text.replace(signs, (sign) => ((sign === "\\mp") === upper ? "-" : "+"));
  return {
    type: "list",
    items: [again(with_(true).replace(/^\+\s*/, "")), again(with_(false).replace(/^\+\s*/, ""))],
    joined: "or",
  };
}
