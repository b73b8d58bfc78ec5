import { languageOf } from "../../src/code/languages.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { codeDraft } from "./reading/code-task.ts";
import { languageName } from "./reading/languages.ts";
import type { Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * MultiPL-E (Cassano et al. 2022, arXiv:2208.08227): HumanEval and MBPP in other languages. The prompt begins the
 * function, the tests end the program; there are no solutions. Translations of one task share a group; tag
 * `language:…`. A language that no judge takes is loaded and left undecided by the grader.
 */
export const multiplE = defineFileDataset({
  name: "multipl-e",
  summary: "HumanEval and MBPP in some twenty languages",
  licence: "MIT",
  citation: "Cassano et al. 2022, MultiPL-E: A Scalable and Extensible Approach, arXiv:2208.08227",
  grading: "hidden tests, in the sandbox; unknown languages are undecided",
  upstream: "nuprl/MultiPL-E, a language's configuration as JSON lines, or prompts/*.json (form only)",
  files: ["multipl-e.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const language = languageName(row.text("language"));
    const name = row.text("name");
    const prompt = row.text("prompt");
    return codeDraft({
      id: `multipl-e-${language}-${name}`,
      text: prompt,
      language,
      form: "completion",
      entryPoint: entryPointIn(row, name, prompt, language),
      prefix: prompt,
      parts: [{ name: "tests", program: row.text("tests") }],
      answer: "",
      group: `multipl-e-${name}`,
      tags: [`language:${language}`, `source:${name.split("_")[0]?.toLowerCase()}`],
    });
  },
});

/** "HumanEval_0_has_close_elements" names the function; languages write it in their own way, as the prompt shows. */
function entryPointIn(row: Row, name: string, prompt: string, language: string): string {
  const snake = /^[A-Za-z]+_\d+_(\w+)$/.exec(name)?.[1] ?? name;
  const words = snake.split("_").filter((word) => word !== "");
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  const camel = [words[0] ?? "", ...words.slice(1).map(capital)].join("");
  const ways = [snake, camel, words.map(capital).join(""), words.join("-"), words.join("."), words.join("")];
  const written = ways.find((way) => new RegExp(`(?<![\\w-])${way.replaceAll(".", "\\.")}(?![\\w-])`).test(prompt));
  if (written !== undefined) return written;
  const defined = /(?:function|defn?|func|fn|fun|sub|let)\s+(\w+)/.exec(prompt)?.[1];
  if (defined !== undefined) return defined;
  if (languageOf(language) === undefined) return snake;
  throw row.wrong("prompt", `must begin the function ${snake}`, prompt);
}
