import { afterAll, describe, expect, it } from "vitest";
import { judgeTests } from "../../src/code/hidden-tests.ts";
import { hole } from "../../src/code/predictions.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";

/** A function that gives a text and a list of its halves, and one line of tests in the form of CRUXEval-X. */
interface Example {
  readonly prefix: string;
  /** With a hole for the argument and one for the value: one of them is filled. */
  readonly program: (argument: string, value: string) => string;
  readonly argument: string;
  readonly value: string;
  readonly wrong: string;
  /** Not what the function gives, and yet the assertion would hold if it were run. */
  readonly trick: string;
}

const examples: Readonly<Record<string, Example>> = {
  javascript: {
    prefix: "function f(text){\n    return [text, text.length];\n}\n",
    program: (argument, value) =>
      `const assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = f;\n  assert.deepEqual(candidate(${argument}),${value});\n}\n\ntest();\n`,
    ...{ argument: '"ab"', value: '["ab", 2]', wrong: '["ab", 3]', trick: 'f("ab")' },
  },
  ruby: {
    prefix: "def f(text)\n    [text, text.length]\nend\n",
    program: (argument, value) =>
      `require 'test/unit'\nclass TestHumanEval < Test::Unit::TestCase\n  def test_f\n    candidate = method(:f)\n    assert_equal(${value}, candidate.call(${argument}))\n  end\nend\n`,
    ...{ argument: '"ab"', value: '["ab", 2]', wrong: '["ab", 3]', trick: "1, 1" },
  },
  r: {
    prefix: "f <- function(text) {\n    return(nchar(text))\n}\n",
    program: (argument, value) =>
      `test_humaneval <- function() {\n    candidate <- f\n    stopifnot(isTRUE(all.equal(candidate(${argument}), ${value})))\n}\ntest_humaneval()\n`,
    ...{ argument: "'ab'", value: "2", wrong: "3", trick: "3, 100" },
  },
  bash: {
    prefix: '#!/bin/bash\n# $1 is a string\nf() {\n    text=$1\n    echo "$text" "$(expr length "$text")"\n',
    program: (argument, value) =>
      `}\n\ncandidate() {\n    f "$@"\n}\n\nset -e\nrun_test() {\n    [[ $(candidate ${argument}) = ${value} ]]\n}\n\nrun_test\n`,
    ...{ argument: '"ab"', value: '"ab 2"', wrong: '"ab 3"', trick: "*" },
  },
  racket: {
    prefix: "#lang racket\n\n(define (f text)\n  (list text (string-length text)))\n",
    program: (argument, value) =>
      `(require rackunit)\n\n(define (test-humaneval) \n\n  (let (( candidate f))\n    (check-within (candidate ${argument}) ${value} 0.001)\n))\n\n(test-humaneval)\n`,
    ...{ argument: '"ab"', value: '(list "ab" 2)', wrong: '(list "ab" 3)', trick: '(f "ab")' },
  },
  cpp: {
    prefix: "#include<assert.h>\n#include<bits/stdc++.h>\nlong f(std::string text) {\n    return text.size();\n",
    program: (argument, value) =>
      `}\nint main() {\n    auto candidate = f;\n    assert(candidate(${argument}) == ${value});\n}\n`,
    ...{ argument: '("ab")', value: "(2)", wrong: "(3)", trick: "5 < 7" },
  },
  java: {
    prefix:
      "import java.util.*;\nclass Problem {\n    public static long f(String text) {\n        return text.length();\n",
    program: (argument, value) =>
      `    }\n    public static void main(String[] args) {\n    assert(f(${argument}) == ${value});\n    }\n\n}\n`,
    ...{ argument: '("ab")', value: "(2l)", wrong: "(3l)", trick: '(3l) || f("ab") == (2l)' },
  },
};

let sandbox: Sandbox | undefined;
const opened = () => {
  sandbox ??= withLanguages(createSandbox("wasi", { workers: 1 }));
  return sandbox;
};
afterAll(() => sandbox?.dispose());

describe.each(Object.entries(examples))("a prediction in %s", (language, { prefix, program, ...example }) => {
  const missing = language === "javascript" ? null : missingCompiler(language as Parameters<typeof missingCompiler>[0]);
  const verdict = async (form: "input-prediction" | "output-prediction", answer: string) => {
    const input = form === "input-prediction";
    const { argument, value } = example;
    const tests = { language, prefix, program: input ? program(hole, value) : program(argument, hole) };
    const code = { language, form, entryPoint: "f" };
    const [found] = await judgeTests(opened(), code, tests, answer, { reference: input ? argument : value });
    return found?.judgement.verdict;
  };

  it("is run with the program, where it is plain data", { ...needsAll(missing), timeout: 120_000 }, async () => {
    const { argument, value, wrong, trick } = example;
    expect(await verdict("output-prediction", value)).toBe("accepted");
    expect(await verdict("output-prediction", wrong)).toMatch(/^(?:wrong-answer|runtime-error)$/);
    expect(await verdict("output-prediction", trick)).toBe("wrong-answer");
    expect(await verdict("input-prediction", argument)).toBe("accepted");
    expect(
      await verdict(
        "output-prediction",
        program(argument, value)
          .split("\n")
          .find((line) => line.includes(value)) ?? "",
      ),
    ).toBe("accepted");
  });
});
