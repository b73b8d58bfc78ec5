import { z } from "zod";
import type { AnswerKind } from "../../src/core/question.ts";
import { withOptions } from "./choices.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

/** The publisher's ten types of an answer: what they are called in the question, and how they are compared here. */
const types: Readonly<Record<string, readonly [words: string, kind: AnswerKind]>> = {
  NV: ["a number", "math"],
  EX: ["an expression", "math"],
  EQ: ["an equation", "math"],
  INT: ["an interval", "math"],
  OL: ["an ordered list", "math"],
  UOL: ["a list in any order", "math"],
  TF: ["true or false", "text"],
  MCS: ["the letter of one option", "choice"],
  MCM: ["the letters of all right options", "math"],
  OE: ["a word or phrase", "text"],
};

const ugmathbenchOptions = z.strictObject({
  ...selectionShape,
  versions: z.array(z.int().min(1)).default([1, 2, 3]).describe("which versions of each problem"),
});

/**
 * UGMathBench (Xu et al. 2025, arXiv:2501.13766): undergraduate problems in three versions each, which share a group,
 * so that the metrics of variants are its effective accuracy and its gap; tag `set:…` is the version. `[ANS]` marks
 * what is to be filled in. One mark is compared by its type; of several, all must be right, in order.
 */
export const ugmathbench = defineFileDataset({
  name: "ugmathbench",
  summary: "Undergraduate mathematics in three versions a problem, ten types of answers",
  licence: "GPL-3.0",
  citation: "Xu et al. 2025, UGMathBench: A Diverse and Dynamic Benchmark, arXiv:2501.13766",
  rows: 15186,
  grading: "by the type of each answer; several in order",
  upstream: "UGMathBench/ugmathbench, data/*.json (form only)",
  files: ["ugmathbench.jsonl", "ugmathbench.json"],
  tree: true,
  options: ugmathbenchOptions,
  rowsOf: async (path, { signal }) => (await readRows(path, signal)).flatMap(versionsOf),
  read: (row, { versions }) => (versions.includes(row.number("version")) ? problemIn(row) : null),
});

/** A record of all versions as one a version; a record of one as it is. */
function versionsOf(row: Row): readonly Row[] {
  if (row.has("problem")) return [row.has("version") ? row : row.with({ version: 1 })];
  const found = Object.keys(row.fields).flatMap((name) => /^problem_v(\d+)$/.exec(name)?.[1] ?? []);
  if (found.length === 0) throw row.missing(["problem_v1", "problem"]);
  return found.map((n) => {
    const of = (name: string) => row.fields[`${name}_v${n}`];
    const fields = { problem: of("problem"), answer: of("answer"), answer_type: of("answer_type") };
    return row.with({ ...fields, options: of("options"), version: Number(n) });
  });
}

const listOf = (row: Row, field: string): readonly string[] =>
  Array.isArray(row.fields[field]) ? row.texts(field) : [row.text(field)];

function problemIn(row: Row): Draft {
  const answers = listOf(row, "answer").map((answer) => answer.trim());
  const names = listOf(row, "answer_type").map((type) => type.trim());
  if (answers.length === 0 || names.length !== answers.length)
    throw row.wrong("answer_type", `must be one type for each of ${answers.length} answers`, row.fields.answer_type);
  const typed = names.map((name) => {
    const type = types[name];
    if (type === undefined) throw row.wrong("answer_type", `must be of ${Object.keys(types).join(", ")}`, name);
    return { name, words: type[0], kind: type[1] };
  });
  const subject = row.text("subject");
  const own = row.optionalText("id") ?? `${subject}-${row.position}`;
  const difficulty = row.has("level") ? Number(row.text("level")) : Number.NaN;
  return {
    id: `ugmathbench-${own}-v${row.text("version")}`,
    ...asked(row, answers, typed),
    group: `ugmathbench-${own}`,
    tags: [`subject:${subject}`, `set:${row.text("version")}`, ...new Set(names.map((name) => `type:${name}`))],
    ...(difficulty >= 1 && difficulty <= 6 ? { difficulty: (difficulty - 1) / 5 } : {}),
  };
}

type Typed = { readonly name: string; readonly words: string; readonly kind: AnswerKind };

function asked(row: Row, answers: readonly string[], typed: readonly Typed[]): Draft {
  const problem = row.text("problem");
  const [only] = typed;
  if (answers.length === 1 && only !== undefined) {
    const choices = only.kind === "choice" ? optionsOf(row)[0] : undefined;
    const kind = only.kind === "choice" && choices === undefined ? "text" : only.kind;
    const stem = `${problem}\n\nFill in [ANS] with ${only.words}.`;
    const written = choices === undefined ? stem : withOptions(stem, choices);
    return { text: written, kind, choices, reference: { answer: single(answers[0] ?? "", only.name) } };
  }
  const wanted = typed.map(({ words }) => words).join(", ");
  const text = `${problem}\n\nFill in the ${answers.length} places [ANS], in order: ${wanted}. Give all answers in one box, separated by commas.`;
  const parts = answers.map((answer, i) => inList(single(answer, typed[i]?.name ?? "")));
  return { text, kind: "math", reference: { answer: `(${parts.join(", ")})` } };
}

/** Lists in any order have no brackets here, lists in order have round ones; letters of options stand in a list. */
function single(answer: string, type: string): string {
  const inner = /^[({[]([\s\S]*)[)}\]]$/.exec(answer)?.[1];
  if (type === "UOL") return inner ?? answer;
  if (type === "OL") return inner === undefined ? `(${answer})` : `(${inner})`;
  if (type === "MCM" && /^[A-Z]{2,}$/.test(answer)) return [...answer].join(", ");
  if (type === "TF" && /^(?:t|true|yes|y)$/i.test(answer)) return /^[yY]/.test(answer) ? "yes" : "true";
  if (type === "TF" && /^(?:f|false|no|n)$/i.test(answer)) return /^[nN]/.test(answer) ? "no" : "false";
  return answer;
}

/** A list among several answers keeps together by its braces. */
const inList = (answer: string): string =>
  answer.includes(",") && !/^[([{]/.test(answer) ? `\\{${answer}\\}` : answer;

/** `options[i]` of answer i: texts; undefined where the problem itself holds them. */
function optionsOf(row: Row): readonly (readonly string[] | undefined)[] {
  const { options } = row.fields;
  if (!Array.isArray(options)) return [];
  const lists: readonly unknown[] = options.every((one) => typeof one === "string") ? [options] : options;
  return lists.map((list) => {
    if (!Array.isArray(list) || list.length < 2) return undefined;
    const texts = list.map(String);
    return texts.every((text) => /^[A-Z]$/.test(text.trim())) ? undefined : texts.map(withoutLetter);
  });
}

const withoutLetter = (text: string): string => text.replace(/^\s*\(?[A-Z][.)]\s+/, "");
