import { roundsTo } from "./numbers.ts";
import { evaluate, nowhere } from "./numeric.ts";
import { measure } from "./quantity.ts";
import { scalar, valueNode } from "./scalars.ts";
import { enclosed, splitOutside } from "./split.ts";
import type { Value } from "./value.ts";

/** Reads a part of a text as what it is. */
export type Again = (part: string) => Value;

/** Lists of more items are no answer. */
const mostItems = 300;

const joiner =
  /\s*(?:,\s*)?(?:\\(?:text|mathrm)\s*\{\s*(?:,?\s*)?(?:and|or)\s*\}|\b(?:and|or)\b|\\(?:lor|vee|land|wedge)(?![A-Za-z]))\s*/;

/**
 * A list without brackets: "1, 2", "1 and 2", "x = 1 or x = 2", "1; 2". Of several groups of names ("x = 1, y = 2 or
 * x = 3, y = 4") and of parts between semicolons each is an item of its own.
 */
export function joined(text: string, again: Again): Value | null {
  // "x < -1 \\cup x > 1" joins conditions, not sets.
  const conditions = /[<>]|\\(?:le|ge)(?![A-Za-z])/.test(text) && !/[[(]/.test(text);
  const words = splitOutside(conditions ? text.replace(/\\cup(?![A-Za-z])/g, " or ") : text, joiner);
  const groups = words?.flatMap((word) => splitOutside(word, /\s*;\s*/) ?? [word]).filter((group) => group !== "");
  if (words === null || groups === undefined) return null;
  const pieces = groups.flatMap((group) => members(group, groups.length > 1));
  if (pieces.length < 2 || pieces.length > mostItems) return null;
  const how = words.length > 1 ? (/\bor\b|\\lor|\\vee|\\cup/.test(text) ? "or" : "and") : "comma";
  const items = pieces.map(again);
  // "well, perhaps" is prose with a comma in it.
  return items.some((item) => item.type === "words" && how !== "comma") && items.every((item) => item.type === "words")
    ? null
    : { type: "list", items, joined: how, text };
}

/** What a group between semicolons or "and"s holds: itself where it is one system or one decimal, else its parts. */
function members(group: string, several: boolean): string[] {
  const parts = (splitOutside(group, /\s*,\s*/) ?? [group]).filter((part) => part !== "");
  if (!several || parts.length < 2) return parts;
  const names = parts.map((part) => /^([^=<>]+?)\s*=(?!=)/.exec(part)?.[1]);
  const system = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return system ? [group] : parts;
}

/** "(3, 4) cm": the unit belongs to every member that has none. */
export function measuredCollection(text: string, again: Again): Value | null {
  if (!/[)\]}]\s*(?:\\[a-z]|[A-Za-z])/.test(text)) return null;
  const { body, unit, percent, scale } = measure(text);
  if (unit === "" || percent || scale !== 0 || body === text || enclosed(body) === null) return null;
  const value = again(body);
  if (value.type !== "sequence" && value.type !== "set" && value.type !== "list") return null;
  const withUnit = (item: Value): Value =>
    item.type === "scalar" && item.unit === "" ? scalar(item.node, item.text, unit, item.percent) : item;
  return { ...value, items: value.items.map(withUnit) };
}

/** "3√2 (approximately 4.24)", "3√2, or about 4.24": a value and what it comes to; "0.25 (or 25%)": twice the same. */
export function roughly(text: string, again: Again): Value | null {
  const other = /^([^()]+?)\s*\(\s*(?:or|i\.e\.,?)\s+([^()]+)\)$/.exec(text);
  if (other !== null)
    return { type: "list", items: [again(other[1] ?? ""), again(other[2] ?? "")], joined: "or", text };
  if (!/approx|about|roughly/.test(text)) return null;
  const match =
    /^(.*?[^\s,(])[\s,]*(?:\(\s*)?(?:\bor\s+)?(?:approximately|approx\.?|about|roughly|(?<=\(\s*)\\approx)\s*(-?[\d.][^()]*?)\s*\)?$/.exec(
      text
        .replace(/\\text\s*\{([^{}]*)\}/g, " $1 ")
        .replace(/\s+/g, " ")
        .trim(),
    );
  if (match === null) return null;
  const [value, tail] = [again(match[1] ?? ""), again((match[2] ?? "").trim())];
  if (value.type !== "scalar" || tail.type !== "scalar" || tail.exact === null) return null;
  // "5, or about 6" says two things.
  const exact = evaluate(valueNode(value), nowhere);
  return exact !== null && roundsTo(exact.re, tail.exact) ? { type: "approximate", value, tail } : null;
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
  const semicolons = splitOutside(around.inside, /\s*;\s*/);
  // Semicolons separate where commas are decimal: (0,5; 1,5).
  const decimals = semicolons !== null && semicolons.length > 1 && semicolons.some((item) => /^-?\d+,\d+$/.test(item));
  const items = decimals ? semicolons : splitOutside(around.inside, /\s*[,;]\s*/);
  if (items === null || items.length > mostItems) return null;
  if (around.open === "\\{" && around.close === "\\}")
    return { type: "set", items: described(around.inside, items, again) };
  if (around.open === "{" && around.close === "}") {
    if (items.length === 1) return again(around.inside);
    return { type: "list", items: described(around.inside, items, again), joined: "braces" };
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
function described(inside: string, items: readonly string[], again: Again): Value[] {
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
