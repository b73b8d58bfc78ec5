/**
 * What this folder uses of node-llama-cpp 3.22.1: finding and loading the library for this processor, and a model's
 * vocabulary and chat template. All that computes goes to the library itself (native.ts): the binding's classes have no
 * call that puts chosen rows of several sequences into one batch, none that copies one sequence's cache to another, and
 * none that gives the hidden state of any row but the last. The version is pinned for that reason.
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
  readonly _bindings: {
    readonly AddonJinjaRenderer: new (
      template: string,
    ) => { render(values: Readonly<Record<string, unknown>>): string };
  };
  loadModel(options: {
    readonly modelPath: string;
    readonly gpuLayers: number;
    readonly vocabOnly: true;
  }): Promise<LlamaModel>;
}

export interface LlamaModel {
  readonly _model: AddonModel;
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: unknown } } };
  dispose(): Promise<void>;
}

/** A vocabulary. */
export interface AddonModel {
  tokenize(text: string, specialTokens: boolean): Uint32Array;
  detokenize(tokens: Uint32Array, specialTokens?: boolean): string;
  getTokenString(token: number): string;
  isEogToken(token: number): boolean;
  shouldPrependBosToken(): boolean;
  shouldAppendEosToken(): boolean;
  tokenBos(): number;
  tokenEos(): number;
}
