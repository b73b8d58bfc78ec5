import { hash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EnvironmentError, UnknownNameError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";
import { cacheFolder } from "../cache-folder.ts";
import { type Endpoint, type EndpointOptions, endpointOf } from "./endpoint.ts";
import { errorCode, failureOfReply } from "./failure.ts";
import { asArray, asNumber, asRecord, asText, type Fields } from "./fields.ts";
import type { Transport } from "./http.ts";
import { probe } from "./probe.ts";
import { type ServerProfile, serverProfileSchema } from "./profile.ts";
import { revisionOf } from "./revision.ts";
import { openTransport } from "./transport.ts";

export interface ProbeOptions extends EndpointOptions {
  /** Default: the only one that the server has. */
  readonly model?: string;
  /** Ask again, also where the answers are remembered, and ask for tools, JSON schemas and images, too. */
  readonly afresh?: boolean;
  /** Where answers are remembered. Default: RUMINATE_PROFILES, else "profiles" in the cache folder. */
  readonly folder?: string;
}

/**
 * What one model behind an endpoint does, found out by a handful of small requests and remembered until what
 * `/models` says of it changes.
 * @throws EnvironmentError when nothing answers; UnknownNameError when it does not have the model.
 */
export async function probeServer(options: ProbeOptions): Promise<ServerProfile> {
  return (await probed(options)).profile;
}

/** A server as it shows itself, and what it says of the weights behind the name. */
interface Probed {
  readonly profile: ServerProfile;
  readonly revision: string | null;
}

async function probed(options: ProbeOptions): Promise<Probed> {
  const endpoint = endpointOf(options);
  const transport = twice(openTransport(endpoint.origin, { connections: 1, timeoutMs: 120_000, tls: options.tls }));
  try {
    const listed = await listModels(endpoint, transport);
    const { model, entry } = chosenModel(endpoint, listed, options.model);
    const template = await templateOf(endpoint, transport, entry);
    const file = fileOf(options, endpoint, model, [entry, template]);
    const revision = await revisionOf({ endpoint, transport, model, entry, template });
    const known = options.afresh === true ? null : remembered(file);
    if (known !== null) return { profile: known, revision };
    const profile = await probe({
      endpoint,
      transport,
      model,
      contextTokens: contextOf(entry),
      owner: asText(entry?.owned_by),
      all: options.afresh === true,
    }).catch((error: unknown) => {
      throw unreachable(endpoint, error);
    });
    remember(file, profile);
    return { profile, revision };
  } finally {
    await transport.close();
  }
}

/**
 * Profiles of several servers of one model. One that does not answer is taken for what the first of the others is, and
 * the process is warned.
 * @throws as `probeServer` where none answers.
 */
export async function profilesOf<Options extends ProbeOptions>(
  servers: readonly Options[],
): Promise<readonly ({ readonly options: Options } & Probed)[]> {
  const found = await Promise.allSettled(servers.map((options) => probed(options)));
  const there = found.find((end) => end.status === "fulfilled");
  return found.map((end, i) => {
    const options = servers[i] as Options;
    if (end.status === "fulfilled") return { options, ...end.value };
    if (there === undefined || !(end.reason instanceof EnvironmentError)) throw end.reason;
    process.emitWarning(plainText(`${end.reason.message} Until then others do its part.`), "RuminateWarning");
    return { options, ...there.value };
  });
}

/** A profile as lines for people to read: name and value. */
export function profileLines(profile: ServerProfile): readonly (readonly [string, string])[] {
  const shown = (value: unknown): string => {
    if (value === null) return "not known";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (Array.isArray(value)) return value.length === 0 ? "nothing" : value.join(", ");
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  const { prefix, template, samples, counts, logprobs, stopTexts, thought } = profile;
  return [
    ["server", profile.server],
    ["model", profile.model],
    ["context", profile.contextTokens === null ? "not known" : `${profile.contextTokens} tokens`],
    ["goes on with a begun turn", `${prefixWords[prefix]}${template === null ? "" : ` (template ${template} it)`}`],
    ["samples a request", samples === null ? "several" : shown(samples)],
    ["counts the tokens of", counts === "all" ? "all samples of a request" : "one sample of a request"],
    ["log-probabilities", logprobs === null ? "none" : `up to ${logprobs} alternatives`],
    ["those of the stop text too", shown(profile.logprobsOfStop)],
    ["same seed, same text", shown(profile.seeds)],
    ["stop texts", stopTexts === null ? "five or more" : `at most ${stopTexts}`],
    ["says which stop text it was", shown(profile.reportsStops)],
    ["token limit", profile.tokenLimitField],
    ["usage in streams", shown(profile.streamUsage)],
    ["thinks", thought === null ? "not seen" : `${thought.from}${thought.opened ? ", opened by the template" : ""}`],
    ["tools", shown(profile.tools)],
    ["images", shown(profile.images)],
    ["JSON schema", shown(profile.jsonSchema)],
    ["refuses", shown(profile.refuses)],
  ];
}

const prefixWords = {
  continue: "by continue_final_message",
  echo: "natively, and repeats it",
  trailing: "natively",
  completions: "by /completions, with the prompt rendered here",
  instructed: "only when asked in words",
} as const;

/** Sends again what met a connection that the server had closed meanwhile, as llama.cpp does after five seconds. */
const twice = (transport: Transport): Transport => ({
  ...transport,
  send: (request) => transport.send(request).catch(() => transport.send(request)),
});

async function listModels(endpoint: Endpoint, transport: Transport): Promise<readonly Fields[]> {
  const reply = await transport
    .send({ method: "GET", path: endpoint.pathOf("models"), headers: endpoint.headers })
    .catch((error: unknown) => {
      throw unreachable(endpoint, error);
    });
  if (reply.status === 401 || reply.status === 403) throw failureOfReply(endpoint.host, reply, endpoint.redact);
  if (reply.status !== 200) return [];
  try {
    const entries = asArray(asRecord(JSON.parse(reply.body))?.data).map(asRecord);
    return entries.filter((entry) => entry !== null && typeof entry.id === "string") as Fields[];
  } catch {
    return []; // Not a list of models: the server is taken as it is.
  }
}

function unreachable(endpoint: Endpoint, error: unknown): EnvironmentError {
  const why = errorCode(error) || endpoint.redact(error instanceof Error ? error.message : String(error));
  return new EnvironmentError(`No server answers at ${endpoint.origin} (${why}). Start it, or check the address.`, {
    cause: error,
  });
}

/** Servers of one model (llama.cpp) answer to any name, and others list no models at all. */
function chosenModel(endpoint: Endpoint, models: readonly Fields[], named: string | undefined) {
  const ids = models.map(({ id }) => String(id));
  if (named === undefined || named === "") {
    const [only, ...others] = ids;
    if (only !== undefined && others.length === 0) return { model: only, entry: models[0] };
    const have = ids.length === 0 ? "lists no models" : `has several models: ${ids.join(", ")}`;
    throw new EnvironmentError(`${endpoint.host} ${have}. Name one: http://host:port/v1#model.`);
  }
  const entry = models.find(({ id }) => id === named || id === `${named}:latest`);
  if (entry !== undefined || models.length === 0) return { model: named, entry };
  if (models.length === 1 && models[0]?.owned_by === "llamacpp") return { model: named, entry: models[0] };
  throw new UnknownNameError(`model at ${endpoint.host}`, named, ids);
}

/** vLLM and SGLang, llama.cpp, LiteLLM. */
function contextOf(entry: Fields | undefined): number | null {
  const given =
    entry?.max_model_len ?? asRecord(entry?.meta)?.n_ctx ?? entry?.max_input_tokens ?? entry?.context_length;
  const tokens = asNumber(given);
  return tokens !== null && Number.isInteger(tokens) && tokens > 0 ? tokens : null;
}

/** llama.cpp may be started again with the same model and another template, which `/models` does not say. */
async function templateOf(endpoint: Endpoint, transport: Transport, entry: Fields | undefined): Promise<string | null> {
  if (entry?.owned_by !== "llamacpp") return null;
  const { headers } = endpoint;
  const reply = await transport.send({ method: "GET", path: endpoint.rootPathOf("props"), headers }).catch(() => null);
  try {
    return asText(asRecord(JSON.parse(reply?.body ?? "null"))?.chat_template);
  } catch {
    return null; // It may not be asked.
  }
}

/** One file an endpoint and model, and as the server describes it: without what changes from start to start. */
function fileOf(
  options: ProbeOptions,
  endpoint: Endpoint,
  model: string,
  [entry, template]: readonly [Fields | undefined, string | null],
): string {
  const { created: _, permission: __, ...lasting } = entry ?? {};
  const described = [endpoint.origin, endpoint.pathOf(""), model, lasting, template];
  const name = hash("sha256", JSON.stringify(described), "hex");
  const folder = options.folder ?? process.env.RUMINATE_PROFILES ?? join(cacheFolder(), "profiles");
  return join(folder, `${name.slice(0, 24)}.json`);
}

function remembered(file: string): ServerProfile | null {
  try {
    const read = serverProfileSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return read.success ? read.data : null;
  } catch {
    return null; // Not there, or of another version: the server is asked.
  }
}

function remember(file: string, profile: ServerProfile): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}.partial`;
    writeFileSync(partial, `${JSON.stringify(profile, null, 2)}\n`);
    renameSync(partial, file);
  } catch {
    // A folder that cannot be written costs the same questions next time, and nothing else.
  }
}
