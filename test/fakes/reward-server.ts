import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface RewardRequest {
  readonly path: string;
  /** As it came, byte for byte. */
  readonly text: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What the server does with a request: a JSON value, a text as it stands (also an invalid one), a status with a
 * message, or silence.
 */
export type RewardAnswer = { json: unknown } | { text: string } | { status: number; message: string } | "hang";

export interface RewardServer {
  readonly url: string;
  readonly requests: RewardRequest[];
  close(): Promise<void>;
}

/**
 * A reward model server on this machine: `answer` writes the reply of each request. Shapes are those of the servers'
 * own protocols (TEI: OpenAPI); vLLM's real replies are in test/recordings/rewards.
 */
export async function startRewardServer(
  answer: (request: RewardRequest, requests: RewardRequest[]) => RewardAnswer,
): Promise<RewardServer> {
  const requests: RewardRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const body = JSON.parse(text) as Record<string, unknown>;
      const request = { path: incoming.url ?? "", text, body, headers: incoming.headers };
      requests.push(request);
      const given = answer(request, requests);
      if (given === "hang") return;
      const status = "status" in given ? given.status : 200;
      response.writeHead(status, { "content-type": "application/json" });
      if ("status" in given) response.end(JSON.stringify({ error: { message: given.message } }));
      else response.end("json" in given ? JSON.stringify(given.json) : given.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
