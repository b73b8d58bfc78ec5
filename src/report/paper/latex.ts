import type { Table } from "../table.ts";

const signs: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "&": "\\&",
  "%": "\\%",
  $: "\\$",
  "#": "\\#",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "–": "--",
  "—": "---",
  "−": "$-$",
  "·": "$\\cdot$",
  "×": "$\\times$",
  "±": "$\\pm$",
  "≈": "$\\approx$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "→": "$\\rightarrow$",
  Δ: "$\\Delta$",
  σ: "$\\sigma$",
  "…": "\\ldots{}",
  "“": "``",
  "”": "''",
  "’": "'",
  "½": "1/2",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
};

/** Text as LaTeX sets it. Letters of Latin scripts stay; a sign of which nothing is known becomes a question mark. */
export const latexText = (text: string): string =>
  [...text]
    .map((sign) => signs[sign] ?? (/^[\x20-\x7e\u00a1-\u017f]$/.test(sign) ? sign : sign === "\n" ? " " : "?"))
    .join("");

/** A table that is wider than long is turned: arms stand below each other, as a page is long. */
function upright(table: Table): Table {
  const { head, rows } = table;
  if (head.length <= 10 || rows.length >= head.length) return table;
  const [corner = "", ...names] = head;
  const turned = names.map((name, i) => [name, ...rows.map((cells) => cells[i + 1] ?? "")]);
  return { ...table, head: [corner, ...rows.map(([name = ""]) => name)], rows: turned, words: [] };
}

/** A table with `booktabs`, as wide as the line at most (`graphicx`), its note below. */
export function latexTable(table: Table, label: string): string {
  const { title, head, rows, note, words = [] } = upright(table);
  const columns = head.map((_, i) => (i === 0 || words.includes(i) ? "l" : "r")).join("");
  const row = (cells: readonly string[]) => `  ${cells.map(latexText).join(" & ")} \\\\`;
  return [
    "\\begin{table}[htbp]",
    "\\centering",
    `\\caption{${latexText(title)}}`,
    `\\label{tab:${label}}`,
    "\\begin{adjustbox}{max width=\\linewidth, max totalheight=0.8\\textheight}",
    `\\begin{tabular}{${columns}}`,
    "  \\toprule",
    row(head),
    "  \\midrule",
    ...rows.map(row),
    "  \\bottomrule",
    "\\end{tabular}",
    "\\end{adjustbox}",
    ...(note === undefined ? [] : [`\\par\\smallskip{\\footnotesize ${latexText(note)}}`]),
    "\\end{table}",
    "",
  ].join("\n");
}
