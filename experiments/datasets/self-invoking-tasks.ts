import { z } from "zod";
import type { TestPart } from "../../src/core/problem.ts";
import { type Draft, defineFileDataset, type FileDatasetSpec } from "./file-dataset.ts";
import { baseOption, withBaseTests } from "./reading/base-tests.ts";
import { codeDraft, demandOf } from "./reading/code-task.ts";
import type { Row } from "./reading/row.ts";
import { shownExamples } from "./reading/shown-examples.ts";
import { selectionShape } from "./selection.ts";

const selfInvokingOptions = z.strictObject({ ...selectionShape, ...baseOption });
type SelfInvokingOptions = z.output<typeof selfInvokingOptions>;

type Own = Pick<FileDatasetSpec<SelfInvokingOptions>, "name" | "summary" | "licence" | "rows" | "upstream" | "files">;

/**
 * Self-invoking tasks (Yu et al. 2024, arXiv:2412.21199): a base problem and a harder one that builds on it, to be
 * solved in one program. The tests of the file are those of the harder one, part `self-invoking`; with `base`, those of
 * the benchmark that the base problem comes from are the part `base`. The examples that the base problem shows are
 * visible tests and decide nothing: some of HumanEval's are wrong.
 */
export const defineSelfInvoking = (own: Own) =>
  defineFileDataset<SelfInvokingOptions>({
    ...own,
    citation:
      "Yu et al. 2024, HumanEval Pro and MBPP Pro: Evaluating LLMs on Self-invoking Code Generation, arXiv:2412.21199",
    grading: "hidden tests of both problems, in the sandbox",
    options: selfInvokingOptions,
    prepare: (rows, { base }, { signal }) => withBaseTests(rows, base, (row) => definedIn(row, "raw_problem"), signal),
    read: (row) => twoPartDraft(row, own.name),
  });

function twoPartDraft(row: Row, name: string): Draft {
  const [raw, next] = [row.text("raw_problem"), row.text("new_problem")];
  const rawName = definedIn(row, "raw_problem");
  const shown = shownExamples(raw, rawName);
  const base = row.optionalText("base_tests") ?? "";
  const imports = importsIn(`${raw}\n${next}`);
  const parts: readonly TestPart[] = [
    ...(base === "" ? [] : [{ name: "base", program: base }]),
    { name: "self-invoking", program: row.text("test_code") },
  ];
  return codeDraft({
    id: `${name}-${row.text("id")}`,
    text: `${demandOf["two-part"]} The second is solved by means of the first.\n\nFirst problem:\n\`\`\`python\n${raw.trim()}\n\`\`\`\n\nSecond problem, the function ${definedIn(row, "new_problem", "new_solution")}:\n\`\`\`python\n${next.trim()}\n\`\`\``,
    language: "python",
    form: "two-part",
    entryPoint: definedIn(row, "new_problem", "new_solution"),
    prefix: imports,
    visibleTests: shown,
    parts,
    answer: `${raw}${row.text("raw_solution")}\n\n${next}${row.text("new_solution")}`,
  });
}

/** The last function that a prompt begins; a few prompts end before it, and the solution goes on with it. */
function definedIn(row: Row, ...fields: readonly string[]): string {
  const text = fields.map((field) => [...row.text(field).matchAll(/^def\s+(\w+)/gm)].at(-1)?.[1]);
  const found = text.find((name) => name !== undefined);
  const [field = ""] = fields;
  if (found === undefined) throw row.wrong(field, "must begin a Python function", row.fields[field]);
  return found;
}

const importsIn = (text: string): string =>
  [...new Set(text.match(/^(?:import|from)\s.+$/gm) ?? [])].map((line) => `${line}\n`).join("");
