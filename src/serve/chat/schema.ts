import { z } from "zod";
import { ruminateSchema } from "../settings.ts";

const part = z.looseObject({ type: z.string().max(100) });
const content = z.union([z.string(), z.array(part).min(1).max(1000)]);
const name = z.string().max(256).nullish();

/** Ids of calls come from the model's server, and go back to it: some carry a whole thought. */
export const callId = z.string().max(65_536);

const toolCall = z.strictObject({
  id: callId,
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().max(256),
    arguments: z.string(),
    /** What a client's helper read from the arguments. */
    parsed_arguments: z.unknown().optional(),
  }),
  /** As deltas of a stream have it. */
  index: z.int().min(0).optional(),
});

/** Fields of an assistant's turn that servers send and clients send back; those without a value here are left out. */
const sentBack = {
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  /** What a client's helper read from the content. */
  parsed: z.unknown().optional(),
  refusal: z.string().nullish(),
  annotations: z.array(z.unknown()).max(1000).nullish(),
  audio: z.null().optional(),
  function_call: z.null().optional(),
};

export const messageSchema = z.discriminatedUnion("role", [
  z.strictObject({ role: z.enum(["system", "developer"]), content, name }),
  z.strictObject({ role: z.literal("user"), content, name }),
  z.strictObject({
    role: z.literal("assistant"),
    content: content.nullish(),
    name,
    tool_calls: z.array(toolCall).max(1000).nullish(),
    ...sentBack,
  }),
  z.strictObject({ role: z.literal("tool"), content, tool_call_id: callId, name }),
]);

const toolSchema = z.strictObject({
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().regex(/^[\w.-]{1,128}$/, "must consist of letters, digits, dots, dashes and underscores"),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.strictObject({ type: z.literal("function"), function: z.strictObject({ name: z.string().max(256) }) }),
]);

const responseFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    json_schema: z.strictObject({
      name: z.string().max(256).optional(),
      description: z.string().nullish(),
      schema: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const penalty = z.number().min(-2).max(2).nullish();
const tokenLimit = z.int().min(1).nullish();

/** Fields that a request of any endpoint may have. */
export const commonShape = {
  model: z.string().min(1).max(300),
  ruminate: ruminateSchema.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  seed: z.int().nullish(),
};

/** Who asks, and how the provider is to treat it: the upstream reads it, in requests of any endpoint. */
export const providerShape = {
  user: z.string().max(1000).nullish(),
  service_tier: z.string().max(20).nullish(),
  safety_identifier: z.string().max(1000).nullish(),
  prompt_cache_key: z.string().max(1000).nullish(),
};

/** Fields that only the upstream reads and that a strategy of whole replies passes on. */
export const passedShape = {
  frequency_penalty: penalty,
  presence_penalty: penalty,
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/, "must be numbers of tokens"), z.number().min(-100).max(100))
    .nullish(),
  top_k: z.int().nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  repetition_penalty: z.number().positive().nullish(),
  chat_template_kwargs: z
    .record(z.string().max(100), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
    .nullish(),
  reasoning_effort: z.string().max(20).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  verbosity: z.string().max(20).nullish(),
  ...providerShape,
};

export const chatSchema = z.strictObject({
  ...commonShape,
  ...passedShape,
  messages: z.array(messageSchema).min(1).max(10_000),
  n: z.int().min(1).nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  stop: z.union([z.string(), z.array(z.string()).max(16)]).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(toolSchema).max(512).nullish(),
  tool_choice: toolChoice.nullish(),
  response_format: responseFormat.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: z.boolean().nullish(),
  modalities: z.array(z.literal("text", "must be text: replies are text here")).min(1).max(1).nullish(),
  /** What the reply will probably be. It makes a server faster and changes no reply: it is not passed on. */
  prediction: z.strictObject({ type: z.literal("content"), content }).nullish(),
});

export type ChatBody = z.infer<typeof chatSchema>;
export type ChatMessage = ChatBody["messages"][number];
