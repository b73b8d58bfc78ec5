import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readFences, shortened } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { RunEvent } from "../../src/core/events.ts";
import { type SolveSetup, solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, type ScriptedOptions, scriptedPolicy } from "../../src/policy/scripted.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { toolIntegrated } from "../../strategies/programs/tool-integrated.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const trace = resolve(import.meta.dirname, "traces/tool-dialogue.jsonl");
const question = "A baker bakes 6 trays of 8 rolls and sells 31. How many are left?";

/** Four turns: a first result, an error, a repair that builds on the first turn and prints too much, the answer. */
const dialogue: readonly string[] = [
  "First the rolls.\n\n```python\nrolls = 6 * 8\nprint(rolls)\n```\n",
  "Now those that are left.\n\n```python\nkept = 'before the error'\nprint(rolls - solld)\n```\n```output\n17\n```\nSo \\boxed{5}.",
  "The name was wrong.\n\n```python\nsold = 31\nleft = rolls - sold\nprint('x' * 300 + kept + 'y' * 300)\nprint(left)\n```\n",
  "There are \\boxed{17} rolls left.",
];

async function play(script: readonly ScriptEntry[], rest: Partial<SolveSetup> = {}, scripted: ScriptedOptions = {}) {
  const policy = scriptedPolicy(script, scripted);
  const events: RunEvent[] = [];
  const { options, ...setup } = rest;
  const solution = await solve(question, {
    ...{ strategy: toolIntegrated as never, options: { n: 1, temperature: 0, ...(options as object) } },
    ...{ policy, sandbox, onEvent: (event: RunEvent) => events.push(event), ...setup },
  });
  return { solution, policy, events, candidate: solution.candidates[0] as Candidate };
}
const code = (source: string) => `\`\`\`python\n${source}\n\`\`\`\n`;

describe("a dialogue of four turns with an error in the second", () => {
  it("has exactly this trace", async () => {
    const { events } = await play(dialogue);
    const lines = `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
    if (process.env.GOLDEN === "write") writeFileSync(trace, lines);
    if (!existsSync(trace)) expect.unreachable("no trace: run with GOLDEN=write and read what it writes");
    expect(lines).toBe(readFileSync(trace, "utf8"));
  });

  it("keeps the state between turns, also what a failed block did before it failed", async () => {
    const { candidate, solution } = await play(dialogue);
    const shown = candidate.trajectory.steps.map(({ observation }) => observation ?? "");
    expect(solution.answer).toBe("17");
    expect(shown[0]).toBe("```output\n48\n```\n");
    expect(shown[1]).toMatch(/^```output\nNameError: name 'solld' is not defined.*\n```\n$/);
    expect(shown[2]).toContain("y\n17\n");
    expect(candidate.notes).toMatchObject({ programs: 3, failed: 1 });
  });

  it("shows the first and the last half of an output that is too long", async () => {
    const { candidate } = await play(dialogue);
    const shown = candidate.trajectory.steps[2]?.observation ?? "";
    expect(shown).toBe(`\`\`\`output\n${"x".repeat(200)}…${"y".repeat(197)}\n17\n\`\`\`\n`);
    const short = await play(dialogue, { options: { outputCharacters: 10 } });
    expect(short.candidate.trajectory.steps[2]?.observation).toBe("```output\nxxxxx…yy\n17\n```\n");
  });

  it("shows the model its own turns and the outputs, and what a turn costs is what the model wrote", async () => {
    const { policy, candidate, solution } = await play(dialogue);
    expect(policy.requests.map(({ prefix = "" }) => prefix.length > 0)).toEqual([false, true, true, true]);
    expect(policy.requests[1]?.prefix).toBe(
      "First the rolls.\n\n```python\nrolls = 6 * 8\nprint(rolls)\n```\n```output\n48\n```\n",
    );
    expect(candidate.text).toContain("print(rolls)\n```\n```output\n48\n```\nNow those");
    const tokens = candidate.trajectory.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
    expect(tokens).toBe(solution.usage.logical.policy.completionTokens);
    expect(candidate.trajectory.steps.some(({ text }) => text.includes("48") || text.includes("NameError"))).toBe(
      false,
    );
  });
});

describe("what the interpreter says is not the model's", () => {
  it("is never read for an answer", async () => {
    const { solution, candidate } = await play([code("print('\\\\boxed{99}')"), "I cannot tell."]);
    expect(candidate.text).toContain("\\boxed{99}\n```\n");
    expect(solution.answer).toBeNull();
  });

  it("is not read by verifiers that judge the beginnings of a dialogue", async () => {
    const answers: (string | null)[] = [];
    const watch = {
      score: async (_: unknown, candidates: readonly Candidate[]) => {
        answers.push(...candidates.map(({ answer }) => answer?.text ?? null));
        return candidates.map(() => ({ value: 0.5 }));
      },
    };
    const strategy = {
      ...toolIntegrated,
      async *candidates(run: never, options: never) {
        for await (const batch of toolIntegrated.candidates(run, options)) {
          const list = Array.isArray(batch) ? batch : [batch];
          await (run as { scoreSteps(t: unknown[]): Promise<unknown> }).scoreSteps(
            list.map(({ trajectory }) => trajectory),
          );
          yield list;
        }
      },
    };
    await play([`Words.\n\n${code("print(6 * 8)")}`, "It is \\boxed{17}."], {
      ...{ strategy: strategy as never, verifiers: { outcome: { name: "watch", verifier: watch } } },
    });
    expect(answers).not.toContain("48");
    expect(answers).toContain("17");
  });

  it("brings no log-probabilities", async () => {
    const sample = (text: string) => ({ text, logprobs: [{ token: text, logprob: -1 }] });
    const { candidate } = await play([sample(code("print(5)")), sample("\\boxed{5}")]);
    expect(candidate.logprobs?.map(({ token }) => token)).toEqual([code("print(5)"), "\\boxed{5}"]);
  });

  it("cannot close the fence that it stands in", async () => {
    const { candidate } = await play([code("print('```\\nThe answer is 5')"), "Done."]);
    expect(candidate.trajectory.steps[0]?.observation).toBe("```output\n'''\nThe answer is 5\n```\n");
  });
});

describe("a dialogue", () => {
  it("runs `programs` programs at most and may then say an answer in words only", async () => {
    const script = [code("print(1)"), code("print(2)"), `Not enough.\n\n${code("print(3)")}`];
    const { candidate, policy, solution } = await play(script, { options: { programs: 2 } });
    expect(policy.requests[2]?.stop).toEqual(["```"]);
    expect(candidate.notes).toMatchObject({ programs: 2 });
    expect(candidate).toMatchObject({ complete: false, text: expect.not.stringContaining("print(3)") });
    expect(solution.usage.logical.sandbox.runs).toBe(2);
  });

  it("ends at a boxed answer and does not run the code beside it", async () => {
    const { solution } = await play([`It is \\boxed{4}.\n\n${code("print(5)")}`]);
    expect(solution).toMatchObject({ answer: "4", usage: { logical: { sandbox: { runs: 0 } } } });
  });

  it("runs a block that was opened without a language", async () => {
    const { candidate, solution } = await play(["So:\n\n```\nx = 2\n", "x = 2\nprint(x)\n```\n", "\\boxed{2}"]);
    expect(candidate.trajectory.steps[1]?.observation).toBe("```output\n2\n```\n");
    expect(solution.answer).toBe("2");
  });

  it("shows the value of a last expression where nothing is printed, and says so where there is none", async () => {
    const { candidate } = await play([code("x = 2\nx + 3"), code("y = 1"), "\\boxed{5}"]);
    expect(candidate.trajectory.steps.map(({ observation }) => observation)).toEqual([
      "```output\n5\n```\n",
      "```output\n(nothing was printed)\n```\n",
      undefined,
    ]);
  });

  it("sends outputs as a user's turns where the policy cannot go on in its own", async () => {
    const chat = { capabilities: { prefix: "instructed" as const } };
    const { policy, candidate } = await play([code("print(5)"), "\\boxed{5}"], {}, chat);
    expect(policy.requests[1]?.prefix).toBeUndefined();
    expect(policy.requests[1]?.messages.slice(-2)).toEqual([
      { role: "assistant", content: code("print(5)") },
      { role: "user", content: "```output\n5\n```\n" },
    ]);
    expect(candidate.notes).toMatchObject({ continuation: "turns" });
  });

  it("has no answer when its code was cut", async () => {
    const cut = { text: "We have 3.\n\n```python\nx = 40 + 2", finish: "length" as const };
    const { candidate, solution } = await play([cut]);
    expect(candidate.complete).toBe(false);
    expect(solution.answer).toBeNull();
  });
});

describe("several dialogues", () => {
  it("do not see each other's variables, and vote", async () => {
    const first = ["a = 1", "a = 2", "a = 3"].map((source) => code(`${source}\nprint(a)`));
    const second = [code("print(a)"), code("print(a)"), "\\boxed{9}"];
    const third = ["\\boxed{7}", "\\boxed{7}"];
    const { solution } = await play([...first, ...second, ...third], { options: { n: 3, temperature: 1 } });
    const outputs = solution.candidates.map(({ trajectory }) => trajectory.steps[1]?.observation);
    expect(solution.answer).toBe("7");
    expect(outputs.sort()).toEqual(["```output\n1\n```\n", "```output\n2\n```\n", undefined]);
  });

  it("that the budget cuts are offered as unfinished, after those that ended", async () => {
    const script = [code("print(1)"), "\\boxed{8}", "\\boxed{9}"];
    const { solution } = await play(script, { options: { n: 4, together: 2 }, budget: { calls: 3 } });
    expect(solution).toMatchObject({ answer: "8", stopped: "budget" });
    const cut = await play([code("print(1)"), code("print(2)")], { options: { n: 2 }, budget: { calls: 2 } });
    expect(cut.solution.candidates.map(({ complete, answer }) => [complete, answer])).toEqual([
      [false, null],
      [false, null],
    ]);
  });

  it("keep their state in a sandbox without sessions too", async () => {
    const { solution, candidate } = await play([code("a = 5\nprint(a)"), code("b = a + 2\nprint(b)"), "\\boxed{7}"], {
      sandbox: tinyPython(),
    });
    expect(solution.answer).toBe("7");
    expect(candidate.trajectory.steps.map(({ observation }) => observation)).toEqual([
      "```output\n5\n```\n",
      "```output\n7\n```\n",
      undefined,
    ]);
  });
});

describe("fences", () => {
  it("part words from code", () => {
    expect(readFences("a\n```python\nx\n```\nb")).toEqual({
      words: "a\nb",
      code: "x",
      open: false,
      endsInBlock: false,
    });
    expect(readFences("a\n```\nx\n```\n\n")).toMatchObject({ code: "x", endsInBlock: true });
    expect(readFences("a\n```py\nx\ny")).toMatchObject({ words: "a", code: "x\ny", open: true });
    expect(readFences("a")).toMatchObject({ words: "a", code: null, open: false });
    expect(shortened("abcdef", 4)).toBe("ab…ef");
    expect(shortened("abcd", 4)).toBe("abcd");
  });
});
