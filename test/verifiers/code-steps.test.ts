import { afterAll, describe, expect, it } from "vitest";
import { parseOptions } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { execution } from "../../verifiers/execution.ts";
import { stateMatch } from "../../verifiers/state-match.ts";
import { withRun } from "./asking.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

const path = (...cells: readonly string[]) =>
  Trajectory.of(cells.map((text) => ({ text: `${text}\n\n`, kind: "code" })));
const values = (rows: readonly (readonly { value: number | null }[])[]) =>
  rows.map((row) => row.map(({ value }) => value));

describe("execution over steps of code", () => {
  const process = execution.process?.(parseOptions(execution, {})) ?? expect.unreachable("it judges steps");

  it("is 1 where a step runs after the steps before it, and 0 where it fails", async () => {
    const paths = [path("a = 6 * 8", "b = a - 31", "print(b)"), path("a = 6 * 8", "b = a - c", "d = a + 1")];
    const rows = await withRun((run) => process.scoreSteps(run.question, paths, run), { sandbox });
    expect(values(rows)).toEqual([
      [1, 1, 1],
      [1, 0, 1],
    ]);
    expect(rows[1]?.[1]?.reason).toContain("NameError");
  });

  it("runs a beginning that paths share once, and takes fences in words for cells", async () => {
    const runs = await withRun(
      async (run) => {
        await process.scoreSteps(run.question, [path("a = 1", "b = 2"), path("a = 1", "b = 3")], run);
        await process.scoreSteps(run.question, [path("a = 1", "b = 2", "c = a + b")], run);
        return run.usage().sandbox.runs;
      },
      { sandbox },
    );
    expect(runs).toBe(4);
    const words = Trajectory.of([
      { text: "Take 2 + 2 = 5.\n\n" },
      { text: "```python\nx = 4\n```\n\n" },
      { text: "Done." },
    ]);
    const rows = await withRun((run) => process.scoreSteps(run.question, [words], run), { sandbox });
    expect(values(rows)).toEqual([[0, 1, null]]);
  });
});

describe("state-match", () => {
  const process = stateMatch.process?.(parseOptions(stateMatch, {})) ?? expect.unreachable("it judges steps");
  const program = (...lines: readonly string[]) =>
    `\`\`\`python\ndef solution():\n${lines.map((line) => `    ${line}`).join("\n")}\n\`\`\``;

  it("is the share of a step's new values that programs with the most common answer reach", async () => {
    const policy = scriptedPolicy([
      program("trays = 6", "baked = trays * 8", "return baked - 31"),
      program("baked = 6 * 8", "left = baked - 31", "return float(left)"),
      program("baked = 6 + 8", "return baked"),
    ]);
    const paths = [
      path("all_rolls = 6 * 8.0", "rest = all_rolls - 31", "x = 1"),
      path("wrong, six = 14, 6", "n = wrong + nothing"),
    ];
    const rows = await withRun((run) => process.scoreSteps(run.question, paths, run), { sandbox, policy });
    expect(values(rows)).toEqual([
      [1, 1, 0],
      [0.5, 0],
    ]);
    expect(policy.left).toBe(0);
  });

  it("cannot judge where no program runs or a step computes nothing", async () => {
    const none = scriptedPolicy(["I", "do not", "know"]);
    const silent = await withRun((run) => process.scoreSteps(run.question, [path("a = 1")], run), {
      sandbox,
      policy: none,
    });
    expect(values(silent)).toEqual([[null]]);
    const policy = scriptedPolicy([program("a = 1", "return a"), "", ""]);
    const rows = await withRun((run) => process.scoreSteps(run.question, [path("a = 1", "a")], run), {
      sandbox,
      policy,
    });
    expect(values(rows)).toEqual([[1, null]]);
  });
});
