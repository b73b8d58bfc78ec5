import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parseExperiment } from "../../src/runs/load.ts";
import { TestRedis } from "../fakes/redis.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { bytesOf, recordsOf, runHere } from "./queued.ts";

const main = join(import.meta.dirname, "../../src/cli/main.ts");
const yaml = `
name: chaos
dataset: {name: arithmetic, options: {count: 60}}
policy: {name: simulated, options: {stepError: 0.15, spread: 0.8, latencyMs: 40}}
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
`;

describe("a run whose machines are lost", needs("redis-server"), () => {
  const children = new Set<ChildProcess>();
  const start = (...args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
      stdio: "ignore",
    });
    children.add(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    children.delete(child);
    if (child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  afterEach(async () => {
    await Promise.all([...children].map(kill));
  });

  it("ends with the bytes of one process, every trial once, after kills of workers, Redis and collector", async () => {
    const [folder, out] = [temporaryFolder(), temporaryFolder()];
    const file = join(folder, "chaos.yaml");
    writeFileSync(file, yaml);
    const here = runHere(parseExperiment(file, yaml.replace(", latencyMs: 40", "")));
    const redis = await TestRedis.start();
    const worker = () => start("worker", "--queue", redis.address, "--concurrency", "1", "--stalled-after", "2");
    const collector = () => start("experiment", "run", file, "--out", out, "--queue", redis.address);
    const results = join(out, "results.jsonl");
    const lines = async (count: number) => {
      while (!existsSync(results) || readFileSync(results, "utf8").split("\n").length <= count) await pause(20);
    };
    const [first, second, killed] = [worker(), worker(), collector()];
    await lines(4);
    await kill(first);
    worker();
    await lines(20);
    await redis.kill();
    await redis.start();
    await lines(36);
    await kill(killed);
    const last = collector();
    await kill(second);
    worker();
    const [code] = (await once(last, "exit")) as [number | null];
    await redis.kill();
    expect(code).toBe(0);
    expect(bytesOf(out)).toEqual(bytesOf(await here));
    expect(new Set(recordsOf(out).map(({ key }) => key)).size).toBe(120);
  }, 300_000);
});
