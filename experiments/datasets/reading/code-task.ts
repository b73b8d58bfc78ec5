import type { CostReferences, HiddenTests, TestPart } from "../../../src/core/problem.ts";
import type { CodeForm, CodeTask, InputExample } from "../../../src/core/question.ts";
import type { Draft } from "../file-dataset.ts";

/** What a dataset of programming tasks knows of one. */
export interface CodeRow extends Pick<Draft, "id" | "group" | "tags" | "difficulty"> {
  readonly text: string;
  readonly language: string;
  readonly form: CodeForm;
  readonly entryPoint?: string;
  readonly prefix?: string;
  readonly faulty?: string;
  readonly visibleTests?: readonly string[];
  readonly examples?: readonly InputExample[];
  /** The parts of the hidden tests, in order. */
  readonly parts: readonly TestPart[];
  readonly costs?: CostReferences;
  /** A right program, or the right value; empty where the file has none. */
  readonly answer: string;
  readonly solution?: string;
}

/** A programming task as a problem. One part of a program is the whole test; several have verdicts of their own. */
export function codeDraft(row: CodeRow): Draft {
  const { id, text, language, form, entryPoint = "", prefix = "", faulty, parts, costs, answer, solution } = row;
  const code: CodeTask = {
    language,
    entryPoint,
    form,
    prefix: prefix === "" ? undefined : prefix,
    faulty,
    visibleTests: someOf(row.visibleTests),
    examples: someOf(row.examples),
  };
  const program = parts.map((part) => ("program" in part ? part.program : "")).join("\n");
  const alone = parts.length === 1 && parts[0] !== undefined && "program" in parts[0];
  const tests: HiddenTests = { language, prefix, program: program.trim() === "" ? "" : program, costs };
  // A class of Java is tested as a whole, in JUnit's manner: values of its own cannot be handed from one process on.
  const check = language === "java" && form === "class" && /@Test\b/.test(program) ? { preset: "junit" } : undefined;
  return {
    id,
    text,
    kind: "code",
    code,
    reference: { answer, solution, check, tests: alone ? tests : { ...tests, parts } },
    group: row.group,
    tags: row.tags,
    difficulty: row.difficulty,
  };
}

const someOf = <T>(list: readonly T[] | undefined) => (list?.length === 0 ? undefined : list);

/** What a task's statement says of the form that its answer has. */
export const demandOf: Readonly<Record<CodeForm, string>> = {
  completion: "",
  function: "",
  class: "",
  program: "Write a whole program that reads from standard input and writes to standard output.",
  "two-part": "Solve both problems in one program.",
  repair: "Give the whole corrected program.",
  "input-prediction":
    "Find arguments for which this assertion holds. Answer with the arguments alone, as literals separated by commas.",
  "output-prediction": "Find the value for which this assertion holds. Answer with the value alone, as a literal.",
};

/** The statement of a prediction: the program and the assertion with its hole. */
export const predictionText = (form: "input-prediction" | "output-prediction", language: string, program: string) =>
  `${demandOf[form]} It stands where ???? is written.\n\n\`\`\`${language}\n${program.trimEnd()}\n\`\`\``;
