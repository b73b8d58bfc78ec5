import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { importsOf, missingModule } from "../../src/code/environment.ts";
import { judgeTests } from "../../src/code/hidden-tests.ts";
import { judgeProgram, runtimeFault, taskFault } from "../../src/code/judging.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import { problemOf } from "../../src/core/problem.ts";
import { environmentNotes } from "../../src/runs/environment.ts";
import { gradeAnswers } from "../../src/runs/grading.ts";
import { createSandbox, withLanguages, withLibraries } from "../../src/sandbox/index.ts";

const open = () => withLanguages(withLibraries(createSandbox("wasi", { workers: 1 }), () => createSandbox("native")));
const sandboxes = [open()];
const [sandbox] = sandboxes as [ReturnType<typeof open>];
afterAll(() => Promise.all(sandboxes.map((one) => one.dispose())));
afterEach(() => vi.unstubAllEnvs());

const answer = "def twice(x):\n    return 2 * x\n";
const plus = {
  language: "python",
  prefix: "",
  program: "import numpy as np\n\nassert np.allclose(twice(2.0), 4.0)\n",
};
const problem = problemOf({
  id: "plus",
  text: "Double a number.",
  kind: "code",
  code: { language: "python", entryPoint: "twice" },
  reference: { answer, tests: plus },
});

describe("what a machine lacks", () => {
  it("reads the imports of a Python text", () => {
    expect(importsOf("import os, numpy as np\nfrom sympy.core import S\n  import re\nx = 'import y'")).toEqual([
      "os",
      "numpy",
      "sympy",
      "re",
    ]);
  });

  for (const hidden of ["bubblewrap", "numpy", "system-python"]) {
    it(`leaves right and wrong answers undecided with the remedy, never wrong, without ${hidden}`, async () => {
      vi.stubEnv("RUMINATE_HIDE_TOOLS", hidden);
      const room = open();
      sandboxes.push(room);
      for (const text of [answer, "def twice(x):\n    return 3 * x\n"]) {
        const grade = await gradeAnswers([text], 0, problem, room);
        expect(grade.verdict).toBe("undecided");
        expect(grade.rule).toMatch(
          /^environment: Python cannot import numpy here: .*(Install it with: apt-get install |does not work here: )/,
        );
      }
    });
  }

  it("is said before an experiment begins, with the problems it concerns", async () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "numpy");
    const notes = await environmentNotes([{ name: "plus", problems: [problem] }] as never, sandbox);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^plus: 1 of 1 problems cannot be judged and end undecided: .*(apt-get install .*python3-numpy|does not work here: ).*\.$/,
    );
    const { program = "", ...rest } = problem.reference.tests ?? {};
    const tests = { ...rest, program: "", parts: [{ name: "base", program }] };
    const inParts = { ...problem, reference: { ...problem.reference, tests } };
    expect(await environmentNotes([{ name: "plus", problems: [inParts] }] as never, sandbox)).toEqual(notes);
    expect(await environmentNotes([{ name: "plus", problems: [problem] }] as never, null)).toEqual([
      "plus: 1 of 1 problems cannot be judged and end undecided: no runtime for python.",
    ]);
  });

  it("is not found where the runtime works, and a compiler that is hidden is named", async () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "bubblewrap,g++");
    expect(await runtimeFault(sandbox, "python")).toBeNull();
    expect(await runtimeFault(sandbox, "javascript")).toBeNull();
    const room = open();
    sandboxes.push(room);
    const task = { prefix: "long twice(long x) {\n", program: "}\nint main() {}\n" };
    expect(await taskFault(room, "cpp", task)).toMatch(/Install it with: apt-get install (?:bubblewrap|g\+\+)/);
    const judged = await judgeProgram(room, "cpp", { ...task, answer: "return 2 * x;\n}", entryPoint: "twice" });
    expect(judged.verdict).toBe("environment");
  });

  it("is a known library of the answer's own, but not a name that nobody knows", async () => {
    const room = createSandbox("wasi", { workers: 1 });
    const judge = (text: string) =>
      judgeProgram(room, "python", { answer: text, prefix: "", program: "assert twice(2) == 4", entryPoint: "twice" });
    expect((await judge(`import pandas\n${answer}`)).verdict).toBe("environment");
    expect((await judge(`import networkx as nx\n${answer}`)).verdict).toBe("environment");
    expect((await judge(`import nobodys_own\n${answer}`)).verdict).toBe("runtime-error");
    const cases = [{ input: "2\n", output: "4\n" }];
    const read = async (text: string) => {
      const tests = { language: "python", prefix: "", program: "", parts: [{ name: "cases", cases }] };
      const code = { language: "python", entryPoint: "", form: "program" as const };
      return (await judgeTests(room, code, tests, text))[0]?.judgement.verdict;
    };
    expect(await read("import numpy as np\nprint(int(np.sum([2, 2])))\n")).toBe("environment");
    expect(await read("import nobodys_own\nprint(4)\n")).toBe("runtime-error");
    expect((await judge("def twice(x):\n    return 3 * x\n")).verdict).toBe("wrong-answer");
    expect(await missingModule(room, ["json", "re"])).toBeNull();
    await room.dispose();
  });

  it("is asked anew after a failure, also of references, and parts of one name have references of their own", async () => {
    let failing = true;
    const judged = (right: boolean) => JSON.stringify([right ? "accepted" : "wrong-answer", right ? "P" : "F", "", []]);
    const flaky: Sandbox = {
      id: "flaky",
      run: async ({ source }) => {
        const ofReference = source.includes("REFERENCE");
        if (ofReference && failing) {
          failing = false;
          throw new Error("A worker did not start");
        }
        const right = source.includes("return 2 * x") || (ofReference && !source.includes("== 3"));
        return { verdict: "ok", value: judged(right), stdout: "", error: "" };
      },
      dispose: async () => {},
    };
    const parts = [2, 3].map((wanted) => ({ name: "part", program: `assert twice(1) == ${wanted}\n` }));
    const tests = { language: "python", prefix: "", program: "", parts };
    const code = { language: "python", entryPoint: "twice" };
    const reference = "def twice(x): return x + x # REFERENCE";
    const judge = () => judgeTests(flaky, code, tests, "def twice(x): return 0", { reference });
    await expect(judge()).rejects.toThrow("did not start");
    for (const _ of [1, 2])
      expect((await judge()).map(({ judgement }) => judgement.verdict)).toEqual(["wrong-answer", "sandbox-error"]);
  });
});

describe("tests that assert nothing", () => {
  const verdicts = async (program: string) => {
    const given = [answer, "def twice(x):\n    return 3 * x\n", "import sys\ndef twice(x):\n    sys.exit(0)\n"];
    const tasks = given.map((text) => ({ answer: text, prefix: "", program, entryPoint: "twice" }));
    const found: string[] = [];
    for (const task of tasks) found.push((await judgeProgram(sandbox, "python", task)).verdict);
    return found;
  };

  it("raise, end the process or print what they found", async () => {
    const programs = [
      "if twice(2) != 4:\n    raise ValueError('no')",
      "import sys\nif twice(2) != 4:\n    print('FAIL')\n    sys.exit(1)\nprint('ok')\nsys.exit(0)",
      "print(twice(2) == 4)",
      "try:\n    assert twice(2) == 4\n    print('pass')\nexcept AssertionError:\n    print('fail')",
      "import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(twice(2), 4)\n",
    ];
    for (const program of programs) {
      const [right, wrong, exits] = await verdicts(program);
      expect(right, program).toBe("accepted");
      expect(["wrong-answer", "runtime-error"], program).toContain(wrong);
      expect(["wrong-answer", "runtime-error"], program).toContain(exits);
    }
  });

  it("are broken where they only print what the answer gave", async () => {
    const [right, wrong] = await verdicts("print(twice(2))");
    expect([right, wrong]).toEqual(["broken-tests", "broken-tests"]);
  });
});
