import { afterAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/clock.ts";
import { Random } from "../../src/core/random.ts";
import { createWasiSandbox } from "../../src/sandbox/wasi.ts";

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

describe("the pool", () => {
  const sandbox = createWasiSandbox({ workers: 2 });
  afterAll(() => sandbox.dispose());

  it("answers every request once while its workers are killed at random", { timeout: 240_000 }, async () => {
    await sandbox.pool.start();
    const random = new Random("fault");
    let kills = 0;
    let done = false;
    const killer = (async () => {
      while (!done && kills < 50) {
        await systemClock.sleep(20 + random.integer(120));
        const pids = sandbox.pool.pids;
        if (pids.length === 0) continue;
        process.kill(-random.choice(pids), "SIGKILL");
        kills++;
      }
    })();
    const results: (string | null)[] = [];
    let asked = 0;
    let crashed = 0;
    const client = async () => {
      while (kills < 50) {
        const index = asked++;
        const source = `total = 0\nfor i in range(${1000 + (index % 7) * 2000}): total += i\nans = ${index}`;
        const outcome = await sandbox.run({ language: "python", source, result: { variable: "ans" } });
        expect(results[index]).toBeUndefined();
        results[index] = outcome.verdict === "ok" ? outcome.value : outcome.verdict;
        if (outcome.verdict === "crashed") crashed++;
        else expect(outcome.value).toBe(String(index));
      }
    };
    await Promise.all(Array.from({ length: 6 }, client));
    done = true;
    await killer;
    expect(kills).toBe(50);
    expect(results.length).toBe(asked);
    expect(results.filter((result) => result === undefined)).toEqual([]);
    // A request gives up only when both of its tries were killed; anything else has its value.
    expect(crashed).toBeLessThanOrEqual(25);
  });

  it("retries a request whose worker dies under it, once", async () => {
    const running = sandbox.run({
      language: "python",
      source: "for i in range(3 * 10 ** 6): pass\nans = 7",
      result: { variable: "ans" },
    });
    await systemClock.sleep(30);
    for (const pid of sandbox.pool.pids) process.kill(-pid, "SIGKILL");
    expect(await running).toMatchObject({ verdict: "ok", value: "7" });
  });

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
