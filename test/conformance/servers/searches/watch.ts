import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands before a server and says what it refuses: status, path and words of each reply from 400 on. */
export async function watchRefusals(
  baseUrl: string,
  onRefusal: (refusal: { readonly status: number; readonly path: string; readonly words: string }) => void,
): Promise<{ readonly baseUrl: string; stop(): void }> {
  const { origin, pathname } = new URL(baseUrl);
  const server = createServer(async (request, reply) => {
    const path = request.url ?? "/";
    try {
      const body = await read(request);
      const answer = await fetch(origin + path, {
        method: request.method ?? "GET",
        headers: { "content-type": "application/json" },
        body: body === "" ? null : body,
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (answer.status >= 400) onRefusal({ status: answer.status, path, words: bytes.toString("utf8").slice(0, 300) });
      const type = answer.headers.get("content-type") ?? "application/json";
      const name = answer.headers.get("server");
      reply.writeHead(answer.status, { "content-type": type, ...(name !== null && { server: name }) }).end(bytes);
    } catch {
      reply.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}${pathname}`, stop: () => server.close() };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = "";
  request.setEncoding("utf8");
  for await (const part of request) body += part as string;
  return body;
}
