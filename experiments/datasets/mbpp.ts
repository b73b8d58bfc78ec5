import { z } from "zod";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import type { Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

export const mbppOptions = z.strictObject({
  ...selectionShape,
  shownTests: z.int().min(0).default(1).describe("how many of the task's own assertions the statement shows"),
});
type MbppOptions = z.output<typeof mbppOptions>;

/**
 * MBPP, sanitized (Austin et al. 2021, arXiv:2108.07732): short Python functions from a sentence. The statement needs
 * an assertion to tell the function's name; the paper shows all three, which are then the whole test. Here one is
 * shown, as EvalPlus does, and the others stay hidden; `shownTests: 3` is the paper's setting.
 */
export const mbpp = defineFileDataset({
  name: "mbpp",
  summary: "Short Python functions from a one-sentence task",
  licence: "CC BY 4.0",
  citation: "Austin et al. 2021, Program Synthesis with Large Language Models, arXiv:2108.07732",
  rows: 427,
  grading: "hidden tests, in the sandbox",
  upstream: "google-research/google-research, mbpp/sanitized-mbpp.json",
  files: ["mbpp_sanitized.jsonl", "sanitized-mbpp.json", "mbpp.jsonl"],
  options: mbppOptions,
  read: (row, { shownTests }) => readMbppRow(row, { shownTests }),
});

export function readMbppRow(row: Row, { shownTests }: Pick<MbppOptions, "shownTests">): Draft {
  const assertions = row.texts("test_list");
  const imports = row.has("test_imports") ? row.texts("test_imports") : [];
  const setup = row.optionalText("test_setup_code") ?? "";
  const entryPoint = row.common?.tests?.entryPoint ?? calledFunction(row, assertions);
  const shown = assertions.slice(0, shownTests).map((assertion) => [...imports, assertion.trim()].join("\n"));
  const task = row.common?.question ?? row.text("prompt", "text");
  return {
    id: row.has("task_id") ? `mbpp-${row.text("task_id")}` : undefined,
    text: `${task}\n\n${demand(entryPoint, shown)}`,
    kind: "code",
    code: { language: "python", entryPoint, visibleTests: shown },
    reference: {
      answer: row.common?.answer ?? row.text("code"),
      tests: {
        language: "python",
        prefix: row.common?.tests?.prefix ?? "",
        program: row.common?.tests?.program ?? program(row, [setup, ...imports], assertions),
      },
    },
  };
}

function demand(entryPoint: string, shown: readonly string[]): string {
  if (shown.length === 0) return `The function must be named ${entryPoint}.`;
  return `Your code should pass ${shown.length === 1 ? "this test" : "these tests"}:\n${shown.join("\n")}`;
}

/** EvalPlus rows carry a whole test program in `test`; MBPP rows are judged by their assertions. */
const program = (row: Row, setup: readonly string[], assertions: readonly string[]): string =>
  row.optionalText("test") ?? `${[...setup, ...assertions].filter((line) => line !== "").join("\n")}\n`;

/** The function that the assertions call: the name that the published solution defines and every assertion mentions. */
export function calledFunction(row: Row, assertions = row.texts("test_list")): string {
  const defined = [...row.text("code").matchAll(/^\s*def\s+(\w+)/gm)].map(([, name = ""]) => name);
  const called = defined.findLast((name) =>
    assertions.every((assertion) => new RegExp(`\\b${name}\\b`).test(assertion)),
  );
  if (called === undefined)
    throw row.wrong("test_list", "must call a function that the field code defines", assertions);
  return called;
}
