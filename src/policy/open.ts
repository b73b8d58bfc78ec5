import { z } from "zod";
import { InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { openAiBaseUrl } from "./openai/endpoint.ts";
import { serverProfileSchema } from "./openai/profile.ts";
import { prefixModes } from "./openai/request.ts";
import type { Prices } from "./openai/samples.ts";
import { openAiPolicy } from "./openai.ts";
import { pricesOf } from "./price-table.ts";

/**
 * A model by name, or by name with options: `{ name: "http://127.0.0.1:8000/v1", model: "qwen", options: { parallel:
 * 64 } }`.
 */
export type ModelSpec =
  | string
  | { readonly name: string; readonly model?: string | undefined; readonly options?: Options };

type Options = Readonly<Record<string, unknown>>;

export interface OpenContext {
  /** Opens models of this machine, "local:NAME". */
  readonly openLocal: (name: string, options: Options) => Promise<Policy>;
  readonly openSimulated: (options: Options) => Promise<Policy>;
}

/** The forms a name can have, as errors and help show them. */
export const modelForms: readonly string[] = [
  "local:NAME",
  "simulated",
  "openai:MODEL",
  "http://HOST:PORT/v1#MODEL",
  "PROVIDER:MODEL",
];

const prices = z.strictObject({
  prompt: z.number().min(0),
  completion: z.number().min(0),
  cachedPrompt: z.number().min(0).optional(),
});
const langchainSchema = z.strictObject({
  id: z.string().optional(),
  parallel: z.int().min(1).optional().describe("calls in flight at a time"),
  timeoutMs: z.number().positive().optional(),
  contextTokens: z.int().min(1).optional(),
  attempts: z.int().min(1).optional().describe("attempts of a call in all; default 8"),
  prices: prices.optional().describe("dollars per million tokens"),
});
const openAiSchema = langchainSchema.extend({
  apiKeyEnv: z.string().optional().describe("the environment variable that holds the key"),
  headers: z.record(z.string(), z.string()).optional(),
  extraBody: z.record(z.string(), z.unknown()).optional(),
  prefix: z.enum(prefixModes).optional(),
  profile: serverProfileSchema.partial().optional().describe("what is known of the server, in place of what it shows"),
  severalPerRequest: z.boolean().optional(),
  seeds: z.boolean().optional(),
});

/**
 * Opens the model that a name stands for:
 *
 *     simulated, simulated:accuracy=0.7,seed=3   the seeded reasoner
 *     local:NAME                                 a model file of this machine
 *     openai:MODEL                               api.openai.com, key in OPENAI_API_KEY
 *     http://HOST:PORT/v1#MODEL                  any server that speaks OpenAI's protocol; without #MODEL its only one
 *     PROVIDER:MODEL                             whatever LangChain knows: anthropic, ollama, groq, mistralai …
 *
 * @throws UnknownNameError, InvalidOptionError, EnvironmentError before anything is paid for.
 */
export async function openPolicy(spec: ModelSpec, context: OpenContext): Promise<Policy> {
  const { name, model, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  if (/^https?:\/\//.test(name)) return openServer(name, model, options);
  const [, kind = name, rest = ""] = /^([^:]*):([\s\S]*)$/.exec(name) ?? [];
  if (kind === "simulated") return context.openSimulated({ ...settingsIn(name, rest), ...options });
  const chosen = rest || model || "";
  if (chosen === "") throw new UnknownNameError("model", name, modelForms);
  if (kind === "local") return context.openLocal(chosen, options);
  if (kind === "openai") {
    return openAiPolicy({ ...priced(`openai:${chosen}`, read(openAiSchema, name, options)), model: chosen });
  }
  return openByLangchain(`${kind}:${chosen}`, kind, options);
}

/**
 * The options of the default model, named as "default", "default:threads=2,sequences=32" or by name with options; null
 * for any other model. Which model that is, and fetching it, is the caller's matter.
 */
export function optionsOfDefault(spec: ModelSpec): Options | null {
  const { name, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  const [named, settings = ""] = /^default(?::([\s\S]*))?$/.exec(name) ?? [];
  return named === undefined ? null : { ...settingsIn(name, settings), ...options };
}

/** How often a model's calls are tried, where its options say. It is the caller who tries again: see stack.ts. */
export function attemptsOf(spec: ModelSpec): number | undefined {
  const attempts = typeof spec === "string" ? undefined : spec.options?.attempts;
  return typeof attempts === "number" ? attempts : undefined;
}

async function openServer(name: string, named: string | undefined, options: Options): Promise<Policy> {
  const [address = "", fragment = ""] = name.split("#");
  const baseUrl = address.replace(/\/+$/, "");
  const model = named || decodeURIComponent(fragment);
  const given = priced(`${baseUrl}#${model}`, read(openAiSchema, name, options));
  if (baseUrl === openAiBaseUrl && model !== "") return openAiPolicy({ ...given, model });
  const { probeServer } = await import("./openai/detect.ts");
  const found = await probeServer({ ...given, baseUrl, model });
  return openAiPolicy({ ...given, baseUrl, model: found.model, profile: { ...found, ...given.profile } });
}

async function openByLangchain(name: string, provider: string, options: Options): Promise<Policy> {
  const given = priced(name, read(langchainSchema, name, options));
  const [{ langchainPolicy }, { MODEL_PROVIDER_CONFIG }] = await Promise.all([
    import("./langchain.ts"),
    import("langchain/chat_models/universal"),
  ]);
  const providers = Object.keys(MODEL_PROVIDER_CONFIG);
  if (!providers.includes(provider)) {
    throw new UnknownNameError("model provider", provider, ["local", "simulated", ...providers]);
  }
  return langchainPolicy(name, given);
}

/** The options with the prices that are known of the model, where they bring none of their own. */
function priced<T extends { readonly prices?: Prices | undefined }>(name: string, given: T): T {
  if (given.prices !== undefined) return given;
  const known = pricesOf(name);
  return known === undefined ? given : { ...given, prices: known };
}

/** Reads "accuracy=0.7,seed=3"; values are JSON where they can be, else text. */
function settingsIn(name: string, text: string): Options {
  if (text === "") return {};
  return Object.fromEntries(
    text.split(",").map((setting) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(setting) ?? [];
      if (key === undefined || value === undefined) {
        throw new InvalidOptionError(`model "${name}": "${setting}"`, 'must read like "accuracy=0.7".');
      }
      return [key.trim(), jsonOrText(value)];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A word such as `modal` needs no quotes.
  }
}

function read<T>(schema: z.ZodType<T>, name: string, options: Options): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const option = issue?.path.join(".") ?? "";
  const where = option === "" ? `model "${name}":` : `model "${name}": "${option}"`;
  throw new InvalidOptionError(where, `${issue?.message ?? "is invalid"}.`, { cause: parsed.error });
}
