import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AnswerKind } from "../../src/core/question.ts";

/** The public data sets, beside the repository unless `RUMINATE_DATA` says otherwise. */
export const dataFolder = process.env.RUMINATE_DATA ?? resolve(import.meta.dirname, "../../../shared/data");

export const missingData = existsSync(join(dataFolder, "gsm8k_test.jsonl"))
  ? null
  : `no data sets in ${dataFolder}: put them there or set RUMINATE_DATA to their folder`;

/**
 * Files with answers that are read and compared (code, proofs and process labels are not), and how their answers are
 * written.
 */
const kinds: Readonly<Record<string, AnswerKind>> = {
  aime2024: "number",
  aime2025: "number",
  amc23: "number",
  aqua: "choice",
  asdiv: "number",
  bbh_date_understanding: "choice",
  bbh_logic_other: "text",
  bbh_object_counting: "number",
  bbh_penguins_in_a_table: "choice",
  bbh_reasoning_about_colored_objects: "choice",
  bigbench_repeat_copy_logic: "text",
  gsm8k_test: "number",
  gsm8k_train_500: "number",
  gsm_hard: "number",
  gsm_plus_testmini: "number",
  math500: "math",
  mathcheck_gsm: "text",
  mawps_addsub: "number",
  mawps_multiarith: "number",
  mawps_singleeq: "number",
  mawps_singleop: "number",
  minerva_math: "math",
  mmlu_stem: "choice",
  olympiadbench_math_en: "math",
  scibench: "number",
  svamp: "number",
};

export interface DataSet {
  readonly name: string;
  readonly kind: AnswerKind;
  readonly answers: readonly string[];
}

export function dataSets(): DataSet[] {
  return Object.entries(kinds).map(([name, kind]) => {
    const lines = readFileSync(join(dataFolder, `${name}.jsonl`), "utf8")
      .trim()
      .split("\n");
    return { name, kind, answers: lines.map((line) => (JSON.parse(line) as { answer: string }).answer) };
  });
}

const thousands = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** The same answer written in other ways, none of which changes what it says. */
export function variants(answer: string, kind: AnswerKind): string[] {
  const bare = answer.replace(/(?<!\\)\$/g, "");
  const common = [` ${answer} `, `**${answer}**`, answer.replace(/ /g, "  ")];
  if (!/[.$]$/.test(answer)) common.push(`${answer}.`);
  if (kind === "choice") {
    const letter = answer.replace(/[()]/g, "");
    return [
      ...common,
      letter,
      `(${letter})`,
      `${letter}.`,
      `${letter})`,
      `Option ${letter}`,
      `\\text{${letter}}`,
      `\\boxed{${letter}}`,
    ];
  }
  if (!/[{}]/.test(answer) || kind !== "text") common.push(`\\boxed{${answer}}`);
  if (kind === "text") return [...common, answer.toUpperCase()];
  const mathematical = [
    `$${bare}$`,
    `\\(${bare}\\)`,
    `\\[${bare}\\]`,
    answer.replace(/\\frac/g, "\\dfrac"),
    answer.replace(/\\frac/g, "\\tfrac"),
    answer.replace(/\\left|\\right/g, ""),
    answer.replace(/\(/g, "\\left(").replace(/\)/g, "\\right)"),
    answer.replace(/-/g, "−"),
    answer.replace(/\\pi(?![a-z])/g, "π"),
    answer.replace(/\^\\circ/g, "°"),
  ];
  if (!/^-?\d+$/.test(answer)) return [...common, ...mathematical];
  const integer = [
    thousands(answer),
    `${answer}.0`,
    `${answer}.00`,
    `$${answer}`,
    `${answer} apples`,
    `x = ${answer}`,
    `\\text{${answer}}`,
  ];
  return [
    ...common,
    ...mathematical,
    ...integer,
    `\\frac{${answer}}{1}`,
    `${answer}\\text{ cm}`,
    `\\{${answer}\\}`,
    `${answer}e0`,
  ];
}
