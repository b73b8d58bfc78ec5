import { z } from "zod";
import { prefixModes } from "./request.ts";

/**
 * What one model behind one endpoint does, as its replies have shown. Null means that the replies could not tell.
 */
export const serverProfileSchema = z.strictObject({
  server: z.string().describe("what the server says it is, for people to read"),
  model: z.string(),
  contextTokens: z.int().nullable().describe("prompt and completion together"),
  prefix: z.enum(prefixModes).describe("how a begun assistant turn is gone on with"),
  template: z
    .enum(["keeps", "trims", "rewrites"])
    .nullable()
    .describe("what the chat template makes of a begun turn that ends in a blank line"),
  samples: z.int().nullable().describe("samples a request at most; null where no limit was met"),
  counts: z.enum(["all", "one"]).describe("whether completion tokens are those of all samples of a request, or of one"),
  logprobs: z.int().nullable().describe("alternatives a token; null where there are no log-probabilities"),
  logprobsOfStop: z.boolean().nullable().describe("whether log-probabilities hold the tokens of the stop text"),
  seeds: z.boolean().nullable().describe("whether the same seed gave the same text twice"),
  stopTexts: z.int().nullable().describe("stop texts a request at most; null where five were taken"),
  reportsStops: z.boolean().describe("whether it says which stop text ended a text"),
  tokenLimitField: z.enum(["max_tokens", "max_completion_tokens"]),
  streamUsage: z.boolean().nullable().describe("whether a stream says what it cost"),
  thought: z
    .strictObject({
      from: z.string().describe('"field" where the server takes it out of the text, else the name of the format'),
      opened: z.boolean().describe("whether the template opens it"),
    })
    .nullable(),
  tools: z.boolean().nullable(),
  images: z.boolean().nullable(),
  jsonSchema: z.boolean().nullable(),
  refuses: z.array(z.string()).describe("optional fields that are left out"),
});

export type ServerProfile = Readonly<z.infer<typeof serverProfileSchema>>;

/** What is taken for true of a server that nobody has asked. */
export const unknownServer: Omit<ServerProfile, "model"> = {
  server: "unknown",
  contextTokens: null,
  prefix: "instructed",
  template: null,
  samples: null,
  counts: "all",
  logprobs: 20,
  logprobsOfStop: null,
  seeds: null,
  stopTexts: null,
  reportsStops: false,
  tokenLimitField: "max_tokens",
  streamUsage: null,
  thought: null,
  tools: null,
  images: null,
  jsonSchema: null,
  refuses: [],
};
