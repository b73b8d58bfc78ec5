/**
 * Names of the OpenTelemetry semantic conventions for generative AI (status: development, as of their own repository
 * after version 1.41), and our own under `ruminate.` where those have none.
 */
export const names = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  workflow: "gen_ai.workflow.name",
  requestModel: "gen_ai.request.model",
  choices: "gen_ai.request.choice.count",
  maxTokens: "gen_ai.request.max_tokens",
  temperature: "gen_ai.request.temperature",
  topP: "gen_ai.request.top_p",
  topK: "gen_ai.request.top_k",
  stop: "gen_ai.request.stop_sequences",
  seed: "gen_ai.request.seed",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cachedTokens: "gen_ai.usage.cache_read.input_tokens",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  evaluation: "gen_ai.evaluation.name",
  evaluationResult: "gen_ai.evaluation.result",
  score: "gen_ai.evaluation.score.value",
  explanation: "gen_ai.evaluation.explanation",
  errorType: "error.type",
  serverAddress: "server.address",
  serverPort: "server.port",
} as const;
