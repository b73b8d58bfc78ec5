import { z } from "zod";
import { EnvironmentError, UnknownNameError } from "../../core/errors.ts";
import { type EndpointOptions, endpointOf } from "./endpoint.ts";
import { errorCode, failureOfReply } from "./failure.ts";
import type { PrefixMode } from "./request.ts";
import { openTransport } from "./transport.ts";

export type ServerKind = "openai" | "vllm" | "sglang" | "llama.cpp" | "ollama" | "unknown";

export interface ServerFacts {
  readonly kind: ServerKind;
  readonly model: string;
  readonly prefix: PrefixMode;
  readonly contextTokens: number | null;
}

const modelsSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.string().nullish(),
      max_model_len: z.number().nullish(),
      meta: z.object({ n_ctx: z.number().nullish() }).nullish(),
    }),
  ),
});

const kinds: Readonly<Record<string, ServerKind>> = {
  vllm: "vllm",
  sglang: "sglang",
  llamacpp: "llama.cpp",
  library: "ollama",
};
const prefixes: Readonly<Partial<Record<ServerKind, PrefixMode>>> = {
  vllm: "continue",
  sglang: "continue",
  "llama.cpp": "echo",
};

/**
 * Asks a server for its models, which shows what kind of server it is and how it goes on with a begun turn. Without a
 * model name it must have exactly one. A server that lists no models is taken as it is.
 * @throws EnvironmentError when nothing answers; UnknownNameError when it does not have the model.
 */
export async function detectServer(options: EndpointOptions & { readonly model?: string }): Promise<ServerFacts> {
  const endpoint = endpointOf(options);
  const transport = openTransport(endpoint.origin, { connections: 1, timeoutMs: 10_000 });
  const reply = await transport
    .send({ method: "GET", path: endpoint.pathOf("models"), headers: endpoint.headers })
    .catch((error: unknown) => {
      const why = errorCode(error) || endpoint.redact(error instanceof Error ? error.message : String(error));
      throw new EnvironmentError(`No server answers at ${endpoint.origin} (${why}). Start it, or check the address.`);
    })
    .finally(() => transport.close());
  if (reply.status === 401 || reply.status === 403) throw failureOfReply(endpoint.host, reply, endpoint.redact);
  const models = readModels(reply.status, reply.body);
  const model = options.model || onlyModel(endpoint.host, models);
  const found = models.find(({ id }) => id === model || id === `${model}:latest`);
  const listed = endpoint.isOpenAi ? "openai" : (kinds[models[0]?.owned_by ?? ""] ?? "unknown");
  if (found === undefined && models.length > 0 && listed !== "llama.cpp" && listed !== "unknown") {
    throw new UnknownNameError(
      `model at ${endpoint.host}`,
      model,
      models.map(({ id }) => id),
    );
  }
  return {
    kind: listed,
    model,
    prefix: prefixes[listed] ?? "instructed",
    contextTokens: found?.max_model_len ?? found?.meta?.n_ctx ?? null,
  };
}

type Models = z.infer<typeof modelsSchema>["data"];

function readModels(status: number, body: string): Models {
  if (status !== 200) return [];
  try {
    return modelsSchema.parse(JSON.parse(body)).data;
  } catch {
    return []; // Not a list of models: the server is taken as it is.
  }
}

function onlyModel(host: string, models: Models): string {
  const [model, ...others] = models;
  if (model !== undefined && others.length === 0) return model.id;
  const names = models.map(({ id }) => id).join(", ");
  throw new EnvironmentError(
    `${host} ${models.length === 0 ? "lists no models" : `has several models: ${names}`}. Name one: http://host:port/v1#model.`,
  );
}
