import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Written, wholeReply } from "../fakes/replies.ts";

export interface ScriptedChoice {
  readonly content?: string | null;
  /** Name and arguments of each call. */
  readonly calls?: readonly (readonly [string, string])[];
  /** The end that the server names; by what there is, unless given. */
  readonly finish?: "length";
}

export interface ScriptedUpstream {
  readonly baseUrl: string;
  readonly bodies: Record<string, unknown>[];
  /** What the next requests are answered with, choice by choice. */
  script: readonly ScriptedChoice[];
  close(): Promise<void>;
}

/**
 * vLLM, as recorded, that gives choice i of a request entry i of its script: texts, tool calls. Ten tokens a choice.
 */
export async function scriptedUpstream(script: readonly ScriptedChoice[] = []): Promise<ScriptedUpstream> {
  const bodies: Record<string, unknown>[] = [];
  const state = { script };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    bodies.push(body);
    const n = typeof body.n === "number" ? body.n : 1;
    const samples = Array.from({ length: n }, (_, index) =>
      written(index, state.script[index % state.script.length] ?? {}),
    );
    const usage = { prompt_tokens: 20, completion_tokens: 10 * n };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(wholeReply("vllm", String(body.model), samples, usage)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    get script() {
      return state.script;
    },
    set script(value) {
      state.script = value;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const written = (index: number, { content = null, calls = [], finish }: ScriptedChoice): Written => ({
  text: content,
  finish: finish ?? (calls.length > 0 ? "tool_calls" : "stop"),
  tokens: 10,
  calls: calls.map(([name, text], place) => ({ id: `call_${index}_${place}`, name, arguments: text })),
});

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Record<string, unknown>;
}

export const weatherTool = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;
