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
    expect(await judge(right, { program: "x = double(2)\n" })).toMatchObject({ verdict: "broken-tests", tests: "" });
  });

  it("hands over what tests are made of: changed lists, functions, objects, exceptions, cases of unittest", async () => {
    const judged = (answer: string, tests: string) => judge(answer, { program: tests });
    const tests: readonly (readonly [string, string, string])[] = [
      ["def double(x): x.extend(x)", "a = [1]\ndouble(a)\nassert a == [1, 1]\nassert double([]) is None", "PP"],
      ["def double(f, x): return [f(a) for a in x]", "k = 3\nassert double(lambda a: a * k, [1, 2]) == [3, 6]", "P"],
      ["def double(x): return x.v * 2", "class N: pass\nn = N()\nn.v = 4\nassert double(n) == 8", "P"],
      [
        "class E(ValueError): pass\ndef double(x): raise E('no')",
        "try:\n    double(1)\n    assert False\nexcept E as error:\n    found = str(error)\nassert found == 'no'",
        "P",
      ],
      [
        "class double:\n    def __init__(self, x): self.x = x\n    def value(self): return 2 * self.x\n    def fail(self): raise KeyError(1)",
        "import unittest\nclass T(unittest.TestCase):\n    def test_value(self): self.assertEqual(double(3).value(), 6)\n    def test_fail(self):\n        with self.assertRaises(KeyError): double(3).fail()",
        "PP",
      ],
      ["def double(x): return 2 * x", "if double(2) != 4: raise Exception('not doubled')", "P"],
      [
        "def double(x): print(2 * x)",
        "import contextlib, io\nout = io.StringIO()\nwith contextlib.redirect_stdout(out): double(2)\nassert out.getvalue() == '4\\n'",
        "P",
      ],
      ["def double(x):\n    yield x\n    yield x", "assert list(double(2)) == [2, 2]", "P"],
    ];
    for (const [answer, program, marks] of tests)
      expect(await judged(answer, program), answer).toMatchObject({ verdict: "accepted", tests: marks });
  });

  it("does not let an answer empty its arguments before they are compared, or be equal by its own word", async () => {
    const emptied = await judge("def double(x):\n    x.clear()\n    return []", {
      program: "xs = [3, 1]\nassert double(xs) == sorted(xs) * 2",
    });
    expect(emptied.verdict).toBe("wrong-answer");
    const same =
      "class P:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return True\ndef double(x): return P(x)";
    expect((await judge(same, { program: "assert double(2) == 4" })).verdict).toBe("wrong-answer");
  });

  it("runs no text of the answer's where the tests are, whatever an answer calls its functions and modules", async () => {
    const text = "(globals().update(judge_outcome=lambda error: judge_note('P', '')), 'zzz')[1]";
    const coded = "assert decode(encode('abc')) == 'abc'\nassert encode('abc') != encode('abd')\n";
    const encode = `def encode(s):\n    return ${JSON.stringify(text)}\n`;
    const ofClass = `class Codec:\n    deserialize = eval\n    def serialize(self, s):\n        return ${JSON.stringify(text)}\n`;
    const classes = "c = Codec()\nassert c.deserialize(c.serialize([1])) == [1]\n";
    const pickled = `import pickle as json\nclass P:\n    def __reduce__(self):\n        return (exec, ("import __main__\\n__main__.judge_outcome = None",))\ndef encode(x): return json.dumps(P())`;
    for (const [answer, program, entryPoint] of [
      [`decode = eval\n${encode}`, coded, "encode"],
      [`decode = exec\n${encode}`, coded, "encode"],
      [ofClass, classes, "Codec"],
      [pickled, "assert json.loads(encode('abc')) == 'abc'\n", "encode"],
    ] as const) {
      const { verdict, detail } = await judge(answer, { program, entryPoint });
      expect(["wrong-answer", "runtime-error"], `${answer}: ${detail}`).toContain(verdict);
    }
    const calling = "double = sorted\nkind = lambda: int\nimport datetime as dt, math, json\n";
    const program = [
      "assert double([[1, 2], [1]], key=len) == [[1], [1, 2]]",
      "assert kind() is int and kind()('3') == 3",
      "assert dt.date(2000, 1, 2).day == 2 and math.sqrt(4) == 2",
      "assert json.loads('1') == 1",
    ].join("\n");
    expect(await judge(calling, { program })).toMatchObject({ verdict: "accepted", tests: "PPPP" });
  });

  it("leaves open what the tests lack, and never what the answer lacks", async () => {
    const lacking = "import nothing_of_the_kind\nassert double(2) == 4";
    expect((await judge(right, { program: lacking })).verdict).toBe("broken-tests");
    const skipped =
      "import unittest\nclass T(unittest.TestCase):\n    @unittest.skip('no network')\n    def test_a(self):\n        self.assertEqual(double(2), 4)\n";
    expect(await judge(right, { program: skipped })).toMatchObject({
      ...{ verdict: "broken-tests", detail: "the tests are skipped: no network" },
    });
    const gaveUp = skipped
      .replace("    @unittest.skip('no network')\n", "")
      .replace("self.assert", "if double(2) != 4: self.skipTest('odd')\n        self.assert");
    expect((await judge("def double(x): return 5", { program: gaveUp })).verdict).toBe("wrong-answer");
    const raising = "def double(x): import nothing_of_the_kind";
    expect((await judge(raising)).verdict).toBe("runtime-error");
  });
});
