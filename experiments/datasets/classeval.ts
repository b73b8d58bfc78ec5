import type { TestPart } from "../../src/core/problem.ts";
import { defineFileDataset } from "./file-dataset.ts";
import { codeDraft } from "./reading/code-task.ts";
import { isRecord, type Row } from "./reading/row.ts";
import { selectionSchema } from "./selection.ts";

/**
 * ClassEval (Du et al. 2023, arXiv:2308.01861): Python classes from their skeletons. Each method's tests are a part by
 * the method's name and the class's own the part `class`, so that passing a method and passing the class are told
 * apart; tags say what methods depend on.
 */
export const classeval = defineFileDataset({
  name: "classeval",
  summary: "Python classes from skeletons, tested by method and as a whole",
  licence: "MIT",
  citation: "Du et al. 2023, ClassEval: A Manually-Crafted Benchmark for Class-level Code Generation, arXiv:2308.01861",
  rows: 100,
  grading: "hidden unittest classes, in the sandbox; a verdict a method",
  upstream: "FudanSELab/ClassEval, data/ClassEval_data.json (form only)",
  files: ["ClassEval_data.json", "classeval.jsonl"],
  options: selectionSchema,
  read: (row) => {
    const name = row.text("class_name");
    const skeleton = row.text("skeleton").trim();
    const imports = row.texts("import_statement").join("\n");
    return codeDraft({
      id: row.text("task_id"),
      text: `Complete the class ${name}. Keep its interface.\n\n\`\`\`python\n${skeleton}\n\`\`\``,
      language: "python",
      form: "class",
      entryPoint: name,
      prefix: imports === "" ? "" : `${imports}\n\n`,
      parts: partsOf(row),
      answer: row.text("solution_code"),
      tags: dependenciesOf(row),
    });
  },
});

/** The test classes of the program, each by the method that it is of; what stands before them goes with each. */
function partsOf(row: Row): readonly TestPart[] {
  const text = row.text("test");
  const starts = [...text.matchAll(/^class\s+(\w+)\s*\([^)]*TestCase[^)]*\)\s*:/gm)];
  const [first] = starts;
  if (first === undefined) throw row.wrong("test", "must hold unittest classes", text);
  const head = text.slice(0, first.index);
  const methods = methodsOf(row);
  const methodOf = new Map(methods.map((method) => [String(method.test_class), String(method.method_name)]));
  const classes = starts.map(({ 1: name = "", index }, i) => {
    const body = text.slice(index, starts[i + 1]?.index ?? text.length);
    return { part: methodOf.get(name) ?? "class", body };
  });
  const byPart = Map.groupBy(classes, ({ part }) => part);
  return [...byPart].map(([name, all]) => ({ name, program: head + all.map(({ body }) => body).join("\n") }));
}

const methodsOf = (row: Row): readonly Record<string, unknown>[] => {
  const methods = row.fields.methods_info;
  if (!Array.isArray(methods) || !methods.every(isRecord)) throw row.wrong("methods_info", "must be a list", methods);
  return methods;
};

function dependenciesOf(row: Row): readonly string[] {
  const found = methodsOf(row).flatMap(({ dependencies }) => {
    if (!isRecord(dependencies)) return [];
    const some = (field: string) => Array.isArray(dependencies[field]) && dependencies[field].length > 0;
    const kinds = ["lib", "field", "method"].filter((kind) => some(`${kind}_dependencies`));
    return kinds.length === 0 ? ["standalone"] : kinds;
  });
  return [...new Set(found)].sort().map((kind) => `depends:${kind}`);
}
