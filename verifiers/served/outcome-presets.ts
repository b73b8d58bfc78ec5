import type { Layout, Preset, Reading } from "./preset.ts";

const BOXED_SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}.";
const CHECK_SYSTEM = "Please reason step by step, and check your final answer within \\boxed{}.";

/** An unbounded score of the whole text, which only its order means anything of; the sigmoid keeps it. */
const scalar: Reading = { at: "end", good: 0, number: { kind: "logit", map: "sigmoid" } };
const chatml = (system?: string, end?: string): Layout => ({
  form: "chat",
  template: "chatml",
  ...(system === undefined ? {} : { system }),
  step: "{step}",
  join: "\n\n",
  ...(end === undefined ? {} : { end }),
});
const llama3: Layout = { form: "chat", template: "llama3", step: "{step}", join: "\n\n" };
const heads = ["vllm-classify", "vllm-pooling", "sglang", "tei-predict"] as const;

export const outcomePresets: readonly Preset[] = [
  {
    name: "qwen2.5-math-rm",
    models: ["Qwen/Qwen2.5-Math-RM-72B"],
    scores: "outcome",
    layout: chatml(BOXED_SYSTEM),
    reading: scalar,
    transports: ["vllm-pooling", "vllm-classify", "sglang"],
    contextTokens: 4096,
    source: "Yang et al. 2024, arXiv:2409.12122",
  },
  {
    name: "acemath-rm",
    models: ["nvidia/AceMath-7B-RM", "nvidia/AceMath-72B-RM"],
    scores: "outcome",
    layout: chatml(CHECK_SYSTEM),
    reading: scalar,
    transports: heads,
    contextTokens: 4096,
    source: "Liu et al. 2024, arXiv:2412.15084",
  },
  {
    name: "internlm2-reward",
    models: ["internlm/internlm2-1_8b-reward", "internlm/internlm2-7b-reward", "internlm/internlm2-20b-reward"],
    scores: "outcome",
    layout: chatml(undefined, "<|reward|>"),
    reading: scalar,
    transports: ["vllm-pooling", "sglang"],
    contextTokens: 8192,
    source: "Cai et al. 2024, arXiv:2403.17297",
  },
  {
    name: "skywork-reward-v2-qwen3",
    models: ["Skywork/Skywork-Reward-V2-Qwen3-0.6B", "Skywork/Skywork-Reward-V2-Qwen3-8B"],
    scores: "outcome",
    layout: chatml(),
    reading: scalar,
    transports: heads,
    contextTokens: 16384,
    source: "Liu et al. 2025, arXiv:2507.01352",
  },
  {
    name: "skywork-reward-v2-llama",
    models: ["Skywork/Skywork-Reward-V2-Llama-3.1-8B", "Skywork/Skywork-Reward-V2-Llama-3.2-3B"],
    scores: "outcome",
    layout: llama3,
    reading: scalar,
    transports: heads,
    contextTokens: 16384,
    source: "Liu et al. 2025, arXiv:2507.01352",
  },
  {
    name: "armorm",
    models: ["RLHFlow/ArmoRM-Llama3-8B-v0.1"],
    scores: "outcome",
    layout: llama3,
    reading: scalar,
    transports: heads,
    contextTokens: 8192,
    source: "Wang et al. 2024, arXiv:2406.12845",
  },
  {
    name: "rlhflow-orm",
    models: ["RLHFlow/Llama3.1-8B-ORM-Mistral-Data", "RLHFlow/Llama3.1-8B-ORM-Deepseek-Data"],
    scores: "outcome",
    layout: { form: "turns", first: "{question} {step}", reply: "+" },
    reading: { at: "reply", tokens: ["+", "-"], good: 0, number: { kind: "logit", map: "softmax" } },
    transports: ["chat-logprobs"],
    contextTokens: 8192,
    source: "Dong et al. 2024, arXiv:2405.07863",
  },
  {
    name: "genrm",
    models: [],
    scores: "outcome",
    layout: {
      form: "turns",
      first: "Problem: {question}\n\nSolution:\n{step}\n\nIs the answer correct (Yes/No)?",
      reply: "Yes",
    },
    reading: { at: "reply", tokens: ["Yes", "No"], good: 0, number: { kind: "logit", map: "softmax" } },
    transports: ["chat-logprobs"],
    contextTokens: 8192,
    source: "Zhang et al. 2024, arXiv:2408.15240, the direct form",
  },
  {
    name: "chat-verdict",
    models: [],
    scores: "outcome",
    layout: {
      form: "turns",
      first:
        "Problem: {question}\n\nSolution:\n{step}\n\nCheck the solution. End with one word on a line of its own: Yes if its final answer is correct, No if not.",
      reply: "",
    },
    reading: { at: "verdict", tokens: ["Yes", "No"], good: 0, number: { kind: "logit", map: "softmax" } },
    transports: ["chat-analysis"],
    contextTokens: 32768,
    source: "any chat model behind an address of its own",
  },
  {
    name: "drsow",
    models: [],
    scores: "outcome",
    layout: chatml(),
    reading: { at: "end", number: { kind: "logit", map: "sigmoid" } },
    transports: ["prompt-logprobs"],
    contextTokens: 32768,
    source: "Xu et al. 2024, arXiv:2411.02481",
  },
  {
    name: "cross-encoder",
    models: [],
    scores: "outcome",
    layout: { form: "text", head: "", step: "{step}", join: "" },
    reading: { at: "end", good: 0, number: { kind: "probability" } },
    transports: ["vllm-score", "tei-rerank", "tei-predict"],
    contextTokens: 8192,
    source: "any reranker: the question as the query, the answer as the text",
  },
  {
    name: "plain",
    models: [],
    scores: "outcome",
    layout: { form: "text", head: "{question}\n\n", step: "{step}", join: "\n\n" },
    reading: { at: "end", good: 0, number: { kind: "probability" } },
    transports: ["http"],
    contextTokens: 1_000_000,
    source: "any service that takes {inputs} and gives {scores}, one probability per input",
  },
];
