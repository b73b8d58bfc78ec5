import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { quantileOfSorted } from "../src/statistics/numeric/arrays.ts";
import { TestRedis } from "../test/fakes/redis.ts";
import { temporaryFolder } from "../test/fakes/terminal.ts";

const main = join(import.meta.dirname, "../src/cli/main.ts");

interface QueueCase {
  readonly label: string;
  readonly problems: number;
  /** How long a trial takes: its one call. */
  readonly latencyMs: number;
  readonly places: number;
}

const trials = Number(process.env.TRIALS ?? 20_000);
const cases: readonly QueueCase[] = [
  { label: "trials of about no time, 2 workers of 8 places", problems: trials, latencyMs: 0, places: 8 },
  { label: "trials of 500 ms, 2 workers of 50 places", problems: Math.floor(trials / 4), latencyMs: 500, places: 50 },
];

/** Resident memory of a process now, in MiB; null where the system does not say. */
function residentOf({ pid }: ChildProcess): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

function command(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { stdio: "ignore" });
}

async function timed(child: ChildProcess): Promise<number> {
  const began = performance.now();
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`It ended with ${code}.`);
  return (performance.now() - began) / 1000;
}

async function queued(file: string, places: number) {
  const redis = await TestRedis.start();
  const [out, client] = [join(temporaryFolder(), "out"), await redis.connect()];
  const workers = [1, 2].map(() => command("worker", "--queue", redis.address, "--concurrency", String(places)));
  const collector = command("experiment", "run", file, "--out", out, "--queue", redis.address);
  const memory: { collector: number; redis: number }[] = [];
  let over = false;
  const watching = (async () => {
    while (!over) {
      await pause(1000);
      const used = /used_memory:(\d+)/.exec(await client.info("memory"))?.[1];
      const resident = residentOf(collector);
      if (resident !== null) memory.push({ collector: resident, redis: Number(used) / 2 ** 20 });
    }
  })();
  const seconds = await timed(collector);
  over = true;
  await watching;
  for (const worker of workers) worker.kill("SIGKILL");
  client.disconnect();
  await redis.kill();
  return { seconds, memory };
}

/**
 * What a queue costs: the same experiment by one process and by two workers on the same machine, with the memory of
 * Redis at most and of the collector, looked at every second: medians of two quarters of its time. TRIALS sets how
 * many trials.
 */
export async function queueBench() {
  const rows: { name: string; figure: number | string; unit?: string }[] = [];
  for (const { label, problems, latencyMs, places } of cases) {
    const file = join(temporaryFolder(), "queue.yaml");
    const policy = `{name: simulated, options: {latencyMs: ${latencyMs}}}`;
    const dataset = `{name: arithmetic, options: {count: ${problems}}}`;
    const text = `name: queue\ndataset: ${dataset}\npolicy: ${policy}\nbaselines: false\nconcurrency: ${2 * places}\n`;
    writeFileSync(file, `${text}strategies: [chain-of-thought]\n`);
    const alone = await timed(command("experiment", "run", file, "--out", join(temporaryFolder(), "out")));
    const { seconds, memory } = await queued(file, places);
    const add = (name: string, figure: number, unit: string) => rows.push({ name: `${label}: ${name}`, figure, unit });
    add("one process", alone, "s");
    add("with the queue", seconds, "s");
    add("more wall time a trial", ((seconds - alone) * 1000) / problems, "ms");
    if (latencyMs > 0) {
      const ideal = (problems * latencyMs) / (2 * places) / 1000;
      add("places in use, start and end included", ideal / seconds, "of 1");
    }
    const quarter = (nth: number) => {
      const part = memory.slice(Math.floor((nth * memory.length) / 4), Math.floor(((nth + 1) * memory.length) / 4));
      return quantileOfSorted(
        part.map(({ collector }) => collector).sort((a, b) => a - b),
        0.5,
      );
    };
    add("collector, second quarter of the run", quarter(1), "MiB");
    add("collector, last quarter", quarter(3), "MiB");
    add("Redis at most", Math.max(...memory.map(({ redis }) => redis)), "MiB");
  }
  return rows;
}
