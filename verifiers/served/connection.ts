import { VerifierError } from "../../src/core/errors.ts";
import { type EndpointOptions, endpointOf } from "../../src/policy/openai/endpoint.ts";
import { failureOfConnection, failureOfReply, malformedReply } from "../../src/policy/openai/failure.ts";
import type { Transport } from "../../src/policy/openai/http.ts";
import { openTransport } from "../../src/policy/openai/transport.ts";
import { retryCall } from "../../src/policy/retry.ts";

export interface ConnectionOptions extends Pick<EndpointOptions, "apiKeyEnv" | "headers" | "tls"> {
  readonly url: string;
  readonly parallel: number;
  /** The longest silence. */
  readonly timeoutMs: number;
  /** The longest call; default six times the silence. */
  readonly totalMs?: number;
  readonly attempts: number;
}

/** JSON over HTTP to one reward model server: limited, retried, its errors in words. */
export interface Connection {
  readonly host: string;
  /** @throws ModelCallError after the retries; VerifierError for a body that holds NaN or infinity. */
  post(path: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
}

/**
 * Sockets are kept for the life of the process, by server: a verifier is made for every problem, and `parallel`
 * limits all of them together. Idle ones do not keep the process alive.
 */
const transports = new Map<string, Transport>();

export function connect(options: ConnectionOptions): Connection {
  const { url, apiKeyEnv, headers, tls, parallel, timeoutMs, totalMs, attempts } = options;
  const endpoint = endpointOf({ baseUrl: url.replace(/\/(v1\/?)?$/, ""), apiKeyEnv, headers });
  const key = JSON.stringify([endpoint.origin, parallel, timeoutMs, totalMs, tls]);
  const reach = { connections: parallel, timeoutMs, totalMs, tls };
  const transport = transports.get(key) ?? openTransport(endpoint.origin, reach);
  transports.set(key, transport);
  const server = `the reward model server ${endpoint.host}`;

  const once = async (path: string, body: string, signal?: AbortSignal): Promise<unknown> => {
    const reply = await transport
      .send({ method: "POST", path: endpoint.pathOf(path), headers: endpoint.headers, body, signal })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw failureOfConnection(server, error, endpoint.redact);
      });
    if (reply.status < 200 || reply.status >= 300) throw failureOfReply(server, reply, endpoint.redact);
    return parsed(reply.body, server);
  };
  return {
    host: endpoint.host,
    post: (path, body, signal) => {
      const text = JSON.stringify(body);
      return retryCall(() => once(path, text, signal), `${endpoint.host}/${path}`, { attempts }, signal);
    },
  };
}

function parsed(body: string, server: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const [odd] = /-?\b(NaN|Infinity)\b/.exec(body) ?? [];
    if (odd !== undefined) throw new VerifierError("served", `${server} sent ${odd} where a number was expected.`);
    throw malformedReply(server, body === "" ? "it is empty" : (error as Error).message, error);
  }
}
