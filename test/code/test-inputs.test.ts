import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { builtins as all } from "../../src/builtins.ts";
import { datasetInputs } from "../../src/cli/dataset-inputs.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { gradeAnswers } from "../../src/runs/grading.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

const builtins = all();
const sandbox = createSandbox("wasi", { workers: 1 });
const tools = { sandbox, policy: null };
afterAll(() => sandbox.dispose());

const tasks = [
  {
    id: "absolute",
    prompt: "The absolute value.",
    entry_point: "absolute",
    solution: "def absolute(x):\n    return -x if x < 0 else x\n",
    tests: { shown: ["assert absolute(1) == 1"], base: "assert absolute(4) == 4\nassert absolute(-1) == 1\n" },
  },
  {
    id: "mean",
    prompt: "The mean.",
    entry_point: "mean",
    solution: "def mean(xs):\n    print(xs)\n    return sum(xs) / len(xs)\n",
    tests: "def check(candidate):\n    assert candidate([1, 2]) == 1.5\n\ncheck(mean)\n",
  },
  { id: "random", entry_point: "f", solution: "import random\ndef f(x): return random.random()", tests: "f(1)\n" },
  { id: "other", language: "php", entry_point: "f", tests: "f(1);" },
  { id: "program", kind: "program", tests: [{ input: "1", output: "2" }] },
].map((row) => ({ prompt: "Do it.", ...row }));

describe("test inputs", () => {
  it("are mutated by type, answered by the reference, and written as a file of tasks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inputs-"));
    writeFileSync(join(folder, "a.jsonl"), tasks.map((row) => JSON.stringify(row)).join("\n"));
    const terminal = { ...fakeTerminal(), cwd: folder };
    const flags = { dataset: "code", count: "12", seed: "inputs" };
    expect(await datasetInputs(terminal, builtins, tools, "a.jsonl", { ...flags, out: "b.jsonl" })).toBe(0);
    expect(terminal.stdout().split("\n")).toEqual([
      "2 of 5 tasks have new inputs, 24 in all: 4 tasks are in b.jsonl",
      expect.stringMatching(/random: no mutated input/),
      expect.stringMatching(/other: its language is php/),
      expect.stringMatching(/program: it asks for a program/),
      "",
    ]);
    const text = readFileSync(join(folder, "b.jsonl"), "utf8");
    await datasetInputs(terminal, builtins, tools, "a.jsonl", { ...flags, out: "c.jsonl" });
    expect(readFileSync(join(folder, "c.jsonl"), "utf8")).toBe(text);

    const dataset = builtins.datasets.get("code");
    const problems = await dataset.load({ path: join(folder, "b.jsonl") }, dataset.options.parse({}));
    const [absolute, mean] = problems;
    if (absolute === undefined || mean === undefined) expect.unreachable("both were written");
    expect(absolute.question.code?.visibleTests).toEqual(["assert absolute(1) == 1"]);
    const grade = (answer: string, problem = absolute) => gradeAnswers([answer], 0, problem, sandbox);
    expect(await grade(tasks[0]?.solution ?? "")).toMatchObject({ verdict: "correct" });
    expect(await grade(tasks[1]?.solution ?? "", mean)).toMatchObject({ verdict: "correct" });
    const weak = "def absolute(x):\n    return 1 if x == -1 else x\n";
    expect(await grade(weak)).toMatchObject({ verdict: "incorrect", parts: { base: true, plus: false } });
    expect(text).not.toContain("mean([])"); // the tests' own lists are not empty
  });

  it("of a model are kept where the reference takes them, and mutated too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inputs-"));
    writeFileSync(join(folder, "a.jsonl"), JSON.stringify(tasks[1]));
    const terminal = { ...fakeTerminal(), cwd: folder };
    const flags = { dataset: "code", count: "12", seed: "inputs", out: "b.jsonl" };
    const said = [
      "Three:\n```\n[0.5, -3]\n[]\n[7, 8] # two\n[1, 2]\n'x', 2\nopen('f')\n```",
      "none",
      "```\n[-9]\n```\n",
    ];
    const policy = scriptedPolicy(said);
    expect(await datasetInputs(terminal, builtins, { sandbox, policy }, "a.jsonl", flags)).toBe(0);
    expect(terminal.stdout()).toContain("The model proposed 7 inputs, of which 3 are kept.");
    const asked = policy.requests.map(({ messages }) => messages[0]?.content);
    expect(asked).toEqual(
      Array(3).fill(expect.stringMatching(/return sum\(xs\)[\s\S]*inputs used[^\n]*\n```\n\[1, 2\]/)),
    );
    const row = JSON.parse(readFileSync(join(folder, "b.jsonl"), "utf8"));
    expect(row.tests.written.map((one: string) => /mean\([^)]*\)/.exec(one)?.[0])).toEqual([
      ...["mean([0.5, -3])", "mean([7, 8])", "mean([-9])"],
    ]);
    expect(row.tests.plus.join("")).toContain("-"); // negative numbers are the model's
  });
});
