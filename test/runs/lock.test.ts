import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FileLock } from "../../src/runs/records/lock.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { smallRun } from "./small-run.ts";

const module = join(import.meta.dirname, "../../src/runs/records/lock.ts");
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that tries to take the lock: it prints "taken" and stays, or prints why not and ends. */
async function contender(path: string): Promise<{ said: string; child: ChildProcess }> {
  const program = `const { FileLock } = await import(${JSON.stringify(module)});
    try { new FileLock(${JSON.stringify(path)}, "the folder"); console.log("taken"); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.message); }`;
  const child = spawn(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "-e",
    program,
  ]);
  children.push(child);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { said: String(said).trim(), child };
}

const lockIn = (folder: string) => join(folder, "lock");

describe("a lock file", () => {
  it("lets one process in and refuses a second with its number and what to do", async () => {
    const path = lockIn(temporaryFolder());
    const first = await contender(path);
    expect(first.said).toBe("taken");
    expect(() => new FileLock(path, "the folder")).toThrow(
      `Process ${first.child.pid} is at work in the folder. Wait for it, or choose another folder with --out.`,
    );
  });

  it("takes over the lock of a process that was killed", async () => {
    const path = lockIn(temporaryFolder());
    const { child } = await contender(path);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(path)).toBe(true);
    const lock = new FileLock(path, "the folder");
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it("lets in exactly one of several that find a stale lock at the same moment", async () => {
    const path = lockIn(temporaryFolder());
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), began: "1" }));
    const all = await Promise.all(Array.from({ length: 5 }, () => contender(path)));
    expect(all.filter(({ said }) => said === "taken")).toHaveLength(1);
    for (const { said } of all) expect(said).toMatch(/^taken$|is at work in the folder/);
  }, 60_000);

  it("knows a process by when it began, so that a number used again does not block", () => {
    const path = lockIn(temporaryFolder());
    writeFileSync(path, JSON.stringify({ pid: process.ppid, host: hostname(), began: "1" }));
    if (!existsSync("/proc/self/stat")) {
      expect(() => new FileLock(path, "the folder")).toThrow("is at work");
      return;
    }
    new FileLock(path, "the folder").release();
  });

  it("is held against this process too, until it is released; a predecessor of the same number does not count", () => {
    const path = lockIn(temporaryFolder());
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), began: "1" }));
    const lock = new FileLock(path, "the folder");
    expect(() => new FileLock(path, "the folder")).toThrow("This process is at work in the folder");
    lock.release();
    lock.release();
    new FileLock(path, "the folder").release();
  });

  it("believes a holder on another machine for two minutes after its last sign of life", () => {
    const path = lockIn(temporaryFolder());
    writeFileSync(path, JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
    expect(() => new FileLock(path, "the folder")).toThrow("Process 1 of elsewhere is at work");
    const past = new Date(Date.now() - 10 * 60_000);
    utimesSync(path, past, past);
    new FileLock(path, "the folder").release();
  });

  it("leaves another's lock alone when it is released late, and leaves no other files", () => {
    const folder = temporaryFolder();
    const lock = new FileLock(lockIn(folder), "the folder");
    writeFileSync(lockIn(folder), JSON.stringify({ pid: 1, host: "elsewhere", began: null }));
    lock.release();
    expect(readdirSync(folder)).toEqual(["lock"]);
  });

  it("keeps a second run out of a run's folder, and the records of the first whole", async () => {
    const out = temporaryFolder();
    const { said } = await contender(lockIn(out));
    expect(said).toBe("taken");
    await expect(smallRun({ out })).rejects.toThrow(/is at work in .*--out/);
    expect(readdirSync(out)).toEqual(["lock"]);
  });
});
