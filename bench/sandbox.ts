import { createSandbox } from "../src/sandbox/index.ts";
import type { PooledSandbox } from "../src/sandbox/pooled-sandbox.ts";

export interface Measurement {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Milliseconds of each of `count` runs, one after another. */
async function each(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await timed(() => work(i)));
  return times;
}

const language = (name: string) => (name === "javascript" ? "javascript" : "python");
const trivial = (name: string, index: number) =>
  ({
    language: language(name),
    source: name === "javascript" ? `var ans = ${index} * 2;` : `ans = ${index} * 2`,
    result: { variable: "ans" },
  }) as const;

async function programs(name: string, sandbox: PooledSandbox): Promise<Measurement[]> {
  const count = 600;
  const all = () => Promise.all(Array.from({ length: count }, (_, index) => sandbox.run(trivial(name, index))));
  await all();
  const seconds = (await timed(all)) / 1000;
  const latency = median(await each(100, (index) => sandbox.run(trivial(name, index))));
  return [
    { name: `${name}: trivial programs, 2 workers`, figure: count / seconds, unit: "programs/s" },
    { name: `${name}: median of one trivial program`, figure: latency, unit: "ms" },
  ];
}

async function symbolic(sandbox: PooledSandbox): Promise<Measurement[]> {
  const program = {
    language: "python",
    source: "import sympy\nans = sympy.Rational(1, 3)",
    result: { variable: "ans" },
  } as const;
  if ((await sandbox.run(program)).verdict !== "ok") return [];
  return [
    {
      name: "native: median of one program with SymPy",
      figure: median(await each(60, () => sandbox.run(program))),
      unit: "ms",
    },
  ];
}

/**
 * Cells one after another in one session, and forks of a session with 50 variables, each with a first cell of its own.
 */
async function sessions(name: string, sandbox: PooledSandbox): Promise<Measurement[]> {
  const session = sandbox.openSession();
  const cells = await timed(() => each(40, (index) => session.run({ source: `x${index} = ${index}` })));
  const parent = sandbox.openSession();
  await parent.run({ source: Array.from({ length: 50 }, (_, index) => `v${index} = ${index}`).join("\n") });
  const forks = await each(40, async () => (await parent.fork()).run({ source: "v7 + 1" }));
  return [
    { name: `${name}: cells of one session`, figure: 40 / (cells / 1000), unit: "cells/s" },
    { name: `${name}: median of a fork with 50 variables and its first cell`, figure: median(forks), unit: "ms" },
  ];
}

async function runtime(name: string): Promise<Measurement[]> {
  let sandbox: PooledSandbox;
  try {
    sandbox = createSandbox(name, { workers: 2 });
  } catch {
    return []; // it cannot be set up here
  }
  try {
    const start = await timed(() => sandbox.pool.start());
    return [
      { name: `${name}: start of 2 workers`, figure: start, unit: "ms" },
      ...(await programs(name, sandbox)),
      ...(name === "native" ? await symbolic(sandbox) : []),
      ...(name === "javascript" ? [] : await sessions(name, sandbox)),
    ];
  } finally {
    await sandbox.dispose();
  }
}

/** Measures every runtime that can be set up on this machine. */
export async function sandboxBench(): Promise<Measurement[]> {
  return [...(await runtime("wasi")), ...(await runtime("native")), ...(await runtime("javascript"))];
}
