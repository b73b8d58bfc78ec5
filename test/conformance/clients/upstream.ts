import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Written, wholeReply } from "../../fakes/replies.ts";

type Json = Readonly<Record<string, unknown>>;

export interface ClientUpstream {
  readonly baseUrl: string;
  /** How many requests were kept waiting so far. */
  waiting(): number;
  /** Of how many of them the asker has left. */
  left(): number;
  close(): Promise<void>;
}

/** What a question must hold to be kept waiting until whoever asks has left. */
const kept = "slowly";

/**
 * A model's server, as vLLM replies, that answers by what it is asked, so that requests of clients can be made in any
 * order: with calls where there are tools and no results yet, with JSON where a schema asks for it, else with a vote
 * of two against one.
 */
export async function clientUpstream(): Promise<ClientUpstream> {
  let waited = 0;
  let left = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (lastText(body).includes(kept)) {
      waited++;
      response.once("close", () => left++);
      return;
    }
    const n = typeof body.n === "number" ? body.n : 1;
    const samples = Array.from({ length: n }, (_, index) => written(body, index));
    const usage = { prompt_tokens: 20, completion_tokens: 10 * n };
    answer(response, wholeReply("vllm", String(body.model), samples, usage));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    waiting: () => waited,
    left: () => left,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function written(body: Json, index: number): Written {
  const tools = (body.tools ?? []) as readonly { readonly function: { readonly name: string; parameters?: Json } }[];
  const messages = body.messages as readonly { readonly role: string }[];
  const calling = tools.length > 0 && body.tool_choice !== "none" && messages.at(-1)?.role !== "tool";
  if (calling) {
    const [first] = tools;
    const cities = lastText(body).includes("two cities") ? ["Paris", "Rome"] : ["Paris"];
    const calls = cities.map((city, place) => ({
      id: `call_${index}_${place}`,
      name: first?.function.name ?? "",
      arguments: JSON.stringify(exampleOf(first?.function.parameters ?? {}, first?.function.parameters ?? {}, city)),
    }));
    return { text: null, finish: "tool_calls", tokens: 10, calls };
  }
  const text = textOf(body, index);
  const cut = lastText(body).includes("at length");
  const tokens = text.match(/\s*\S+/g) ?? [];
  const logprobs = body.logprobs === true ? tokens.map((token) => ({ token, logprob: -0.1, top: [] })) : undefined;
  return { text, finish: cut ? "length" : "stop", tokens: 10, logprobs };
}

function textOf(body: Json, index: number): string {
  if (lastText(body).includes("nonsense")) return "No.";
  const format = body.response_format as { type: string; json_schema?: { schema?: Json } } | undefined;
  if (format?.type === "json_object") return '{"n":4}';
  const schema = format?.json_schema?.schema;
  if (schema !== undefined) return JSON.stringify(exampleOf(schema, schema, "Paris"));
  return `The answer is ${index % 3 === 1 ? 5 : 4}.`;
}

/** The smallest value that a schema takes, every text of it the same. */
function exampleOf(schema: Json, root: Json, text: string): unknown {
  if (typeof schema.$ref === "string") {
    const path = schema.$ref.split("/").slice(1);
    const found = path.reduce<unknown>((inner, name) => (inner as Json)[name], root);
    return exampleOf(found as Json, root, text);
  }
  const [option] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as readonly Json[];
  if (option !== undefined) return exampleOf(option, root, text);
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties as Readonly<Record<string, Json>>);
    return Object.fromEntries(entries.map(([name, inner]) => [name, exampleOf(inner, root, text)]));
  }
  const simple = { integer: 4, number: 4, boolean: true, string: text, object: {}, array: [], null: null };
  return simple[(schema.type as keyof typeof simple) ?? "object"];
}

function lastText(body: Json): string {
  const last = (body.messages as readonly { readonly content: unknown }[] | undefined)?.at(-1)?.content;
  return typeof last === "string" ? last : JSON.stringify(last ?? "");
}

function answer(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Json;
}
