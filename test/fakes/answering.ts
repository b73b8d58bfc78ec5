import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Written, wholeReply } from "./replies.ts";

/** What a server answers to one request. */
export interface Answered {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface AnsweringServer {
  readonly baseUrl: string;
  readonly bodies: Record<string, unknown>[];
  close(): Promise<void>;
}

/** A server that answers each request as the test says, with what it was asked. */
export async function answeringServer(
  answer: (body: Record<string, unknown>, place: number) => Answered | Promise<Answered>,
): Promise<AnsweringServer> {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const text = await textOf(request).catch(() => "");
    if (text === "") return void response.end('{"data":[]}'); // it is asked whether it is there, or no more at all
    const body = JSON.parse(text) as Record<string, unknown>;
    bodies.push(body);
    const { status = 200, headers = {}, body: reply } = await answer(body, bodies.length - 1);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** vLLM's reply, as recorded, with these texts: 20 tokens of prompt and 10 of each. */
export const saying = (...texts: readonly (string | Partial<Written>)[]): Answered => ({
  body: wholeReply(
    "vllm",
    "test",
    texts.map((text) => ({ text: null, finish: "stop", tokens: 10, ...(typeof text === "string" ? { text } : text) })),
    { prompt_tokens: 20, completion_tokens: 10 * texts.length },
  ),
});

/** An error as OpenAI sends it. */
export const failing = (
  status: number,
  error: {
    readonly message: string;
    readonly param?: string | null;
    readonly code?: string | null;
    readonly type?: string;
  },
): Answered => ({
  status,
  body: { error: { type: "invalid_request_error", param: null, code: null, ...error } },
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A reply as OpenAI sends it where the model refuses in words. */
export function refusingInWords(refusal: string): Answered {
  const { body } = saying({ text: null });
  const { choices } = body as { choices: { message: object }[] };
  return {
    body: { ...(body as object), choices: choices.map((one) => ({ ...one, message: { ...one.message, refusal } })) },
  };
}
