import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { billingUpstream } from "../test/serve/billing-upstream.ts";
import { sweep } from "../test/serve/sweep.ts";

interface Health {
  readonly failed: number;
  readonly facts: readonly { asked: number; p50: number; p99: number; most: number; slow: number }[];
}

/**
 * Generated requests (hostile, greedy, of strangers) at the server, slow clients beside them, while a third process
 * asks for `/health` there and at a server that does nothing: what the machine itself adds. SWEEP_REQUESTS (default
 * 100,000) and SWEEP_SEED change it.
 */
export async function serveSweepBench(): Promise<{ name: string; figure: number | string; unit: string }[]> {
  const requests = Number(process.env.SWEEP_REQUESTS ?? 100_000);
  const seed = process.env.SWEEP_SEED ?? "1";
  const upstream = await billingUpstream(seed);
  const [host, [baseUrl = "", openUrl = ""]] = await started<string[]>("serve/sweep-host.ts", upstream.baseUrl);
  const [idle, [idleUrl = ""]] = await started<string[]>("serve/sweep-host.ts", "idle");
  const health = begun("serve/health.ts", baseUrl, idleUrl);
  await once(health.stdout as NodeJS.ReadableStream, "data");
  const began = performance.now();
  const result = await sweep(
    { baseUrl, openUrl, bills: upstream.bills },
    { requests, seed, atATime: 16, slowClients: 24 },
  );
  const seconds = (performance.now() - began) / 1000;
  const { failed, facts } = await ended<Health>(health);
  const { errors, megabytes } = await ended<{ errors: string[]; megabytes: number }>(host);
  await ended(idle);
  await upstream.close();
  for (const fault of [...result.faults, ...errors.slice(0, 20)]) process.stdout.write(`  FAULT ${fault}\n`);
  const [own, bare] = facts;
  return [
    {
      name: "requests",
      figure: result.requests,
      unit: `in ${Math.round(seconds)} s, ${JSON.stringify(result.statuses)}`,
    },
    { name: "slow clients", figure: result.slowClients, unit: "" },
    { name: "five-hundreds", figure: result.fiveHundreds, unit: "(bar 0)" },
    { name: "wrong answers", figure: result.faults.length, unit: "(bar 0)" },
    { name: "errors in the log", figure: errors.length, unit: "(bar 0)" },
    {
      name: "tokens beyond a key's budget",
      figure: result.beyond.tokens,
      unit: `(bar 0) of ${result.billed.tokens} billed`,
    },
    {
      name: "calls beyond a key's budget",
      figure: result.beyond.calls,
      unit: `(bar 0) of ${result.billed.calls} made`,
    },
    { name: "/health, slowest", figure: own?.most ?? -1, unit: `ms (bar 100), ${shown(own)}` },
    { name: "a server that does nothing, slowest", figure: bare?.most ?? -1, unit: `ms, ${shown(bare)}` },
    { name: "/health, failed", figure: failed, unit: "(bar 0)" },
    { name: "memory at the end", figure: megabytes, unit: "MB" },
  ];
}

const shown = (fact: Health["facts"][number] | undefined): string =>
  fact === undefined ? "" : `${fact.asked} asked, p50 ${fact.p50}, p99 ${fact.p99}, ${fact.slow} over 100 ms`;

function begun(file: string, ...more: readonly string[]): ChildProcess {
  const args = ["--disable-warning=ExperimentalWarning", join(import.meta.dirname, file), ...more];
  return spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
}

async function started<T>(file: string, argument: string): Promise<[ChildProcess, T]> {
  const child = begun(file, argument);
  return [child, await line<T>(child)];
}

function ended<T>(child: ChildProcess): Promise<T> {
  child.stdin?.end();
  return line<T>(child);
}

function line<T>({ stdout }: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes("\n")) return;
      stdout?.off("data", take);
      resolve(JSON.parse(text.slice(0, text.indexOf("\n"))) as T);
    };
    stdout?.on("data", take);
    stdout?.once("end", () => reject(new Error(`the process has ended: ${text}`)));
  });
}
