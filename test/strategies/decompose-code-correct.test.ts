import { describe, expect, it } from "vitest";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { decomposeCodeCorrect } from "../../strategies/programs/decompose-code-correct.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const plan = "1. Count the rolls.\n2. Take off what is sold.\n\n";
const code = (source: string) => `\`\`\`python\n${source}\n\`\`\`\n`;
const trajectory = [
  plan + code("rolls = 48\nprint(rolls)\nleft = rolls + 31\nprint(left)"),
  `No: more are left than were baked. The sold ones must be taken off.\n\n1. Take 31 off.\n\n${code("rolls = 48\nleft = rolls - 31\nprint(left)")}`,
  "Both make sense: \\boxed{17}.",
];

describe("decompose-code-correct", () => {
  it("asks to judge each output and runs every program by itself", async () => {
    const policy = scriptedPolicy(trajectory);
    const sandbox = tinyPython();
    const strategy = decomposeCodeCorrect as never;
    const solution = await solve("How many?", { strategy, options: { n: 1 }, policy, sandbox });
    expect(solution.answer).toBe("17");
    expect(policy.requests[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      content: expect.stringMatching(/^```output\n48\n79\n```\nDoes each result make sense\?/),
    });
    expect(sandbox.sources[1]).not.toContain("rolls + 31");
    expect(solution.candidates[0]?.notes).toMatchObject({ programs: 2, revisions: 1, subtasks: 1 });
  });

  it("gives up with what was said when its programs are used up", async () => {
    const script = [...trajectory.slice(0, 2), `No, again.\n\n${code("print(x)")}`];
    const policy = scriptedPolicy(script);
    const solution = await solve("How many?", {
      ...{ strategy: decomposeCodeCorrect as never, options: { n: 1, programs: 2 }, policy, sandbox: tinyPython() },
    });
    expect(policy.left).toBe(0);
    expect(solution.candidates[0]).toMatchObject({ complete: false });
  });

  it("goes on within one turn for models that judge without being asked", async () => {
    const policy = scriptedPolicy(trajectory);
    const options = { n: 1, continuation: "prefix" };
    const solution = await solve("How many?", {
      ...{ strategy: decomposeCodeCorrect as never, options, policy, sandbox: tinyPython() },
    });
    expect(policy.requests[1]?.prefix).toMatch(/```output\n48\n79\n```\n$/);
    expect(solution.answer).toBe("17");
  });
});
