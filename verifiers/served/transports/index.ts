import type { TransportName } from "../preset.ts";
import type { ScoreTransport } from "../site.ts";
import { openRlhf, plainHttp, rerank, sglang, teiPredict, teiRerank, tensorRt } from "./batch.ts";
import { chatAnalysis, chatLogprobs } from "./chat.ts";
import { completions, completionsEcho } from "./completions.ts";
import { skyworkEmbeddings } from "./embeddings.ts";
import { genPrm } from "./genprm.ts";
import { pathfinder } from "./pathfinder.ts";
import { promptLogprobs } from "./prompt-logprobs.ts";
import { vllmClassify, vllmPooling, vllmScore } from "./vllm.ts";

export const scoreTransports: Readonly<Record<TransportName, ScoreTransport>> = {
  "vllm-pooling": vllmPooling,
  "vllm-classify": vllmClassify,
  "vllm-score": vllmScore,
  "skywork-embeddings": skyworkEmbeddings,
  sglang,
  "tensorrt-llm": tensorRt,
  "tei-rerank": teiRerank,
  "tei-predict": teiPredict,
  rerank,
  openrlhf: openRlhf,
  completions,
  "completions-echo": completionsEcho,
  "chat-logprobs": chatLogprobs,
  "chat-analysis": chatAnalysis,
  genprm: genPrm,
  pathfinder,
  "prompt-logprobs": promptLogprobs,
  http: plainHttp,
};
