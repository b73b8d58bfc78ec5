import { z } from "zod";
import type { CostReferences } from "../../src/core/problem.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { readHumanEvalRow } from "./humaneval.ts";
import { readMbppRow } from "./mbpp.ts";
import { pythonLiteral } from "./reading/python-literal.ts";
import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const options = z.strictObject({
  ...selectionShape,
  humaneval: z.string().optional().describe("file of HumanEval+ (or HumanEval), for prompts and tests of its tasks"),
  mbpp: z.string().optional().describe("file of MBPP+ (or MBPP), the same"),
});

/**
 * EvalPerf (Liu et al. 2024, arXiv:2408.06450): tasks of HumanEval+ and MBPP+ with a performance-exercising input and
 * reference programs of other speeds. Prompts and tests are those of the files that `humaneval` and `mbpp` name; tasks
 * of one that is not named are left out. `efficiency: instructions` and the metric `dps` give its score.
 */
export const evalperf = defineFileDataset({
  name: "evalperf",
  summary: "Tasks of HumanEval+ and MBPP+ with costly inputs and references of other speeds",
  licence: "Apache-2.0",
  citation: "Liu et al. 2024, Evaluating Language Models for Efficient Code Generation, arXiv:2408.06450",
  rows: 118,
  grading: "hidden tests, in the sandbox; costs beside reference clusters",
  upstream: "evalplus/evalperf as JSON lines (form only)",
  files: ["evalperf.jsonl"],
  options,
  prepare: async (rows, { humaneval, mbpp }, { signal }) => {
    const tasks = new Map<string, Row>();
    for (const path of [humaneval, mbpp]) {
      if (path === undefined) continue;
      for (const row of await readRows(path, signal)) tasks.set(keyOf(row.text("task_id")), row);
    }
    const found = rows.flatMap((row) => {
      const task = tasks.get(keyOf(row.text("task_id")));
      return task === undefined ? [] : [row.with({ base_task: task })];
    });
    const [first] = rows;
    if (found.length === 0 && first !== undefined)
      throw first.error("no task of the files that the options humaneval and mbpp name. Name HumanEval+ and MBPP+.");
    return found;
  },
  read: (row) => {
    const { base_task: task } = row.fields;
    const id = row.text("task_id");
    const base = /^mbpp/i.test(id) ? readMbppRow(task as Row, { shownTests: 1 }) : readHumanEvalRow(task as Row);
    return withCosts(base, id, costsOf(row));
  },
});

/** "HumanEval/9", "Mbpp/9" and 9 of MBPP's own file. */
const keyOf = (id: string): string => (/^\d+$/.test(id) ? `mbpp/${id}` : id.toLowerCase().replace("_", "/"));

function withCosts(draft: Draft, id: string, costs: CostReferences): Draft {
  const { tests } = draft.reference;
  const kept = tests === undefined ? undefined : { ...tests, costs };
  return { ...draft, id, reference: { ...draft.reference, tests: kept } };
}

/** The input is one list of arguments in a list, which may be a text of JSON; scores rise with the references. */
function costsOf(row: Row): CostReferences {
  const given = row.fields.pe_input;
  const inputs: unknown = typeof given === "string" ? JSON.parse(given) : given;
  const input: unknown = Array.isArray(inputs) ? inputs[0] : undefined;
  if (!Array.isArray(input)) throw row.wrong("pe_input", "must be a list with the arguments of a call", given);
  const scores = row.fields.scores;
  const references = row.texts("reference");
  if (!Array.isArray(scores) || scores.length !== references.length)
    throw row.wrong("scores", "must hold a number for each reference", scores);
  const call = `${row.text("entry_point")}(${input.map(pythonLiteral).join(", ")})`;
  return {
    program: `assert (${call}, True)[1]\n`,
    programs: references.map((source, i) => ({ source, score: shareOf(Number(scores[i])) })),
  };
}

/** Published scores are in per cent. */
const shareOf = (score: number): number => (score > 1 ? score / 100 : score);
