import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../src/core/problem.ts";
import { CostCounter } from "../../../src/runs/efficiency.ts";
import { gradeAnswers } from "../../../src/runs/grading.ts";
import { missingCompiler } from "../../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../../src/sandbox/index.ts";
import { needsAll } from "../../needs.ts";
import { problemsOf, written } from "./published-rows.ts";

const sandbox = withLanguages(createSandbox("wasi", { workers: 1 }));
afterAll(() => sandbox.dispose());

const grade = async (problem: Problem | undefined, answer?: string) => {
  if (problem === undefined) throw new Error("no problem");
  return await gradeAnswers([answer ?? problem.reference.answer], 0, problem, sandbox);
};
const verdict = async (problem: Problem | undefined, answer?: string) => (await grade(problem, answer)).verdict;

const load = (name: string, file: string, rows: readonly object[], options: object = {}) =>
  problemsOf(name, written(file, rows), options);

describe("any file of programming tasks", () => {
  const base = { prompt: "Double x.", entry_point: "double", solution: "def double(x):\n    return 2 * x\n" };
  const tests = { shown: ["assert double(1) == 2"], base: "assert double(2) == 4", plus: ["assert double(-1) == -2"] };

  it("holds functions with shown, base and plus tests", async () => {
    const [problem] = await load("code", "a.jsonl", [{ id: "d", ...base, tests, domain: ["web", "math"] }], {
      tagFields: ["domain"],
    });
    expect(problem).toMatchObject({
      question: { id: "d", code: { language: "python", form: "function", visibleTests: ["assert double(1) == 2"] } },
      tags: ["domain:web", "domain:math"],
    });
    expect(await grade(problem)).toMatchObject({ verdict: "correct", parts: { shown: true, base: true, plus: true } });
    expect(await grade(problem, "def double(x):\n    return abs(2 * x)\n")).toMatchObject({
      verdict: "incorrect",
      parts: { shown: true, base: true, plus: false },
    });
  });

  it("holds programs that read standard input", async () => {
    const cases = (n: number) => [{ input: `${n}\n`, output: `${2 * n}\n` }];
    const row = {
      prompt: "Double n.",
      kind: "program",
      tests: { shown: cases(1), base: cases(5) },
      solution: "print(2 * int(input()))",
    };
    const [problem] = await load("code", "b.jsonl", [row]);
    expect(problem?.question.code).toEqual({ language: "python", entryPoint: "", form: "program", examples: cases(1) });
    expect(problem?.question.text).toContain("reads from standard input");
    expect(await verdict(problem)).toBe("correct");
    expect(await verdict(problem, "print(2)")).toBe("incorrect");
  });

  it("holds classes of Java, whose tests in JUnit's manner a checker runs", async () => {
    const row = { language: "java", kind: "class", prompt: "Count.", entry_point: "Counter" };
    const tests = { add: "class A { @Test void a() {} }", class: "class B { @Test void b() {} }" };
    const [problem] = await load("code", "j.jsonl", [{ ...row, tests }]);
    expect(problem?.reference).toMatchObject({ check: { preset: "junit" }, tests: { parts: [{ name: "add" }, {}] } });
  });

  it("holds faulty programs, which the statement shows", async () => {
    const faulty = "def double(x):\n    return x\n";
    const [problem] = await load("code", "c.jsonl", [
      { ...base, kind: "repair", faulty, tests: "assert double(2) == 4\n" },
    ]);
    expect(problem?.question.code).toMatchObject({ form: "repair", faulty });
    expect(problem?.question.text).toContain(faulty.trim());
    expect([await verdict(problem), await verdict(problem, faulty)]).toEqual(["correct", "incorrect"]);
  });

  it("holds predictions", async () => {
    const row = {
      kind: "output-prediction",
      code: "def f(x):\n    return x + [1]\n",
      entry_point: "f",
      input: "[2]",
      output: "[2, 1]",
    };
    const [output, input] = await load("code", "d.jsonl", [row, { ...row, kind: "input-prediction" }]);
    expect(output?.question.text).toContain("assert f([2]) == ????");
    expect([await verdict(output), await verdict(output, "[2,  1]"), await verdict(output, "[1]")]).toEqual([
      "correct",
      "correct",
      "incorrect",
    ]);
    expect([await verdict(input, "f([2])"), await verdict(input, "[1]")]).toEqual(["correct", "incorrect"]);
  });

  it("loads languages without a judge, whose answers are undecided with the reason", async () => {
    const [problem] = await load("code", "e.jsonl", [{ ...base, language: "kt", tests: "check(double(1) == 2)" }]);
    expect(problem?.question.code?.language).toBe("kotlin");
    expect(await grade(problem)).toMatchObject({
      verdict: "undecided",
      rule: "environment: unsupported: programs in kotlin cannot be judged",
    });
  });

  it("takes rows of the common schema", async () => {
    const row = {
      id: "h-1",
      question: "def double(x):\n",
      answer: "    return 2 * x\n",
      meta: {},
      tests: {
        language: "python",
        entry_point: "double",
        prefix: "def double(x):\n",
        program: "assert double(2) == 4\n",
      },
    };
    const [problem] = await load("code", "f.jsonl", [row]);
    expect(problem?.question).toMatchObject({ id: "h-1", code: { entryPoint: "double" } });
    expect(await verdict(problem)).toBe("correct");
  });

  it.each([
    [{ ...base }, /field "tests" is missing/],
    [{ ...base, tests: [] }, /"tests" must be a program, a list of assertions or a list of \{input, output\}/],
    [{ ...base, tests, kind: "essay" }, /"kind" must be one of completion, function/],
    [{ ...base, tests: "assert 1", kind: "repair" }, /field "faulty" is missing/],
    [{ ...base, tests: "assert 1", kind: "program" }, /"tests" must be lists of \{input, output\}/],
    [
      { ...base, tests: [{ input: "1", output: "2" }] },
      /"tests" must be programs for the kind function.+Set the row's kind to program/,
    ],
  ])("refuses %j", async (row, message) => {
    await expect(load("code", "g.jsonl", [row])).rejects.toThrow(message);
  });
});

describe("HumanEval Pro and MBPP Pro", () => {
  const row = {
    id: 0,
    raw_problem: 'from typing import List\n\ndef inc(x):\n    """ Add one.\n    >>> inc(1)\n    2\n    """\n',
    raw_solution: "    return x + 1\n",
    new_problem: "# Add one to all.\ndef inc_all(xs):\n",
    new_solution: "    return [inc(x) for x in xs]\n",
    test_code: "\nassert inc_all([1, 2]) == [2, 3]\nassert inc_all([]) == []",
  };

  it("ask for both, and judge the second", async () => {
    const [problem] = await load("humaneval-pro", "humaneval_pro.json", [row]);
    expect(problem?.question).toMatchObject({
      id: "humaneval-pro-0",
      code: {
        form: "two-part",
        entryPoint: "inc_all",
        prefix: "from typing import List\n",
        visibleTests: ["assert inc(1) == 2"],
      },
    });
    expect(await verdict(problem)).toBe("correct");
    expect(await verdict(problem, "def inc_all(xs):\n    return xs\n")).toBe("incorrect");
  });

  it("judge the first as well, by the tests of its benchmark", async () => {
    const own = {
      task_id: "HumanEval/0",
      prompt: row.raw_problem,
      entry_point: "inc",
      canonical_solution: "",
      test: "def check(candidate):\n    assert candidate(4) == 5\n",
    };
    const [problem] = await load("humaneval-pro", "humaneval_pro.json", [row], {
      base: written("HumanEval.jsonl", [own]),
    });
    expect(await grade(problem)).toMatchObject({ verdict: "correct", parts: { base: true, "self-invoking": true } });
    const second = "def inc(x):\n    return 5\n\ndef inc_all(xs):\n    return [x + 1 for x in xs]\n";
    expect(await grade(problem, second)).toMatchObject({ verdict: "correct", parts: { base: true } });
    const neither = second.replace("5", "6");
    expect(await grade(problem, neither)).toMatchObject({
      verdict: "incorrect",
      parts: { base: false, "self-invoking": true },
    });
  });

  it("are read for MBPP too", async () => {
    const [problem] = await load("mbpp-pro", "mbpp_pro.json", [row]);
    expect(problem?.question.id).toBe("mbpp-pro-0");
  });
});

describe("HumanEval+ and MBPP+", () => {
  it("have verdicts of base and plus beside each other, where the base file is named", async () => {
    const row = {
      task_id: "HumanEval/0",
      prompt: 'def inc(x):\n    """Add one."""\n',
      entry_point: "inc",
      canonical_solution: "    return x + 1\n",
    };
    const check = (line: string) => `def check(candidate):\n    ${line}\n`;
    const base = written("base.jsonl", [{ ...row, test: check("assert candidate(4) == 5") }]);
    const plus = [{ ...row, test: check("assert candidate(-9) == -8") }];
    const [problem] = await load("humaneval-plus", "HumanEvalPlus-OriginFmt.jsonl", plus, { base });
    expect(await grade(problem)).toMatchObject({ verdict: "correct", parts: { base: true, plus: true } });
    expect(await grade(problem, "    return abs(x) + 1\n")).toMatchObject({ parts: { base: true, plus: false } });
    const mbpp = {
      task_id: 2,
      prompt: "p",
      code: "def inc(x):\n    return x + 1\n",
      test_list: ["assert inc(1) == 2"],
      test_imports: [],
    };
    const own = written("mbpp.jsonl", [mbpp]);
    const [other] = await load("mbpp-plus", "MbppPlus-OriginFmt.jsonl", [{ ...mbpp, test: "assert inc(-9) == -8\n" }], {
      base: own,
    });
    expect(await grade(other, "def inc(x):\n    return 2\n")).toMatchObject({
      verdict: "incorrect",
      parts: { base: true, plus: false },
    });
    const [alone] = await load("mbpp-plus", "MbppPlus-OriginFmt.jsonl", [{ ...mbpp, test: "assert inc(-9) == -8\n" }]);
    expect(alone?.reference.tests).not.toHaveProperty("parts");
  });
});

describe("HumanEvalNext", () => {
  it("has the rows of HumanEval, whose tests are to be called", async () => {
    const row = {
      task_id: "HumanEval/0",
      prompt: "def inc(x):\n",
      entry_point: "inc",
      canonical_solution: "    return x + 1\n",
      test: "def check(candidate):\n    assert candidate(4) == 5\n\n\ndef test_check():\n    check(inc)\n",
    };
    const [problem] = await load("humaneval-next", "HumanEvalNext.jsonl", [row]);
    expect([await verdict(problem), await verdict(problem, "    return x\n")]).toEqual(["correct", "incorrect"]);
  });
});

describe("benchmarks of efficiency", () => {
  const prompt = "def twice(numbers):\n";
  const fast = "    return [2 * n for n in numbers]\n";
  const task = {
    task_id: "HumanEval/9",
    prompt,
    entry_point: "twice",
    canonical_solution: fast,
    test: "def check(candidate):\n    assert candidate([3]) == [6]\n",
  };

  it("have, in EvalPerf, the tests of HumanEval+ and references of other speeds", async () => {
    const row = { task_id: "HumanEval/9", entry_point: "twice", pe_input: "[[[1, true, null]]]" };
    const published = { ...row, reference: [prompt + fast, prompt + fast], scores: [50, 100] };
    const options = { humaneval: written("HumanEvalPlus-OriginFmt.jsonl", [task]) };
    const [problem] = await load("evalperf", "evalperf.jsonl", [published], options);
    expect([await verdict(problem), await verdict(problem, "    return numbers\n")]).toEqual(["correct", "incorrect"]);
    expect(problem?.reference.tests?.costs).toEqual({
      program: "assert (twice([1, True, None]), True)[1]\n",
      programs: [50, 100].map((score) => ({ source: prompt + fast, score: score / 100 })),
    });
    await expect(load("evalperf", "evalperf.jsonl", [published])).rejects.toThrow("options humaneval and mbpp");
  });

  it("have, in ENAMEL, levels of generated inputs and a checker", async () => {
    const row = {
      task_id: "HumanEval/0",
      prompt,
      entry_point: "twice",
      input_levels: "3 5 20 40",
      input_generator:
        "def generate_input(size, lid, cid):\n    return [rand_primality(size, lid, cid) for _ in range(size)],\n",
      reference_solution: fast,
      checker: "def __check(input, answer, output):\n    return type(output) == list and output == answer\n",
    };
    const [problem] = await load("enamel", "enamel.jsonl", [row]);
    expect([await verdict(problem), await verdict(problem, "    return numbers\n")]).toEqual(["correct", "incorrect"]);
    const [scores] = (await new CostCounter(sandbox).scores([fast], [true], problem as Problem)) ?? [];
    expect(scores).toMatchObject({ efficiency: 1, costRatio: 1 });
  });

  it("have, in COFFE, programs with generators of stressful inputs, and functions", async () => {
    const [sum, slow] = ["n = int(input())\nprint(n * (n + 1) // 2)\n", "n = int(input())\nprint(sum(range(n + 1)))\n"];
    written("coffe/testcases.json", { "Sum up to n.": [{ input: "3\n", output: "6\n" }] });
    const generator = "def generate_input():\n    return str(random.randint(50, 60))";
    written("coffe/stressful_testcases.json", { "Sum up to n.": [generator] });
    written("coffe/best_solutions.json", { "Sum up to n.": [slow, true] });
    const [problem] = await load("coffe", "coffe/data.json", [{ dataset: "apps", final_prompt: "Sum up to n." }]);
    expect([await verdict(problem, sum), await verdict(problem, "print(7)")]).toEqual(["correct", "incorrect"]);
    const loop = "n = int(input())\nt = 0\nfor i in range(n + 1):\n    t += i\nprint(t)\n";
    const scores = await new CostCounter(sandbox).scores([sum, loop], [true, true], problem as Problem);
    expect(scores?.map((one) => (one?.costRatio ?? 0) > 2)).toEqual([false, true]);

    written("coffe-functions/testcases.json", { [prompt]: [{ input: [[1, 2]], output: [[2, 4]] }] });
    written("coffe-functions/best_solutions.json", { [prompt]: [`def solution(numbers):\n${fast}`, true] });
    const row = { final_prompt: prompt, entry_point: "twice" };
    const [called] = await load("coffe", "coffe-functions/data.json", [row]);
    expect([await verdict(called), await verdict(called, `${prompt}    return numbers\n`)]).toEqual([
      "correct",
      "incorrect",
    ]);
  });
});

describe("ClassEval", () => {
  const test = (name: string, line: string) =>
    `class CounterTest${name}(unittest.TestCase):\n    def test_1(self):\n        counter = Counter()\n        ${line}\n`;
  const classes = {
    Add: "self.assertEqual(counter.add(2), 2)",
    Reset: "counter.add(2)\n        self.assertEqual(counter.reset(), 0)",
    "": "counter.add(1)\n        counter.reset()\n        self.assertEqual(counter.add(3), 3)",
  };
  const method = (name: string, dependencies: object) => ({
    method_name: name,
    test_class: `CounterTest${name[0]?.toUpperCase()}${name.slice(1)}`,
    test_code: "",
    solution_code: "",
    dependencies,
  });
  const row = {
    task_id: "ClassEval_0",
    skeleton:
      "class Counter:\n    def __init__(self):\n        self.n = 0\n\n    def add(self, x):\n        pass\n\n    def reset(self):\n        pass\n",
    test: `import unittest\n\n${Object.entries(classes)
      .map(([name, line]) => test(name, line))
      .join("\n")}`,
    solution_code:
      "class Counter:\n    def __init__(self):\n        self.n = 0\n\n    def add(self, x):\n        self.n += x\n        return self.n\n\n    def reset(self):\n        self.n = 0\n        return self.n\n",
    import_statement: ["import math"],
    class_name: "Counter",
    methods_info: [
      method("add", { Standalone: true, field_dependencies: ["self.n"] }),
      method("reset", { Standalone: true }),
    ],
  };

  it("tells passing a method from passing the class", async () => {
    const [problem] = await load("classeval", "ClassEval_data.json", [row]);
    expect(problem).toMatchObject({
      question: { code: { form: "class", entryPoint: "Counter", prefix: "import math\n\n" } },
      tags: ["depends:field", "depends:standalone"],
    });
    expect(await grade(problem)).toMatchObject({ verdict: "correct", parts: { add: true, reset: true, class: true } });
    const forgets = row.solution_code.replace("self.n = 0\n        return self.n", "return 0");
    expect(await grade(problem, forgets)).toMatchObject({
      verdict: "incorrect",
      parts: { add: true, reset: true, class: false },
    });
  });
});

describe("CRUXEval", () => {
  it("asks for inputs and outputs in one group", async () => {
    const row = { code: "def f(a, b):\n    return a + b", input: "'x', 'y'", output: "'xy'", id: "sample_0" };
    const problems = await load("cruxeval", "cruxeval.jsonl", [row]);
    expect(problems.map(({ question, group }) => [question.id, group])).toEqual([
      ["cruxeval-sample_0-input", "cruxeval-sample_0"],
      ["cruxeval-sample_0-output", "cruxeval-sample_0"],
    ]);
    expect([await verdict(problems[0], "'', 'xy'"), await verdict(problems[0], "'y', 'x'")]).toEqual([
      "correct",
      "incorrect",
    ]);
    expect([await verdict(problems[1]), await verdict(problems[1], "'yx'")]).toEqual(["correct", "incorrect"]);
    expect(await load("cruxeval", "cruxeval.jsonl", [row], { predict: ["output"] })).toHaveLength(1);
  });

  it("in other languages names its language by the file, and is left undecided", async () => {
    const check = (inside: string) => `def check(candidate):\n    assert candidate(${inside}\n\ncheck(f)\n`;
    const python = {
      id: 3,
      code: `def f(x):\n    return x + 1\n\n${check("1) == 2")}`,
      input_reasoning: check("????) == 2"),
      output_reasoning: check("1) == ????"),
    };
    const [input, output] = await load("cruxeval-x", "py.jsonl", [python]);
    expect([input?.reference.answer, output?.reference.answer]).toEqual(["1", "2"]);
    expect([
      await verdict(input, "0 + 1"),
      await verdict(input, "3"),
      await verdict(output, "2"),
      await verdict(output, "3"),
    ]).toEqual(["correct", "incorrect", "correct", "incorrect"]);
    const julia = {
      id: 3,
      code: "function f(x)\n  x + 1\nend\n@test(f(1) == 2)",
      input_reasoning: "@test(f(????) == 2)",
      output_reasoning: "@test(f(1) == ????)",
    };
    const [other] = await load("cruxeval-x", "jl.jsonl", [julia]);
    expect(other).toMatchObject({
      question: { id: "cruxeval-x-julia-3-input" },
      group: "cruxeval-3",
      tags: ["language:julia", "predict:input"],
    });
    expect(await grade(other, "7")).toMatchObject({
      verdict: "undecided",
      rule: "environment: unsupported: predictions in julia cannot be judged",
    });
    expect(await grade(other, "1")).toMatchObject({ verdict: "correct", rule: "identical" });
    // As in nine published rows: a value is asked for where the code expects none.
    const none = { ...julia, output_reasoning: "@test(get(f(1)) == ????)" };
    expect(await load("cruxeval-x", "jl.jsonl", [none])).toHaveLength(1);
    await expect(load("cruxeval-x", "jl.jsonl", [{ ...julia, input_reasoning: "nothing" }])).rejects.toThrow(
      /"input_reasoning" must be the end of code/,
    );
  });
});

describe("MultiPL-E", () => {
  const row = {
    name: "HumanEval_0_has_close_elements",
    language: "js",
    prompt: "//Are any close?\nfunction has_close_elements(xs){\n",
    tests:
      "const assert = require('node:assert');\n\nfunction test() {\n  let candidate = has_close_elements;\n  assert.deepEqual(candidate([1]),false);\n}\n\ntest();",
    stop_tokens: ["\nfunction "],
    doctests: "transform",
    original: "x",
    prompt_terminology: "reworded",
  };

  it("finds the function as its language writes it, and judges it", async () => {
    const [problem] = await load("multipl-e", "multipl-e.jsonl", [row]);
    expect(problem).toMatchObject({
      question: {
        id: "multipl-e-javascript-HumanEval_0_has_close_elements",
        code: { language: "javascript", entryPoint: "has_close_elements", form: "completion" },
      },
      tags: ["language:javascript", "source:humaneval"],
    });
    expect([await verdict(problem, "  return false;\n}"), await verdict(problem, "  return true;\n}")]).toEqual([
      "correct",
      "incorrect",
    ]);
  });

  it.each([
    ["java", "class Problem {\n    public static boolean hasCloseElements(float[] xs) {\n", "hasCloseElements", "java"],
    ["go_test.go", "package close_test\n\nfunc has_close_elements(xs []float64) bool {\n", "has_close_elements", "go"],
    [
      "cs",
      "class Problem {\n    public static bool HasCloseElements(List<float> xs) {\n",
      "HasCloseElements",
      "csharp",
    ],
    ["rkt", "#lang racket\n(define (has_close_elements xs)\n", "has_close_elements", "racket"],
    ["php", "<?php\nfunction has_close_elements($xs) {\n", "has_close_elements", "php"],
    ["rb", "def has_close_elements(xs)\n", "has_close_elements", "ruby"],
    ["lua", "local function has_close_elements(xs)\n", "has_close_elements", "lua"],
    ["pl", "sub has_close_elements {\n    my($xs) = @_;\n", "has_close_elements", "perl"],
    ["r", "has_close_elements <- function(xs) {\n", "has_close_elements", "r"],
    ["sh", "#!/bin/bash\n# $1 is a list\nhas_close_elements() {\n", "has_close_elements", "bash"],
    ["ml", "(**Any?\n*)\nlet has_close_elements (xs : float list) : bool =", "has_close_elements", "ocaml"],
    ["jl", "function has_close_elements(xs)::Bool \n", "has_close_elements", "julia"],
  ])("in %s", async (language, prompt, entryPoint, name) => {
    const [problem] = await load("multipl-e", "multipl-e.jsonl", [{ ...row, language, prompt }]);
    expect(problem?.question.code).toMatchObject({ language: name, entryPoint });
  });
});

describe("MultiPL-E in Ruby", () => {
  it("is judged, and a program that reads is run", needsAll(missingCompiler("ruby")), async () => {
    const [problem] = await load("multipl-e", "multipl-e.jsonl", [
      {
        name: "HumanEval_53_add",
        language: "rb",
        prompt: "# Add two numbers.\ndef add(x, y)\n",
        tests:
          "require 'test/unit'\nclass TestHumanEval < Test::Unit::TestCase\n  def test_add\n    candidate = method(:add)\n    assert_equal(5, candidate.call(2, 3))\n  end\nend\n",
      },
    ]);
    expect(await verdict(problem, "  x + y\nend\n\ndef other; end")).toBe("correct");
    expect(await verdict(problem, "  x * y\nend\n")).toBe("incorrect");
    const row = { prompt: "Double n.", language: "ruby", kind: "program", tests: [{ input: "2\n", output: "4\n" }] };
    const [program] = await load("code", "r.jsonl", [row]);
    expect(await verdict(program, "puts 2 * gets.to_i")).toBe("correct");
  });
});

describe("BigCodeBench", () => {
  const start = "import math\ndef task_func(x):\n";
  const row = {
    task_id: "BigCodeBench/0",
    complete_prompt: `${start}    """Root of x."""\n`,
    instruct_prompt: "Write task_func.",
    code_prompt: start,
    canonical_solution: "    return math.sqrt(x)\n",
    test: "import unittest\n\nclass TestCases(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(task_func(4), 2)\n",
    entry_point: "task_func",
    libs: "['math', 'numpy']",
  };

  it("completes, or follows an instruction, with the imports of the prompt before the answer", async () => {
    const [complete] = await load("bigcodebench", "bigcodebench.jsonl", [row]);
    expect(complete).toMatchObject({
      question: { text: row.complete_prompt, code: { form: "completion" } },
      tags: ["lib:math", "lib:numpy"],
    });
    expect([await verdict(complete), await verdict(complete, "    return x\n")]).toEqual(["correct", "incorrect"]);
    const [instruct] = await load("bigcodebench", "bigcodebench.jsonl", [row], { split: "instruct" });
    expect(instruct?.question.code?.prefix).toBe("import math\n");
    expect(await verdict(instruct, "def task_func(x):\n    return math.sqrt(x)\n")).toBe("correct");
  });
});

describe("LiveCodeBench", () => {
  const base = {
    question_title: "t",
    question_content: "Add.",
    platform: "atcoder",
    question_id: "abc_a",
    contest_id: "abc",
    contest_date: "2024-05-04T00:00:00",
    difficulty: "easy",
    starter_code: "",
    metadata: "{}",
  };
  const cases = (type: string, ...pairs: readonly (readonly [string, string])[]) =>
    JSON.stringify(pairs.map(([input, output]) => ({ input, output, testtype: type })));
  /** JSON in a pickle of protocol 4, compressed, as the publisher keeps private tests. */
  const packed = (text: string) => {
    const body = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return deflateSync(
      Buffer.concat([
        Buffer.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x58]),
        length,
        body,
        Buffer.from([0x94, 0x2e]),
      ]),
    ).toString("base64");
  };

  it("judges standard input, with private tests as they are published", async () => {
    const row = {
      ...base,
      public_test_cases: cases("stdin", ["1 2\n", "3\n"]),
      private_test_cases: packed(cases("stdin", ["5 6\n", "11\n"])),
      solution: "print(sum(map(int, input().split())))",
    };
    const [problem] = await load("livecodebench", "test.jsonl", [row]);
    expect(problem).toMatchObject({
      question: { id: "livecodebench-abc_a", code: { form: "program", examples: [{ input: "1 2\n", output: "3\n" }] } },
      difficulty: 0,
      tags: ["platform:atcoder", "month:2024-05"],
    });
    expect(await grade(problem)).toMatchObject({ verdict: "correct", parts: { shown: true, base: true } });
    expect(await grade(problem, "print(3)")).toMatchObject({
      verdict: "incorrect",
      parts: { shown: true, base: false },
    });
  });

  it("calls a method with arguments as JSON", async () => {
    const starter_code = "class Solution:\n    def pairs(self, xs: List[int], ok: bool) -> List[int]:\n        ";
    const row = {
      ...base,
      platform: "leetcode",
      starter_code,
      metadata: '{"func_name": "pairs"}',
      public_test_cases: cases("functional", ["[1, 2]\ntrue", "[2, 1]"]),
      private_test_cases: cases("functional", ["[]\nfalse", "[]"]),
    };
    const [problem] = await load("livecodebench", "test.jsonl", [row]);
    expect(problem?.question.code).toMatchObject({ form: "class", entryPoint: "Solution" });
    const solution = (by: string) =>
      `class Solution:\n    def pairs(self, xs: List[int], ok: bool):\n        return ${by}\n`;
    expect(await verdict(problem, solution("tuple(xs[::-1])"))).toBe("correct");
    expect(await verdict(problem, solution("xs"))).toBe("incorrect");
  });

  it("is chosen by the date of the contest", async () => {
    const row = { ...base, public_test_cases: cases("stdin", ["1\n", "1\n"]), private_test_cases: "" };
    expect(await load("livecodebench", "test.jsonl", [row], { from: "2024-05-01", until: "2024-06-01" })).toHaveLength(
      1,
    );
    expect(await load("livecodebench", "test.jsonl", [row], { from: "2024-06-01" })).toHaveLength(0);
    await expect(load("livecodebench", "test.jsonl", [{ ...row, private_test_cases: "???" }])).rejects.toThrow(
      /base 64 of compressed JSON/,
    );
  });
});

describe("MathQA-Python", () => {
  it("runs the program for its variable", async () => {
    const row = { text: "3 and 4?", code: "n0 = 3.0\nanswer = n0 + 4.0", answer: 7.0, task_id: 3 };
    const [problem] = await load("mathqa-python", "mathqa-python-test.json", [row]);
    expect([
      await verdict(problem),
      await verdict(problem, "answer = 7.0002"),
      await verdict(problem, "answer = 8"),
      await verdict(problem, "answer = '7'"),
    ]).toEqual(["correct", "correct", "incorrect", "incorrect"]);
  });
});
