import type { Again } from "./read-collections.ts";
import type { Value } from "./value.ts";

/** A matrix in any of the environments. */
export function matrix(text: string, again: Again): Value | null {
  const match =
    /^(?:[([|]\s*)?\\begin\s*\{([pbvBV]?matrix|smallmatrix|array)\}(?:\s*\{[lcr| ]*\})?(.*)\\end\s*\{\1\}(?:\s*[)\]|])?$/s.exec(
      text,
    );
  if (match === null || /\\begin/.test(match[2] ?? "")) return null;
  const rows = (match[2] ?? "")
    .split(/\\\\/)
    .map((row) => row.trim())
    .filter((row) => row !== "" && row !== "\\hline");
  if (rows.length === 0 || rows.length > 50) return null;
  const bars = match[1] === "vmatrix" || text.startsWith("|");
  return { type: "matrix", rows: rows.map((row) => row.split("&").map((cell) => again(cell.trim()))), bars };
}
