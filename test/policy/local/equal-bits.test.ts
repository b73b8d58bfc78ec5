import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sample, SampleRequest } from "../../../src/core/policy.ts";
import { bindingFolder, loadBinding } from "../../../src/policy/local/binding.ts";
import { type LocalPolicy, openLocalPolicy } from "../../../src/policy/local/index.ts";
import { installedPath } from "../../../src/policy/local/library.ts";
import { type LlamaDecoder, llamaDecoder } from "../../../src/policy/local/llama-decoder.ts";
import { loadNativeModel, type NativeModel, openNative } from "../../../src/policy/local/native.ts";
import { inWholeGroups } from "../../../src/policy/local/row-group.ts";
import { fixedThreads } from "../../../src/policy/local/threads.ts";
import { needsAll } from "../../needs.ts";

/** Their weights are of different types, which have kernels of their own. */
const candidates = ["smollm2-135m", "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"];
const paths = await Promise.all(candidates.map(installedPath));
const installed = candidates.filter((_, i) => paths[i] !== null);
const missing = installed.length === 0 ? "no local model is installed: ruminate models pull smollm2-135m" : null;

describe.each(installed)("%s", needsAll(missing), (name) => {
  let policy: LocalPolicy;
  beforeAll(async () => {
    policy = await openLocalPolicy(name, { sequences: 7, kept: 2, contextTokens: 512 });
  }, 120_000);
  afterAll(() => policy?.dispose?.());

  const drawn = (content: string, seeds: readonly number[], maxTokens: number): Promise<Sample[]> =>
    policy.sample({
      ...{ messages: [{ role: "user", content }], n: seeds.length, seeds, maxTokens, temperature: 1 },
      ...{ logprobs: 2, states: true, purpose: "solve" },
    } satisfies SampleRequest);
  const bits = (sample: Sample | undefined) => [sample?.text, sample?.logprobs, sample?.states];

  it("draws the same bits alone and beside any number of others", { timeout: 240_000 }, async () => {
    const bakery = "A bakery bakes 12 trays of 15 rolls. How many rolls is that? Think step by step.";
    const sheep = `${"Sheep and goats graze by the river. ".repeat(36)}What graze?`;
    expect(policy.capabilities.seeds).toBe(true);
    const alone = await drawn(bakery, [1], 12);
    const long = await drawn(sheep, [1], 4);
    expect(long[0]?.promptTokens).toBeGreaterThan(256);
    for (const others of [1, 2, 4]) {
      const seeds = Array.from({ length: others }, (_, i) => i + 2);
      const together = await drawn(bakery, [...seeds, 1], 12);
      expect(bits(together.at(-1))).toEqual(bits(alone[0]));
    }
    const [mixed, longer] = await Promise.all([drawn(bakery, [1], 12), drawn(sheep, [3, 1], 4), drawn("Hi!", [1], 9)]);
    expect(bits(mixed[0])).toEqual(bits(alone[0]));
    expect(bits(longer[1])).toEqual(bits(long[0]));
  });
});

describe("rows in groups of four", needsAll(missing), () => {
  const streamTokens = 256;
  let model: NativeModel;
  let decoder: LlamaDecoder;
  beforeAll(async () => {
    const { getLlama } = await loadBinding();
    const llama = await getLlama({ build: "never", gpu: false, maxThreads: 0, logLevel: "error", skipDownload: true });
    const path = paths.find((one) => one !== null) ?? "";
    const vocabulary = await llama.loadModel({ modelPath: path, gpuLayers: 0, vocabOnly: true });
    model = await loadNativeModel(openNative(await bindingFolder()), path);
    const settings = { streams: 3, streamTokens, batchTokens: 64, rowGroup: 4, threads: fixedThreads(2) };
    decoder = await llamaDecoder(model, vocabulary._model, settings);
  }, 120_000);
  afterAll(() => {
    decoder?.dispose();
    model?.dispose();
  });

  /** What the model foretells after so many tokens that were evaluated in chunks of these lengths. */
  const foretold = async (stream: number, lengths: readonly number[]) => {
    decoder.trim(stream, 0);
    let position = 0;
    let handle: number | null | undefined = null;
    for (const [i, length] of lengths.entries()) {
      const from = position;
      const tokens = Array.from({ length }, (_, k) => 100 + (from + k) * 7);
      const read = i === lengths.length - 1;
      [handle] = await decoder.evaluate([{ stream, position, tokens, read }]);
      position += length;
    }
    return decoder.look(handle ?? -1, 100, 5);
  };

  it("has streams in whole groups", () => {
    expect(decoder.streams).toBe(4);
  });

  it("fills a stream to its last place, wherever its chunks are cut", { timeout: 60_000 }, async () => {
    const whole = await foretold(0, [56, 56, 56, 56, 31]);
    expect(await foretold(1, [56, 56, 56, 56, 28, 3])).toEqual(whole);
    expect(await foretold(2, [56, 56, 56, 56, 25, 6])).toEqual(whole);
    expect(await foretold(3, [56, 56, 56, 56, 30, 1])).toEqual(whole);
  });

  it("adds tokens behind a run, and outputs after its own", () => {
    const run = { sequence: 0, position: 7, tokens: [5, 6, 7, 8, 9], outputs: [4] };
    const { tokens, outputs } = inWholeGroups(run, 4);
    expect(tokens.slice(0, 5)).toEqual(run.tokens);
    expect(tokens).toHaveLength(8);
    expect(outputs).toHaveLength(4);
    expect(outputs[0]).toBe(4);
    expect(new Set(outputs).size).toBe(4);
    expect(inWholeGroups({ ...run, outputs: [] }, 4).outputs).toEqual([]);
    expect(inWholeGroups(run, 1)).toEqual(run);
  });
});
