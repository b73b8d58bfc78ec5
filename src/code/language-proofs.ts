import type { JudgedTask } from "./judge.ts";
import { scriptProofs } from "./scripts/proofs.ts";

/** A task so small that only a missing or broken runtime fails it: the right answer passes, the wrong one does not. */
export type LanguageProof = Omit<JudgedTask, "answer"> & { readonly right: string; readonly wrong: string };

const entryPoint = "twice";
const assertingJavascript = "const assert = require('node:assert');\nassert.deepEqual(twice(21), 42);\n";

/** By the language's name, in the form that its judge takes. */
export const languageProofs: Readonly<Record<string, LanguageProof>> = {
  python: {
    entryPoint,
    prefix: "",
    program: "assert twice(21) == 42\n",
    right: "def twice(x):\n    return 2 * x\n",
    wrong: "def twice(x):\n    return 3 * x\n",
  },
  javascript: {
    entryPoint,
    prefix: "",
    program: assertingJavascript,
    right: "function twice(x) { return 2 * x; }",
    wrong: "function twice(x) { return 3 * x; }",
  },
  typescript: {
    entryPoint,
    prefix: "",
    program: assertingJavascript,
    right: "function twice(x: number): number { return 2 * x; }",
    wrong: "function twice(x: number): number { return 3 * x; }",
  },
  java: {
    entryPoint,
    prefix: "class Problem {\n    public static long twice(long x) {\n",
    program: "    }\n    public static void main(String[] args) {\n    assert(twice((21l)) == (42l));\n    }\n\n}\n",
    right: "        return 2 * x;\n    }\n",
    wrong: "        return 3 * x;\n    }\n",
  },
  go: {
    entryPoint,
    prefix: 'package main\n\nimport "fmt"\n\nfunc twice(x int) int {\n',
    program: '\nfunc main() {\n    if fmt.Sprint(twice(21)) != "42" {\n        panic("assertion failed")\n    }\n}\n',
    right: "    return 2 * x\n}\n",
    wrong: "    return 3 * x\n}\n",
  },
  cpp: {
    entryPoint,
    prefix: "#include <assert.h>\nlong twice(long x) {\n",
    program: "}\nint main() {\n    assert(twice((21)) == (42));\n}\n",
    right: "    return 2 * x;\n}",
    wrong: "    return 3 * x;\n}",
  },
  csharp: {
    entryPoint,
    prefix: "using System.Diagnostics;\nclass Problem {\n    public static long twice(long x) {\n",
    program:
      "    }\n    public static void Main(string[] args) {\n    Debug.Assert(twice((21L)) == (42L));\n    }\n\n}\n",
    right: "        return 2 * x;\n    }\n",
    wrong: "        return 3 * x;\n    }\n",
  },
  d: {
    entryPoint,
    prefix: "long twice(long x) \n",
    program: "\nunittest\n{\n    assert(twice(21L) == 42L);\n}\nvoid main(){}\n",
    right: "{\n    return 2 * x;\n}\n",
    wrong: "{\n    return 3 * x;\n}\n",
  },
  rust: {
    entryPoint,
    prefix: "fn twice(x: isize) -> isize {\n",
    program: "}\n\nfn main() {\n    assert_eq!(twice(21), 42);\n}\n",
    right: "    2 * x\n}",
    wrong: "    3 * x\n}",
  },
  ...scriptProofs,
};
