import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Random } from "../../../src/core/random.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { TestRedis } from "../../fakes/redis.ts";
import { startFakeServer } from "../../fakes/server.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { bytesOf, recordsOf } from "../../queue/queued.ts";
import { PaidCalls } from "./paid.ts";

const root = join(import.meta.dirname, "../../..");
const main = join(root, "src/cli/main.ts");

interface Chaos {
  readonly workers: number;
  readonly problems: number;
  /** Of a call of the served policy. */
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
 * `npm run conformance -- queue`: compare-strategies on a served simulated policy by workers that are killed at random,
 * one of them frozen, with clocks two minutes apart; Redis, which keeps the queue and the samples, and the collector
 * are killed twice. Ends with 0 where the bytes are those of one process and no sample was paid for twice but where a
 * call for it was in flight at a kill.
 */
export async function checkQueue(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workers: { type: "string", default: "8" },
      problems: { type: "string", default: "120" },
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
  const paid = new PaidCalls();
  const server = await startFakeServer({
    ...{ keepBodies: false, latencyMs: chaos.latencyMs, watch: paid.watch },
    answer: simulatedPolicy({ stepError: 0.15 }),
  });
  const file = join(temporaryFolder(), "compare-strategies.yaml");
  writeFileSync(file, experimentOf(chaos, server.baseUrl));
  const here = join(temporaryFolder(), "here");
  const began = performance.now();
  const alone = command("experiment run alone", [
    "--store",
    join(here, "../samples.sqlite"),
    "experiment",
    "run",
    file,
    "--out",
    here,
  ]);
  const [code] = (await once(alone, "exit")) as [number | null];
  if (code !== 0) throw new Error(`One process ended with ${code}.`);
  const aloneSeconds = (performance.now() - began) / 1000;
  paid.forget();
  const { out, seconds, kills, cameBack } = await runThroughChaos(file, chaos, paid);
  await server.close();
  const [one, many] = [bytesOf(here), bytesOf(out)];
  const trials = recordsOf(out).length;
  const single = new Set(recordsOf(out).map(({ key, arm }) => `${key} ${arm}`)).size === trials;
  const equal = one.length === many.length && one.every((line, i) => line === many[i]);
  const { distinct, again, unexplained, inFlight } = paid.sums;
  process.stdout.write(
    `${trials} trials, ${kills} kills of workers, 2 of Redis, 2 of the collector, one worker frozen for ${chaos.frozenSeconds} s ` +
      `(let go with ${cameBack} trials done)\n` +
      `one process ${aloneSeconds.toFixed(0)} s, ${chaos.workers} workers through all this ${seconds.toFixed(0)} s\n` +
      `every trial once: ${single ? "yes" : "NO"}\nthe bytes of one process: ${equal ? "yes" : "NO"}\n` +
      `${distinct} samples served, ${again} of them again; ${inFlight} were in flight at a kill; again for no such reason: ${unexplained}\n` +
      `${paid.questions} more at the starts of the collector, to see which model answers\n`,
  );
  return equal && single && unexplained === 0 ? 0 : 1;
}

/** The experiment of the repository, on the served policy. */
function experimentOf({ problems }: Chaos, address: string): string {
  const text = readFileSync(join(root, "experiments/compare-strategies.yaml"), "utf8");
  const policy = { name: `${address}#test`, options: { apiKeyEnv: "ASKER" } };
  return text.replace(/count: \d+/, `count: ${problems}`).replace(/^policy: .*$/m, `policy: ${JSON.stringify(policy)}`);
}

/** The command, with a key of its own for the server. */
function command(asker: string, args: readonly string[], node: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...node, main, ...args], {
    ...{ stdio: "ignore", env: { ...process.env, ASKER: asker.replaceAll(" ", "-") } },
  });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function runThroughChaos(file: string, chaos: Chaos, paid: PaidCalls) {
  const random = new Random(`chaos/${chaos.seed}`);
  const redis = await TestRedis.start();
  const out = join(temporaryFolder(), "out");
  const results = join(out, "results.jsonl");
  const lines = () => (existsSync(results) ? readFileSync(results, "utf8").split("\n").length - 1 : 0);
  const store = ["--store", redis.address];
  const worker = (i: number) => {
    const off = clockOff(i % 2 === 0 ? -60 : 60);
    const args = [...store, "worker", "--queue", redis.address, "--concurrency", "2", "--stalled-after", "5"];
    return command(`worker ${i}`, args, ["--import", off]);
  };
  const collector = () =>
    command("collector", [...store, "experiment", "run", file, "--out", out, "--queue", redis.address]);
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
      paid.loses(`worker-${i}`);
      await killed(workers[i] as ChildProcess);
      kills++;
      workers[i] = worker(i);
    }
  })();
  const until = async (count: number) => {
    while (lines() < count) await pause(50);
  };
  await until(4);
  paid.loses("worker-0");
  workers[0]?.kill("SIGSTOP");
  const frozenAt = performance.now();
  for (const share of [0.2, 0.5]) {
    const all = chaos.problems * 6;
    await until(Math.floor(all * share));
    paid.losesStore();
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
    return lines();
  })();
  const [code] = (await once(collecting, "exit")) as [number | null];
  const seconds = (performance.now() - began) / 1000;
  over = true;
  const [cameBack] = await Promise.all([thawed, killing]);
  await Promise.all(workers.map(killed));
  await redis.kill();
  if (code !== 0) throw new Error(`The collector ended with ${code}.`);
  return { out, seconds, kills, cameBack };
}
