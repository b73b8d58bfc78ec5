import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Random } from "../../src/core/random.ts";
import { wholeReply } from "../fakes/replies.ts";

export interface Bill {
  tokens: number;
  calls: number;
}

export interface BillingUpstream {
  readonly baseUrl: string;
  /** By the number that a prompt carries as `#number#`; 0 for prompts without one. */
  readonly bills: ReadonlyMap<number, Bill>;
  close(): Promise<void>;
}

/**
 * vLLM, as recorded, with the tokenizer that costs most: a token for each byte of what is sent. Texts are of any length
 * up to the limit; one request in eight gets fewer choices than it asks for. What it writes satisfies no pattern.
 */
export async function billingUpstream(seed: string): Promise<BillingUpstream> {
  const bills = new Map<number, Bill>();
  const random = new Random(seed);
  let asked = 0;
  const server = createServer(async (request, response) => {
    const text = await textOf(request).catch(() => "");
    if (text === "") {
      response.end('{"data":[]}'); // it is asked whether it is there, or no more at all
      return;
    }
    const body = JSON.parse(text) as Body;
    const draw = random.fork("reply", asked++);
    const n = draw.uniform() < 0.125 ? 1 : (body.n ?? 1);
    const most = body.max_tokens ?? 16;
    const lengths = Array.from({ length: n }, () => (draw.uniform() < 0.3 ? most : 1 + draw.integer(most)));
    const usage = { prompt_tokens: promptTokens(body), completion_tokens: lengths.reduce((a, b) => a + b, 0) };
    const number = Number(/#(\d+)#/.exec(text)?.[1] ?? 0);
    const bill = bills.get(number) ?? { tokens: 0, calls: 0 };
    bill.tokens += usage.prompt_tokens + usage.completion_tokens;
    bill.calls += n;
    bills.set(number, bill);
    const samples = lengths.map((tokens) => ({
      text:
        body.response_format === undefined
          ? `${"so ".repeat(tokens)}\nThe answer is 4.`
          : `{"a":"${"a".repeat(tokens)}!"}`,
      finish: tokens === most ? ("length" as const) : ("stop" as const),
      tokens,
    }));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(wholeReply("vllm", String(body.model), samples, usage)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    bills,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Body {
  readonly model: string;
  readonly n?: number;
  readonly max_tokens?: number;
  readonly messages: readonly { readonly content: unknown }[];
  readonly response_format?: unknown;
  readonly tools?: unknown;
}

/** A token a byte, and what chat templates add. */
function promptTokens({ messages, tools, response_format: format }: Body): number {
  const sent = messages.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content)));
  const extra = [tools, format].map((field) => (field === undefined ? "" : JSON.stringify(field)));
  return Buffer.byteLength([...sent, ...extra].join("")) + 4 * messages.length + 3;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
