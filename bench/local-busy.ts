import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { SampleRequest } from "../src/core/policy.ts";
import { type LocalPolicy, openLocalPolicy } from "../src/policy/local/index.ts";
import { installedPath } from "../src/policy/local/library.ts";
import { defaultModel } from "../src/policy/local/manifest.ts";
import type { Measurement } from "./sandbox.ts";

const samples = 48;
const maxTokens = 24;
const rounds = 3;
const messages = [
  {
    role: "user" as const,
    content:
      "A bakery bakes 12 trays of 15 rolls in the morning and half as many in the afternoon. It sells 210 rolls for 2 " +
      "dollars each. What does it earn? Explain at length.",
  },
];

async function speed(policy: LocalPolicy, seed: number): Promise<number> {
  const seeds = Array.from({ length: samples }, (_, i) => seed + i);
  const request: SampleRequest = { messages, n: samples, seeds, temperature: 1, maxTokens, purpose: "sample" };
  const began = performance.now();
  const drawn = await policy.sample(request);
  const tokens = drawn.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return (tokens * 1000) / (performance.now() - began);
}

/** While a process that never rests has one of the processors. */
async function besideWork<T>(work: () => Promise<T>): Promise<T> {
  const busy = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  try {
    await pause(500);
    return await work();
  } finally {
    busy.kill("SIGKILL");
    await pause(500);
  }
}

/** Many samples of one prompt on the default model, quiet and with one processor busy, in turn: how much slower. */
export async function localBusyBench(): Promise<Measurement[]> {
  if ((await installedPath(defaultModel)) === null)
    return [
      { name: `skipped: ${defaultModel} is not installed (ruminate models pull ${defaultModel})`, figure: 0, unit: "" },
    ];
  const policy = await openLocalPolicy(defaultModel, { sequences: samples, kept: 8, contextTokens: 1024 });
  try {
    await speed(policy, 1);
    const rows: Measurement[] = [];
    for (let round = 1; round <= rounds; round++) {
      const quiet = await speed(policy, 1000 * round);
      const busy = await besideWork(() => speed(policy, 1000 * round + 500));
      rows.push({ name: `round ${round}: quiet`, figure: quiet, unit: "tokens/s" });
      rows.push({ name: `round ${round}: one processor busy`, figure: busy, unit: "tokens/s" });
      rows.push({ name: `round ${round}: times slower (bar 2)`, figure: quiet / busy, unit: "" });
    }
    return rows;
  } finally {
    await policy.dispose?.();
  }
}
