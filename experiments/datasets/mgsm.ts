import { basename } from "node:path";
import { z } from "zod";
import { defineFileDataset } from "./file-dataset.ts";
import { withoutCommas } from "./gsm8k.ts";
import { readRows, readText } from "./reading/read-rows.ts";
import { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const languages = ["bn", "de", "en", "es", "fr", "ja", "ru", "sw", "te", "th", "zh"] as const;

const mgsmOptions = z.strictObject({
  ...selectionShape,
  language: z
    .enum(languages)
    .optional()
    .describe("of the file, where its name does not say; of a folder, the one to read"),
});

/**
 * MGSM (Shi et al. 2022, arXiv:2210.03057): 250 questions of GSM8K in ten further languages. Translations of one
 * question share a group; tag `language:…`. Files are `mgsm_LANGUAGE.tsv` without a header: question, tab, number.
 */
export const mgsm = defineFileDataset({
  name: "mgsm",
  summary: "250 GSM8K questions in eleven languages, translations grouped",
  licence: "CC BY-SA 4.0",
  citation: "Shi et al. 2022, Language Models are Multilingual Chain-of-Thought Reasoners, arXiv:2210.03057",
  rows: 2750,
  grading: "number",
  upstream: "google-research/url-nlp, mgsm/mgsm_*.tsv (form only)",
  files: languages.map((language) => `mgsm_${language}.tsv`),
  everyFile: true,
  options: mgsmOptions,
  rowsOf: async (path, { signal }) =>
    path.endsWith(".tsv") ? bareLines(await readText(path, signal), path) : await readRows(path, signal),
  read: (row, options) => {
    const ofFile = /mgsm[_-]([a-z]{2})\b/.exec(basename(row.file))?.[1];
    const language = row.optionalText("language", "lang") ?? ofFile ?? options.language;
    if (language === undefined) throw row.error("the file's name does not say its language. Set `language`.");
    if (options.language !== undefined && options.language !== language) return null;
    const place = String(row.position).padStart(4, "0");
    return {
      id: `mgsm-${language}-${place}`,
      text: row.common?.question ?? row.text("question"),
      kind: "number",
      reference: { answer: withoutCommas((row.common?.answer ?? row.text("answer_number", "answer")).trim()) },
      group: `mgsm-${place}`,
      tags: [`language:${language}`],
    };
  },
});

/** Quotes mean nothing in these files: a line is a question, a tab and its number. */
function bareLines(text: string, file: string): Row[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }));
  return lines
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }, position) => {
      const at = line.lastIndexOf("\t");
      const row = new Row(file, number, position, { question: line.slice(0, at).trim(), answer: line.slice(at + 1) });
      if (at === -1) throw row.error("must hold a question, a tab and a number. Check that the file is one of MGSM.");
      return row;
    });
}
