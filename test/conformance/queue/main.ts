import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Random } from "../../../src/core/random.ts";
import { TestRedis } from "../../fakes/redis.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { bytesOf, recordsOf } from "../../queue/queued.ts";

const root = join(import.meta.dirname, "../../..");
const main = join(root, "src/cli/main.ts");

interface Chaos {
  readonly workers: number;
  readonly problems: number;
  /** Of a call of the simulated policy. */
  readonly latencyMs: number;
  /** How long one worker is frozen. */
  readonly frozenSeconds: number;
  /** Between two kills of workers, on average. */
  readonly killSeconds: number;
  readonly seed: number;
}

/** A Node whose clock is so many seconds off. */
const clockOff = (seconds: number): string =>
  `data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${seconds * 1000};`)}`;

/**
 * `npm run conformance -- queue`: compare-strategies on the simulated policy by workers that are killed at random, one
 * of them frozen, with clocks two minutes apart; Redis and the collector are killed twice. Ends with 0 where the bytes
 * are those of one process.
 */
export async function checkQueue(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workers: { type: "string", default: "8" },
      problems: { type: "string", default: "60" },
      latency: { type: "string", default: "100" },
      frozen: { type: "string", default: "60" },
      kill: { type: "string", default: "4" },
      seed: { type: "string", default: "1" },
    },
  });
  const chaos: Chaos = {
    workers: Number(values.workers),
    problems: Number(values.problems),
    latencyMs: Number(values.latency),
    frozenSeconds: Number(values.frozen),
    killSeconds: Number(values.kill),
    seed: Number(values.seed),
  };
  const file = join(temporaryFolder(), "compare-strategies.yaml");
  writeFileSync(file, experimentOf(chaos));
  const here = join(temporaryFolder(), "here");
  const began = performance.now();
  const [code] = (await once(command("experiment", "run", file, "--out", here), "exit")) as [number | null];
  if (code !== 0) throw new Error(`One process ended with ${code}.`);
  const alone = (performance.now() - began) / 1000;
  const { out, seconds, kills } = await runThroughChaos(file, chaos);
  const [one, many] = [bytesOf(here), bytesOf(out)];
  const trials = recordsOf(out).length;
  const single = new Set(recordsOf(out).map(({ key, arm }) => `${key} ${arm}`)).size === trials;
  const equal = one.length === many.length && one.every((line, i) => line === many[i]);
  process.stdout.write(
    `${trials} trials, ${kills} kills of workers, 2 of Redis, 2 of the collector, one worker frozen for ${chaos.frozenSeconds} s\n` +
      `one process ${alone.toFixed(0)} s, ${chaos.workers} workers through all this ${seconds.toFixed(0)} s\n` +
      `every trial once: ${single ? "yes" : "NO"}\nthe bytes of one process: ${equal ? "yes" : "NO"}\n`,
  );
  return equal && single ? 0 : 1;
}

/** The experiment of the repository, on the simulated policy. */
function experimentOf({ problems, latencyMs }: Chaos): string {
  const text = readFileSync(join(root, "experiments/compare-strategies.yaml"), "utf8");
  return text
    .replace(/count: \d+/, `count: ${problems}`)
    .replace(/^policy: .*$/m, `policy: {name: simulated, options: {stepError: 0.15, latencyMs: ${latencyMs}}}`);
}

function command(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], { stdio: "ignore" });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function runThroughChaos(file: string, chaos: Chaos) {
  const random = new Random(`chaos/${chaos.seed}`);
  const redis = await TestRedis.start();
  const out = join(temporaryFolder(), "out");
  const results = join(out, "results.jsonl");
  const lines = () => (existsSync(results) ? readFileSync(results, "utf8").split("\n").length - 1 : 0);
  const worker = (i: number) => {
    const off = clockOff(i % 2 === 0 ? -60 : 60);
    const args = ["worker", "--queue", redis.address, "--concurrency", "2", "--stalled-after", "5"];
    return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", off, main, ...args], {
      stdio: "ignore",
    });
  };
  const collector = () => command("experiment", "run", file, "--out", out, "--queue", redis.address);
  const workers = Array.from({ length: chaos.workers }, (_, i) => worker(i));
  const began = performance.now();
  let collecting = collector();
  let kills = 0;
  let over = false;
  const killing = (async () => {
    while (!over) {
      await pause(chaos.killSeconds * 1000 * (0.5 + random.uniform()));
      // The first one is frozen, not killed.
      const i = 1 + random.integer(chaos.workers - 1);
      if (over) return;
      await killed(workers[i] as ChildProcess);
      kills++;
      workers[i] = worker(i);
    }
  })();
  const until = async (count: number) => {
    while (lines() < count) await pause(50);
  };
  await until(4);
  workers[0]?.kill("SIGSTOP");
  const frozenAt = performance.now();
  for (const share of [0.2, 0.5]) {
    const all = chaos.problems * 6;
    await until(Math.floor(all * share));
    await redis.kill();
    await pause(500);
    await redis.start();
    await until(Math.floor(all * (share + 0.1)));
    await killed(collecting);
    collecting = collector();
  }
  const thawed = (async () => {
    await pause(Math.max(0, chaos.frozenSeconds * 1000 - (performance.now() - frozenAt)));
    workers[0]?.kill("SIGCONT");
  })();
  const [code] = (await once(collecting, "exit")) as [number | null];
  const seconds = (performance.now() - began) / 1000;
  over = true;
  await Promise.all([killing, thawed]);
  await Promise.all(workers.map(killed));
  await redis.kill();
  if (code !== 0) throw new Error(`The collector ended with ${code}.`);
  return { out, seconds, kills };
}
