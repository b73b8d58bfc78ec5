import { afterAll, describe, expect, it } from "vitest";
import { judgeAnswer } from "../../src/code/judge.ts";
import { EnvironmentError } from "../../src/core/errors.ts";
import type { ExecutionResult, Sandbox, Session } from "../../src/core/execution.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { withLibraries } from "../../src/sandbox/with-libraries.ts";
import { needs } from "../needs.ts";

const ok: ExecutionResult = { verdict: "ok", value: null, stdout: "", error: "" };

/** A sandbox that only notes what it is given. */
function noting(id: string, log: string[]): Sandbox {
  const session = (cells: readonly string[]): Session => {
    let own = [...cells];
    return {
      run: async ({ source }) => {
        log.push(`${id}: ${source}`);
        own = [...own, source];
        return source.includes("hang") ? { ...ok, verdict: "timeout" } : ok;
      },
      fork: async () => session(own),
      dispose: async () => {},
    };
  };
  return {
    id,
    run: async ({ source }) => {
      log.push(`${id}: ${source}`);
      return ok;
    },
    openSession: () => session([]),
    dispose: async () => {},
  };
}

describe("a sandbox with libraries", () => {
  it.each([
    ["import numpy as np", true],
    ["x = 1\nfrom sympy import Symbol", true],
    ["import math, mpmath", true],
    ["    import sympy.solvers", true],
    ['tests = "import numpy as np\\nassert f(1)"', true],
    ['tests = "x\\nfrom numpy import array"', true],
    ["import os as o,  sys , numpy as np", true],
    ["x = 1; import a.b, ctypes", true],
    ["import math", false],
    ["import myctypes", false],
    ["# without numpy", false],
    ["numpy = 3", false],
    ["import numpyish", false],
    ['print("numpy")', false],
  ])("runs %j in the other one: %s", async (source, moved) => {
    const log: string[] = [];
    const sandbox = withLibraries(noting("small", log), () => noting("large", log));
    await sandbox.run({ language: "python", source });
    expect(log).toEqual([`${moved ? "large" : "small"}: ${source}`]);
  });

  it("reads a line of thousands of imports", async () => {
    const log: string[] = [];
    const sandbox = withLibraries(noting("small", log), () => noting("large", log));
    const source = `import ${"os, ".repeat(5_000)}sys`;
    await sandbox.run({ language: "python", source });
    expect(log).toEqual([`small: ${source}`]);
  });

  it("stays where it is, and asks once, where the other one cannot be set up", async () => {
    const log: string[] = [];
    let asked = 0;
    const sandbox = withLibraries(noting("small", log), () => {
      asked++;
      throw new EnvironmentError("bubblewrap was not found");
    });
    for (const source of ["import numpy", "import sympy"]) await sandbox.run({ language: "python", source });
    const session = sandbox.openSession?.();
    await session?.run({ source: "import numpy" });
    expect(log).toEqual(["small: import numpy", "small: import sympy", "small: import numpy"]);
    expect(asked).toBe(1);
  });

  it("moves a session over once, with the cells whose effects stand, and forks it on either side", async () => {
    const log: string[] = [];
    const sandbox = withLibraries(noting("small", log), () => noting("large", log));
    const session = sandbox.openSession?.() as Session;
    for (const source of ["a", "hang", "b"]) await session.run({ source });
    const before = await session.fork();
    for (const source of ["import sympy", "c"]) await session.run({ source });
    await (await session.fork()).run({ source: "d" });
    await before.run({ source: "e" });
    expect(log.slice(3)).toEqual([
      ...["large: a", "large: b", "large: import sympy", "large: c", "large: d"],
      "small: e",
    ]);
  });
});

describe("a session that moves", () => {
  it("brings along what a cell did whose value was too long to be shown", async () => {
    const [one, two] = [createSandbox("wasi", { workers: 1 }), createSandbox("wasi", { workers: 1 })];
    const sandbox = withLibraries(one, () => two);
    const session = sandbox.openSession?.() ?? expect.unreachable("it has sessions");
    expect((await session.run({ source: "x = 5\n'a' * 100000" })).verdict).toBe("output-limit");
    expect((await session.run({ source: "import sys\nsys.stdout.write('a' * 100000)\nx = 6" })).verdict).toBe(
      "output-limit",
    );
    expect((await session.run({ source: "x + 1" })).value).toBe("6");
    const moving = "try:\n    import numpy\nexcept ImportError:\n    pass\nx + 2";
    expect((await session.run({ source: moving })).value).toBe("7");
    await session.dispose();
    await sandbox.dispose();
  });
});

describe("programs that need more on the native runtime", needs("bubblewrap", "system-python", "sympy"), () => {
  const sandbox = withLibraries(createSandbox("wasi", { workers: 1 }), () => createSandbox("native", { workers: 1 }));
  afterAll(() => sandbox.dispose());

  it("find their library, and a dialogue keeps its variables on the way", async () => {
    const session = sandbox.openSession?.() as Session;
    await session.run({ source: "a = 3" });
    const solved = await session.run({ source: "import sympy\nx = sympy.Symbol('x')\nsympy.solve(x - 2 * a, x)[0]" });
    expect(solved).toMatchObject({ verdict: "ok", value: "6" });
    expect(await session.run({ source: "a + 1" })).toMatchObject({ value: "4" });
  });

  it("are judged by tests that import it", async () => {
    const task = { prefix: "", entryPoint: "f", program: "import numpy as np\nassert np.allclose(f(2), 4)\n" };
    expect(await judgeAnswer(sandbox, { ...task, answer: "def f(x):\n    return 2 * x" })).toMatchObject({
      verdict: "accepted",
    });
    expect(await judgeAnswer(sandbox, { ...task, answer: "def f(x):\n    return x" })).toMatchObject({
      verdict: "wrong-answer",
    });
  });
});
