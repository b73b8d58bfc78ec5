import { afterAll, describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/code/judge.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Problem } from "../../src/core/problem.ts";
import { CostCounter } from "../../src/runs/efficiency.ts";
import { createMeteredSandbox } from "../../src/sandbox/wasi.ts";
import { withMeter } from "../../src/sandbox/with-meter.ts";

const metered = createMeteredSandbox({ workers: 1 });
afterAll(() => metered.dispose());

const tests = "assert total(10) == 55\nassert total(2000) == 2001000\n";
const formula = "def total(n):\n    return n * (n + 1) // 2";
const loop = "def total(n):\n    s = 0\n    for i in range(n + 1):\n        s += i\n    return s";
const inC = "def total(n):\n    return sum(range(n + 1))";
const nested =
  "def total(n):\n    s = 0\n    for i in range(n + 1):\n        for j in range(i):\n            s += 1\n    return s";
const endless = "def total(n):\n    while True: pass";

/** What counts nothing refuses to. */
const plain: Sandbox = {
  id: "plain",
  run: async () => ({ verdict: "refused", value: null, stdout: "", error: "counts no instructions" }),
  dispose: async () => {},
};

describe("metered Python", () => {
  const count = async (answer: string) =>
    await judgeAnswer(metered, { answer, prefix: "", program: tests, entryPoint: "total", mostInstructions: 5e7 });

  it("counts the same at every run, work in C too, and ends what takes too many", async () => {
    const once = await count(loop);
    await count(inC);
    expect((await count(loop)).steps).toEqual(once.steps);
    const [small = 0, large = 0] = ((await count(inC)).steps ?? []) as number[];
    expect(large).toBeGreaterThan(20 * small);
    expect(await count(endless)).toMatchObject({ verdict: "time-limit", steps: [null] });
    expect((await count(formula)).verdict).toBe("accepted");
  });

  it("places programs among references of other speeds; what is undecided or fails for lack of something is not", async () => {
    const problem: Problem = {
      question: { id: "1", text: "Sum up.", kind: "code", code: { language: "python", entryPoint: "total" } },
      reference: {
        answer: loop,
        tests: {
          ...{ language: "python", prefix: "", program: tests },
          costs: {
            program: "assert (total(3000), True)[1]\n",
            programs: [loop, inC, formula].map((source, i) => ({ source, score: [0.5, 0.75, 1][i] ?? 0 })),
          },
        },
      },
    };
    const counter = new CostCounter(
      withMeter(plain, () => metered),
      "instructions",
    );
    const fails = `${loop.replace("s = 0", "s = 0 if n < 2500 else None")}`;
    const answers = [formula, inC, loop, nested, fails, "def total(n): return n", loop];
    const scores = await counter.scores(answers, [true, true, true, true, true, false, null], problem);
    expect(scores?.map((one) => one && [one.dps, one.dpsNorm])).toEqual([
      ...[
        [1, 1],
        [0.75, 2 / 3],
        [0.5, 1 / 3],
        [0, 0],
        [0, 0],
      ],
      ...[[undefined, undefined], null],
    ]);
    expect(scores?.slice(0, 5).map((one) => one && one.costRatio !== null && one.costRatio < 1)).toEqual([
      ...[true, true, false, false, false],
    ]);
    expect(await counter.scores([`import numpy\n${loop}`], [true], problem)).toEqual([null]);
    const other = new CostCounter(plain, "instructions");
    expect(await other.scores([loop], [true], problem)).toBeNull();
  });
});
