import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { idsIn, withIds } from "./ids.ts";
import { type Summary, summaryOf } from "./summary.ts";
import type { ClientUpstream } from "./upstream.ts";

/** A request as a client sent it, and what came back. */
export interface Exchange {
  readonly feature: string;
  readonly method: string;
  readonly path: string;
  readonly key: "right" | "wrong" | "none";
  /** Ids of earlier replies stand in it as `$0.1`: the second id of the first reply. */
  readonly body?: unknown;
  /** The client left before the reply was there. */
  readonly left?: true;
  readonly reply?: Summary;
}

export interface Relay {
  readonly baseUrl: string;
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

/**
 * Stands between a client and the server and writes down what goes over the wire. `POST /feature/NAME` says what is
 * tried next, `GET /counts` answers with how many requests the
 * model's server was to keep waiting, and of how many of them the asker has left.
 */
export async function startRelay(target: string, key: string, upstream: ClientUpstream): Promise<Relay> {
  const exchanges: Exchange[] = [];
  const ids = new Map<string, string>();
  let feature = "";
  const server = createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (path.startsWith("/feature/")) {
      feature = path.slice("/feature/".length);
      outgoing.end();
    } else if (path === "/counts") {
      outgoing.end(`${upstream.waiting()} ${upstream.left()}`);
    } else await relayed(incoming, outgoing, path);
  });
  const relayed = async (incoming: IncomingMessage, outgoing: ServerResponse, path: string) => {
    const bytes = await bytesOf(incoming);
    const authorization = incoming.headers.authorization;
    const asked = {
      feature,
      method: incoming.method ?? "GET",
      path: withIds(path, ids),
      key: authorization === undefined ? ("none" as const) : authorization === `Bearer ${key}` ? "right" : "wrong",
      ...(bytes.length > 0 && { body: JSON.parse(withIds(bytes.toString("utf8"), ids)) as unknown }),
    } as const;
    const place = exchanges.push(asked) - 1;
    const onward = send(new URL(path, target), { method: incoming.method, headers: incoming.headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        outgoing.write(chunk);
      });
      reply.on("error", () => outgoing.destroy());
      reply.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        for (const [at, id] of idsIn(text).entries()) if (!ids.has(id)) ids.set(id, `$${place}.${at}`);
        exchanges[place] = {
          ...asked,
          reply: summaryOf(reply.statusCode ?? 0, reply.headers["content-type"] ?? "", text),
        };
        outgoing.end();
      });
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.once("close", () => {
      if (outgoing.writableFinished) return;
      exchanges[place] = { ...asked, left: true };
      onward.destroy();
    });
    onward.end(bytes);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
