import { type Expression, product } from "./expression.ts";
import type { Again } from "./read-collections.ts";
import { scalar, valueNode } from "./scalars.ts";
import { cutOutside } from "./split.ts";
import type { Of, Value } from "./value.ts";

type Matrix = Of<"matrix">;

/** Brackets that may stand around an environment, its name, its columns, and what it holds. */
const environment = String.raw`(?:[(\[|]\s*)?\\begin\s*\{([pbvBV]?matrix|smallmatrix|array)\}(?:\s*\{[lcr| ]*\})?(.*?)\\end\s*\{\1\}(?:\s*[)\]|])?`;

/** A matrix, a multiple of one, a sum or a product of matrices, worked out; a system of conditions as a list. */
export function matrix(text: string, again: Again): Value | null {
  if (!/\\begin(?![A-Za-z])/.test(text)) return null;
  return oneMatrix(text, again) ?? system(text, again) ?? combination(text, again);
}

/** The rows of `cases`; conditions beside the rows ("x & if x > 0") make a function, which is none. */
function system(text: string, again: Again): Value | null {
  const inside =
    /^(?:\\\{\s*)?\\begin\s*\{(cases|aligned|array|gathered)\}(?:\s*\{[lcr| ]*\})?(.*)\\end\s*\{\1\}$/s.exec(text)?.[2];
  if (inside === undefined || /\\begin/.test(inside)) return null;
  const rows = rowsOf(inside).map((row) =>
    row.replace(/&\s*(?==|<|>|\\[lg]e(?![A-Za-z]))|(?<==)\s*&/g, " ").replace(/,\s*$/, ""),
  );
  if (rows.length < 2 || rows.some((row) => row.includes("&"))) return null;
  return { type: "list", items: rows.map((row) => again(row.trim())), joined: "and" };
}

const rowsOf = (inside: string): string[] =>
  inside
    .split(/\\\\/)
    .map((row) => row.trim())
    .filter((row) => row !== "" && row !== "\\hline");

/** "2A + B", "AB": matrices in the text with plus, minus and factors between them. */
function combination(text: string, again: Again): Value | null {
  const found: Matrix[] = [];
  const plain = text.replace(new RegExp(environment, "gs"), (whole) => {
    const value = oneMatrix(whole, again);
    if (value !== null) found.push(value);
    return value === null ? whole : ` @${found.length - 1}@ `;
  });
  const terms = cutOutside(plain, /[-+]/);
  if (found.length === 0 || found.length > 8 || terms === null || /\\begin/.test(plain)) return null;
  let total: Matrix | null = null;
  for (const [k, piece] of terms.pieces.entries()) {
    if (k === 0 && piece === "" && terms.pieces.length > 1) continue;
    const value = factors(piece, found, again);
    const signed = value === null ? null : terms.separators[k - 1] === "-" ? scaled(value, minusOne) : value;
    total = k === 0 || total === null ? signed : signed === null ? null : sumOf(total, signed);
    if (total === null) return null;
  }
  return total;
}

/** A factor before the first matrix, and the product of the matrices; "^T" transposes. */
function factors(piece: string, found: readonly Matrix[], again: Again): Matrix | null {
  const [before = "", ...parts] = piece.split(/@(\d+)@/);
  let result: Matrix | null = null;
  for (let k = 0; k < parts.length; k += 2) {
    const next = found[Number(parts[k])];
    const after = (parts[k + 1] ?? "").trim();
    if (next === undefined || !/^(?:\^\s*\{?\s*(?:T|\\top)\s*\}?)?\s*(?:\\cdot|\\times|\*)?$/.test(after)) return null;
    const turned = after.startsWith("^") ? transposed(next) : next;
    result = result === null ? turned : productOf(result, turned);
    if (result === null) return null;
  }
  const coefficient = before.replace(/\s*(?:\\cdot|\\times|\*)?\s*$/, "").trim();
  if (coefficient === "" || result === null) return result;
  const factor = again(coefficient);
  return factor.type === "scalar" && factor.unit === "" ? scaled(result, valueNode(factor)) : null;
}

const minusOne: Expression = { type: "negative", of: product([]) };
const nodeOf = (value: Value): Expression | null =>
  value.type === "scalar" && value.unit === "" ? valueNode(value) : null;

/** A matrix of expressions, or null where one is missing. */
function matrixOf(rows: readonly (readonly (Expression | null)[])[]): Matrix | null {
  const cells = rows.map((row) => row.map((node) => (node === null ? null : scalar(node, ""))));
  return cells.some((row) => row.includes(null))
    ? null
    : { type: "matrix", bars: false, rows: cells.map((row) => row.filter((cell) => cell !== null)) };
}

const scaled = (a: Matrix, factor: Expression): Matrix | null =>
  a.bars ? null : matrixOf(a.rows.map((row) => row.map((cell) => multiplied(factor, nodeOf(cell)))));

const multiplied = (a: Expression | null, b: Expression | null): Expression | null =>
  a === null || b === null ? null : product([a, b]);

function sumOf(a: Matrix, b: Matrix): Matrix | null {
  const shaped = a.rows.length === b.rows.length && a.rows.every((row, k) => row.length === b.rows[k]?.length);
  if (!shaped || a.bars || b.bars) return null;
  return matrixOf(
    a.rows.map((row, i) =>
      row.map((cell, j) => {
        const [x, y] = [nodeOf(cell), nodeOf(b.rows[i]?.[j] ?? cell)];
        return x === null || y === null ? null : { type: "sum", terms: [x, y] };
      }),
    ),
  );
}

function productOf(a: Matrix, b: Matrix): Matrix | null {
  const inner = b.rows.length;
  if (a.bars || b.bars || inner > 12 || a.rows.some((row) => row.length !== inner)) return null;
  const columns = (b.rows[0] ?? []).map((_, j) => b.rows.map((row) => row[j]));
  return matrixOf(
    a.rows.map((row) =>
      columns.map((column): Expression | null => {
        const terms = row.map((cell, k) => multiplied(nodeOf(cell), nodeOf(column[k] ?? cell)));
        return terms.includes(null) ? null : { type: "sum", terms: terms.filter((term) => term !== null) };
      }),
    ),
  );
}

const transposed = (a: Matrix): Matrix => ({
  ...a,
  rows: (a.rows[0] ?? []).map((_, j) => a.rows.map((row) => row[j] ?? { type: "unknown", text: "" })),
});

function oneMatrix(text: string, again: Again): Matrix | null {
  const match = new RegExp(`^${environment}$`, "s").exec(text);
  if (match === null || /\\begin/.test(match[2] ?? "")) return null;
  const rows = rowsOf(match[2] ?? "");
  if (rows.length === 0 || rows.length > 50) return null;
  const bars = match[1] === "vmatrix" || text.startsWith("|");
  return { type: "matrix", rows: rows.map((row) => row.split("&").map((cell) => again(cell.trim()))), bars };
}
