import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { EnvironmentError } from "../../core/errors.ts";
import { takingTurns } from "./turns.ts";

/** A pointer, as the foreign-function library hands it out. */
type Pointer = unknown;
type Struct = Readonly<Record<string, unknown>>;

/** What this folder uses of koffi 3.3.4. */
interface Koffi {
  load(path: string, options?: { readonly global: boolean }): { func(signature: string): ForeignFunction };
  struct(name: string, fields: Readonly<Record<string, string>>): unknown;
  view(pointer: Pointer, bytes: number): ArrayBuffer;
  address(pointer: Pointer): bigint;
  decode(pointer: Pointer, type: string, length: number): unknown;
}

interface ForeignFunction {
  (...args: readonly unknown[]): unknown;
  async(...args: readonly unknown[]): void;
}

/** Of llama.h at the release that the binding's version is built from; their order is the library's own. */
const modelParams = {
  ...{ devices: "void*", tensor_buft_overrides: "void*", n_gpu_layers: "int32", split_mode: "int32" },
  ...{ load_mode: "int32", lazy_mode: "int32", main_gpu: "int32", tensor_split: "void*", progress_callback: "void*" },
  ...{ progress_callback_user_data: "void*", kv_overrides: "void*", vocab_only: "bool", check_tensors: "bool" },
  ...{ use_extra_bufts: "bool", no_host: "bool", no_alloc: "bool", load_mtp: "bool" },
};
const contextParams = {
  ...{ n_ctx: "uint32", n_batch: "uint32", n_ubatch: "uint32", n_seq_max: "uint32", n_rs_seq: "uint32" },
  ...{ n_outputs_max: "uint32", n_outputs_max_per_seq: "uint32", n_threads: "int32", n_threads_batch: "int32" },
  ...{ ctx_type: "int32", rope_scaling_type: "int32", pooling_type: "int32", attention_type: "int32" },
  ...{ flash_attn_type: "int32", rope_freq_base: "float", rope_freq_scale: "float", yarn_ext_factor: "float" },
  ...{ yarn_attn_factor: "float", yarn_beta_fast: "float", yarn_beta_slow: "float", yarn_orig_ctx: "uint32" },
  ...{ defrag_thold: "float", cb_eval: "void*", cb_eval_user_data: "void*", type_k: "int32", type_v: "int32" },
  ...{ abort_callback: "void*", abort_callback_data: "void*", embeddings: "bool", offload_kqv: "bool" },
  ...{ no_perf: "bool", op_offload: "bool", swa_full: "bool", kv_unified: "bool", samplers: "void*" },
  ...{ n_samplers: "size_t", ctx_other: "void*" },
};
const batchFields = {
  ...{ n_tokens: "int32", token: "int32*", embd: "float*", pos: "int32*", n_seq_id: "int32*", seq_id: "int32**" },
  ...{ logits: "int8*" },
};

/** What the defaults are where the structs above are the library's. */
const knownDefaults = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  yarn_orig_ctx: 0,
  type_k: 1,
  type_v: 1,
};

const signatures = {
  modelDefaults: "llama_model_params llama_model_default_params()",
  contextDefaults: "llama_context_params llama_context_default_params()",
  chainDefaults: "llama_sampler_chain_params llama_sampler_chain_default_params()",
  loadModel: "void* llama_model_load_from_file(const char* path, llama_model_params params)",
  freeModel: "void llama_model_free(void* model)",
  width: "int32 llama_model_n_embd_out(void* model)",
  trainedContext: "int32 llama_model_n_ctx_train(void* model)",
  layers: "int32 llama_model_n_layer(void* model)",
  heads: "int32 llama_model_n_head(void* model)",
  cachedHeads: "int32 llama_model_n_head_kv(void* model)",
  vocabulary: "void* llama_model_get_vocab(void* model)",
  vocabularySize: "int32 llama_vocab_n_tokens(void* vocab)",
  newContext: "void* llama_init_from_model(void* model, llama_context_params params)",
  freeContext: "void llama_free(void* context)",
  memory: "void* llama_get_memory(void* context)",
  removeCells: "bool llama_memory_seq_rm(void* memory, int32 sequence, int32 from, int32 to)",
  copyCells: "void llama_memory_seq_cp(void* memory, int32 from, int32 to, int32 start, int32 end)",
  newBatch: "llama_batch llama_batch_init(int32 tokens, int32 embd, int32 sequences)",
  freeBatch: "void llama_batch_free(llama_batch batch)",
  decode: "int32 llama_decode(void* context, llama_batch batch)",
  synchronize: "void llama_synchronize(void* context)",
  setThreads: "void llama_set_n_threads(void* context, int32 threads, int32 batch_threads)",
  setEmbeddings: "void llama_set_embeddings(void* context, bool on)",
  logits: "void* llama_get_logits_ith(void* context, int32 row)",
  embeddings: "void* llama_get_embeddings_ith(void* context, int32 row)",
  newChain: "void* llama_sampler_chain_init(llama_sampler_chain_params params)",
  addToChain: "void llama_sampler_chain_add(void* chain, void* sampler)",
  greedy: "void* llama_sampler_init_greedy()",
  topK: "void* llama_sampler_init_top_k(int32 k)",
  topP: "void* llama_sampler_init_top_p(float p, size_t least)",
  minP: "void* llama_sampler_init_min_p(float p, size_t least)",
  temperature: "void* llama_sampler_init_temp(float temperature)",
  distribution: "void* llama_sampler_init_dist(uint32 seed)",
  sample: "int32 llama_sampler_sample(void* sampler, void* context, int32 row)",
  freeSampler: "void llama_sampler_free(void* sampler)",
} as const;

type Functions = { readonly [Name in keyof typeof signatures]: ForeignFunction };

/** llama.cpp's own interface. */
export interface Native {
  readonly call: Functions;
  readonly koffi: Koffi;
}

let opened: Native | undefined;

/**
 * Opens the llama.cpp library that came with the binding in `folder`, for what the binding's own classes leave out:
 * the hidden state and the logits of every row of a batch. The library is in this process already; this finds it again.
 * @throws EnvironmentError where it is another release than this file was written for.
 */
export function openNative(folder: string): Native {
  opened ??= load(folder);
  return opened;
}

function load(folder: string): Native {
  const require = createRequire(join(folder, "package.json"));
  let koffi: Koffi;
  try {
    koffi = require("koffi") as Koffi;
  } catch (error) {
    throw outdated(folder, error);
  }
  koffi.struct("llama_model_params", modelParams);
  koffi.struct("llama_context_params", contextParams);
  koffi.struct("llama_batch", batchFields);
  koffi.struct("llama_sampler_chain_params", { no_perf: "bool" });
  try {
    const library = koffi.load(libraryIn(folder));
    const call = Object.fromEntries(
      Object.entries(signatures).map(([name, signature]) => [name, library.func(signature)]),
    ) as unknown as Functions;
    const defaults = call.contextDefaults() as Struct;
    if (Object.entries(knownDefaults).every(([name, value]) => defaults[name] === value)) return { call, koffi };
  } catch (error) {
    throw outdated(folder, error);
  }
  throw outdated(folder);
}

function libraryIn(folder: string): string {
  const scope = join(folder, "node_modules", "@node-llama-cpp");
  const [platform = ""] = readdirSync(scope);
  const bins = join(scope, platform, "bins");
  for (const build of readdirSync(bins)) {
    const file = readdirSync(join(bins, build)).find((name) =>
      /^(?:lib)?llama(?:\.v[\d.]+)?\.(?:so|dylib|dll)$/.test(name),
    );
    if (file !== undefined) return join(bins, build, file);
  }
  throw new Error("there is no llama library in it");
}

const outdated = (folder: string, cause?: unknown) =>
  new EnvironmentError(
    `The llama.cpp binding in ${folder} is not the one this version uses. Remove the folder and try again.`,
    {
      cause,
    },
  );

/** A foreign call on another thread. */
export const later = <T>(call: ForeignFunction, ...args: readonly unknown[]): Promise<T> =>
  new Promise((resolve, reject) => {
    call.async(...args, (error: unknown, result: T) => (error ? reject(error) : resolve(result)));
  });

/** A model's weights, mapped into memory. */
export interface NativeModel {
  readonly native: Native;
  readonly pointer: Pointer;
  /** Numbers in a hidden state. */
  readonly width: number;
  readonly vocabularySize: number;
  /** Tokens of the longest context that it was trained on. */
  readonly trainedContext: number;
  /** What a token of a stream takes in memory: keys and values, two bytes a number. */
  readonly tokenBytes: number;
  /**
   * Computes when all that came before is done. Batches of two contexts at a time would have each other's threads wait,
   * who wait by spinning: both take longer than one after the other.
   */
  inTurn<T>(compute: () => Promise<T>): Promise<T>;
  dispose(): void;
}

/** @throws EnvironmentError. */
export async function loadNativeModel(native: Native, path: string): Promise<NativeModel> {
  const { call } = native;
  const params = { ...(call.modelDefaults() as Struct), n_gpu_layers: 0, lazy_mode: 0, load_mode: 1 };
  const pointer = await later<Pointer>(call.loadModel, path, params);
  if (pointer === null) throw new EnvironmentError(`The model file ${path} does not load.`);
  let held = true;
  return {
    native,
    pointer,
    width: call.width(pointer) as number,
    vocabularySize: call.vocabularySize(call.vocabulary(pointer)) as number,
    trainedContext: call.trainedContext(pointer) as number,
    tokenBytes: tokenBytesOf(call, pointer),
    inTurn: takingTurns(),
    dispose() {
      if (held) call.freeModel(pointer);
      held = false;
    },
  };
}

function tokenBytesOf(call: Functions, pointer: Pointer): number {
  const of = (what: "layers" | "heads" | "cachedHeads" | "width") => call[what](pointer) as number;
  return (4 * of("layers") * of("cachedHeads") * of("width")) / of("heads");
}
