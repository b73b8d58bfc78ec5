import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { fetchBytes } from "../../experiments/datasets/reading/download.ts";
import { ModelCallError } from "../../src/core/errors.ts";
import { eventReader } from "../../src/policy/openai/sse.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { connect } from "../../verifiers/served/connection.ts";

const open: Server[] = [];
/** Of every connection that is closed. */
let written: number[] = [];
afterEach(() => {
  written = [];
  for (const server of open.splice(0)) server.close();
});

/** A server of its own words: whatever is asked, `answer` has the socket. */
async function lying(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("close", () => written.push(socket.bytesWritten));
    socket.once("data", () => answer(socket));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const head = (more: string) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${more}\r\n`;
const chunked = head("Transfer-Encoding: chunked\r\n");
const chunk = (data: Buffer | string) =>
  Buffer.concat([Buffer.from(`${Buffer.byteLength(data).toString(16)}\r\n`), Buffer.from(data), Buffer.from("\r\n")]);

/** Writes `first`, and then `next()` as fast as it is taken, for ever. */
function endless(socket: Socket, next: () => Buffer | string, first = ""): void {
  socket.write(first);
  const more = () => {
    while (!socket.destroyed && socket.write(next()));
    if (!socket.destroyed) socket.once("drain", more);
  };
  more();
}

function dripping(socket: Socket, next: () => Buffer | string, first = ""): void {
  socket.write(first);
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else socket.write(next());
  }, 20);
}

const megabyte = "x".repeat(2 ** 20);
const bomb = Buffer.concat(Array(16).fill(gzipSync(Buffer.alloc(2 ** 26, 97)))); // a gibibyte in a megabyte
const text = (value: object) => JSON.stringify(value);
const event = (content: string) => `data: ${text({ choices: [{ index: 0, delta: { content } }] })}\n\n`;

const lies: readonly (readonly [string, (socket: Socket) => void])[] = [
  ["drips its headers", (socket) => dripping(socket, () => "X")],
  ["drips its body", (socket) => dripping(socket, () => chunk(" "), chunked)],
  ["drips events", (socket) => dripping(socket, () => chunk(event("a")), chunked)],
  ["drips comments", (socket) => dripping(socket, () => chunk(": wait\n\n"), chunked)],
  ["drips interim answers", (socket) => dripping(socket, () => "HTTP/1.1 102 Processing\r\n\r\n")],
  ["sends a body without end", (socket) => endless(socket, () => chunk(megabyte), chunked)],
  ["sends one line without end", (socket) => endless(socket, () => chunk(megabyte), `${chunked}5\r\ndata:\r\n`)],
  ["sends events without end", (socket) => endless(socket, () => chunk(event("a").repeat(1000)), chunked)],
  ["sends headers without end", (socket) => endless(socket, () => `X-A: ${megabyte}\r\n`)],
  [
    "sends little that unpacks to much",
    (socket) =>
      socket.end(
        Buffer.concat([Buffer.from(head(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`)), bomb]),
      ),
  ],
  ["says it sends more than it does", (socket) => socket.end(`${head("Content-Length: 1000\r\n")}{}`)],
  ["says it sends more, and waits", (socket) => socket.write(`${head("Content-Length: 1000\r\n")}{}`)],
  ["says it sends less than it does", (socket) => socket.end(`${head("Content-Length: 1\r\n")}{"choices":[]}`)],
  ["fails at length", (socket) => endless(socket, () => chunk(megabyte), chunked.replace("200 OK", "400 No"))],
  [
    "speaks another protocol",
    (socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
  ],
  ["ends at once", (socket) => socket.destroy()],
  ["says nothing", () => {}],
];

const request = {
  messages: [{ role: "user", content: "2 + 2?" }] as const,
  n: 1,
  seeds: [1],
  temperature: 1,
  maxTokens: 64,
  purpose: "solve",
} as const;
const limits = { timeoutMs: 1000, totalMs: 2000 };
/** What such a request's reply may have (4 MiB and a kilobyte a token), and what sockets hold beside it. */
const mostWritten = 24 * 2 ** 20;
/** Beside the garbage of both ends, which are one process here: half of what the bomb unpacks to. */
const mostResident = 512 * 2 ** 20;
/** Beside the limits: what a loaded machine needs to notice. */
const patience = 20_000;

describe("an upstream that", () => {
  it.each(lies.flatMap(([name, answer]) => [false, true].map((streams) => [name, streams, answer] as const)))(
    "%s (streamed: %s) costs its time limit and no more memory than a reply may have",
    async (_, streams, answer) => {
      const policy = openAiPolicy({ baseUrl: await lying(answer), model: "m", ...limits });
      const before = process.memoryUsage().rss;
      const began = performance.now();
      const failure = await policy
        .sample(request, streams ? { onText: () => {} } : {})
        .then(() => null)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ModelCallError);
      expect(performance.now() - began).toBeLessThan(limits.totalMs + patience);
      expect(process.memoryUsage().rss - before).toBeLessThan(mostResident);
      await policy.dispose?.();
      await expect.poll(() => written).not.toEqual([]);
      for (const bytes of written) expect(bytes).toBeLessThan(mostWritten);
    },
    60_000,
  );

  it.each(lies)(
    "%s ends a verifier's call too",
    async (_, answer) => {
      const connection = connect({ url: await lying(answer), parallel: 1, attempts: 1, timeoutMs: 300, totalMs: 900 });
      await expect(connection.post("score", {})).rejects.toThrow(/.{20}/);
    },
    60_000,
  );

  it.each(lies)(
    "%s ends a download too",
    async (_, answer) => {
      const within = { silenceMs: 300, totalMs: 900, bytes: 2 ** 22 };
      const fetched = fetchBytes(await lying(answer), undefined, within);
      await fetched.then(
        (bytes) => expect(bytes.length).toBeLessThan(2 ** 22),
        (error: unknown) =>
          expect(String(error)).toMatch(/EnvironmentError|fetched|larger|there after|sent nothing|status/),
      );
    },
    60_000,
  );
});

it("events are read alike however they are cut, and a line without end costs its length", () => {
  const whole = "\uFEFFdata: a\r\ndata: b\r\n\r\n: c\n\ndata:d\n\ndata: e\r\rdata: f";
  const read = (pieces: readonly string[]) => {
    const found: string[] = [];
    const reader = eventReader((data) => found.push(data));
    for (const piece of pieces) reader.take(piece);
    reader.end();
    return found;
  };
  const expected = ["a\nb", "d", "e", "f"];
  expect(read([whole])).toEqual(expected);
  expect(read([...whole])).toEqual(expected);
  for (let cut = 1; cut < whole.length; cut++) expect(read([whole.slice(0, cut), whole.slice(cut)])).toEqual(expected);
  const pieces = Array.from({ length: 20_000 }, () => "x".repeat(1000));
  expect(read(["data: ", ...pieces])[0]).toHaveLength(20_000_000);
});
