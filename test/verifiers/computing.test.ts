import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { equationsIn } from "../../src/answer/equations.ts";
import type { ExecutionResult, Program, Sandbox } from "../../src/core/execution.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { answerCheck, maskedQuestions } from "../../verifiers/answer-check.ts";
import { cotPotAgreement } from "../../verifiers/cot-pot-agreement.ts";
import { entropy, tokenEntropy } from "../../verifiers/entropy.ts";
import { execution } from "../../verifiers/execution.ts";
import { lean } from "../../verifiers/lean.ts";
import { likelihood } from "../../verifiers/likelihood.ts";
import { unitTests } from "../../verifiers/unit-tests.ts";
import { candidateOf, outcomeScores, stepScores, withRun } from "./asking.ts";

const values = (scores: readonly { value: number | null }[]) => scores.map(({ value }) => value);
const sandboxOf = (answer: (program: Program) => Partial<ExecutionResult>): Sandbox => ({
  id: "fake",
  run: async (program) => ({ verdict: "ok", value: null, stdout: "", error: "", ...answer(program) }),
  dispose: async () => {},
});

describe("equations in a text", () => {
  it("are found as people write them, right and wrong", () => {
    const truth = (text: string) => equationsIn(text).map(({ right }) => right);
    expect(truth("She has 3 * 12 = 36 pens and then 36 - 4 = 31 left.")).toEqual([true, false]);
    expect(truth("Cost: $5 × 3 = $15, so 15/2 = 7.5.")).toEqual([true, true]);
    expect(truth("$3 \\times 4 = 12$ and $(1+2)\\cdot 3 = 10$")).toEqual([true, false]);
    expect(truth("10 / 3 = 3.33 and 10 / 3 = 3.34")).toEqual([true, false]);
    expect(truth("2 + 3 = 5 = 4 + 2")).toEqual([true]);
    expect(truth("1,200 + 300 = 1,500")).toEqual([true]);
    expect(truth("2 x 3 = 6 boxes")).toEqual([true]);
    expect(truth("20% * 50 = 10")).toEqual([true]);
  });

  it("are found between units and marks of LaTeX", () => {
    const found = (text: string) => equationsIn(text).map(({ right, result }) => [right, result]);
    expect(found("57 \\text{ cars} \\times 7938248 \\text{ wheels/car} = 442130672 \\text{ wheels}")).toEqual([
      [false, 442130672],
    ]);
    expect(found("\\text{Cost} = 4 \\text{ sets} \\times \\$1.20 \\text{ per set} = \\$4.80")).toEqual([[true, 4.8]]);
    expect(found("That is \\(2 + 2 + 1 + 1 = 6\\) slices, \\[12 \\div 4 = 3\\]")).toEqual([
      [true, 6],
      [true, 3],
    ]);
    expect(found("5 days * 8 hours per day = 40 hours")).toEqual([[true, 40]]);
    expect(found("2 \\text{ classes} \\times \\$15/\\text{class} = \\$30")).toEqual([[true, 30]]);
    expect(found("\\frac{1}{3} \\times 4{,}500 = 1{,}600")).toEqual([[false, 1600]]);
    expect(found("\\left(3 + 4\\right) \\times 2 = \\boxed{14}")).toEqual([[true, 14]]);
    expect(found("12x15 = 180 and 12 − 5 = 7")).toEqual([
      [true, 180],
      [true, 7],
    ]);
  });

  it("are none where a word or a prefix makes another number of one", () => {
    for (const text of [
      "20 percent * 50 = 10",
      "3 dozen * 2 = 72",
      "5 thousand + 1 = 5001",
      "3 squared + 1 = 10",
      "0x12 = 18",
    ])
      expect(equationsIn(text), text).toEqual([]);
  });

  it("are none where a percentage is added or taken away, which may be of the number before", () => {
    expect(equationsIn("80 - 50% = 40 and 398072 + 5% = 417975.6")).toEqual([]);
    expect(equationsIn("20% + 30% = 50% and 100% - 40% = 70%").map(({ right }) => right)).toEqual([true, false]);
  });

  it("are none where a letter belongs to them", () => {
    for (const text of ["x + 2 = 4", "2x = 4 + 1", "3 + 4 = y", "f(2) = 5", "a = 5", "x - 2 = 4", "if n == 3 + 1"]) {
      expect(equationsIn(text)).toEqual([]);
    }
  });

  it("agree with integer arithmetic", () => {
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.nat(9999),
        fc.constantFrom("+", "-", "*"),
        fc.integer({ min: -3, max: 3 }),
        (a, b, op, off) => {
          const exact = op === "+" ? a + b : op === "-" ? a - b : a * b;
          expect(equationsIn(`so ${a} ${op} ${b} = ${exact + off}.`).map(({ right }) => right)).toEqual([off === 0]);
        },
      ),
    );
  });
});

describe("execution", () => {
  it("checks the calculations of each step, and has nothing to say where there are none", async () => {
    const [scores] = await stepScores(execution, {}, [["2 + 2 = 4", "Let me think.", "4 * 3 = 13"]]);
    expect(values(scores ?? [])).toEqual([1, null, 0]);
    expect(values(await outcomeScores(execution, {}, [["2 + 2 = 4"], ["It is 4."], ["2 + 2 = 5"]]))).toEqual([
      1,
      null,
      0,
    ]);
  });

  it("runs a candidate's program and compares what it gives with the answer", async () => {
    const text = "```python\ndef solution():\n    return 4\n```\nThe answer is \\boxed{4}.";
    const ask = (result: Partial<ExecutionResult>) =>
      outcomeScores(execution, { by: "program" }, [[text]], { sandbox: sandboxOf(() => result) });
    expect(values(await ask({ value: "4" }))).toEqual([1]);
    expect(values(await ask({ value: "5" }))).toEqual([0]);
    expect(values(await ask({ verdict: "timeout" }))).toEqual([0]);
    // What the machine lacks is no fault of the program.
    expect(values(await ask({ verdict: "refused" }))).toEqual([null]);
    const lacking = (name: string) =>
      ask({ verdict: "error", error: `ModuleNotFoundError: No module named '${name}'` });
    expect([values(await lacking("numpy")), values(await lacking("nunpy"))]).toEqual([[null], [0]]);
    expect(values(await outcomeScores(execution, { by: "program" }, [["no program, \\boxed{4}"]]))).toEqual([null]);
  });

  it("reads the result out of the last line where the program says it in words", async () => {
    const text = "```python\nleft = 4\nprint(left)\n```\nThe answer is \\boxed{4}.";
    const ask = (stdout: string) =>
      outcomeScores(execution, { by: "program" }, [[text]], { sandbox: sandboxOf(() => ({ stdout })) });
    expect(values(await ask("Rolls baked: 9\nRolls left: 4\n"))).toEqual([1]);
    expect(values(await ask("Rolls left: 4\nRolls baked: 9\n"))).toEqual([0]);
    expect(values(await ask(""))).toEqual([null]);
  });
});

describe("cot-pot-agreement", () => {
  const program = (n: number) => `\`\`\`python\ndef solution():\n    return ${n}\n\`\`\``;
  const sandbox = sandboxOf(({ source }) => ({ value: /return (\d+)/.exec(source)?.[1] ?? null }));

  it("asks for programs of the question once and compares every candidate with them", async () => {
    const policy = scriptedPolicy([program(4), program(5)]);
    const solutions = [["\\boxed{4}"], ["\\boxed{6}"], ["I do not know"]];
    expect(values(await outcomeScores(cotPotAgreement, {}, solutions, { policy, sandbox }))).toEqual([0.5, 0, null]);
    expect(policy.left).toBe(0);
  });

  it("translates each candidate where asked to, and cannot judge when nothing runs", async () => {
    const options = { by: "translate", n: 1 };
    const policy = scriptedPolicy([program(4), "I cannot."]);
    const solutions = [["I say \\boxed{4}"], ["I say \\boxed{5}"]];
    expect(values(await outcomeScores(cotPotAgreement, options, solutions, { policy, sandbox }))).toEqual([1, null]);
    expect(policy.requests[0]?.messages[1]?.content).toContain("I say \\boxed{4}");
  });
});

describe("unit-tests", () => {
  const code = {
    language: "python",
    entryPoint: "double",
    visibleTests: ["assert double(2) == 4", "assert double(0) == 0"],
  };
  const task = { id: "t", text: "Write double.", kind: "code" as const, code };

  const solution = ["```python\ndef double(x):\n    return 2 * x\n```"];

  it("is the share of the shown tests that pass, all in one run", async () => {
    const seen: string[] = [];
    const sandbox = sandboxOf(({ source }) => {
      seen.push(source);
      return {
        value: JSON.stringify([
          ["passed", ""],
          ["failed", "expected 0, got 1"],
        ]),
      };
    });
    const [score] = await outcomeScores(unitTests, {}, [solution], { question: task, sandbox });
    expect(score).toEqual({ value: 0.5, reason: "passes 1 of 2 shown tests; fails assert double(0) == 0 (failed)" });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toContain("def double(x)");
  });

  it("leaves out tests that are no Python and what the machine lacks, and decides nothing without the others", async () => {
    const lacking = ["error", "ModuleNotFoundError: No module named 'networkx' (line 1)"];
    const malformed = ["malformed", "invalid syntax"];
    const scored = async (...rows: readonly (readonly string[])[]) => {
      const sandbox = sandboxOf(() => ({ value: JSON.stringify(rows) }));
      return (await outcomeScores(unitTests, {}, [solution], { question: task, sandbox }))[0];
    };
    expect(await scored(["passed", ""], malformed)).toEqual({
      value: 1,
      reason: "passes 1 of 1 shown tests; 1 decide nothing (malformed)",
    });
    expect((await scored(lacking, lacking))?.value).toBeNull();
    expect((await scored(["error", "ModuleNotFoundError: No module named 'nobodys'"], malformed))?.value).toBe(0);
    const refusing = sandboxOf(() => ({ verdict: "refused", error: "it runs no Python" }));
    expect(values(await outcomeScores(unitTests, {}, [solution], { question: task, sandbox: refusing }))).toEqual([
      null,
    ]);
  });

  it("runs each test by itself where the run is cut off, so that one that hangs does not hide the others", async () => {
    const seen: string[] = [];
    const sandbox = sandboxOf(({ source }) => {
      seen.push(source);
      const hangs = source.includes("double(0)");
      return hangs ? { verdict: "timeout" } : { value: JSON.stringify([["passed", ""]]) };
    });
    expect(values(await outcomeScores(unitTests, {}, [solution], { question: task, sandbox }))).toEqual([0.5]);
    expect(seen).toHaveLength(3);
  });

  it("cannot judge a task without shown tests", async () => {
    expect(values(await outcomeScores(unitTests, {}, [["x"]]))).toEqual([null]);
  });
});

describe("answer-check", () => {
  it("hides the numbers of a question one at a time", () => {
    expect(maskedQuestions("Tom has 3 boxes of 1,200 pens, v2 and 0.5 more.")).toEqual([
      { text: "Tom has X boxes of 1,200 pens, v2 and 0.5 more.", hidden: "3" },
      { text: "Tom has 3 boxes of X pens, v2 and 0.5 more.", hidden: "1,200" },
      { text: "Tom has 3 boxes of 1,200 pens, v2 and X more.", hidden: "0.5" },
    ]);
  });

  it("is the share of hidden numbers that follow from the answer; equal answers are checked once", async () => {
    const policy = scriptedPolicy(["\\boxed{2}", "\\boxed{7}"]);
    const solutions = [["\\boxed{4}"], ["It is 4.0, so \\boxed{4.0}"], ["I do not know"]];
    expect(values(await outcomeScores(answerCheck, {}, solutions, { policy }))).toEqual([0.5, 0.5, null]);
    expect(
      policy.requests.map(({ messages }) => messages[0]?.content.includes("The answer to the problem is 4.")),
    ).toEqual([true, true]);
    const question = "How many sides has a square?";
    expect(values(await outcomeScores(answerCheck, {}, [["\\boxed{4}"]], { question }))).toEqual([null]);
  });
});

describe("likelihood and entropy", () => {
  const logprobs = [
    {
      token: "a",
      logprob: Math.log(0.5),
      top: [
        { token: "a", logprob: Math.log(0.5) },
        { token: "b", logprob: Math.log(0.5) },
      ],
    },
    {
      token: "b",
      logprob: 0,
      top: [
        { token: "b", logprob: 0 },
        { token: "a", logprob: -Infinity },
      ],
    },
  ];
  const scored = (definition: typeof likelihood | typeof entropy, options: object) =>
    withRun(async (run) => {
      const verifier = definition.outcome?.(definition.options.parse(options) as never);
      const plain = candidateOf(run, "ab");
      return values((await verifier?.score(run.question, [{ ...plain, logprobs }, plain], run)) ?? []);
    });

  it("tell the policy's own probability of its text, null without log-probabilities", async () => {
    const [mean, none] = await scored(likelihood, {});
    expect(mean).toBeCloseTo(Math.SQRT1_2, 12);
    expect(none).toBeNull();
    expect((await scored(likelihood, { by: "sum" }))[0]).toBeCloseTo(0.5, 12);
    expect((await scored(likelihood, { by: "least" }))[0]).toBeCloseTo(0.5, 12);
  });

  it("score a step by the sum of its log-probabilities over its tokens", async () => {
    const [scores] = await withRun(async (run) => {
      const { Trajectory } = await import("../../src/core/trajectory.ts");
      const path = Trajectory.of([{ text: "a", logprob: Math.log(0.25), tokens: 2 }, { text: "b" }]);
      return (await likelihood.process?.({ by: "mean" })?.scoreSteps(run.question, [path], run)) ?? [];
    });
    expect(scores?.[0]?.value).toBeCloseTo(0.5, 12);
    expect(scores?.[1]?.value).toBeNull();
  });

  it("measure hesitation against the most that the alternatives allow", async () => {
    expect(tokenEntropy({ token: "x", logprob: -1 })).toBeNull();
    const [mean, none] = await scored(entropy, {});
    expect(mean).toBeCloseTo(1 - Math.log(2) / Math.log(3) / 2, 12);
    expect(none).toBeNull();
    expect((await scored(entropy, { over: "highest", share: 0.5 }))[0]).toBeCloseTo(1 - Math.log(2) / Math.log(3), 12);
  });
});

describe("lean", () => {
  const code = { language: "lean4", entryPoint: "t", prefix: "theorem t : 1 + 1 = 2 := by" };
  const task = { id: "t", text: "Prove it.", kind: "code" as const, code };

  it("refuses holes and commands unrun, and cannot judge what is no Lean task", async () => {
    const proofs = [["  sorry"], ["  rfl\n#eval IO.println 1"], ["```lean\n  native_decide\n```"]];
    expect(values(await outcomeScores(lean, {}, proofs, { question: task }))).toEqual([0, 0, 0]);
    expect(values(await outcomeScores(lean, {}, [["rfl"]]))).toEqual([null]);
  });

  it("says what is missing where Lean cannot be started", async () => {
    const asked = outcomeScores(lean, { command: "no-such-lean" }, [["  rfl"]], { question: task });
    await expect(asked).rejects.toThrow(/"no-such-lean" cannot be started \(ENOENT\)\. Install Lean 4/);
  });
});
