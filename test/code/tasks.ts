import { problemOf } from "../../src/core/problem.ts";

/** A task that shows one test and hides two. */
export const doubling = problemOf({
  id: "doubling",
  text: "Write a function that doubles a number.\n\nYour code should pass this test:\nassert double(2) == 4",
  kind: "code",
  code: { language: "python", entryPoint: "double", visibleTests: ["assert double(2) == 4"] },
  reference: {
    answer: "def double(x):\n    return 2 * x",
    tests: {
      language: "python",
      prefix: "",
      program: "assert double(2) == 4\nassert double(31) == 62\nassert double('ab') == 'abab'\n",
    },
  },
});

export const block = (source: string): string => `\`\`\`python\n${source}\n\`\`\``;
export const right = "def double(x):\n    return 2 * x";
export const square = "def double(x):\n    return x ** 2";
export const constant = "def double(x):\n    return 5";
export const failing = "def double(x):\n    return x.twice()";
export const endless = "def double(x):\n    while True:\n        pass";
