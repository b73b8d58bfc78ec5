import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { datasets } from "../../../experiments/datasets/index.ts";
import { grade } from "../../../src/answer/grade.ts";
import { type ProblemRow, rowOf } from "../../../src/core/problem.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-datasets-"));

/** Loads `content`, written for this test in the form its publisher uses, under the publisher's file name. */
async function load(
  name: string,
  file: string,
  content: string | object,
  options: object = {},
): Promise<readonly ProblemRow[]> {
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined) throw new Error(`no dataset ${name}`);
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const path = join(folder, file);
  writeFileSync(path, file.endsWith(".gz") ? gzipSync(text) : text);
  return (await dataset.load({ path }, dataset.options.parse(options))).map(rowOf);
}

const only = (problems: readonly ProblemRow[]): ProblemRow => {
  expect(problems).toHaveLength(1);
  return problems[0] as ProblemRow;
};

describe("files as published", () => {
  it("reads GSM8K answers after the four hashes and drops thousands commas", async () => {
    const rows = [
      '{"question":"q","answer":"1+1 = <<1+1=2>>2\\n#### 2,125"}',
      '{"question":"r","answer":"x\\n#### -7"}',
    ];
    const problems = await load("gsm8k", "test.jsonl", rows.join("\r\n"));
    expect(problems.map(({ reference }) => reference.answer)).toEqual(["2125", "-7"]);
    expect(problems.map(({ id }) => id)).toEqual(["gsm8k-0000", "gsm8k-0001"]);
  });

  it("reads GSM-Hard targets as they are printed", async () => {
    const one = only(
      await load("gsm-hard", "gsmhardv2.jsonl", { input: "q", code: "def solution(): …", target: -9867630.0 }),
    );
    expect(one.reference.answer).toBe("-9867630");
  });

  it.each([
    // Answers that a model really gave beside references of the published file, and whether they are within 1e-3.
    ["235728136.0", "235728136", true],
    ["235728136.0", "235720376", false],
    ["-4416673.0", "-4417923", false],
    ["342250.2857142857", "342250.29", true],
    ["342250.2857142857", "342249", false],
    ["6.25e-05", "0.0000625", true],
    ["17.75", "17.7504", true],
    ["17.75", "17.76", false],
    ["0.0", "0", true],
    ["0.0", "0.4", false],
  ])("finds slips in the last digits of GSM-Hard's numbers: %s beside %s", async (target, answer, right) => {
    const row = { input: "q", code: "def solution(): …", target: Number(target) };
    const { reference, kind } = only(await load("gsm-hard", "gsmhardv2.jsonl", row));
    expect(grade(answer, reference, { text: "q", kind }).verdict).toBe(right ? "correct" : "incorrect");
  });

  it("reads CMATH's grades, and groups an original problem with its distracted forms", async () => {
    const one = only(
      await load("cmath", "cmath_dev.jsonl", { grade: 2, input: "7 + 8 = ?", golden: "15", num_digits: 2 }),
    );
    expect(one).toMatchObject({ kind: "number", tags: ["grade:2"], reference: { answer: "15" } });
    expect(one.group).toBeUndefined();
    const rows = [
      { input: "3 + 1.5 = ?", original: "3 + 1.5 = ?", golden: "4.5", distractor: 0 },
      { input: "Two cats. 3 + 1.5 = ?", original: "3 + 1.5 = ?", golden: "4.5", distractor: 1 },
    ];
    const forms = await load("cmath", "distractor.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
    expect(forms.map(({ tags }) => tags)).toEqual([["distractors:0"], ["distractors:1"]]);
    expect(new Set(forms.map(({ group }) => group)).size).toBe(1);
    const verdictOf = (answer: string, { reference, kind }: (typeof forms)[number]) =>
      grade(answer, reference, { text: "q", kind }).verdict;
    expect(["4.5元", "4.53", "4.6"].map((answer) => verdictOf(answer, forms[0] ?? one))).toEqual([
      ...["correct", "correct", "incorrect"],
    ]);
    expect(["15个", "15.1"].map((answer) => verdictOf(answer, one))).toEqual(["correct", "incorrect"]);
  });

  it("joins SVAMP's body and question", async () => {
    const row = {
      ID: "chal-1",
      Body: "Ann has 3 figs",
      Question: "How many?",
      Equation: "3",
      Answer: 3.0,
      Type: "Subtraction",
    };
    const one = only(await load("svamp", "SVAMP.json", [row]));
    expect(one).toMatchObject({ id: "chal-1", text: "Ann has 3 figs. How many?", reference: { answer: "3" } });
  });

  it("reads ASDiv's XML with entities, units and grades", async () => {
    const xml =
      '<Machine-Reading-Corpus-File><ProblemSet>\n<Problem ID="n1" Grade="6" Source="s">\n<Body>Tom &amp; Ann.</Body>' +
      "<Question>How many?</Question><Solution-Type>Sum</Solution-Type><Answer>9 (apples)</Answer><Formula>7+2=9</Formula>" +
      "</Problem></ProblemSet></Machine-Reading-Corpus-File>";
    const one = only(await load("asdiv", "ASDiv.xml", xml));
    expect(one).toMatchObject({ id: "n1", text: "Tom & Ann. How many?", kind: "number", difficulty: 1 });
    expect(one.reference.answer).toBe("9");
  });

  it("reads MATH rows, taking the last box where there is no answer field", async () => {
    const row = { problem: "p", level: "Level 5", type: "Algebra", solution: "so \\boxed{1} or \\boxed{\\frac{1}{2}}" };
    const one = only(await load("math500", "math.jsonl", row));
    expect(one).toMatchObject({
      reference: { answer: "\\frac{1}{2}" },
      difficulty: 1,
      tags: ["subject:Algebra", "level:5"],
    });
  });

  it("drops leading zeros and a degree sign of AIME answers", async () => {
    const answers = ["025", "336^\\circ", 70].map((answer) => JSON.stringify({ problem: "p", answer })).join("\n");
    const problems = await load("aime25", "aime.jsonl", answers);
    expect(problems.map(({ reference }) => reference.answer)).toEqual(["25", "336", "70"]);
  });

  it("turns OlympiadBench's absolute error into a relative tolerance and joins several answers", async () => {
    const base = {
      context: "c",
      question: "q",
      solution: ["s"],
      subfield: "Algebra",
      answer_type: "Numerical",
      is_multiple_answer: true,
    };
    const rows = [
      { ...base, id: 1, final_answer: ["1", "3"], error: null },
      { ...base, id: 2, final_answer: ["4"], error: "1e-1" },
    ];
    const problems = await load("olympiadbench", "o.json", rows);
    expect(problems[0]).toMatchObject({ id: "olympiadbench-1", text: "c\nq", reference: { answer: "1, 3" } });
    expect(problems[1]?.reference.relativeTolerance).toBeCloseTo(0.025, 12);
  });

  it("reads options with letters (AQuA) and options with an index (MMLU)", async () => {
    const aqua = only(
      await load("aqua", "a.jsonl", { question: "q", options: ["A)1", "B)2"], rationale: "r", correct: "B" }),
    );
    expect(aqua).toMatchObject({ text: "q\nOptions:\n(A) 1\n(B) 2", choices: ["1", "2"], reference: { answer: "B" } });
    const mmlu = only(
      await load("mmlu-stem", "m.jsonl", { question: "q", choices: ["x", "y"], answer: 1, type: "anatomy" }),
    );
    expect(mmlu.reference.answer).toBe("B");
  });

  it("reads a BIG-Bench Hard task file, its task taken from the file name", async () => {
    const document = { canary: "c", examples: [{ input: "Say\nOptions:\n(A) x\n(B) y", target: "(B)" }] };
    const one = only(await load("bbh", "date_understanding.json", document));
    expect(one).toMatchObject({ kind: "choice", choices: ["x", "y"], tags: ["task:date_understanding"] });
    expect(one.reference.answer).toBe("B");
  });

  it("reads the Game of 24 table and judges by the expression", async () => {
    const csv = "Rank,Puzzles,AMT (s),Solved rate,1-sigma Mean (s),1-sigma STD (s)\n1,1 1 4 6,4.4,99.20%,4.67,1.48\n";
    const one = only(await load("game-of-24", "24.csv", csv));
    expect(one.reference.expression).toEqual({ numbers: [1, 1, 4, 6], target: 24 });
    expect(one.difficulty).toBeCloseTo(0.008, 12);
  });

  it("reads gzipped HumanEval and finds the examples its docstring shows", async () => {
    const prompt =
      'def inc(n):\n    """ One more.\n    >>> inc(1)\n    2\n    inc("a") ==> 7 - 1 = 6\n    inc(x) == 3\n    """\n';
    const row = {
      task_id: "HumanEval/0",
      prompt,
      entry_point: "inc",
      canonical_solution: "    return n + 1\n",
      test: "def check(f):\n    pass\n",
    };
    const one = only(await load("humaneval", "HumanEval.jsonl.gz", row));
    expect(one.code?.visibleTests).toEqual(["assert inc(1) == 2"]);
    expect(one.reference.tests?.program).toBe("def check(f):\n    pass\n\ncheck(inc)\n");
  });

  it("reads MBPP and shows only as many assertions as asked for", async () => {
    const row = {
      task_id: 2,
      prompt: "Add.",
      code: "def helper(): pass\ndef add(a, b): return a + b",
      test_imports: ["import math"],
      test_list: ["assert add(1, 2) == 3", "assert add(0, 0) == 0"],
    };
    const one = only(await load("mbpp", "sanitized-mbpp.json", [row]));
    expect(one.code).toEqual({
      language: "python",
      entryPoint: "add",
      visibleTests: ["import math\nassert add(1, 2) == 3"],
    });
    expect(one.reference.tests?.program).toBe("import math\nassert add(1, 2) == 3\nassert add(0, 0) == 0\n");
    const none = only(await load("mbpp", "sanitized-mbpp.json", [row], { shownTests: 0 }));
    expect(none.text).toBe("Add.\n\nThe function must be named add.");
  });

  it("asks for a path, and names the file it looks for in a folder", async () => {
    const gsm8k = datasets.find(({ name }) => name === "gsm8k");
    const options = gsm8k?.options.parse({});
    await expect(gsm8k?.load({}, options)).rejects.toThrow(/gsm8k: "path" must name .* got nothing.*grade-school-math/);
    await expect(gsm8k?.load({ path: join(folder, "..") }, options)).rejects.toThrow(/holds no gsm8k_test\.jsonl/);
  });
});
