/** A preset compared with its authors' procedure: which model serves it, and by which transport it is read. */
export interface Bench {
  readonly preset: string;
  readonly transport: string;
  /** A folder that models.py writes. */
  readonly model: string;
  /** The architecture of the published model that the tiny one has. */
  readonly architecture: string;
  /** What `vllm serve FOLDER` takes beside the name of the model. */
  readonly serve: "" | "two-tokens" | "one-token";
}

const bench = (preset: string, transport: string, model: string, architecture: string, serve: Bench["serve"] = "") => ({
  preset,
  transport,
  model,
  architecture,
  serve,
});

export const benches: readonly Bench[] = [
  bench("qwen2.5-math-prm", "vllm-pooling", "qwen2-process", "Qwen2ForProcessRewardModel"),
  bench("qwen2.5-math-prm800k", "vllm-pooling", "qwen2-process", "Qwen2ForProcessRewardModel"),
  bench("reasonflux-prm", "vllm-pooling", "qwen2-process", "Qwen2ForProcessRewardModel"),
  bench("qwen2.5-math-rm", "vllm-pooling", "qwen2-reward", "Qwen2ForRewardModel"),
  bench("acemath-rm", "vllm-classify", "qwen2-sequence", "Qwen2ForSequenceClassification"),
  bench("acemath-rm", "vllm-pooling", "qwen2-sequence", "Qwen2ForSequenceClassification"),
  bench("sequence-reward", "vllm-classify", "qwen2-sequence", "Qwen2ForSequenceClassification"),
  bench("skywork-reward-v2-llama", "vllm-classify", "llama-sequence", "LlamaForSequenceClassification"),
  bench("skywork-reward", "vllm-classify", "gemma2-sequence", "Gemma2ForSequenceClassification"),
  bench("skywork-reward-v2-qwen3", "vllm-classify", "qwen3-sequence", "Qwen3ForSequenceClassification"),
  bench("grm", "vllm-classify", "llama-sequence", "LlamaForSequenceClassification"),
  bench("nemotron-reward", "vllm-classify", "llama-causal", "LlamaForCausalLM", "one-token"),
  bench("math-shepherd", "vllm-pooling", "mistral-causal", "MistralForCausalLM", "two-tokens"),
  bench("openr-prm", "completions", "qwen2-causal", "Qwen2ForCausalLM"),
  bench("openr-prm", "completions-echo", "qwen2-causal", "Qwen2ForCausalLM"),
  bench("qwen-prm800k", "completions", "qwen2-causal", "Qwen2ForCausalLM"),
  bench("qwen-prm800k", "completions-echo", "qwen2-causal", "Qwen2ForCausalLM"),
  bench("rlhflow-prm", "chat-logprobs", "llama-causal", "LlamaForCausalLM"),
  bench("rlhflow-orm", "chat-logprobs", "llama-causal", "LlamaForCausalLM"),
  bench("versa-prm", "completions", "llama-causal", "LlamaForCausalLM"),
  bench("versa-prm", "completions-echo", "llama-causal", "LlamaForCausalLM"),
  bench("er-prm", "completions", "llama-causal", "LlamaForCausalLM"),
  bench("er-prm", "completions-echo", "llama-causal", "LlamaForCausalLM"),
  bench("pathfinder-prm", "pathfinder", "qwen2-labels", "Qwen2ForCausalLM"),
];

export const benchName = ({ preset, transport }: Pick<Bench, "preset" | "transport">): string =>
  `${preset}-by-${transport}`;
