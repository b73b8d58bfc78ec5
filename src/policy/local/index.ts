import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { availableMemory } from "node:process";
import { z } from "zod";
import { EnvironmentError, InvalidOptionError, ModelCallError } from "../../core/errors.ts";
import type { Capabilities, Policy, Sample, SampleRequest } from "../../core/policy.ts";
import { rememberedSha256 } from "../file-hash.ts";
import type { Llama } from "./addon.ts";
import { bindingFolder, loadBinding } from "./binding.ts";
import { type ChatPrompt, openChat } from "./chat.ts";
import { createEmbedder } from "./embedder.ts";
import { localId, usualContext } from "./id.ts";
import { checkedModel } from "./library.ts";
import { llamaDecoder } from "./llama-decoder.ts";
import { type ChatFormat, modelEntry } from "./manifest.ts";
import { loadNativeModel, openNative } from "./native.ts";
import { createReader, type Reader } from "./reader.ts";
import { roomFor, usualRoom } from "./room.ts";
import { rowGroupOf } from "./row-group.ts";
import { createScheduler, type SchedulerStats } from "./scheduler.ts";
import { Thoughts } from "./thoughts.ts";
import { fixedThreads, learntThreads, type Threads } from "./threads.ts";

/** Distinct prompts whose tokens are remembered between counting them and sampling from them. */
const rememberedPrompts = 64;
/** Room for a chunk of a prompt, or for a token of every sequence and companions. */
const leastBatchTokens = 72;

const streams = (most: number, usual: number) => z.union([z.int().min(1).max(most), z.literal("most")]).default(usual);

const schema = z.strictObject({
  sequences: streams(64, usualRoom.sequences).describe(
    "samples that are drawn at a time; most: up to 48, as memory allows",
  ),
  kept: streams(192, usualRoom.kept).describe(
    "further streams that keep finished prefixes; most: up to 48, as memory allows",
  ),
  contextTokens: z.int().min(64).default(usualContext).describe("prompt and completion together"),
  threads: z.int().min(1).optional().describe("default: learnt, half the processors or all"),
  thinking: z.boolean().optional().describe("think first, where the template lets one choose; default: the template's"),
});

export type LocalOptions = z.input<typeof schema>;

export interface LocalPolicy extends Policy {
  /** Counts since the model was opened. */
  stats(): SchedulerStats;
}

/**
 * A model file of this machine, run in this process by llama.cpp: a name of the manifest, or the path of a GGUF file.
 * Batches, shares and seeds as scheduler.ts says; memory is taken for `sequences + kept` streams of `contextTokens`
 * (12 KB a token for Qwen2.5 0.5B: 0.8 GB by default) and cleared before the first answer: "most" is for runs of many
 * samples. `threads` is learnt while it runs where it is not given.
 * @throws UnknownNameError, InvalidOptionError, EnvironmentError when the model is not installed.
 */
export async function openLocalPolicy(
  name: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<LocalPolicy> {
  const { contextTokens, threads: given, thinking, ...asked } = checked(name, options);
  const processors = availableParallelism();
  const threads = given === undefined ? learntThreads(processors) : fixedThreads(given);
  const file = await locate(name);
  const llama = await startLlama();
  const { vocabulary: model, weights } = await loadModel(llama, file.path);
  const context = Math.min(contextTokens, weights.trainedContext);
  const { sequences, kept } = roomFor(context * weights.tokenBytes, availableMemory(), asked);
  const equalGroup = await rowGroupOf(weights, threads.now);
  const rowGroup = equalGroup ?? 1;
  const settings = { ...decoderSettings(sequences + kept, context, threads), rowGroup };
  const decoder = await llamaDecoder(weights, model._model, settings);
  const scheduler = createScheduler(decoder, sequences);
  const chat = openChat(llama, model, file.chatFormat);
  const tokensOf = remembering((prompt) => chat.tokensOf(prompt));
  const thoughts = new Thoughts(remembered((thinking) => chat.opened(thinking)));
  const reader = createReader(weights, model._model, { contextTokens: context, rowGroup, threads: () => threads.now });
  const embed = createEmbedder(reader, model._model, context);
  const capabilities = { ...capabilitiesOf(context, sequences), states: weights.width, seeds: equalGroup !== null };
  const beginOf = (request: SampleRequest) => tokensOf({ ...request, prefix: undefined }).length;
  let disposing: Promise<void> | null = null;
  return {
    id: localId(file.id, thinking, context),
    get capabilities() {
      return { ...capabilities, ...thoughts.capabilities };
    },
    stats: scheduler.stats,
    countPromptTokens: (request) => tokensOf({ ...request, thinking: request.thinking ?? thinking }).length,
    async sample(asked, { signal, onText } = {}) {
      signal?.throwIfAborted();
      const request = { ...asked, thinking: asked.thinking ?? thinking };
      if (disposing !== null) throw disposed(name);
      const prompt = tokensOf(request);
      const room = context - prompt.length;
      if (room < 1) throw tooLong(name, prompt.length, context);
      const read = await readPrefix(reader, request, prompt, () => beginOf(request), signal);
      const { stop, shown, sampleOf } = thoughts.request(request, onText);
      const { drawn, cachedTokens } = await scheduler.run({
        prompt,
        samplers: samplersOf(request),
        maxTokens: Math.max(1, Math.min(request.maxTokens, room)),
        stop,
        logprobs: request.logprobs === undefined ? null : Math.min(request.logprobs, 20),
        states: request.states,
        signal,
        onText: shown?.take,
      });
      const samples = drawn.map((one, index): Sample => {
        const sample = sampleOf(one);
        return {
          ...{ ...sample, seed: request.seeds[index] ?? 0 },
          ...{ promptTokens: prompt.length, cachedPromptTokens: cachedTokens, completionTokens: one.tokens },
          ...{ sharedPrompt: true, dollars: 0, ...read },
          states: sample.thought === undefined ? one.states : undefined,
        };
      });
      shown?.finish(samples);
      return samples;
    },
    embed: (texts, { signal } = {}) => embed(texts, signal),
    dispose() {
      disposing ??= closing(scheduler.stop(disposed(name)), [reader, decoder, weights, model]);
      return disposing;
    },
  };
}

const decoderSettings = (streams: number, streamTokens: number, threads: Threads) => ({
  ...{ streams, streamTokens, threads },
  // llama.cpp wants no less than its streams, which are rounded up to whole groups of rows.
  batchTokens: Math.max(leastBatchTokens, streams + 8),
});

/** What was asked for of a text that is there already, which begins with token `from` of the prompt. */
async function readPrefix(
  reader: Reader,
  { prefixLogprobs: top, prefixStates }: SampleRequest,
  prompt: readonly number[],
  from: () => number,
  signal: AbortSignal | undefined,
): Promise<Pick<Sample, "prefixLogprobs" | "prefixStates">> {
  if (top === undefined && prefixStates !== true) return {};
  const begin = from();
  return {
    prefixLogprobs: top === undefined ? undefined : await reader.read(prompt, begin, Math.min(top, 20), signal),
    prefixStates: prefixStates === true ? await reader.states(prompt, begin, signal) : undefined,
  };
}

/** Gives back one after another once the work has stopped. */
async function closing(stopped: Promise<void>, parts: readonly { dispose(): unknown }[]): Promise<void> {
  await stopped;
  for (const part of parts) await part.dispose();
}

/** Options of a local model, checked before anything is fetched or opened. @throws InvalidOptionError. */
export function checkLocalOptions(name: string, options: Readonly<Record<string, unknown>>): void {
  checked(name, options);
}

function checked(name: string, options: Readonly<Record<string, unknown>>): z.output<typeof schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InvalidOptionError(`model "local:${name}": "${issue?.path.join(".") ?? ""}"`, `${issue?.message}.`);
}

const capabilitiesOf = (contextTokens: number, parallel: number): Capabilities => ({
  prefix: "native",
  logprobs: { top: 20 },
  readsPrefix: true,
  sharedPrompt: true,
  reportsStops: true,
  seeds: true,
  embeds: true,
  contextTokens,
  parallel,
});

function samplersOf({ n, seeds, temperature, topK, topP, minP }: SampleRequest) {
  return Array.from({ length: n }, (_, index) => ({ temperature, topK, topP, minP, seed: seeds[index] ?? 0 }));
}

interface ModelFile {
  readonly path: string;
  /** Name and the beginning of a hash: the same id means the same file. */
  readonly id: string;
  readonly chatFormat: ChatFormat;
}

/** Of a user's own file the hash of all of it: two checkpoints may have equal metadata and equal lengths. */
async function locate(name: string): Promise<ModelFile> {
  if (/\.gguf$/i.test(name)) {
    const sha256 = await rememberedSha256(name);
    return { path: name, id: `${basename(name)}@${sha256.slice(0, 16)}`, chatFormat: "chatml" };
  }
  const { chatFormat } = modelEntry(name);
  const found = await checkedModel(name);
  if (found === null) {
    throw new EnvironmentError(`The model ${name} is not installed. Install it: ruminate models pull ${name}`);
  }
  return { path: found.path, id: `${name}@${found.sha256.slice(0, 8)}`, chatFormat };
}

let running: Promise<Llama> | undefined;

/** One llama.cpp a process, kept until it ends. */
function startLlama(): Promise<Llama> {
  running ??= loadBinding()
    .then(({ getLlama }) =>
      getLlama({ build: "never", gpu: false, maxThreads: 0, logLevel: "error", skipDownload: true }),
    )
    .catch((error: unknown) => {
      running = undefined;
      throw error;
    });
  return running;
}

/** The vocabulary by the binding's own classes, the weights by the library itself. */
async function loadModel(llama: Llama, path: string) {
  const native = openNative(await bindingFolder());
  try {
    const vocabulary = await llama.loadModel({ modelPath: path, gpuLayers: 0, vocabOnly: true });
    return { vocabulary, weights: await loadNativeModel(native, path) };
  } catch (error) {
    throw new EnvironmentError(`The model file ${path} does not load: ${(error as Error).message}`, { cause: error });
  }
}

/** A function of three values, each worked out once. */
function remembered<Value>(of: (thinking: boolean | undefined) => Value): (thinking: boolean | undefined) => Value {
  const known = new Map<boolean | undefined, Value>();
  return (thinking) => {
    if (!known.has(thinking)) known.set(thinking, of(thinking));
    return known.get(thinking) as Value;
  };
}

/** The tokens of the last few prompts: each is counted against the budget before it is sampled from. */
function remembering(tokensOf: (prompt: ChatPrompt) => number[]): (prompt: ChatPrompt) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return ({ messages, prefix, thinking }) => {
    const key = JSON.stringify([messages.map(({ role, content }) => [role, content]), prefix ?? "", thinking]);
    const tokens = known.get(key) ?? tokensOf({ messages, prefix, thinking });
    known.delete(key);
    known.set(key, tokens);
    const [oldest] = known.keys();
    if (known.size > rememberedPrompts && oldest !== undefined) known.delete(oldest);
    return tokens;
  };
}

function tooLong(name: string, tokens: number, context: number): ModelCallError {
  return new ModelCallError(
    `local:${name}: the prompt has ${tokens} tokens and the context holds ${context} with the answer. Raise "contextTokens" or shorten the prompt.`,
    { kind: "context", retryable: false },
  );
}

const disposed = (name: string) =>
  new ModelCallError(`local:${name} was closed while it was asked.`, { retryable: false });
