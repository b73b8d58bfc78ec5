import { hash } from "node:crypto";
import type { Endpoint } from "./endpoint.ts";
import { asArray, asNumber, asRecord, asText, type Fields } from "./fields.ts";
import type { Transport } from "./http.ts";

/** A server that says nothing for so long is taken at its name. */
const answerMs = 5000;

interface Asked {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly model: string;
  /** What `/models` lists of it. */
  readonly entry: Fields | undefined;
  readonly template: string | null;
}

/**
 * What a server says of the weights behind a model's name, as a short hash; null where it says nothing that the name
 * does not. vLLM and SGLang: checkpoint and base of an adapter; llama.cpp: sizes of the file, chat template and
 * adapters; Ollama: the model's digest.
 */
export async function revisionOf(asked: Asked): Promise<string | null> {
  const { model, entry, template } = asked;
  if (entry === undefined) return null;
  const [root, parent] = [asText(entry.root), asText(entry.parent)];
  const said = {
    root: root === model ? null : root,
    parent,
    ...(entry.owned_by === "llamacpp" ? await ofLlama(asked, template) : {}),
    digest: entry.owned_by === "library" ? await digestOf(asked) : null,
  };
  if (Object.values(said).every((value) => value === null)) return null;
  return hash("sha256", JSON.stringify(said), "hex").slice(0, 12);
}

async function ofLlama({ endpoint, transport, entry }: Asked, template: string | null) {
  const meta = asRecord(entry?.meta);
  const sizes = ["n_params", "size", "n_vocab", "n_embd", "n_ctx_train"].map((name) => asNumber(meta?.[name]));
  const listed = asArray(await read(transport, endpoint, "lora-adapters")).map(asRecord);
  const adapters = listed.map((one) => [asText(one?.path), asNumber(one?.scale)]);
  return {
    sizes: sizes.every((size) => size === null) ? null : sizes,
    template,
    adapters: adapters.length === 0 ? null : adapters,
  };
}

async function digestOf({ endpoint, transport, model }: Asked): Promise<string | null> {
  const listed = asArray(asRecord(await read(transport, endpoint, "api/tags"))?.models).map(asRecord);
  const own = listed.find((one) => one?.name === model || one?.name === `${model}:latest`);
  return asText(own?.digest);
}

/** What a server without that function answers counts as nothing. */
async function read(transport: Transport, endpoint: Endpoint, name: string): Promise<unknown> {
  const request = { method: "GET", path: endpoint.rootPathOf(name), headers: endpoint.headers } as const;
  const reply = await transport.send({ ...request, signal: AbortSignal.timeout(answerMs) }).catch(() => null);
  try {
    return reply?.status === 200 ? (JSON.parse(reply.body) as unknown) : null;
  } catch {
    return null;
  }
}
