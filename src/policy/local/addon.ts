/**
 * What this folder uses of node-llama-cpp 3.22.1: loading a model, and the addon below its classes. Its public
 * classes have no call that copies one sequence's cache to another and none that puts chosen rows of several
 * sequences into one batch, so the context is driven through the addon. The version is pinned for that reason.
 */
export interface LlamaBinding {
  getLlama(options: {
    readonly build: "never";
    readonly gpu: false;
    readonly maxThreads: number;
    readonly logLevel: string;
    readonly skipDownload: true;
  }): Promise<Llama>;
}

export interface Llama {
  readonly _bindings: AddonClasses;
  loadModel(options: { readonly modelPath: string; readonly gpuLayers: number }): Promise<LlamaModel>;
}

export interface LlamaModel {
  readonly _model: AddonModel;
  readonly trainContextSize: number;
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: unknown } } };
  createEmbeddingContext(options: {
    readonly contextSize: number;
    readonly threads: number;
  }): Promise<LlamaEmbeddingContext>;
  dispose(): Promise<void>;
}

export interface LlamaEmbeddingContext {
  getEmbeddingFor(text: string): Promise<{ readonly vector: readonly number[] }>;
  dispose(): Promise<void>;
}

export interface AddonClasses {
  readonly AddonContext: new (model: AddonModel, options: AddonContextOptions) => AddonContext;
  readonly AddonSampler: new (model: AddonModel) => AddonSampler;
  readonly AddonJinjaRenderer: new (template: string) => { render(values: Readonly<Record<string, unknown>>): string };
}

export interface AddonModel {
  tokenize(text: string, specialTokens: boolean): Uint32Array;
  detokenize(tokens: Uint32Array, specialTokens?: boolean): string;
  getTokenString(token: number): string;
  isEogToken(token: number): boolean;
  shouldPrependBosToken(): boolean;
  tokenBos(): number;
  tokenEos(): number;
}

export interface AddonContextOptions {
  /** Cells of all sequences together; each has its own equal share. */
  readonly contextSize: number;
  readonly batchSize: number;
  readonly sequences: number;
  readonly flashAttention: boolean;
  readonly threads: number;
  readonly swaFullCache: boolean;
}

export interface AddonContext {
  init(): Promise<boolean>;
  dispose(): Promise<void>;
  initBatch(size: number): void;
  /** Returns the place in the batch of each token whose logits are wanted. */
  addToBatch(sequence: number, position: number, tokens: Uint32Array, logitIndexes: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  setThreads(count: number): void;
  sampleToken(row: number, sampler: AddonSampler): Promise<number>;
  /** `logits` true: those that the sampler has kept, likeliest first, as token, logit, token, logit … */
  sampleToken(
    row: number,
    sampler: AddonSampler,
    probabilities: false,
    confidence: false,
    logits: boolean | readonly [tokens: readonly number[], max: boolean, min: boolean, selected: boolean, top: number],
    totalLogitWeight: boolean,
  ): Promise<
    [token: number, probabilities: undefined, confidence: undefined, logits?: number[], totalLogitWeight?: number]
  >;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  copySequenceStateFromOtherSequence(target: number, source: number): Promise<number>;
}

export interface AddonSampler {
  applyConfig(options: {
    readonly temperature: number;
    readonly topK?: number;
    readonly topP?: number;
    readonly minP?: number;
    readonly seed?: number;
  }): void;
  dispose(): void;
}
