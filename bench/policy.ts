import { spawn } from "node:child_process";
import { join } from "node:path";
import type { SampleRequest } from "../src/core/policy.ts";
import { openAiPolicy } from "../src/policy/openai.ts";
import { stackPolicy } from "../src/policy/stack.ts";
import { openSampleStore } from "../src/policy/store/sqlite.ts";

export interface PolicyBench {
  /** Calls per second at concurrency 64, median over the rounds. */
  readonly fetchPerSecond: number;
  readonly stackPerSecond: number;
  /** Median of the rounds' own ratios: rounds alternate, so that a slow moment of the machine hits both. */
  readonly ratio: number;
  readonly bar: number;
  readonly passed: boolean;
}

const concurrency = 64;
const prompt = "A school buys 3 boxes of 12 pens and gives 4 pens away. How many pens are left? ".repeat(3);

/**
 * Calls per second through everything that stands between a strategy and a server (store, limit, retry, meter,
 * client) against a bare loop over the global fetch, both against a local server without latency in a process of its
 * own.
 */
export async function policyBench(rounds = 5, roundMs = 1200): Promise<PolicyBench> {
  const server = await startServer();
  try {
    await fetchLoop(server.baseUrl, 300);
    await stackLoop(server.baseUrl, 300);
    const results: { fetch: number; stack: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const fetch = await fetchLoop(server.baseUrl, roundMs);
      results.push({ fetch, stack: await stackLoop(server.baseUrl, roundMs) });
    }
    const ratio = median(results.map(({ fetch, stack }) => stack / fetch));
    return {
      fetchPerSecond: median(results.map(({ fetch }) => fetch)),
      stackPerSecond: median(results.map(({ stack }) => stack)),
      ratio,
      bar: 0.5,
      passed: ratio >= 0.5,
    };
  } finally {
    server.stop();
  }
}

async function startServer(): Promise<{ baseUrl: string; stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../test/fakes/serve.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const baseUrl = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", (code) => reject(new Error(`the bench server ended with code ${code} before it was ready`)));
  });
  return { baseUrl, stop: () => child.stdin.end() };
}

function fetchLoop(baseUrl: string, milliseconds: number): Promise<number> {
  const headers = { "content-type": "application/json" };
  return callsPerSecond(milliseconds, async (seed) => {
    const body = JSON.stringify({
      model: "test",
      messages: [{ role: "user", content: prompt }],
      seed,
      max_tokens: 128,
    });
    const response = await fetch(`${baseUrl}/chat/completions`, { method: "POST", headers, body });
    await response.json();
  });
}

async function stackLoop(baseUrl: string, milliseconds: number): Promise<number> {
  const raw = openAiPolicy({ baseUrl, model: "test", parallel: concurrency });
  const store = openSampleStore(":memory:");
  let calls = 0;
  const policy = stackPolicy(raw, { store, concurrency, onCall: () => calls++ });
  const rate = await callsPerSecond(milliseconds, async (seed) => {
    const request: SampleRequest = {
      messages: [{ role: "user", content: prompt }],
      n: 1,
      seeds: [seed],
      temperature: 0.8,
      maxTokens: 128,
      purpose: "solve",
    };
    await policy.sample(request);
  });
  if (calls !== store.count()) throw new Error(`${calls} calls were metered, ${store.count()} samples stored`);
  await raw.dispose?.();
  store.close();
  return rate;
}

async function callsPerSecond(milliseconds: number, call: (seed: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let seed = 0;
  const worker = async () => {
    while (performance.now() - started < milliseconds) await call(seed++);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (1000 * seed) / (performance.now() - started);
}

function median(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const { fetchPerSecond, stackPerSecond, ratio, bar, passed } = await policyBench();
  process.stdout.write(
    `policy calls at concurrency ${concurrency}: ${Math.round(stackPerSecond)}/s through the stack, ` +
      `${Math.round(fetchPerSecond)}/s bare fetch, ratio ${ratio.toFixed(2)} (bar ${bar}): ${passed ? "passed" : "FAILED"}\n`,
  );
}
