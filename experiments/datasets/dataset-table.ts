import type { DatasetDefinition } from "../../src/core/dataset.ts";
import type { CatalogueEntry } from "./file-dataset.ts";

const headings = ["dataset", "what", "rows", "licence", "graded by", "file or folder to give as `path`"];

/** The table of datasets as Markdown, one line each, in the given order. */
export function datasetTable(datasets: readonly DatasetDefinition[]): string {
  const lines = datasets.map((dataset) => {
    const entry: DatasetDefinition & Partial<CatalogueEntry> = dataset;
    const rows = dataset.generated ? "made on the spot" : (entry.rows ?? "any");
    return [
      `\`${dataset.name}\``,
      dataset.summary,
      String(rows),
      dataset.licence ?? "the file's own",
      entry.grading ?? "by the kind of answer",
      dataset.generated ? "none" : (entry.upstream ?? "any .jsonl, .json, .csv or .tsv file"),
    ];
  });
  return [headings, headings.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
