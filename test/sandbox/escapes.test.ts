import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import type { PooledSandbox } from "../../src/sandbox/pooled-sandbox.ts";
import type { Attack } from "./hostile/attack.ts";
import { javascriptAttacks } from "./hostile/javascript.ts";
import { canary, layOut } from "./hostile/prey.ts";
import { pythonExhaust } from "./hostile/python-exhaust.ts";
import { pythonKernel } from "./hostile/python-kernel.ts";
import { pythonReach } from "./hostile/python-reach.ts";
import { pythonTamper } from "./hostile/python-tamper.ts";
import { runtimes, title } from "./runtimes.ts";

const host = await layOut();
const { prey } = host;

const attacksIn: Readonly<Record<"python" | "javascript", readonly Attack[]>> = {
  python: [...pythonReach(prey), ...pythonKernel, ...pythonExhaust, ...pythonTamper],
  javascript: javascriptAttacks(prey),
};

afterAll(() => host.remove());

/** Attacks that end by themselves get the time that a busy machine needs. */
const unhurried = { wallMs: 30_000 };

for (const runtime of runtimes) {
  const { language, create } = runtime;
  const attacks = attacksIn[language];
  describe(title(runtime), runtime.needs, () => {
    let sandbox: PooledSandbox;
    beforeAll(() => {
      sandbox = create({ workers: 2 });
    });
    afterAll(() => sandbox.dispose());

    it.concurrent.each(attacks)("holds against: $name", async ({ source, verdicts, result, limits }) => {
      const outcome = await sandbox.run(
        { language, source, ...(result && { result }) },
        { limits: { wallMs: 5000, ...limits, ...(verdicts.includes("timeout") ? {} : unhurried) } },
      );
      const shown = JSON.stringify(outcome);
      expect(outcome.stdout).not.toContain("ESCAPED");
      expect(shown).not.toContain(canary);
      expect(outcome.value).not.toBe("forged");
      expect(verdicts, shown.slice(0, 600)).toContain(outcome.verdict);
    });

    it("leaves the host's files as they were and connects to nothing", () => {
      expect(host.left()).toEqual({ names: ["secret.txt"], text: `${canary}\n` });
      expect(host.connections()).toBe(0);
    });

    it("still answers, from an interpreter that no attack has touched", async () => {
      const source = {
        python: "import math, builtins\nans = [math.pi > 3.1, len(str(5)), type(print).__name__]",
        javascript: "var ans = [Math.PI > 3.1, String(5).length, typeof Object.prototype.process];",
      };
      const expected = {
        python: "[True, 1, 'builtin_function_or_method']",
        javascript: "[True, 1, 'undefined']",
      };
      const outcome = await sandbox.run({ language, source: source[language], result: { variable: "ans" } });
      expect(outcome).toMatchObject({ verdict: "ok", value: expected[language] });
    });

    it("leaves no worker behind, and little memory in those that stay", async () => {
      const { pids } = sandbox.pool;
      expect(pids.length).toBeLessThanOrEqual(2);
      for (const pid of pids) expect(residentMiB(pid)).toBeLessThan(700);
      await sandbox.dispose();
      for (const pid of pids) await gone(pid);
    });
  });
}

/** Resident memory of a process in MiB; 0 where the system does not show it. */
function residentMiB(pid: number): number {
  const file = `/proc/${pid}/statm`;
  return existsSync(file) ? (Number(readFileSync(file, "utf8").split(" ")[1]) * 4096) / 2 ** 20 : 0;
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await systemClock.sleep(10);
  }
}

it.each(["python", "javascript"] as const)("the suite for %s is as wide as it claims", (language) => {
  const attacks = attacksIn[language];
  expect(attacks.length).toBeGreaterThanOrEqual(120);
  expect(new Set(attacks.map((attack) => attack.name)).size).toBe(attacks.length);
});
