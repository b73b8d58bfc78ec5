import { afterAll, describe, expect, it } from "vitest";
import { judgeTests } from "../../src/code/hidden-tests.ts";
import { hole } from "../../src/code/predictions.ts";
import { linesOf } from "../../src/code/written-lines.ts";
import type { HiddenTests } from "../../src/core/problem.ts";
import type { CodeForm, CodeTask } from "../../src/core/question.ts";
import { gradeAnswers } from "../../src/runs/grading.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";

const sandbox = withLanguages(createSandbox("wasi", { workers: 1 }));
afterAll(() => sandbox.dispose());

const judge = async (task: Partial<CodeTask>, tests: Partial<HiddenTests>, answer: string) =>
  await judgeTests(
    sandbox,
    { language: "python", entryPoint: "", ...task },
    { language: "python", prefix: "", program: "", ...tests },
    answer,
  );

const verdictOf = async (...given: Parameters<typeof judge>) => (await judge(...given))[0]?.judgement.verdict;

describe("programs that read standard input", () => {
  const cases = [
    { input: "1 2\n", output: "3\n" },
    { input: "20 22\n", output: "42" },
  ];
  const sum = (answer: string, language = "python") =>
    judge({ language, form: "program" }, { language, parts: [{ name: "base", cases }] }, answer);

  it("pass by their lines, whatever the blanks", async () => {
    const [right] = await sum("a, b = map(int, input().split())\nprint(a + b, ' ')\nprint()\n");
    expect(right?.judgement).toEqual({ verdict: "accepted", tests: "PP", detail: "" });
    expect(linesOf("  a  b \r\n\n c\n\n")).toEqual(["a b", "", "c"]);
  });

  it("are wrong, too slow or broken by what they do", async () => {
    const [wrong] = await sum("import sys\na, b = map(int, sys.stdin.read().split())\nprint(3)\n");
    expect(wrong?.judgement).toMatchObject({ verdict: "wrong-answer", tests: "PF" });
    expect(wrong?.judgement.detail).toBe('case 2: expected "42", got "3\\n"');
    expect((await sum("raise ValueError('no')"))[0]?.judgement.verdict).toBe("runtime-error");
    expect((await sum("print(("))[0]?.judgement.verdict).toBe("compile-error");
  });

  it("end as they do: leaving with 0 is no failure", async () => {
    const [left] = await sum("import sys\nprint(sum(map(int, open(0).read().split())))\nsys.exit(0)\n");
    expect(left?.judgement.verdict).toBe("accepted");
  });

  it("in a language that takes none here are left undecided, with the reason", async () => {
    const [found] = await sum("console.log(3)", "javascript");
    expect(found?.judgement).toEqual({
      verdict: "sandbox-error",
      tests: "",
      detail: "unsupported: programs in javascript that read standard input cannot be judged",
    });
  });

  it("are built and run in C++", needsAll(missingCompiler("cpp")), async () => {
    const program = (by: string) =>
      `#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a ${by} b << std::endl; }\n`;
    expect((await sum(program("+"), "cpp"))[0]?.judgement.verdict).toBe("accepted");
    expect((await sum(program("-"), "cpp"))[0]?.judgement.verdict).toBe("wrong-answer");
  });
});

describe("predictions", () => {
  const f = "def f(text, sep=' '):\n    return [part.upper() for part in text.split(sep)]\n";
  const predict = (form: CodeForm, assertion: string, answer: string) =>
    verdictOf({ form, entryPoint: "f" }, { program: `${f}\nassert ${assertion}\n` }, answer);

  it.each([
    ["['A', 'B']", "accepted"],
    ['["A"] + ["B"]', "accepted"],
    ["list(('A', 'B'))", "accepted"],
    ["assert f('a b') == ['A', 'B']", "accepted"],
    ["['A', 'b']", "wrong-answer"],
    ["('A', 'B')", "wrong-answer"],
    ["f('a b')", "runtime-error"],
    ["__import__('os').system('true')", "runtime-error"],
    ["[x for x in 'AB']", "runtime-error"],
    ["no idea", "runtime-error"],
    ["'unclosed", "runtime-error"],
  ])("of an output: %s is %s", async (answer, verdict) => {
    expect(await predict("output-prediction", `f('a b') == ${hole}`, answer)).toBe(verdict);
  });

  it.each([
    ["'a b'", "accepted"],
    ["'a,b', ','", "accepted"],
    ["'a,b', sep=','", "accepted"],
    ["f('a-b', '-')", "accepted"],
    ["assert f('a b') == ['A', 'B']", "accepted"],
    ["'-'.join(['a', 'b']), '-'", "accepted"],
    ["'a c'", "wrong-answer"],
    ["", "runtime-error"],
    ["*['a b']", "runtime-error"],
    ["'a b') == ['A', 'B'] or f('x'", "runtime-error"],
    ["'a b'); print('x'", "runtime-error"],
    ["lambda: 1", "sandbox-error"],
  ])("of an input: %s is %s", async (answer, verdict) => {
    expect(await predict("input-prediction", `f(${hole}) == ['A', 'B']`, answer)).toBe(verdict);
  });

  it("in a language that none can be read in are left undecided", async () => {
    const code = { language: "julia", form: "output-prediction" as const };
    const [found] = await judge(code, { language: "julia", program: `@test(f(1) == ${hole})` }, "2");
    expect(found?.judgement.detail).toBe("unsupported: predictions in julia cannot be judged");
  });
});

describe("parts of tests", () => {
  const parts = [
    { name: "base", program: "assert double(1) == 2\n" },
    { name: "plus", program: "assert double(-3) == -6\nassert double(0) == 0\n" },
  ];
  const problem = (language = "python") => ({
    question: { id: "a", text: "t", kind: "code" as const, code: { language, entryPoint: "double" } },
    reference: { answer: "", tests: { language, prefix: "", program: "", parts } },
  });
  const graded = async (answer: string, language?: string) =>
    await gradeAnswers([answer], 0, problem(language), sandbox);

  it("have verdicts beside each other, and all must pass", async () => {
    expect(await graded("def double(x):\n    return 2 * x\n")).toMatchObject({
      verdict: "correct",
      parts: { base: true, plus: true },
    });
    expect(await graded("def double(x):\n    return abs(2 * x)\n")).toMatchObject({
      verdict: "incorrect",
      rule: "tests: wrong-answer (1 of 2 pass), not: plus",
      parts: { base: true, plus: false },
      partsOf: [{ base: true, plus: false }],
    });
  });

  it("in a language without a judge are undecided, with the reason", async () => {
    expect(await graded("double = 2", "haskell")).toMatchObject({
      verdict: "undecided",
      rule: "environment: unsupported: programs in haskell cannot be judged, not: base, plus",
      parts: { base: null, plus: null },
    });
  });

  it("of unittest classes say which method passes", async () => {
    const tests = (name: string, line: string) => ({
      name,
      program: `import unittest\n\nclass Test${name}(unittest.TestCase):\n    def test_it(self):\n        stack = Stack()\n        ${line}\n`,
    });
    const classTests = {
      parts: [
        tests("push", "self.assertEqual(stack.push(1), 1)"),
        tests("pop", "stack.push(1); self.assertEqual(stack.pop(), 1)"),
      ],
    };
    const half =
      "class Stack:\n    def __init__(self):\n        self.all = []\n    def push(self, x):\n        self.all.append(x)\n        return len(self.all)\n    def pop(self):\n        return None\n";
    const judged = await judge({ entryPoint: "Stack", form: "class" }, classTests, half);
    expect(judged.map(({ name, judgement }) => [name, judgement.verdict])).toEqual([
      ["push", "accepted"],
      ["pop", "wrong-answer"],
    ]);
  });
});

describe("limits", () => {
  const big = "x = [0] * 10**9\n";
  const program = "assert double(1) == 2\n";
  const problem = (answer: string) => ({
    question: { id: "a", text: "t", kind: "code" as const, code: { language: "python", entryPoint: "double" } },
    reference: { answer, tests: { language: "python", prefix: "", program } },
  });

  it("that the reference passes too say nothing about an answer", async () => {
    const right = "def double(x):\n    return 2 * x\n";
    const graded = async (answer: string, reference: string) =>
      await gradeAnswers([answer], 0, problem(reference), sandbox);
    expect(await graded(big + right, right)).toMatchObject({ verdict: "incorrect", rule: "tests: memory-limit" });
    const rule = "environment: unsupported: the reference ends in memory-limit here";
    expect(await graded(big + right, big + right)).toMatchObject({ verdict: "undecided", rule });
    expect(await graded(`${big}def double(x):\n    return 3\n`, big + right)).toMatchObject({
      verdict: "undecided",
      rule,
    });
    expect((await graded("def double(x):\n    return 3\n", big + right)).verdict).toBe("incorrect");
  });
});
