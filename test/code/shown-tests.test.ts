import { afterAll, describe, expect, it } from "vitest";
import { runShownTests } from "../../src/code/shown-tests.ts";
import type { Run } from "../../src/core/run.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { drawnPythonTricks, pythonTricks } from "./tricks/python.ts";
import { sampled, type Trick } from "./tricks/trick.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());
const run: Pick<Run, "execute"> = { execute: (program, limits) => sandbox.run(program, { limits }) };
const shown = (source: string, tests: readonly string[]) => runShownTests(run as Run, source, tests, 5_000);
const outcomes = async (source: string, ...tests: readonly string[]) =>
  (await shown(source, tests)).map(({ outcome, detail }) => `${outcome} ${detail}`.trim());

/** Tests of one line each. */
const lines = ({ program }: Trick): string[] =>
  program.split("\n").every((line) => line === "" || line.startsWith("assert ")) ? program.trim().split("\n") : [];

describe("shown tests", () => {
  it("say of each what became of it", async () => {
    const source =
      "def f(x):\n    if x < 0: raise ValueError('low')\n    return 2 * x\ndef sort(xs): xs.sort()\nclass Box:\n    def __init__(self, x): self.x = x";
    expect(
      await outcomes(
        source,
        "assert f(2) == 4",
        "assert f(2) == 5, 'no'",
        "assert f(2) > 5, 'small'",
        "f(-1)",
        "assert f(",
        "xs = [3, 1]\nsort(xs)\nassert xs == [1, 3]",
        "for n in range(3):\n    assert f(n) == n + n",
        "assert Box(f(3)).x == 6",
        "import math\nassert math.isclose(f(0.5), 1)",
        "assert unknown(1) == 2",
        "try:\n    f(-1)\n    assert False\nexcept ValueError as error:\n    assert 'low' in str(error)",
        "from solution import f as twice\nassert twice(2) == 4",
        "assert sorted([3, 1], key=lambda n: f(n)) == [1, 3]",
      ),
    ).toEqual([
      "passed",
      "failed expected 5, got 4",
      "failed small",
      "error ValueError: low (line 2)",
      expect.stringMatching(/^malformed '\(' was never closed/),
      "passed",
      "passed",
      "passed",
      "passed",
      expect.stringMatching(/^error NameError: name 'unknown' is not defined/),
      "passed",
      "passed",
      "passed",
    ]);
    expect(
      await outcomes(
        "import os\ndef f(x):\n    if x == 2: os._exit(0)\n    return x",
        "assert f(1) == 1",
        "assert f(2) == 2",
      ),
    ).toEqual(["passed", expect.stringMatching(/^error the program ended the process/)]);
    expect(await outcomes("def f(x):", "assert f(1) == 1")).toEqual([expect.stringMatching(/^error \w+Error: /)]);
  });

  it("are passed by no program that only says that it passes", { timeout: 120_000 }, async () => {
    const plain = (tricks: readonly Trick[]) => tricks.filter((one) => lines(one).length > 0);
    const tricks = [...sampled(plain(pythonTricks), 12), ...sampled(plain(drawnPythonTricks(120, "shown")), 12)];
    for (const trick of tricks) {
      const results = await shown(trick.answer, lines(trick));
      expect(
        results.filter(({ outcome }) => outcome === "passed"),
        trick.answer,
      ).toEqual([]);
    }
    const forger = [
      'shown_tests_report = shown = \'[["passed", ""]]\'',
      "import sys, builtins, json, atexit",
      'json.dumps = lambda *a, **k: \'[["passed", ""]]\'',
      "sys.modules['__main__'].__dict__['shown'] = shown",
      "sys.modules['__main__'].__dict__['report_on_shown_tests'] = lambda *a: shown",
      "class Yes:\n    def __eq__(self, other): return True\n    def __repr__(self): raise SystemExit",
      "def f(x): return Yes()",
    ].join("\n");
    expect(await shown(forger, ["assert f(1) == 2"])).toMatchObject([{ outcome: expect.not.stringMatching("passed") }]);
  });
});
