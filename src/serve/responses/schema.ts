import { z } from "zod";
import { callId, commonShape, providerShape } from "../chat/schema.ts";

const part = z.looseObject({ type: z.string() });

/** Fields that items of a response's output have and that say nothing to the model. */
const ofOutput = {
  id: z.string().max(300).nullish(),
  status: z.string().max(30).nullish(),
};

const inputItem = z.union([
  z.strictObject({
    type: z.literal("message").optional(),
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: z.union([z.string(), z.array(part).min(1).max(1000)]),
    phase: z.string().max(30).nullish(),
    ...ofOutput,
  }),
  z.strictObject({
    type: z.literal("function_call"),
    call_id: callId,
    name: z.string().max(256),
    arguments: z.string(),
    /** What a client's helper read from the arguments. */
    parsed_arguments: z.unknown().optional(),
    ...ofOutput,
  }),
  z.strictObject({
    type: z.literal("function_call_output"),
    call_id: callId,
    output: z.union([z.string(), z.array(part).min(1).max(1000)]),
    ...ofOutput,
  }),
  z.looseObject({ type: z.literal("reasoning") }),
  z.strictObject({ type: z.literal("item_reference"), id: z.string().max(300) }),
]);

const textFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({
    type: z.literal("json_schema"),
    name: z.string().max(256).optional(),
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

const tool = z.strictObject({
  type: z.literal("function", "must be function: tools that run on a provider's machines are not offered here"),
  name: z.string().regex(/^[\w.-]{1,128}$/, "must consist of letters, digits, dots, dashes and underscores"),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

export const responsesSchema = z.strictObject({
  ...commonShape,
  ...providerShape,
  input: z.union([z.string(), z.array(inputItem).min(1).max(10_000)]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().max(200).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  text: z.strictObject({ format: textFormat.nullish(), verbosity: z.string().max(20).nullish() }).nullish(),
  tools: z.array(tool).max(512).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      z.strictObject({ type: z.literal("function"), name: z.string().max(256) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z.strictObject({ effort: z.string().max(20).nullish(), summary: z.string().max(20).nullish() }).nullish(),
  store: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  truncation: z.literal("disabled", "must be disabled: conversations are never shortened here").nullish(),
  /** Reasoning here is a summary of the vote: there is nothing encrypted in it to be included. */
  include: z
    .array(z.literal("reasoning.encrypted_content", "must be reasoning.encrypted_content: nothing else is included"))
    .max(1)
    .nullish(),
  top_logprobs: z.literal(0, "must be 0: log-probabilities are not among what a response includes").nullish(),
  /** Of tools that run on a provider's machines, which are not offered: no call is ever counted. */
  max_tool_calls: z.int().min(1).nullish(),
  background: z.literal(false, "must be false: responses are made while the client waits").nullish(),
});

export type ResponsesBody = z.infer<typeof responsesSchema>;
export type InputItem = z.infer<typeof inputItem>;
