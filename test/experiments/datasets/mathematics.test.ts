import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { loadMrGsm8k } from "../../../experiments/datasets/step-labels.ts";
import { problemsOf, verdicts, written } from "./published-rows.ts";

const allRight = async (problems: Awaited<ReturnType<typeof problemsOf>>) => {
  expect(await verdicts(problems)).toEqual(problems.map(() => "correct"));
  return problems;
};

describe("MATH", () => {
  it("is read from its folders, one file a problem", async () => {
    const row = (solution: string, level = "Level 5") => ({ problem: "p", level, type: "Algebra", solution });
    written("MATH/algebra/10.json", row("so $\\boxed{\\frac{1}{2}}$"));
    written("MATH/algebra/2.json", row("so $\\boxed 7$"));
    written("MATH/geometry/1.json", { ...row("$\\boxed{12}$", "Level ?"), type: "Geometry" });
    const problems = await allRight(
      await problemsOf("math", dirname(dirname(written("MATH/algebra/2.json", row("$\\boxed 7$"))))),
    );
    expect(
      problems.map(({ question, reference, tags, difficulty }) => [question.id, reference.answer, tags, difficulty]),
    ).toEqual([
      ["math-0000", "7", ["subject:Algebra", "level:5"], 1],
      ["math-0001", "\\frac{1}{2}", ["subject:Algebra", "level:5"], 1],
      ["math-0002", "12", ["subject:Geometry"], undefined],
    ]);
  });
});

describe("GPQA", () => {
  const columns =
    "Record ID,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,Explanation,Subdomain,High-level domain";
  const rows = Array.from(
    { length: 20 },
    (_, i) => `rec${i},"Which, of these?",right ${i},a,b,c,"because",Optics,Physics`,
  );
  const path = written("gpqa_diamond.csv", [columns, ...rows].join("\n"));

  it("orders options by a seed and the record's id alone", async () => {
    const problems = await allRight(await problemsOf("gpqa", path));
    const first = problems[0];
    expect(first?.question.choices).toHaveLength(4);
    expect(first?.question.choices?.["ABCD".indexOf(first.reference.answer)]).toBe("right 0");
    expect(first?.tags).toEqual(["domain:Physics", "subdomain:Optics"]);
    expect(new Set(problems.map(({ reference }) => reference.answer)).size).toBe(4);
    const [alone] = await problemsOf("gpqa", path, { ids: ["gpqa-rec7"] });
    expect(alone?.question.choices).toEqual(problems[7]?.question.choices);
    const other = await problemsOf("gpqa", path, { optionSeed: 1 });
    expect(other.map(({ question }) => question.choices)).not.toEqual(problems.map(({ question }) => question.choices));
  });
});

describe("MGSM", () => {
  it("is read from lines without a header or quoting, its language from the file's name", async () => {
    const de = written("mgsm/mgsm_de.tsv", '"Wie viele?" fragt Ann.\t18\nUnd nun?\t70,000\n');
    written("mgsm/mgsm_en.tsv", "How many?\t18\nAnd now?\t70,000\n");
    const problems = await allRight(await problemsOf("mgsm", dirname(de)));
    expect(problems.map(({ question, reference, group }) => [question.id, reference.answer, group])).toEqual([
      ["mgsm-de-0000", "18", "mgsm-0000"],
      ["mgsm-de-0001", "70000", "mgsm-0001"],
      ["mgsm-en-0000", "18", "mgsm-0000"],
      ["mgsm-en-0001", "70000", "mgsm-0001"],
    ]);
    expect(problems[0]?.question.text).toBe('"Wie viele?" fragt Ann.');
    expect(await problemsOf("mgsm", dirname(de), { language: "en" })).toHaveLength(2);
    await expect(problemsOf("mgsm", written("some.tsv", "q\t1\n"))).rejects.toThrow("Set `language`");
    expect((await problemsOf("mgsm", written("some.tsv", "q\t1\n"), { language: "sw" }))[0]?.tags).toEqual([
      "language:sw",
    ]);
  });
});

describe("MathQA", () => {
  const row = { Problem: "p", Rationale: "r", correct: "d", category: "gain" };

  it("parts its one text of options", async () => {
    const options = "a ) 38 , b ) 27.675 , c ) 3 ( b ) , d ) rs . 1,500 , e ) none of these";
    const [first] = await allRight(await problemsOf("mathqa", written("mathqa_test.json", [{ ...row, options }])));
    expect(first?.question.choices).toEqual(["38", "27.675", "3 ( b )", "rs . 1,500", "none of these"]);
    expect(first?.reference.answer).toBe("D");
    const quoted = "['a ) 1', 'b ) 2', 'c ) 3', 'd ) 4', 'e ) 5']";
    const [second] = await problemsOf("mathqa", written("mathqa_test.json", [{ ...row, options: quoted }]));
    expect(second?.question.choices).toEqual(["1", "2", "3", "4", "5"]);
    await expect(problemsOf("mathqa", written("mathqa_test.json", [{ ...row, options: "1, 2" }]))).rejects.toThrow(
      /"options" must read "a \) …, b \) …"/,
    );
  });

  it("in Python asks for a program or for its number", async () => {
    const program = {
      text: "3 and 4?",
      code: "n0 = 3.0\nanswer = n0 + 4.0",
      dsl_code: "add(n0,n1)",
      answer: 7.0,
      task_id: 3,
    };
    const path = written("mathqa-python-test.json", [program]);
    const [asProgram] = await problemsOf("mathqa-python", path);
    expect(asProgram?.question).toMatchObject({ id: "mathqa-python-3", kind: "code", code: { entryPoint: "answer" } });
    expect(asProgram?.reference.tests?.program).toContain("abs(answer - 7) <= 1e-4");
    const [asNumber] = await allRight(await problemsOf("mathqa-python", path, { as: "number" }));
    expect(asNumber).toMatchObject({ question: { kind: "number", text: "3 and 4?" }, reference: { answer: "7" } });
  });
});

describe("MMLU-Pro", () => {
  it("drops the options that stand for none and checks the index", async () => {
    const row = {
      question_id: 70,
      question: "q",
      options: ["w", "x", "y", "N/A"],
      answer: "C",
      answer_index: 2,
      cot_content: "",
      category: "law",
      src: "ori",
    };
    const [first] = await allRight(await problemsOf("mmlu-pro", written("mmlu_pro.jsonl", [row])));
    expect(first).toMatchObject({ question: { choices: ["w", "x", "y"] }, tags: ["subject:law", "source:ori"] });
    await expect(problemsOf("mmlu-pro", written("mmlu_pro.jsonl", [{ ...row, answer_index: 1 }]))).rejects.toThrow(
      /"answer_index" must be that of C/,
    );
  });
});

describe("GSM-Symbolic", () => {
  it("groups instances of a template and numbers the sets", async () => {
    const row = (instance: number) => ({
      id: 4,
      instance,
      question: `q${instance}`,
      answer: "x\n#### 1,250",
      original_id: 1,
      canary: "c",
    });
    const problems = await allRight(await problemsOf("gsm-symbolic", written("GSM_p1.jsonl", [row(0), row(1)])));
    expect(problems.map(({ question, group, tags }) => [question.id, group, tags])).toEqual([
      ["gsm-p1-4-0", "gsm-p1-4", ["form:p1", "set:0"]],
      ["gsm-p1-4-1", "gsm-p1-4", ["form:p1", "set:1"]],
    ]);
    expect(problems[0]?.reference.answer).toBe("1250");
  });
});

describe("DynaMath", () => {
  const rows = {
    "1": {
      question: "Period?",
      answer: "2.0944",
      image: "image/1.png",
      answer_type: "float",
      subject: "algebra",
      level: "high school",
    },
    "2": {
      question: "Is it? choices: (A) Yes (B) No",
      answer: "B",
      image: "image/2.png",
      answer_type: "multiple choice",
      subject: "algebra",
      level: "undergraduate",
    },
    "3": {
      question: "Sum of 2 and 3?",
      answer: "5",
      image: null,
      answer_type: "int",
      subject: "arithmetic",
      level: "elementary school",
    },
  };
  const path = written("dataset.json", rows);

  it("refuses pictures unless it is told what to do about them", async () => {
    await expect(problemsOf("dynamath", path)).rejects.toThrow(/"image" holds a picture.+Set pictures: leave-out/);
    expect(await problemsOf("dynamath", path, { pictures: "leave-out" })).toHaveLength(1);
    const problems = await allRight(await problemsOf("dynamath", path, { pictures: "ignore" }));
    expect(problems.map(({ question }) => question.kind)).toEqual(["number", "choice", "number"]);
    expect(problems[1]?.question.choices).toEqual(["Yes", "No"]);
    expect(problems[0]?.tags).toContain("picture");
    expect(await verdicts(problems.slice(0, 1), "2.0951")).toEqual(["correct"]);
    expect(await verdicts(problems.slice(0, 1), "2.096")).toEqual(["incorrect"]);
  });

  it("ties the variants of a seed question together", async () => {
    const row = {
      id: 5,
      question: "q",
      ground_truth: "1.5",
      answer_type: "float",
      subject: "algebra",
      knowledge_level: "high school",
    };
    for (const n of [1, 2, 3]) written(`dyna/sample_variant${n}.jsonl`, [row]);
    const problems = await allRight(
      await problemsOf("dynamath", dirname(written("dyna/sample_variant1.jsonl", [row]))),
    );
    expect(problems.map(({ question, group }) => [question.id, group])).toEqual([
      ["dynamath-5-1", "dynamath-5"],
      ["dynamath-5-2", "dynamath-5"],
      ["dynamath-5-3", "dynamath-5"],
    ]);
  });
});

describe("UGMathBench", () => {
  const version = (n: number, problem: string, answer: unknown, type: unknown, options: unknown = []) => ({
    [`problem_v${n}`]: problem,
    [`answer_v${n}`]: answer,
    [`answer_type_v${n}`]: type,
    [`options_v${n}`]: options,
  });
  const base = {
    id: "Trigonometry_0072",
    subject: "Trigonometry",
    topic: "t",
    subtopic: "s",
    level: "2",
    keywords: [],
  };
  const one = async (answer: unknown, type: unknown, options?: unknown) =>
    await allRight(
      await problemsOf(
        "ugmathbench",
        written("ugmathbench.json", [{ ...base, ...version(1, "p [ANS]", answer, type, options) }]),
      ),
    );

  it("makes a problem of each version, in one group", async () => {
    const row = { ...base, ...version(1, "a [ANS]", ["1"], ["NV"]), ...version(2, "b [ANS]", ["2"], ["NV"]) };
    const problems = await problemsOf("ugmathbench", written("ugmathbench.json", [row]));
    expect(problems.map(({ question, group, reference }) => [question.id, group, reference.answer])).toEqual([
      ["ugmathbench-Trigonometry_0072-v1", "ugmathbench-Trigonometry_0072", "1"],
      ["ugmathbench-Trigonometry_0072-v2", "ugmathbench-Trigonometry_0072", "2"],
    ]);
    expect(problems[0]).toMatchObject({ difficulty: 0.2, tags: ["subject:Trigonometry", "set:1", "type:NV"] });
    expect(await problemsOf("ugmathbench", written("ugmathbench.json", [row]), { versions: [2] })).toHaveLength(1);
  });

  it.each([
    ["NV", "-sqrt(3)", "-\\sqrt{3}", "-\\sqrt{2}"],
    ["EX", "3*x^2+1", "1+3x^2", "1-3x^2"],
    ["EQ", "y = 3*x+1", "y = 1 + 3x", "y = 1 - 3x"],
    ["INT", "(-infinity,3)", "(-\\infty, 3)", "(-\\infty, 3]"],
    ["TF", "T", "True", "False"],
    ["MCS", "B", "B", "A"],
    ["MCM", "ACD", "D, A, C", "A, C"],
    ["OL", "(1,2,3)", "1, 2, 3", "2, 1, 3"],
    ["UOL", "(1,2,3)", "3, 2, 1", "3, 2, 2"],
    ["OE", "decreasing", "Decreasing", "increasing"],
  ])("compares %s by its type", async (type, answer, right, wrong) => {
    const problems = await one([answer], [type], [[]]);
    expect(await verdicts(problems, right)).toEqual(["correct"]);
    expect(await verdicts(problems, wrong)).toEqual(["incorrect"]);
  });

  it("shows options, and wants several answers all and in order", async () => {
    const [choice] = await one(["B"], ["MCS"], [["A. less", "B. more"]]);
    expect(choice?.question).toMatchObject({ kind: "choice", choices: ["less", "more"] });
    const several = await one(["-sqrt(3)", "T", "(1,2)", "4, 5"], ["NV", "TF", "INT", "UOL"], [[], [], [], []]);
    expect(several[0]?.question.text).toContain(
      "Fill in the 4 places [ANS], in order: a number, true or false, an interval",
    );
    expect(await verdicts(several, "-\\sqrt{3}, true, (1,2), \\{5, 4\\}")).toEqual(["correct"]);
    expect(await verdicts(several, "-\\sqrt{3}, false, (1,2), \\{5, 4\\}")).toEqual(["incorrect"]);
    await expect(one(["1"], ["XX"])).rejects.toThrow(/"answer_type" must be of NV, EX/);
    await expect(one(["1", "2"], ["NV"])).rejects.toThrow(/must be one type for each of 2 answers/);
  });
});

describe("MR-GSM8K", () => {
  const row = {
    uuid: "u1",
    question: "q",
    model_output_steps: ["Step 1: a", "Step 2: b"],
    model_output_answer_correctness: "incorrect",
    model_output_solution_correctness: "wrong",
    model_output_solution_first_error_step: 2,
    model_output_solution_first_error_reason: "because",
    question_type: "reversed",
  };
  const right = {
    ...row,
    uuid: "u2",
    model_output_solution_correctness: "correct",
    model_output_solution_first_error_step: "N/A",
  };
  const path = written("MR-GSM8K.json", [row, right]);

  it("asks for the verdict and for the first wrong step", async () => {
    const problems = await allRight(await problemsOf("mr-gsm8k", path));
    expect(problems.map(({ question, reference, group }) => [question.id, reference.answer, group])).toEqual([
      ["mr-gsm8k-u1-verdict", "wrong", "mr-gsm8k-u1"],
      ["mr-gsm8k-u1-step", "2", "mr-gsm8k-u1"],
      ["mr-gsm8k-u2-verdict", "correct", "mr-gsm8k-u2"],
      ["mr-gsm8k-u2-step", "none", "mr-gsm8k-u2"],
    ]);
    expect(await problemsOf("mr-gsm8k", path, { tasks: ["step"] })).toHaveLength(2);
  });

  it("has judged steps, counted from 0", async () => {
    expect(await loadMrGsm8k(path)).toMatchObject([
      { firstError: 1, labels: [true, false], subset: "reversed", answerIsRight: false },
      { firstError: null, labels: [true, true] },
    ]);
  });
});

describe("ReDial", () => {
  const pair = (fields: object) => ({
    original: [{ prompt: "How many?", ...fields }],
    aave: [{ prompt: "How many you got?", ...fields }],
  });
  const file = (fields: object) => ({ vanilla: pair(fields), cot: pair(fields) });

  it("pairs both dialects, and takes one of its prompts", async () => {
    const path = written("redial/math.json", file({ label: "14", data_name: "gsm8k" }));
    const problems = await allRight(await problemsOf("redial", path));
    expect(problems.map(({ question, group, tags }) => [question.id, question.text, group, tags])).toEqual([
      ["redial-math-000-original", "How many?", "redial-math-000", ["task:math", "source:gsm8k", "perturbed:none"]],
      ["redial-math-000-aave", "How many you got?", "redial-math-000", ["task:math", "source:gsm8k", "perturbed:aave"]],
    ]);
  });

  it("reads durations, letters and words", async () => {
    const label = "[datetime.timedelta(days=1, seconds=90), datetime.timedelta(days=1, seconds=90)]";
    const duration = await problemsOf(
      "redial",
      written("redial/comprehensive.json", file({ label, data_name: "asynchow" })),
    );
    expect(duration[0]?.reference.answer).toBe("1441.5 min");
    expect(await verdicts(duration, "1441.5")).toEqual(["correct", "correct"]);
    const prompt = "Which?\nA. one thing\nB. another";
    const logic = { vanilla: { original: [{ prompt, label: "B", data_name: "logicbench", task_type: "mcqa" }] } };
    const [choice] = await allRight(await problemsOf("redial", written("redial/logic.json", logic)));
    expect(choice?.question).toMatchObject({ kind: "choice", choices: ["one thing", "another"] });
  });

  it("takes tests of its algorithm tasks from the benchmarks they came from", async () => {
    const tests = written("HumanEval.jsonl", [
      {
        task_id: "HumanEval/0",
        prompt: "from typing import List\n\ndef inc(x):\n",
        entry_point: "inc",
        canonical_solution: "    return x + 1\n",
        test: "def check(candidate):\n    assert candidate(1) == 2\n",
      },
    ]);
    const path = written(
      "redial/algorithm.json",
      file({ data_name: "humaneval", function_name: "inc", task_idx: "HumanEval/0" }),
    );
    await expect(problemsOf("redial", path)).rejects.toThrow(/Name the files of HumanEval.+in `tests`/);
    const [first] = await problemsOf("redial", path, { tests: [tests] });
    expect(first?.question.code).toEqual({
      language: "python",
      entryPoint: "python_function",
      prefix: "from typing import List\n\n",
    });
    expect(first?.reference.tests?.program).toMatch(/^inc = python_function\ndef check.+\ncheck\(inc\)\n$/s);
    expect(first?.reference.answer).toBe("def inc(x):\n    return x + 1\n\npython_function = inc\n");
  });
});
