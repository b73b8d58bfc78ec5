import { z } from "zod";
import { systemClock } from "../core/clock.ts";
import { EnvironmentError, InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { hedgeOption } from "./hedge.ts";
import { openAiBaseUrl } from "./openai/endpoint.ts";
import { idOf } from "./openai/identity.ts";
import { serverProfileSchema } from "./openai/profile.ts";
import { reachOptions } from "./openai/reach.ts";
import { prefixModes } from "./openai/request.ts";
import type { Prices } from "./openai/samples.ts";
import { type OpenAiPolicy, openAiPolicy } from "./openai.ts";
import { type PoolChoice, type PoolOptions, poolChoices, poolPolicy } from "./pool.ts";
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
  "http://A/v1,http://B/v1#MODEL",
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
  totalMs: z.number().positive().optional(),
  contextTokens: z.int().min(1).optional(),
  attempts: z.int().min(1).optional().describe("attempts of a call in all; default 8"),
  prices: prices.optional().describe("dollars per million tokens"),
});
const openAiSchema = langchainSchema.extend({
  ...reachOptions,
  balance: z.enum(poolChoices).optional().describe("which of several servers is asked; default prefix"),
  weights: z.array(z.number().positive()).optional().describe("work of each of several servers; default all the same"),
  hedge: hedgeOption,
  reasoningEffort: z.string().min(1).optional().describe("how hard to think, in the words of the model's maker"),
  thinkingTokens: z.int().min(1).optional().describe("of a thought at most, where the server keeps such a limit"),
  thinking: z.boolean().optional().describe("think first, where the model's template lets one choose"),
  extraBody: z.record(z.string(), z.unknown()).optional(),
  prefix: z.enum(prefixModes).optional(),
  capabilities: serverProfileSchema
    .partial()
    .optional()
    .describe("what is known of the server, field by field in place of what it shows; see `ruminate doctor --model`"),
  severalPerRequest: z.boolean().optional(),
  seeds: z.boolean().optional(),
});

/**
 * Opens the model that a name stands for:
 *
 *     simulated, simulated:accuracy=0.7,seed=3   the seeded reasoner
 *     local:NAME                                 a model file of this machine
 *     openai:MODEL                               api.openai.com, key in OPENAI_API_KEY, or that of OPENAI_BASE_URL
 *     http://HOST:PORT/v1#MODEL                  any server that speaks OpenAI's protocol; without #MODEL its only one
 *     http://A/v1,http://B/v1#MODEL              several servers of one model
 *     PROVIDER:MODEL                             whatever LangChain knows: anthropic, ollama, groq, mistralai …
 *
 * @throws UnknownNameError, InvalidOptionError, EnvironmentError before anything is paid for.
 */
export async function openPolicy(spec: ModelSpec, context: OpenContext): Promise<Policy> {
  const { name, model, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  if (/^https?:\/\//.test(name)) return openServers(name, model, options);
  const [, kind = name, rest = ""] = /^([^:]*):([\s\S]*)$/.exec(name) ?? [];
  if (kind === "simulated") return context.openSimulated({ ...settingsIn(name, rest), ...options });
  const chosen = rest || model || "";
  if (chosen === "") throw new UnknownNameError("model", name, modelForms);
  if (kind === "local") return context.openLocal(chosen, options);
  if (kind === "openai") return openOpenAi(name, chosen, options);
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

/** Where OPENAI_BASE_URL is set, that server is used, and gets OpenAI's key only if the options name it. */
async function openOpenAi(name: string, model: string, options: Options): Promise<Policy> {
  const address = process.env.OPENAI_BASE_URL?.trim();
  if (address) return openServers(address, model, options);
  return openAiPolicy({ ...known(`openai:${model}`, name, options), model });
}

/** The options of a server, with the prices that are known of the model. @throws InvalidOptionError. */
export function known(model: string, name: string, options: Options) {
  const { capabilities: profile, ...given } = priced(model, read(openAiSchema, name, options));
  return { ...given, profile };
}

async function openServers(name: string, named: string | undefined, options: Options): Promise<Policy> {
  const { addresses, model } = serversIn(name, named);
  const [baseUrl = ""] = addresses;
  const { attempts: _, balance, weights, hedge, id, ...given } = known(`${baseUrl}#${model}`, name, options);
  if (weights !== undefined && weights.length !== addresses.length) {
    const what = `must have a number for each of ${addresses.length} servers, got ${weights.length}.`;
    throw new InvalidOptionError(`model "${shownName(name)}": "weights"`, what);
  }
  if (addresses.length === 1 && baseUrl === openAiBaseUrl && model !== "") return openAiPolicy({ ...given, id, model });
  const { profilesOf } = await import("./openai/detect.ts");
  const profiles = await profilesOf(addresses.map((address) => ({ ...given, baseUrl: address, model })));
  const openMember = ({ profile, revision, options: { baseUrl } }: (typeof profiles)[number], own?: string) =>
    openAiPolicy({
      ...given,
      id: own,
      baseUrl,
      model: profile.model,
      profile: { ...profile, ...given.profile },
      revision,
      declared: given.profile,
    });
  const [only] = profiles;
  if (profiles.length === 1 && only !== undefined) return openMember(only, id);
  const members = profiles.map((member) => openMember(member));
  return serversAsOne(shownName(name), members, { balance, weights, hedge, id });
}

/** Addresses without what stands after a question mark, which may be a key. */
export const shownName = (name: string): string =>
  /^https?:/.test(name) ? name.replace(/\?[^#,]*/g, "?[secret]") : name;

/** "http://A/v1,http://B/v1#MODEL". */
export function serversIn(name: string, named?: string): { addresses: readonly string[]; model: string } {
  const [, list = name, fragment = ""] = /^([^#]*)#?(.*)$/s.exec(name) ?? [];
  const addresses = list.split(/,\s*(?=https?:)/).map((address) => address.trim().replace(/\/+$/, ""));
  return { addresses, model: named || decodeURIComponent(fragment) };
}

/** Failures in a row after which a server of several rests, and how long: about as long as one takes to be noticed. */
const REST_AFTER = 3;
const REST_MS = 5000;

function serversAsOne(
  name: string,
  members: readonly OpenAiPolicy[],
  given: Pick<PoolOptions, "weights" | "hedge" | "id"> & { readonly balance?: PoolChoice },
): Policy {
  const [first, ...others] = members;
  const unlike = others.find(({ identity }) => identity.serves !== first?.identity.serves);
  if (unlike !== undefined) {
    throw new InvalidOptionError(
      `model "${name}":`,
      `must be servers that serve one model in one way, got ${first?.id} and ${unlike.id}.`,
    );
  }
  const identities = members.map(({ identity }) => identity);
  const hosts = identities.map(({ place }) => place).sort();
  return poolPolicy(members, {
    name: hosts.join(", "),
    id: given.id ?? idOf(identities),
    choice: given.balance ?? "prefix",
    weights: given.weights,
    hedge: given.hedge,
    breakAfter: REST_AFTER,
    coolMs: REST_MS,
    clock: systemClock,
  });
}

async function openByLangchain(name: string, provider: string, options: Options): Promise<Policy> {
  const given = priced(name, read(langchainSchema, name, options));
  const [{ langchainPolicy }, { MODEL_PROVIDER_CONFIG }] = await Promise.all([
    import("./langchain.ts"),
    import("langchain/chat_models/universal"),
  ]).catch((cause: unknown) => {
    if ((cause as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const remedy = `npm install langchain @langchain/core @langchain/${provider.replaceAll("_", "-")}`;
    throw new EnvironmentError(`"${name}" is opened by LangChain, which is not installed. Install it with: ${remedy}`, {
      cause,
    });
  });
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
  const shown = shownName(name);
  const where = option === "" ? `model "${shown}":` : `model "${shown}": "${option}"`;
  throw new InvalidOptionError(where, `${issue?.message ?? "is invalid"}.`, { cause: parsed.error });
}
