import { spawn } from "node:child_process";
import { join } from "node:path";
import { Agent, request } from "undici";
import { Random } from "../src/core/random.ts";
import { Trajectory } from "../src/core/trajectory.ts";
import { fitLogistic } from "../src/learned/logistic.ts";
import { featureGroups, type Head, judgeBy } from "../src/learned/model.ts";
import { withRun } from "../test/verifiers/asking.ts";
import { render } from "../verifiers/served/layout.ts";
import { servedOptions } from "../verifiers/served/options.ts";
import { presetNamed } from "../verifiers/served/presets.ts";
import { served } from "../verifiers/served.ts";

export interface VerifiersBench {
  /** Solutions of 12 steps a second against a server without latency, median over the rounds. */
  readonly bareClientPerSecond: number;
  readonly servedPerSecond: number;
  /** Median of the rounds' own ratios. */
  readonly ratio: number;
  readonly ratioBar: number;
  /** Solutions of 12 steps that a learned verifier judges a second, on one core. */
  readonly learnedPerSecond: number;
  readonly learnedBar: number;
  readonly passed: boolean;
}

const question = "A school buys 3 boxes of 12 pens and gives 4 pens away. How many pens are left?";
const batch = 256;
const parallel = 8;

const solutionsOf = (n: number): string[][] =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: 12 }, (_, t) => `Step ${t + 1}: So, ${i} + ${t} = ${i + t} pens are counted so far.`),
  );

/**
 * Scoring through the whole stack against a bare client that sends the same bodies, and the learned verifier's own
 * speed.
 */
export async function verifiersBench(candidates = 10_000, rounds = 7): Promise<VerifiersBench> {
  const server = await startServer();
  try {
    const solutions = solutionsOf(candidates);
    await bareClient(server.url, solutions.slice(0, 1000));
    await throughServed(server.url, solutions.slice(0, 1000));
    const results: { bare: number; stack: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const bare = await bareClient(server.url, solutions);
      results.push({ bare, stack: await throughServed(server.url, solutions) });
    }
    const ratio = median(results.map(({ bare, stack }) => stack / bare));
    const learnedPerSecond = learned(solutions);
    return {
      bareClientPerSecond: median(results.map(({ bare }) => bare)),
      servedPerSecond: median(results.map(({ stack }) => stack)),
      ratio,
      ratioBar: 0.6,
      learnedPerSecond,
      learnedBar: 2000,
      passed: ratio >= 0.6 && learnedPerSecond >= 2000,
    };
  } finally {
    server.stop();
  }
}

async function bareClient(url: string, solutions: readonly (readonly string[])[]): Promise<number> {
  const preset = presetNamed("qwen2.5-math-prm");
  const dispatcher = new Agent({ connections: parallel });
  const began = performance.now();
  const batches = Array.from({ length: Math.ceil(solutions.length / batch) }, (_, b) =>
    solutions.slice(b * batch, (b + 1) * batch),
  );
  let scores = 0;
  await Promise.all(
    batches.map(async (part) => {
      const input = part.map((steps) => render(preset, question, steps).text);
      const body = JSON.stringify({ model: "m", input, task: "token_classify" });
      const headers = { "content-type": "application/json" };
      const reply = await request(`${url}/pooling`, { method: "POST", headers, body, dispatcher });
      const { data } = (await reply.body.json()) as { data: { data: [number, number][] }[] };
      for (const { data: rows } of data) scores += rows.map(([, good]) => good).length;
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  await dispatcher.close();
  if (scores !== 12 * solutions.length) throw new Error(`the server gave ${scores} scores`);
  return solutions.length / seconds;
}

async function throughServed(url: string, solutions: readonly (readonly string[])[]): Promise<number> {
  const options = servedOptions.parse({
    preset: "qwen2.5-math-prm",
    url,
    model: "m",
    batch,
    parallel,
    task: "token_classify",
  });
  const verifier = served.process?.(options);
  const paths = solutions.map((steps) => Trajectory.of(steps.map((text) => ({ text: `${text}\n\n` }))));
  const began = performance.now();
  const scores = await withRun(async (run) => (await verifier?.scoreSteps(run.question, paths, run)) ?? [], {
    question,
  });
  const seconds = (performance.now() - began) / 1000;
  if (scores.length !== solutions.length) throw new Error(`the verifier gave ${scores.length} rows`);
  return solutions.length / seconds;
}

function learned(solutions: readonly (readonly string[])[]): number {
  const features = featureGroups(false, null);
  const random = new Random("bench");
  const rows = Array.from({ length: 200 }, () => features.text.map(() => random.normal()));
  const labels = rows.map(([first = 0]) => first > 0);
  const model = { form: "logistic", ...structuredClone(fitLogistic(rows, labels, 1)) } as Head;
  const began = performance.now();
  for (const steps of solutions) judgeBy({ features, model }, { question, steps, answer: "32" });
  return solutions.length / ((performance.now() - began) / 1000);
}

async function startServer(): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../test/fakes/serve-rewards.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8").trim()));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url, stop: () => child.stdin.end() };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
