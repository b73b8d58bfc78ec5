import { createServer, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server refused. */
export interface Refusal {
  readonly status: number;
  readonly path: string;
  readonly words: string;
}

/**
 * Stands before a server and says what it refuses: each reply from 400 on. That it has no function beside the version's
 * folder (vLLM has no `/apply-template`) is no refusal. It waits for as long as the server takes,
 * which may be many minutes on a busy machine.
 */
export async function watchRefusals(
  baseUrl: string,
  onRefusal: (refusal: Refusal) => void,
): Promise<{ readonly baseUrl: string; stop(): void }> {
  const { origin, pathname } = new URL(baseUrl);
  const server = createServer(async (request, reply) => {
    const path = request.url ?? "/";
    const body = await textOf(request);
    const { method } = request;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = send(origin + path, { method, headers }, async (answer) => {
      const { statusCode: status = 502, headers: given } = answer;
      const words = await textOf(answer);
      if (status >= 400 && path.startsWith(pathname)) onRefusal({ status, path, words: words.slice(0, 300) });
      const { "content-type": type, server: name } = given;
      reply
        .writeHead(status, { ...(type && { "content-type": type }), ...(name && { server: String(name) }) })
        .end(words);
    });
    sent.on("error", () => reply.destroy());
    request.on("close", () => reply.destroyed && sent.destroy());
    sent.end(body);
  });
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${pathname}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let body = "";
  message.setEncoding("utf8");
  for await (const part of message) body += part as string;
  return body;
}
