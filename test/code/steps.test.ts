import { afterAll, describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/code/judge.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { efficiencyAtK } from "../../src/statistics/code/efficiency.ts";
import { stepClass, stepEfficiency } from "../../src/statistics/code/steps.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const program = "assert total(10) == 55\nassert total(200) == 20100\n";
const loop = "def total(n):\n    s = 0\n    for i in range(n + 1):\n        s += i\n    return s";
const nested =
  "def total(n):\n    s = 0\n    for i in range(n + 1):\n        for j in range(i):\n            s += 1\n    return s";
const formula = "def total(n):\n    return n * (n + 1) // 2";
const judge = (answer: string, mostSteps = 100_000) =>
  judgeAnswer(sandbox, { answer, prefix: "", program, entryPoint: "total", mostSteps });

describe("steps of programs", () => {
  it("are the same at every run, and grow with the work and not with the machine", async () => {
    const [first, second, square, constant] = [
      await judge(loop),
      await judge(loop),
      await judge(nested),
      await judge(formula),
    ];
    expect(first.verdict).toBe("accepted");
    expect(second.steps).toEqual(first.steps);
    const [small = 0, large = 0] = (first.steps ?? []).map((count) => count ?? 0);
    expect(large / small).toBeGreaterThan(10);
    expect(square.steps?.[1] ?? 0).toBeGreaterThan(50 * large);
    expect(constant.steps?.[0]).toBe(constant.steps?.[1]);
  });

  it("end an assertion that takes too many, and the next one is judged all the same", async () => {
    const judged = await judge("def total(n):\n    while n == 10:\n        pass\n    return n * (n + 1) // 2", 5_000);
    expect(judged).toMatchObject({ verdict: "time-limit", tests: "TP" });
    expect(judged.steps?.[0]).toBeNull();
  });

  it("cannot be switched off", async () => {
    const judged = await judge("import sys\ndef total(n):\n    sys.settrace(None)\n    return n * (n + 1) // 2");
    expect(judged.verdict).toBe("runtime-error");
  });

  it("give efficiency and a class against a reference, and eff@k over samples", async () => {
    const reference = ((await judge(loop)).steps ?? []).map((count) => count ?? 0);
    const [slow, fast] = [(await judge(nested)).steps ?? [], (await judge(formula)).steps ?? []];
    expect([stepEfficiency(reference, reference), stepEfficiency(null, reference)]).toEqual([1, 0]);
    expect(stepEfficiency(fast, reference)).toBeGreaterThan(1);
    expect(stepEfficiency(slow, reference)).toBeLessThan(0.6);
    expect([stepClass(reference, reference), stepClass(slow, reference), stepClass([null, 3], reference)]).toEqual([
      ...[1.1, null, null],
    ]);
    expect(stepClass([40, 40], [10, 10])).toBe(1.1);
    const scores = [0, 1, 0.5];
    expect(efficiencyAtK(scores, 1)).toBeCloseTo(0.5);
    expect(efficiencyAtK(scores, 3)).toBeCloseTo(1);
  });
});
