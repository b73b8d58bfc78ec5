import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TestRedis } from "../../fakes/redis.ts";
import { startFakeServer } from "../../fakes/server.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";

const main = join(import.meta.dirname, "../../../src/cli/main.ts");

/** The most of these times, in milliseconds and ascending, within any second. */
export function mostInASecond(times: readonly number[]): number {
  let [most, first] = [0, 0];
  for (const [i, time] of times.entries()) {
    while (time - (times[first] as number) >= 1000) first++;
    most = Math.max(most, i - first + 1);
  }
  return most;
}

/**
 * `npm run conformance -- queue limits`: workers against a server that notes when it is asked, with a limit of requests
 * a second and a budget of tokens for all of them. Ends with 0 where both hold.
 */
export async function checkLimits(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workers: { type: "string", default: "8" },
      rate: { type: "string", default: "20" },
      tokens: { type: "string", default: "100000" },
    },
  });
  const [workers, rate, tokens] = [values.workers, values.rate, values.tokens].map(Number) as [number, number, number];
  const times: number[] = [];
  const server = await startFakeServer({
    latencyMs: 200,
    keepBodies: false,
    answer: (_, index) => {
      if (index === 0) times.push(performance.now());
      return `${"Then it is counted once more. ".repeat(40)}The answer is ${times.length}.`;
    },
  });
  const redis = await TestRedis.start();
  const folder = temporaryFolder();
  const file = join(folder, "limits.yaml");
  writeFileSync(
    file,
    `name: limits
dataset: {name: arithmetic, options: {count: 2000}}
policy: ${JSON.stringify(`${server.baseUrl}#test`)}
maxTokens: 400
limits: {requestsPerSecond: ${rate}, tokens: ${tokens}}
strategies: [chain-of-thought]
`,
  );
  const start = (...words: readonly string[]) =>
    spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...words], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, RUMINATE_HOME: temporaryFolder() },
    });
  const children = Array.from({ length: workers }, () =>
    start("worker", "--queue", redis.address, "--concurrency", "8"),
  );
  const collector = start("experiment", "run", file, "--out", join(folder, "out"), "--queue", redis.address);
  let said = "";
  collector.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(collector, "exit")) as [number | null];
  for (const child of children) child.kill("SIGKILL");
  const { promptTokens, completionTokens } = server.counts;
  const spent = promptTokens + completionTokens;
  const most = mostInASecond(times);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  process.stdout.write(
    `${times.length} requests by ${workers} workers in ${seconds.toFixed(1)} s, ${(times.length / seconds).toFixed(1)} a second; ` +
      `at most ${most} in any second (limit ${rate})\n${spent} tokens served (budget ${tokens}); the run ended with ${code}: ` +
      `${said.trim().split("\n").at(-1)}\n`,
  );
  await server.close();
  await redis.kill();
  return most <= rate + 1 && spent <= tokens ? 0 : 1;
}
