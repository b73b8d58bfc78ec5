import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox } from "../../src/sandbox/index.ts";
import type { PooledSandbox } from "../../src/sandbox/pooled-sandbox.ts";
import { runtimes, title } from "./runtimes.ts";

for (const runtime of runtimes.filter(({ language }) => language === "python")) {
  describe(`sessions on ${title(runtime)}`, runtime.needs, () => {
    let sandbox: PooledSandbox;
    beforeAll(() => {
      sandbox = runtime.create({ workers: 1 });
    });
    afterAll(() => sandbox.dispose());

    it("keep variables, functions and modules from cell to cell, and show each cell's output only", async () => {
      const session = sandbox.openSession();
      expect(await session.run({ source: "import math\nx = 2\nprint('one')" })).toEqual({
        verdict: "ok",
        value: null,
        stdout: "one\n",
        error: "",
      });
      expect(await session.run({ source: "def f(y): return x * y\nprint('two')" })).toMatchObject({ stdout: "two\n" });
      expect(await session.run({ source: "x = 3\nf(math.floor(7.5))" })).toMatchObject({ value: "21", stdout: "" });
      expect(await session.run({ source: "y = 1", result: { variable: "x" } })).toMatchObject({ value: "3" });
    });

    it("keep what a failing cell did before it failed, and say where it failed", async () => {
      const session = sandbox.openSession();
      await session.run({ source: "a = 1" });
      const failing = await session.run({ source: "a = 2\nb = a / 0\na = 3" });
      expect(failing.verdict).toBe("error");
      expect(failing.error).toContain('File "<cell 2>", line 2');
      expect(await session.run({ source: "[a, 'b' in globals()]" })).toMatchObject({ value: "[2, False]" });
    });

    it("go back to the state before a cell that was cut off", async () => {
      const session = sandbox.openSession();
      await session.run({ source: "a = 1" });
      const late = await session.run({ source: "a = 2\nwhile True: pass" }, { limits: { wallMs: 300 } });
      expect(late.verdict).toBe("timeout");
      const flood = await session.run({ source: "a = 3\nprint('x' * 10 ** 6)" });
      expect(flood.verdict).toBe("output-limit");
      const left = await session.run({ source: "import os\na = 4\nos._exit(1)" });
      expect(left.verdict).toBe("error");
      expect(await session.run({ source: "a" })).toMatchObject({ verdict: "ok", value: "1" });
    });

    it("fork into sessions that do not see each other", async () => {
      const session = sandbox.openSession();
      await session.run({ source: "items = [1]\nimport random\nrandom.seed(5)" });
      const forks = await Promise.all([session.fork(), session.fork()]);
      await Promise.all(forks.map((fork, index) => fork.run({ source: `items.append(${index + 10})` })));
      expect(await session.run({ source: "items" })).toMatchObject({ value: "[1]" });
      const [first, second] = await Promise.all(forks.map((fork) => fork.run({ source: "(items, random.random())" })));
      expect(first?.value).toContain("[[1, 10], ");
      expect(second?.value).toContain("[[1, 11], ");
      expect(first?.value?.split(", ").at(-1)).toBe(second?.value?.split(", ").at(-1));
    });

    it("outlive the worker that ran their cells", async () => {
      const session = sandbox.openSession();
      await session.run({ source: "n = 0\nprint('noise')" });
      for (let i = 1; i <= 3; i++) await session.run({ source: "n += 1\nprint(n)" });
      for (const pid of sandbox.pool.pids) process.kill(pid, "SIGKILL");
      expect(await session.run({ source: "print('now', n)" })).toMatchObject({ verdict: "ok", stdout: "now 3\n" });
    });

    it("do not leak into programs, nor programs into them", async () => {
      const session = sandbox.openSession();
      await session.run({ source: "secret = 7" });
      const source = "ans = 'secret' in globals()";
      const program = await sandbox.run({ language: "python", source, result: { variable: "ans" } });
      expect(program.value).toBe("False");
      expect(await session.run({ source: "secret" })).toMatchObject({ value: "7" });
    });

    it("refuse what a sandbox refuses, and end when they are disposed of", async () => {
      const session = sandbox.openSession();
      expect(await session.run({ source: "1" }, { limits: { wallMs: -1 } })).toMatchObject({ verdict: "refused" });
      await session.dispose();
      await expect(session.run({ source: "1" })).rejects.toThrow("disposed");
      await expect(session.fork()).rejects.toThrow("disposed");
    });
  });
}

describe("sessions on the javascript runtime", () => {
  const sandbox = createSandbox("javascript", { workers: 1 });
  afterAll(() => sandbox.dispose());

  it("keep their state, fork, and go back before a cell that was cut off", async () => {
    const session = sandbox.openSession();
    expect(await session.run({ source: "var n = 1; const add = (x) => (n += x); console.log('one');" })).toMatchObject({
      stdout: "one\n",
    });
    const fork = await session.fork();
    expect(await fork.run({ source: "add(10)" })).toMatchObject({ verdict: "ok", value: "11", stdout: "" });
    expect(await session.run({ source: "n = 5; for (;;);" }, { limits: { wallMs: 200 } })).toMatchObject({
      verdict: "timeout",
    });
    expect(await session.run({ source: "add(1)" })).toMatchObject({ value: "2" });
    expect(await fork.run({ source: "n", result: { variable: "n" } })).toMatchObject({ value: "11" });
  });
});
