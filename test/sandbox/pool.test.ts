import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { defaultLimits } from "../../src/core/execution.ts";
import { Random } from "../../src/core/random.ts";
import { Pool, workOf } from "../../src/sandbox/pool.ts";
import type { PooledSandbox } from "../../src/sandbox/pooled-sandbox.ts";
import { createWasiSandbox } from "../../src/sandbox/wasi.ts";
import { runtimes, title } from "./runtimes.ts";

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Waits until the process is gone; the test's own time limit ends the wait. */
async function gone(pid: number): Promise<void> {
  while (alive(pid)) await systemClock.sleep(10);
}

const counting = {
  python: (index: number) => `total = 0\nfor i in range(${1000 + (index % 7) * 2000}): total += i\nans = ${index}`,
  javascript: (index: number) => `for (let i = 0; i < ${1000 + (index % 7) * 2000}; i++);\nvar ans = ${index};`,
};
const long = {
  python: "for i in range(2 * 10 ** 6): pass\nans = 7",
  javascript: "for (let i = 0; i < 10 ** 7; i++);\nvar ans = 7;",
};

/** Each kill costs the start of a worker; a request that meets two of them is rare, so more kills show no more. */
const mostKills = 20;

for (const runtime of runtimes) {
  const { language, needs, create } = runtime;
  describe(`the pool of ${title(runtime)}`, needs, () => {
    let sandbox: PooledSandbox;
    beforeAll(() => {
      sandbox = create({ workers: 2 });
    });
    afterAll(() => sandbox.dispose());

    it(`answers every request once while ${mostKills} workers are killed at random`, { timeout: 300_000 }, async () => {
      await sandbox.pool.start();
      const random = new Random(`fault/${runtime.name}`);
      let kills = 0;
      const killer = async () => {
        while (kills < mostKills) {
          await systemClock.sleep(20 + random.integer(120));
          const { pids } = sandbox.pool;
          if (pids.length === 0) continue;
          process.kill(-random.choice(pids), "SIGKILL");
          kills++;
        }
      };
      const answers: string[] = [];
      let asked = 0;
      const client = async () => {
        while (kills < mostKills) {
          const index = asked++;
          const program = { language, source: counting[language](index), result: { variable: "ans" } };
          const { verdict, value } = await sandbox.run(program);
          expect(answers[index]).toBeUndefined();
          answers[index] = verdict === "ok" ? `${value}` : verdict;
        }
      };
      await Promise.all([killer(), ...Array.from({ length: 6 }, client)]);
      expect(kills).toBe(mostKills);
      expect(answers.length).toBe(asked);
      // A request gives up only when both of its tries were killed; every other has its own value.
      const given = answers.filter((answer) => answer === "crashed").length;
      expect(answers.filter((answer, index) => answer === String(index)).length).toBe(asked - given);
      expect(given).toBeLessThanOrEqual(mostKills / 2);
    });

    it("retries a request whose worker dies under it, once", async () => {
      const running = sandbox.run({ language, source: long[language], result: { variable: "ans" } });
      await systemClock.sleep(30);
      for (const pid of sandbox.pool.pids) process.kill(-pid, "SIGKILL");
      expect(await running).toMatchObject({ verdict: "ok", value: "7" });
    });

    it("ends its workers with the process that owns them, even one that runs for ever", async () => {
      const index = JSON.stringify(join(import.meta.dirname, "../../src/sandbox/index.ts"));
      const source = language === "python" ? "while True: pass" : "for (;;);";
      const owner = spawn(
        process.execPath,
        [
          "--no-warnings",
          "--input-type=module",
          "--eval",
          `import { createSandbox } from ${index};
           const sandbox = createSandbox(${JSON.stringify(runtime.name)}, { workers: 1 });
           await sandbox.pool.start();
           console.log(sandbox.pool.pids.join());
           await sandbox.run(${JSON.stringify({ language, source })}, { limits: { wallMs: 600000 } });`,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const [said] = await once(owner.stdout, "data");
      const pid = Number(String(said));
      expect(alive(pid)).toBe(true);
      await systemClock.sleep(200);
      owner.kill("SIGKILL");
      await gone(pid);
    });
  });
}

describe("the pool", () => {
  it("leaves no process behind when it is disposed of, and refuses what comes later", async () => {
    const own = createWasiSandbox({ workers: 2 });
    await own.pool.start();
    const { pids } = own.pool;
    expect(pids.length).toBe(2);
    const running = own.run({ language: "python", source: "while True: pass" });
    await own.dispose();
    await expect(running).rejects.toThrow("disposed");
    await Promise.all(pids.map(gone));
    await expect(own.run({ language: "python", source: "1" })).rejects.toThrow("disposed");
  });

  it("starts nothing when it is disposed of while a worker starts", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pool-"));
    const file = join(folder, "worker.mjs");
    const started = join(folder, "started");
    writeFileSync(
      file,
      `import { appendFileSync } from "node:fs";\nappendFileSync(${JSON.stringify(started)}, "x");\nsetInterval(() => {}, 1000);\n`,
    );
    const pool = new Pool({ name: "slow", file: process.execPath, args: [file] }, { workers: 1, programsPerWorker: 9 });
    const run = pool.run(workOf({ source: "1" }, defaultLimits));
    while (!existsSync(started)) await systemClock.sleep(10);
    await pool.dispose();
    await expect(run).rejects.toThrow("disposed of");
    await systemClock.sleep(300);
    expect(readFileSync(started, "utf8")).toBe("x");
    rmSync(folder, { recursive: true });
  });

  it("gives the program after one that took too long its own time, however long the next thread takes to start", async () => {
    const folder = mkdtempSync(join(tmpdir(), "supervisor-"));
    const file = join(folder, "thread.mjs");
    writeFileSync(
      file,
      `import { parentPort } from "node:worker_threads";
await new Promise((resolve) => setTimeout(resolve, 1500));
parentPort.on("message", (line) => {
  const { id, source } = JSON.parse(line);
  if (source === "hang") for (;;);
  parentPort.postMessage({ id, result: { verdict: "ok", value: null, stdout: "", error: "" } });
});
parentPort.postMessage({ ready: true });\n`,
    );
    const supervisor = join(import.meta.dirname, "../../src/sandbox/node-supervisor.ts");
    const pool = new Pool(
      { name: "supervised", file: process.execPath, args: [supervisor, file], graceMs: 20_000 },
      { workers: 1, programsPerWorker: 9 },
    );
    const run = async (source: string) => {
      const { result } = await pool.run(workOf({ source }, { ...defaultLimits, wallMs: 700 }));
      return result.verdict;
    };
    expect([await run("hang"), await run("short"), await run("hang"), await run("short")]).toEqual([
      ...["timeout", "ok", "timeout", "ok"],
    ]);
    await pool.dispose();
    rmSync(folder, { recursive: true });
  }, 60_000);

  it("replaces a worker that has served its time", async () => {
    const own = createWasiSandbox({ workers: 1, programsPerWorker: 3 });
    await own.pool.start();
    const [first = 0] = own.pool.pids;
    const values: (string | null)[] = [];
    for (let i = 0; i < 7; i++) {
      values.push((await own.run({ language: "python", source: `ans = ${i}`, result: { variable: "ans" } })).value);
    }
    expect(values).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
    expect(own.pool.pids).not.toContain(first);
    await own.dispose();
  });
});
