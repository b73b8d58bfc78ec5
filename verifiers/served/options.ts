import { z } from "zod";
import { aggregations } from "../../src/core/score.ts";
import { reachOptions } from "../../src/policy/openai/reach.ts";
import { type Preset, transportNames } from "./preset.ts";
import { presets } from "./presets.ts";

const address = z.string().regex(/^https?:\/\//, "must be an http or https address");

const layoutSchema = z.discriminatedUnion("form", [
  z.strictObject({
    form: z.literal("text"),
    head: z.string(),
    step: z.string(),
    join: z.string(),
    tail: z.string().exactOptional(),
  }),
  z.strictObject({
    form: z.literal("chat"),
    template: z.enum(["chatml", "llama3"]),
    system: z.string().exactOptional(),
    user: z.string().exactOptional(),
    step: z.string(),
    join: z.string(),
    tail: z.string().exactOptional(),
    end: z.string().exactOptional(),
    send: z.enum(["text", "messages"]).exactOptional(),
  }),
  z.strictObject({
    form: z.literal("turns"),
    first: z.string(),
    reply: z.string(),
    system: z.string().exactOptional(),
  }),
  z.strictObject({ form: z.literal("pieces"), head: z.string(), mark: z.string() }),
  z.strictObject({ form: z.literal("begun"), user: z.string(), step: z.string(), join: z.string() }),
]);

const readingSchema = z.strictObject({
  at: z.enum(["tag", "end", "reply", "verdict"]),
  tagId: z.int().exactOptional(),
  tag: z.string().exactOptional(),
  tokenIds: z.tuple([z.int(), z.int()]).exactOptional(),
  tokens: z.tuple([z.string(), z.string()]).exactOptional(),
  good: z.int().exactOptional(),
  width: z.int().min(1).exactOptional(),
  vocabulary: z.int().min(1).exactOptional(),
  scale: z.number().exactOptional(),
  number: z.union([
    z.strictObject({ kind: z.literal("probability") }),
    z.strictObject({ kind: z.literal("logit"), map: z.enum(["softmax", "sigmoid"]) }),
    z.strictObject({ kind: z.literal("reward"), map: z.literal("order") }),
    z.strictObject({ kind: z.literal("value"), map: z.literal("shift") }),
    z.strictObject({ kind: z.literal("head"), map: z.literal("tanh") }),
  ]),
});

/** A preset as users write one for a model of their own. */
export const presetSchema: z.ZodType<Preset> = z.strictObject({
  name: z.string().min(1),
  models: z.array(z.string()).default([]),
  scores: z.enum(["process", "outcome"]),
  layout: layoutSchema,
  reading: readingSchema,
  transports: z.array(z.enum(transportNames)).min(1),
  contextTokens: z.int().min(1),
  aggregation: z.enum(aggregations).exactOptional(),
  whiteSpace: z.enum(["trimmed", "kept", "flattened"]).exactOptional(),
  numbering: z.string().exactOptional(),
  specialTokens: z.boolean().exactOptional(),
  recipe: z.string().exactOptional(),
  source: z.string().default(""),
});

export const servedOptions = z.strictObject({
  preset: z
    .union([z.string(), presetSchema])
    .describe(`a model's name, or one of ${presets.map(({ name }) => name).join(", ")}; or a preset of your own`),
  url: address.describe("of the server, such as http://127.0.0.1:8000"),
  model: z.string().optional().describe("as the server calls it; default: the preset's first model"),
  transport: z.enum(transportNames).optional().describe("default: the preset's first"),
  aggregation: z
    .enum(aggregations)
    .optional()
    .describe("for a process model as outcome verifier; default: its authors'"),
  contextTokens: z.int().min(1).optional().describe("the server's window, where it is not the model's"),
  ...reachOptions,
  task: z
    .enum(["auto", "token_classify", "classify", "encode", "reward", ""])
    .default("auto")
    .describe("vLLM's name of the pooling task; auto finds it out"),
  tokenizer: address.optional().describe("another server whose /tokenize is asked"),
  reference: address.optional().describe("the second model's server, for density ratios"),
  referenceModel: z.string().optional(),
  maxTokens: z.int().min(1).default(2048).describe("length limit of a written analysis"),
  majority: z.int().min(1).default(1).describe("sampled judgements of a step that are averaged (genprm)"),
  execute: z.boolean().default(true).describe("run the code that a judgement writes (genprm)"),
  batch: z.int().min(1).default(256).describe("texts in one request"),
  parallel: z.int().min(1).default(8).describe("requests in flight at a server"),
  timeoutMs: z.int().min(1).default(120_000).describe("longest silence of the server"),
  attempts: z.int().min(1).default(4).describe("tries of a failed request"),
});

export type ServedOptions = z.output<typeof servedOptions>;
