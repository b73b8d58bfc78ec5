import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { solve } from "../src/engine/solve.ts";
import { openAiPolicy } from "../src/policy/openai.ts";
import { stackPolicy } from "../src/policy/stack.ts";
import { openSampleStore } from "../src/policy/store/sqlite.ts";
import { bestOfN } from "../strategies/sampling/best-of-n.ts";

const latencyMs = 50;
const n = 64;
const concurrency = 16;

/**
 * What the engine adds: best-of-64 over a local server that takes 50 ms a call and gives one sample a request, 16 in
 * flight. The ideal is 64 / 16 rounds of the server's own time, measured in the same run.
 */
export async function engineBench(repeats = 9): Promise<{ name: string; figure: number; unit: string }[]> {
  const server = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "../test/fakes/serve.ts"),
      JSON.stringify({ latencyMs, honoursN: false }),
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  try {
    const [chunk] = (await once(server.stdout, "data")) as [Buffer];
    const baseUrl = chunk.toString().trim();
    const round = median(await timed(repeats, () => bareRound(baseUrl)));
    let seed = 0;
    const measured = median(await timed(repeats, () => solveOnce(baseUrl, seed++)));
    const ideal = (n / concurrency) * round;
    return [
      { name: `one round of ${concurrency} bare requests`, figure: round, unit: "ms" },
      { name: `best-of-${n}, ${concurrency} in flight`, figure: measured, unit: "ms" },
      { name: `${n / concurrency} such rounds / measured time`, figure: ideal / measured, unit: "" },
      {
        name: `${n / concurrency} × ${latencyMs} ms / measured time (bar 0.9)`,
        figure: ((n / concurrency) * latencyMs) / measured,
        unit: "",
      },
    ];
  } finally {
    server.stdin.end();
  }
}

/** The server's own time under the same load: as many bare requests as are in flight, all at once. */
async function bareRound(baseUrl: string): Promise<void> {
  const body = JSON.stringify({ model: "test", messages: [{ role: "user", content: "6 × 7?" }] });
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      const headers = { "content-type": "application/json" };
      await (await fetch(`${baseUrl}/chat/completions`, { method: "POST", headers, body })).json();
    }),
  );
}

async function solveOnce(baseUrl: string, seed: number): Promise<void> {
  const store = openSampleStore(":memory:");
  const raw = openAiPolicy({ baseUrl, model: "test", parallel: concurrency, severalPerRequest: false });
  const policy = stackPolicy(raw, { store, concurrency });
  const halves = {
    name: "half",
    verifier: { score: async (_: unknown, all: readonly unknown[]) => all.map(() => ({ value: 0.5 })) },
  };
  const solution = await solve("6 × 7?", {
    strategy: bestOfN,
    options: { n },
    policy,
    seed,
    verifiers: { outcome: halves },
  });
  if (solution.candidates.length !== n) throw new Error(`${solution.candidates.length} candidates instead of ${n}`);
  await policy.dispose?.();
  store.close();
}

async function timed(times: number, work: () => Promise<void>): Promise<number[]> {
  await work();
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work();
    all.push(performance.now() - began);
  }
  return all;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
