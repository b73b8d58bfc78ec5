import { EnvironmentError } from "../../core/errors.ts";
import { later, type NativeModel } from "./native.ts";

export interface ContextSettings {
  readonly sequences: number;
  /** Cells of each sequence. */
  readonly sequenceTokens: number;
  readonly batchTokens: number;
  readonly threads: number;
}

/** Tokens that follow each other in one sequence. */
export interface Run {
  readonly sequence: number;
  /** Position of the first. */
  readonly position: number;
  readonly tokens: readonly number[];
  /** Places among the tokens whose outputs are wanted. */
  readonly outputs: readonly number[];
}

/** What a batch's outputs hold, until the next one is decoded. */
export interface NativeContext {
  /** Evaluates a batch; rows[i][k] names output k of runs[i]. With `states`, hidden states are kept too. */
  decode(runs: readonly Run[], states: boolean): Promise<number[][]>;
  /** The logits of a row: a view into the library's own memory. */
  logits(row: number): Float32Array;
  /** A copy of the hidden state of a row of a batch that was decoded with `states`. */
  state(row: number): Float32Array;
  setThreads(count: number): void;
  /** Forgets a sequence from this position on. */
  trim(sequence: number, from: number): void;
  /** Takes place before the next batch. */
  copy(from: number, to: number): Promise<void>;
  readonly pointer: unknown;
  dispose(): void;
}

/** @throws EnvironmentError where there is no memory for it. */
export async function openContext(model: NativeModel, settings: ContextSettings): Promise<NativeContext> {
  const { call } = model.native;
  const pointer = await later<unknown>(call.newContext, model.pointer, contextParams(model, settings));
  if (pointer === null) throw new EnvironmentError("llama.cpp could not make a context: is there enough memory?");
  const memory = call.memory(pointer);
  const batch = openBatch(model, settings.batchTokens);
  const rowOf = rowViews(model);
  let held = true;
  return {
    pointer,
    async decode(runs, states) {
      const { filled, rows } = batch.fill(runs);
      call.setEmbeddings(pointer, states);
      const failure = await later<number>(call.decode, pointer, filled);
      if (failure !== 0) throw new Error(`llama.cpp could not evaluate a batch (${failure})`);
      await later(call.synchronize, pointer);
      return rows;
    },
    logits: (row) => rowOf(call.logits(pointer, row), model.vocabularySize),
    state: (row) => rowOf(call.embeddings(pointer, row), model.width).slice(),
    setThreads: (count) => void call.setThreads(pointer, count, count),
    trim: (sequence, from) => void call.removeCells(memory, sequence, from, -1),
    copy: (from, to) => later(call.copyCells, memory, from, to, -1, -1),
    dispose() {
      if (!held) return;
      held = false;
      batch.dispose();
      call.freeContext(pointer);
    },
  };
}

function contextParams(model: NativeModel, settings: ContextSettings): Readonly<Record<string, unknown>> {
  const { sequences, sequenceTokens, batchTokens, threads } = settings;
  return {
    ...(model.native.call.contextDefaults() as Readonly<Record<string, unknown>>),
    n_ctx: sequences * sequenceTokens,
    n_seq_max: sequences,
    n_batch: batchTokens,
    n_ubatch: batchTokens,
    n_outputs_max_per_seq: 0,
    n_threads: threads,
    n_threads_batch: threads,
    flash_attn_type: 1,
    no_perf: true,
    swa_full: true, // A model with sliding windows would forget the prefixes that are to be shared.
    kv_unified: false,
    embeddings: true, // Room for them; they are computed where asked for.
  };
}

/** The library's own batch of so many tokens, seen as arrays that runs are written into. */
function openBatch(model: NativeModel, batchTokens: number) {
  const { call, koffi } = model.native;
  const batch = call.newBatch(batchTokens, 0, 1) as Readonly<Record<string, unknown>>;
  const numbers = (field: string) => new Int32Array(koffi.view(batch[field], batchTokens * 4));
  const [token, pos, sequenceCount] = [numbers("token"), numbers("pos"), numbers("n_seq_id")];
  const wanted = new Int8Array(koffi.view(batch.logits, batchTokens));
  const lists = koffi.decode(batch.seq_id, "void*", batchTokens) as readonly unknown[];
  const sequenceIds = lists.map((list) => new Int32Array(koffi.view(list, 4)));
  return {
    fill(runs: readonly Run[]) {
      const rows: number[][] = [];
      let at = 0;
      for (const { sequence, position, tokens, outputs } of runs) {
        const first = at;
        for (const [i, id] of tokens.entries()) {
          token[at] = id;
          pos[at] = position + i;
          sequenceCount[at] = 1;
          (sequenceIds[at] as Int32Array)[0] = sequence;
          wanted[at] = 0;
          at++;
        }
        for (const i of outputs) wanted[first + i] = 1;
        rows.push(outputs.map((i) => first + i));
      }
      return { filled: { ...batch, n_tokens: at }, rows };
    },
    dispose: () => void call.freeBatch(batch),
  };
}

/** Rows come back to the same places: a view of each is made once, as the engine counts all of its bytes as ours. */
function rowViews(model: NativeModel): (found: unknown, length: number) => Float32Array {
  const { koffi } = model.native;
  const views = new Map<bigint, Float32Array>();
  return (found, length) => {
    if (found === null) throw new Error("llama.cpp gave no output for a row that was asked for");
    const address = koffi.address(found);
    const known = views.get(address);
    if (known?.length === length) return known;
    const view = new Float32Array(koffi.view(found, length * 4));
    views.set(address, view);
    return view;
  };
}
