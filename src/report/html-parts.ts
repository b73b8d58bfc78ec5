import type { Table } from "./table.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or an attribute: nothing in it is markup. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

const verdicts = new Set(["better", "worse"]);

/** A table with scopes for screen readers; rows that are arms carry the arm's colour. */
export function tableHtml(
  { title, head, rows, note, words = [] }: Table,
  colours: ReadonlyMap<string, string>,
): string {
  const kind = (column: number) => (words.includes(column) ? ' class="words"' : "");
  const headings = head
    .map(
      (cell, i) =>
        `<th scope="col"${kind(i)}>${swatch(i === 0 ? undefined : colours.get(cell))}${escapeHtml(cell)}</th>`,
    )
    .join("");
  const body = rows.map((row) => {
    const [name = "", ...cells] = row;
    const numbers = cells.map((cell, i) => {
      const classes = [words.includes(i + 1) ? "words" : "", verdicts.has(cell) ? cell : ""].filter(Boolean).join(" ");
      return `<td${classes === "" ? "" : ` class="${classes}"`}>${escapeHtml(cell)}</td>`;
    });
    return `<tr><th scope="row">${swatch(colours.get(name))}${breakable(name)}</th>${numbers.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><caption>${escapeHtml(title)}</caption><thead><tr>${headings}</tr></thead><tbody>${body.join("")}</tbody></table></div>${note === undefined ? "" : `<p class="note">${escapeHtml(note)}</p>`}`;
}

/** Long names may break after commas, brackets and dots between parts. */
const breakable = (name: string): string => escapeHtml(name).replaceAll(/(,|\(| · )/g, "$1<wbr>");

const swatch = (colour: string | undefined): string =>
  colour === undefined ? "" : `<span class="swatch" style="background:${colour}"></span>`;
