import { plainNumber } from "../../src/answer/plain-number.ts";
import { InvalidFileError } from "../../src/core/errors.ts";
import type { AnswerKind } from "../../src/core/question.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { download, isRemote } from "./reading/download.ts";
import { readRows, readText } from "./reading/read-rows.ts";
import { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";
import { joinSentences } from "./svamp.ts";

/**
 * ASDiv (Miao, Liang, Su 2020, arXiv:2106.15772): elementary word problems of many kinds, grades 1 to 6 (mapped to
 * difficulty 0 to 1). Answers are numbers, ratios, times, words, or several values parted by `;`; the unit in brackets
 * is dropped.
 */
export const asdiv = defineFileDataset({
  name: "asdiv",
  summary: "Diverse elementary word problems; numbers, ratios, times and words as answers",
  licence: "CC BY-NC 4.0",
  citation:
    "Miao, Liang, Su 2020, A Diverse Corpus for Evaluating and Developing English Math Word Problem Solvers, arXiv:2106.15772",
  rows: 2305,
  grading: "number, else text",
  upstream: "chaochun/nlu-asdiv-dataset, dataset/ASDiv.xml",
  files: ["asdiv.jsonl", "ASDiv.xml"],
  options: selectionSchema,
  rowsOf: (file, { signal }) => (file.toLowerCase().endsWith(".xml") ? readXml(file, signal) : readRows(file, signal)),
  read: (row) => {
    const answer =
      row.common?.answer ??
      row
        .text("Answer")
        .replace(/\s*\([^()]*\)/g, "")
        .trim();
    const grade = row.optionalText("xml_Grade", "Grade");
    return {
      id: row.optionalText("ID"),
      text: row.common?.question ?? joinSentences(row.text("Body"), row.text("Question")),
      kind: kindOf(answer),
      reference: { answer, solution: row.common?.solution ?? row.optionalText("Formula") },
      tags: [`type:${row.text("Solution-Type")}`, ...(grade === undefined ? [] : [`grade:${grade}`])],
      difficulty: grade === undefined ? undefined : (Number(grade) - 1) / 5,
    };
  },
});

function kindOf(answer: string): AnswerKind {
  if (plainNumber(answer) !== null) return "number";
  return /\d/.test(answer) ? "math" : "text";
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name = "") => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return hex === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number.parseInt(hex, 16));
  });

/** The published XML: `<Problem ID=… Grade=…>` with one element a field and no nesting. */
async function readXml(path: string, signal?: AbortSignal): Promise<Row[]> {
  const file = isRemote(path) ? await download(path, undefined, signal) : path;
  const text = await readText(file, signal);
  const found = [...text.matchAll(/<Problem\b([^>]*)>([\s\S]*?)<\/Problem>/g)];
  if (found.length === 0)
    throw new InvalidFileError(file, null, "holds no <Problem> element. Download ASDiv.xml again.");
  return found.map((match, position) => {
    const [, attributes = "", body = ""] = match;
    const pairs = [
      ...[...attributes.matchAll(/([\w-]+)="([^"]*)"/g)],
      ...[...body.matchAll(/<([\w-]+)[^>]*>([\s\S]*?)<\/\1>/g)],
    ].map(([, name = "", value = ""]) => [name, decoded(value).trim()] as const);
    return new Row(file, text.slice(0, match.index).split("\n").length, position, Object.fromEntries(pairs));
  });
}
