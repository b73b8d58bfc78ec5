import { letterOf, withOptions } from "./choices.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * MathQA (Amini et al. 2019, arXiv:1905.13319): word problems of AQuA-RAT with five options and operation programs.
 * `options` is one text, "a ) 38 , b ) 27.675 , …", and `correct` a letter.
 */
export const mathqa = defineFileDataset({
  name: "mathqa",
  summary: "Word problems with five options and annotated programs",
  licence: "Apache-2.0",
  citation: "Amini et al. 2019, MathQA: Towards Interpretable Math Word Problem Solving, arXiv:1905.13319",
  rows: 2985,
  grading: "letter",
  upstream: "MathQA.zip, test.json (form only)",
  files: ["mathqa_test.json", "mathqa.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const choices = optionsIn(row.text("options"));
    if (choices.length < 2)
      throw row.wrong("options", 'must read "a ) …, b ) …" with two options or more', row.fields.options);
    const answer = letterOf(row.text("correct"), choices.length);
    if (answer === undefined) throw row.wrong("correct", "must be the letter of an option", row.fields.correct);
    const category = row.optionalText("category");
    return {
      text: withOptions(row.text("Problem"), choices),
      kind: "choice",
      choices,
      reference: { answer, solution: row.optionalText("Rationale") },
      tags: category === undefined ? [] : [`category:${category}`],
    };
  },
});

/** Each letter must be the next one, so that a bracket inside an option begins none. */
function optionsIn(text: string): readonly string[] {
  const bare = text.replace(/^\s*\[|\]\s*$/g, "");
  const starts: { readonly at: number; readonly end: number }[] = [];
  for (const { index, 0: mark, 1: letter } of bare.matchAll(/(?:^|,)\s*['"]?\s*([a-z])\s*\)/g))
    if (letter === "abcdefghij"[starts.length]) starts.push({ at: index, end: index + mark.length });
  return starts.map(({ end }, i) =>
    bare
      .slice(end, starts[i + 1]?.at ?? bare.length)
      .replace(/['"]\s*$/, "")
      .trim(),
  );
}
