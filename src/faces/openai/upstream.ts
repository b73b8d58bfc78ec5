import type { IncomingHttpHeaders } from "node:http";
import { ModelCallError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { Endpoint } from "../../policy/openai/endpoint.ts";
import { redactor, spokenError } from "../../policy/openai/failure.ts";
import type { HttpReply, Transport } from "../../policy/openai/http.ts";
import { isCredential } from "../../policy/openai/identity.ts";
import { openAiPolicyOver } from "../../policy/openai/policy.ts";
import type { Prices } from "../../policy/openai/samples.ts";
import { stackPolicy } from "../../policy/stack.ts";

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A request as the client would have sent it. */
export interface ClientRequest {
  /** Up to what stands before "/chat/completions": origin, path, query. */
  readonly origin: string;
  readonly base: string;
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly init: RequestInit;
  readonly model: string;
  /** Attempts that the client has made of it before. */
  readonly retries: number;
}

export interface UpstreamSettings {
  readonly fetch: Fetch;
  readonly maxRetries: number;
  readonly parallel: number;
  readonly prices: Prices | undefined;
}

/** A model behind a client: its samples go through the client's own fetch, with the headers of the request. */
export interface ClientUpstream {
  readonly policy: Policy;
  /** The server's own reply that says why a call failed; null where none did. */
  replyFor(error: unknown): Response | null;
}

/** Headers of one request alone: samples made from it must not share them. */
const ofOneRequest = new Set(["accept", "content-length", "idempotency-key", "x-stainless-retry-count", "host"]);

/** Failed replies that are remembered of a client: more than it has calls in flight. */
const keptFailures = 256;

export const headersOf = (init: RequestInit | undefined): Record<string, string> =>
  Object.fromEntries([...new Headers(init?.headers)].filter(([name]) => !ofOneRequest.has(name)));

export function clientUpstream(request: ClientRequest, settings: UpstreamSettings): ClientUpstream {
  const { origin, base, search, headers, model, retries } = request;
  const failures: HttpReply[] = [];
  const keep = (reply: HttpReply) => {
    failures.unshift(reply);
    failures.length = Math.min(failures.length, keptFailures);
  };
  const url = new URL(`${origin}${base}${search}`);
  const endpoint: Endpoint = {
    origin,
    host: url.host,
    headers,
    isOpenAi: url.hostname === "api.openai.com",
    pathOf: (name) => `${base}/${name}${search}`,
    rootPathOf: (name) => `${base.replace(/\/v\d+$/, "")}/${name}${search}`,
    redact: redactor(Object.entries(headers).flatMap(([name, value]) => (isCredential(name) ? [value] : []))),
  };
  const { parallel, prices } = settings;
  const baseUrl = `${origin}${base}`;
  const raw = openAiPolicyOver({ model, baseUrl, parallel, prices, onNote: () => {} }, endpoint, () =>
    transportOver(settings.fetch, origin, request.init, keep),
  );
  // Where the client tries again by itself, the calls inside are not tried again once more.
  const attempts = retries > 0 ? 1 : settings.maxRetries + 1;
  return {
    policy: stackPolicy(raw, { concurrency: parallel, retry: { attempts, capMs: 8000 } }),
    replyFor(error) {
      if (!(error instanceof ModelCallError)) return null;
      const candidates = failures.filter(({ status }) => status === error.status);
      // Calls fail side by side: the error repeats the words of its own reply.
      const reply = candidates.find(({ body }) => error.message.includes(spokenError(body))) ?? candidates[0];
      if (reply === undefined) return null;
      return new Response(reply.body, { status: reply.status, headers: sentOn(reply.headers) });
    },
  };
}

/** What a reply's headers still say once its body is read. The client is not to try all of it again. */
function sentOn(received: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(received).flatMap(([name, value]) =>
    typeof value === "string" && !/^(content-(encoding|length)|transfer-encoding|connection)$/.test(name)
      ? [[name, value] as const]
      : [],
  );
  return { ...Object.fromEntries(kept), "x-should-retry": "false" };
}

function transportOver(
  send: Fetch,
  origin: string,
  { body: _, headers: __, signal: ___, method: ____, ...rest }: RequestInit,
  onFailure: (reply: HttpReply) => void,
): Transport {
  return {
    async send({ method, path, headers, body, signal, onText }) {
      const reply = await send(`${origin}${path}`, { ...rest, method, headers: { ...headers }, body, signal });
      const { status } = reply;
      const received = Object.fromEntries(reply.headers) as IncomingHttpHeaders;
      if (reply.ok && onText !== undefined && reply.body !== null) {
        for await (const text of reply.body.pipeThrough(new TextDecoderStream())) onText(text);
        return { status, headers: received, body: "" };
      }
      const whole = { status, headers: received, body: await reply.text() };
      if (!reply.ok) onFailure(whole);
      return whole;
    },
    close: async () => {},
  };
}
