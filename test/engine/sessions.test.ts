import { describe, expect, it } from "vitest";
import { extractProgram } from "../../src/code/programs.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Run } from "../../src/core/run.ts";
import { openSession } from "../../src/engine/sessions.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { chainOfThought } from "../../strategies/sampling/chain-of-thought.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

/** Runs something with a run in hand. */
async function within(sandbox: Sandbox | undefined, act: (run: Run) => Promise<void>) {
  const events: RunEvent[] = [];
  const strategy = {
    ...chainOfThought,
    // biome-ignore lint/correctness/useYield: it offers no candidate
    async *candidates(run: Run) {
      await act(run);
    },
  };
  const setup = {
    strategy: strategy as never,
    policy: scriptedPolicy([]),
    onEvent: (event: RunEvent) => events.push(event),
  };
  const solution = await solve("q", { ...setup, ...(sandbox === undefined ? {} : { sandbox }) });
  return { solution, events };
}

describe("a session over a sandbox that has none", () => {
  it("keeps the state of cells that ran, and shows each cell its own output only", async () => {
    const session = openSession(tinyPython());
    expect(await session.run({ source: "a = 2\nprint(a)" })).toMatchObject({ verdict: "ok", stdout: "2\n" });
    expect(await session.run({ source: "a = a * 3\nnonsense" })).toMatchObject({ verdict: "error" });
    expect(await session.run({ source: "a = a + 1\nprint(a)" })).toMatchObject({ verdict: "ok", stdout: "3\n" });
  });

  it("runs cells in the order of the calls", async () => {
    const session = openSession(tinyPython());
    const [, second] = await Promise.all([session.run({ source: "a = 2" }), session.run({ source: "print(a)" })]);
    expect(second.stdout).toBe("2\n");
  });

  it("forks: both go on from the same state and apart", async () => {
    const session = openSession(tinyPython());
    await session.run({ source: "a = 2" });
    const fork = await session.fork();
    await session.run({ source: "a = 5" });
    expect((await fork.run({ source: "print(a)" })).stdout).toBe("2\n");
    expect((await session.run({ source: "print(a)" })).stdout).toBe("5\n");
  });
});

describe("a session of a run", () => {
  it("is the sandbox's own where it has one, and every cell is charged and told", async () => {
    let opened = 0;
    const sandbox: Sandbox = {
      ...tinyPython(),
      openSession: () => {
        opened++;
        return openSession(tinyPython());
      },
    };
    const { solution, events } = await within(sandbox, async (run) => {
      const session = run.openSession();
      await session.run({ source: "a = 2" });
      const fork = await session.fork();
      await fork.run({ source: "print(a)" });
      await session.dispose();
    });
    expect(opened).toBe(1);
    expect(solution.usage.logical.sandbox.runs).toBe(2);
    expect(events.filter(({ type }) => type === "program-end")).toHaveLength(2);
  });

  it("says what to pass when there is no sandbox", async () => {
    const opening = within(undefined, async (run) => void run.openSession());
    await expect(opening).rejects.toThrow('Pass `sandbox: createSandbox("wasi")`');
  });
});

describe("the program in a text", () => {
  it("is never taken from between an output and the next block", () => {
    const text =
      "```python\nx = 1\n```\n```output\n1\n```\nThen words.\n```python\ny = 2\n```\n```output\n2\n```\nEnd.";
    expect(extractProgram(text, "def solution")).toBe("y = 2\n");
    expect(extractProgram("```output\n1\n```\nWords", "def solution")).toBeNull();
    expect(extractProgram("```python3 \ndef solution(): pass\n```\n```\nz\n```", "def solution")).toContain("def");
  });
});
