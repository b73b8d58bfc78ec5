import { afterAll, describe, expect, it } from "vitest";
import { judgeProgram } from "../../src/code/judging.ts";
import type { ExecutionResult, Sandbox } from "../../src/core/execution.ts";
import { gradeAnswers } from "../../src/runs/grading.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { needsAll } from "../needs.ts";
import { doubling } from "./tasks.ts";
import { cppTricks, javaTricks } from "./tricks/compiled.ts";
import { goTricks } from "./tricks/go.ts";
import { rustTricks } from "./tricks/rust.ts";
import { sweepTricks } from "./tricks/sweep.ts";
import { sampled } from "./tricks/trick.ts";

const sandbox = withLanguages(createSandbox("wasi", { workers: 1 }));
afterAll(() => sandbox.dispose());

interface Example {
  readonly language: "cpp" | "java" | "go" | "rust";
  readonly prefix: string;
  readonly program: string;
  readonly right: string;
  readonly whole: string;
  readonly wrong: string;
  readonly exits: string;
}

const examples: readonly Example[] = [
  {
    language: "cpp",
    prefix: "#include <assert.h>\n#include <cstdlib>\n// Doubles.\nlong twice(long x) {\n",
    program:
      "}\nint main() {\n    auto candidate = twice;\n    assert(candidate((2)) == (4));\n    assert(candidate((31)) == (62));\n}\n",
    right: "    return 2 * x;\n}\nlong other() { return 1; }",
    whole: "long twice(long x) {\n    return x + x;\n}",
    wrong: "    return x * x;\n}",
    exits: "    std::exit(0);\n}",
  },
  {
    language: "java",
    prefix: "import java.util.*;\nclass Problem {\n    // Doubles.\n    public static long twice(long x) {\n",
    program:
      "    }\n    public static void main(String[] args) {\n    assert(twice((2l)) == (4l));\n    assert(twice((31l)) == (62l));\n    }\n\n}\n",
    right: "        return 2 * x;\n    }\n",
    whole: "class Problem {\n    public static long twice(long x) {\n        return x + x;\n    }\n}",
    wrong: "        return x * x;\n    }\n",
    exits: "        System.exit(0);\n        return 0;\n    }\n",
  },
  {
    language: "rust",
    prefix: "/// Doubles.\nfn twice(x: isize) -> isize {\n",
    program:
      "}\n\nfn main() {\n    let candidate = twice;\n    assert_eq!(candidate(2), 4);\n    assert_eq!(candidate(31), 62);\n}\n",
    right: "    2 * x\n}",
    whole: "fn twice(x: isize) -> isize {\n    x + x\n}",
    wrong: "    x * x\n}",
    exits: "    std::process::exit(0)\n}",
  },
  {
    language: "go",
    prefix: 'package main\n\nimport (\n\t"fmt"\n\t"testing"\n)\n\n// Doubles.\nfunc twice(x int) int {\n',
    program:
      'func TestTwice(t *testing.T) {\n\tcandidate := twice\n\tfor x, expected := range map[int]int{2: 4, 31: 62} {\n\t\tactual := fmt.Sprintf("%v", candidate(x))\n\t\tif actual != fmt.Sprintf("%v", expected) {\n\t\t\tt.Errorf("expected %d, got %s", expected, actual)\n\t\t}\n\t}\n}\n',
    right: "\treturn 2 * x\n}\n\nfunc other() {}\n",
    whole:
      'package main\n\nimport "fmt"\n\nfunc twice(x int) int {\n\treturn x + x\n}\n\nfunc main() { fmt.Println(twice(1)) }\n',
    wrong: "\treturn x * x\n}\n",
    exits: '\tdefer println("all tests were reached")\n\tpanic(0)\n}\n',
  },
];

const tricks = { cpp: cppTricks, java: javaTricks, go: goTricks, rust: rustTricks };

describe.each(examples)("judging $language", ({ language, prefix, program, right, whole, wrong, exits }) => {
  it("takes completions and whole functions, no early exit and no trick", {
    ...needsAll(missingCompiler(language)),
    timeout: 300_000,
  }, async () => {
    // seven builds
    const judge = (answer: string) =>
      judgeProgram(sandbox, language, { answer, prefix, program, entryPoint: "twice" }, { wallMs: 10_000 });
    expect((await judge(right)).verdict).toBe("accepted");
    expect((await judge(whole)).verdict).toBe("accepted");
    expect((await judge(wrong)).verdict).toBe("wrong-answer");
    expect((await judge(exits)).verdict).toBe("runtime-error");
    expect((await judge("    return nothing;\n}")).verdict).toBe("compile-error");
    // All are taken by `npm run conformance -- judge`.
    const { accepted, undecided } = await sweepTricks(sandbox, sampled(tricks[language], 2), 1, 10_000);
    expect([...accepted, ...undecided]).toEqual([]);
  });
});

describe("arrays in Java", needsAll(missingCompiler("java")), () => {
  it("are handed over alone, in each other and as a list of arguments", { timeout: 300_000 }, async () => {
    const total = (type: string, given: string, answer: string) =>
      judgeProgram(sandbox, "java", {
        prefix: `class Problem {\n    public static long total(${type} a) {\n`,
        program: `    }\n    public static void main(String[] args) {\n    assert(total(${given}) == 6L);\n    }\n\n}\n`,
        answer: `        long n = 0; ${answer} return n;\n    }\n`,
        entryPoint: "total",
      });
    const texts = await total("String[]", 'new String[] {"ab", "cdef"}', "for (String s : a) n += s.length();");
    expect(texts.verdict).toBe("accepted");
    const nested = "for (int[] row : a) for (int x : row) n += x;";
    expect((await total("int[][]", "new int[][] {{1, 2}, {3}}", nested)).verdict).toBe("accepted");
    expect((await total("Integer...", "1, 2, 3", "for (Integer x : a) n += x;")).verdict).toBe("accepted");
  });
});

describe("load", () => {
  it("does not decide: what ran out of time once is run again, in every language", async () => {
    const accepted = { verdict: "ok", value: '["accepted","P","",[]]' };
    const busy = (...runs: readonly object[]): Sandbox => {
      const left = [...runs];
      return {
        id: "busy",
        run: async () => ({
          ...{ verdict: "refused", value: null, stdout: "", error: "" },
          ...(left.shift() as Partial<ExecutionResult>),
        }),
        dispose: async () => {},
      };
    };
    const judge = async (language: string, prefix: string, program: string, second: object) => {
      const task = { answer: "function f(x) { return x; }", prefix, program, entryPoint: "f" };
      return (await judgeProgram(busy({ verdict: "timeout" }, second), language, task)).verdict;
    };
    expect(await judge("python", "", "assert f(1) == 1", accepted)).toBe("accepted");
    expect(await judge("javascript", "", "assert.equal(f(1), 1);", accepted)).toBe("accepted");
    expect(await judge("perl", "", "exit 1 unless f(1) == 1;", { verdict: "ok", asked: true })).toBe("accepted");
    const built = { verdict: "ok", error: "all tests were reached" };
    expect(await judge("cpp", "int f(int x) {\n", "}\nint main() { assert(f(1) == 1); }", built)).toBe("accepted");
  });
});

describe("languages of a sandbox", () => {
  it("say why one of them cannot be had, and answers in it are then undecided", async () => {
    const python: Sandbox = createSandbox("wasi", { workers: 1 });
    const task = { answer: "x", prefix: "", program: "x", entryPoint: "x" };
    expect(await judgeProgram(python, "cpp", task)).toMatchObject({ verdict: "environment" });
    expect(await judgeProgram(python, "cobol", task)).toMatchObject({ detail: "no runtime for cobol" });
    const tests = { language: "cobol", prefix: "", program: "x" };
    const problem = { ...doubling, reference: { ...doubling.reference, tests } };
    expect((await gradeAnswers(["x"], 0, problem, python)).verdict).toBe("undecided");
    await python.dispose();
  });
});
