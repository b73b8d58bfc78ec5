import type { SampleRequest } from "../src/core/policy.ts";
import { bindingFolder } from "../src/policy/local/binding.ts";
import { type LocalPolicy, openLocalPolicy } from "../src/policy/local/index.ts";
import { installedPath } from "../src/policy/local/library.ts";
import { defaultModel } from "../src/policy/local/manifest.ts";
import { loadNativeModel, openNative } from "../src/policy/local/native.ts";
import { openContext } from "../src/policy/local/native-context.ts";
import type { Measurement } from "./sandbox.ts";

const sizes = [16, 32, 64] as const;
const steps = 40;
const promptTokens = 120;
const rounds = 3;
const threads = 2;
const streamTokens = 2048;

/** Tokens a second of `llama_decode` alone, as llama.cpp's own batched bench has it: no token is drawn from. */
async function bareSpeeds(path: string) {
  const model = await loadNativeModel(openNative(await bindingFolder()), path);
  const settings = { sequences: 80, sequenceTokens: streamTokens, batchTokens: 80, threads };
  const context = await openContext(model, settings);
  const tokenAt = (sequence: number, position: number) => 1000 + ((sequence * 7919 + position * 104729) % 50_000);
  const prompt = Array.from({ length: 60 }, (_, i) => tokenAt(0, i));
  return {
    async speed(size: number): Promise<number> {
      for (let sequence = 0; sequence < size; sequence++) context.trim(sequence, 0);
      for (let position = 0; position < promptTokens; position += prompt.length)
        await context.decode([{ sequence: 0, position, tokens: prompt, outputs: [] }], false);
      for (let sequence = 1; sequence < size; sequence++) await context.copy(0, sequence);
      const began = performance.now();
      for (let step = 0; step < steps; step++) {
        const runs = Array.from({ length: size }, (_, sequence) => {
          const position = promptTokens + step;
          return { sequence, position, tokens: [tokenAt(sequence, position)], outputs: [0] };
        });
        await context.decode(runs, false);
      }
      return (size * steps * 1000) / (performance.now() - began);
    },
    dispose() {
      context.dispose();
      model.dispose();
    },
  };
}

const messages = [
  {
    role: "user" as const,
    content:
      "A bakery bakes 12 trays of 15 rolls in the morning and half as many in the afternoon. It sells 210 rolls for 2 " +
      "dollars each and gives the rest away in bags of 5. How many bags does it give away, and what does it earn? " +
      "Reason step by step, one step per line, and say in full sentences why each step is right.",
  },
];

/** Tokens a second from the second token of each sample on: the first comes with the prompt. */
async function ownSpeed(policy: LocalPolicy, size: number, seed: number): Promise<number> {
  const seeds = Array.from({ length: size }, (_, i) => seed + i);
  const request: SampleRequest = { messages, n: size, seeds, temperature: 1, maxTokens: steps, purpose: "sample" };
  await policy.sample({ ...request, n: 1, seeds: [0], maxTokens: 1 });
  const began = performance.now();
  const samples = await policy.sample(request);
  const drawn = samples.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  return (drawn * 1000) / (performance.now() - began);
}

/**
 * A local model's batched decoding beside llama.cpp's own in the same minute: samples of one prompt, with drawing,
 * stop texts and the division of the batch into streams, against bare `llama_decode` calls of as many sequences, in
 * turn. RUMINATE_BENCH_MODEL names another model.
 */
export async function localBatchBench(): Promise<Measurement[]> {
  const model = process.env.RUMINATE_BENCH_MODEL ?? defaultModel;
  const path = await installedPath(model);
  if (path === null)
    return [{ name: `skipped: ${model} is not installed (ruminate models pull ${model})`, figure: 0, unit: "" }];
  const policy = await openLocalPolicy(model, { sequences: 64, kept: 16, threads });
  const bare = await bareSpeeds(path);
  const rows: Measurement[] = [];
  try {
    for (const size of sizes) {
      const speeds: { own: number; bare: number }[] = [];
      for (let round = 0; round < rounds; round++)
        speeds.push({ own: await ownSpeed(policy, size, 100 * round + 1), bare: await bare.speed(size) });
      const middle = (of: (one: (typeof speeds)[number]) => number) =>
        speeds.map(of).sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
      const name = (text: string) => `${model}: ${size} samples, ${text}`;
      rows.push({ name: name("here"), figure: middle(({ own }) => own), unit: "tokens/s" });
      rows.push({ name: name("llama_decode alone"), figure: middle(({ bare: alone }) => alone), unit: "tokens/s" });
      rows.push({ name: name("ratio (bar 0.9)"), figure: middle(({ own, bare: alone }) => own / alone), unit: "" });
    }
  } finally {
    bare.dispose();
    await policy.dispose?.();
  }
  return rows;
}
