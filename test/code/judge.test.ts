import { afterAll, describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/code/judge.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { constant, doubling, endless, right, square } from "./tasks.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const program = doubling.reference.tests?.program ?? expect.unreachable("there are tests");
const judge = (answer: string, rest: object = {}, wallMs?: number) =>
  judgeAnswer(
    sandbox,
    { answer, prefix: "", program, entryPoint: "double", ...rest },
    wallMs === undefined ? {} : { wallMs },
  );

describe("judging an answer by its tests", () => {
  it("gives a verdict for each assertion", async () => {
    expect(await judge(right)).toEqual({ verdict: "accepted", tests: "PPP", detail: "" });
    expect(await judge(square)).toMatchObject({ verdict: "runtime-error", tests: "PFE" });
    expect(await judge(constant)).toMatchObject({ verdict: "wrong-answer", tests: "FFF" });
  });

  it("tells a program that cannot be compiled, one that fails as it loads and one that never ends from a wrong one", async () => {
    expect(await judge("def double(x:\n  return")).toMatchObject({ verdict: "compile-error" });
    expect(await judge("import nothing_of_the_kind")).toMatchObject({ verdict: "runtime-error", tests: "" });
    expect(await judge(endless, {}, 300)).toMatchObject({ verdict: "time-limit", tests: "" });
    expect(await judge("def triple(x): return 3 * x")).toMatchObject({ verdict: "runtime-error", tests: "EEE" });
  });

  it("does not take an answer that would rather pass than be right", async () => {
    const tricks: Readonly<Record<string, string>> = {
      "exits early": "import sys\nsys.exit(0)",
      "exits the process": "import os\ndef double(x):\n    os._exit(0)",
      "raises SystemExit in a test": "def double(x):\n    raise SystemExit(0)",
      "equals everything":
        "class Yes:\n    def __eq__(self, other): return True\n    def __hash__(self): return 1\ndef double(x): return Yes()",
      "equals everything, within a list's elements":
        "class Yes(int):\n    def __eq__(self, other): return True\n    __hash__ = None\ndef double(x): return Yes(3)",
      "replaces a builtin":
        "import builtins\nbuiltins.AssertionError = type('Never', (Exception,), {})\ndef double(x): return 5",
      "defines names of the tests": "def note(*a): pass\ndef told_note(*a): pass\ndef double(x): return 5",
      "prints a report": 'print(\'["accepted", "PPP", ""]\')\ndef double(x): return 5',
      "swallows assertions with a trace": "import sys\nsys.settrace(lambda *a: None)\ndef double(x): return 5",
    };
    for (const [name, answer] of Object.entries(tricks)) {
      const { verdict } = await judge(answer);
      expect(["wrong-answer", "runtime-error"], `${name}: ${verdict}`).toContain(verdict);
    }
    const shadow = await judge("def set(x): return 1\ndef double(x): return [5]", {
      program: "assert set(double(2)) == set([4])",
    });
    expect(shadow.verdict).toBe("wrong-answer");
  });

  it("leaves what a test expects to be raised to the test", async () => {
    const raising = "def double(x):\n    if x is None: raise ValueError('no number')\n    return 2 * x";
    const test = "try:\n    double(None)\n    assert False\nexcept ValueError:\n    pass\nassert double(1) == 2\n";
    expect(await judge(raising, { program: test })).toMatchObject({ verdict: "accepted", tests: "P" });
  });

  it("takes library values and the helpers of a completion task, and blames broken tests on nobody", async () => {
    const prefix = "from fractions import Fraction\ndef helper(x): return x + x\ndef double(x):\n    '''Doubles.'''\n";
    const tests =
      "from collections import Counter\nassert double(helper(2)) == Fraction(8)\nassert double(Counter(a=1)) == Counter(a=2)\n";
    const answer = "    return Fraction(8) if x == 4 else x + x";
    expect(await judge(answer, { prefix, program: tests })).toMatchObject({ verdict: "accepted", tests: "PP" });
    expect(await judge(right, { program: "assert double(" })).toMatchObject({ verdict: "broken-tests" });
    expect(await judge(right, { program: "x = double(2)\n" })).toMatchObject({ verdict: "wrong-answer", tests: "" });
  });
});
