import { z } from "zod";
import { Random } from "../../src/core/random.ts";
import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { shortHash } from "./fingerprint.ts";
import { selectionShape } from "./selection.ts";

const gpqaOptions = z.strictObject({
  ...selectionShape,
  optionSeed: z.int().min(0).default(0).describe("of the order of each question's options"),
});

/**
 * GPQA (Rein et al. 2023, arXiv:2311.12022): graduate-level biology, physics and chemistry. The file has the right
 * answer and three wrong ones in columns of their own; their order is drawn by `optionSeed` and the record's id, so it
 * does not depend on what else is chosen.
 */
export const gpqa = defineFileDataset({
  name: "gpqa",
  summary: "Graduate-level science questions with four options, in seeded order",
  licence: "CC BY 4.0",
  citation: "Rein et al. 2023, GPQA: A Graduate-Level Google-Proof Q&A Benchmark, arXiv:2311.12022",
  grading: "letter",
  upstream: "idavidrein/gpqa, dataset.zip: gpqa_diamond.csv, gpqa_main.csv, gpqa_extended.csv (form only)",
  files: ["gpqa_diamond.csv", "gpqa_main.csv", "gpqa_extended.csv"],
  options: gpqaOptions,
  read: (row, { optionSeed }) => {
    const question = row.text("Question").trim();
    const id = row.optionalText("Record ID") ?? shortHash(question);
    const right = row.text("Correct Answer").trim();
    const wrong = [1, 2, 3].map((n) => row.text(`Incorrect Answer ${n}`).trim());
    if (wrong.includes(right))
      throw row.wrong("Correct Answer", "must differ from the incorrect ones", right, "Leave this record out.");
    const random = new Random(`gpqa/${optionSeed}`).fork(id);
    const ranked = [right, ...wrong].map((text, i) => ({ text, rank: random.fork(i).uniform() }));
    const choices = ranked.sort((a, b) => a.rank - b.rank).map(({ text }) => text);
    const tags = ["High-level domain", "Subdomain", "Writer's Difficulty Estimate"].flatMap((field, i) => {
      const value = row.optionalText(field)?.trim() ?? "";
      return value === "" ? [] : [`${["domain", "subdomain", "writer"][i]}:${value}`];
    });
    return {
      id: `gpqa-${id}`,
      text: withOptions(question, choices),
      kind: "choice",
      choices,
      reference: { answer: letterOf(choices.indexOf(right), 4) ?? "", solution: row.optionalText("Explanation") },
      tags,
    };
  },
});
