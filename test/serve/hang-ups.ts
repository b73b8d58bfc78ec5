import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Random } from "../../src/core/random.ts";
import { wholeReply } from "../fakes/replies.ts";
import { ask, serving } from "./serving.ts";

export interface HangUps {
  readonly clients: number;
  /** Upstream requests that were in flight when their client left. */
  readonly cancelled: number;
  /** Milliseconds from a client's leaving to the end of its upstream requests. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  /** Upstream requests that began after their client had left by more than 100 ms. */
  readonly late: number;
  /** What was still held when all was over. */
  readonly leaks: readonly string[];
}

/**
 * Clients of several strategies, streaming and not, one every `everyMs`; each leaves at a random moment of half a
 * second. Then all work must end. Clients, server and upstream share one process: a rate that fills the processor would
 * measure only that.
 */
export async function hangUps(clients: number, seed: string, everyMs = 8): Promise<HangUps> {
  const leftAt = new Map<string, number>();
  const delays: number[] = [];
  let [active, late] = [0, 0];
  const upstream = createServer(async (request, response) => {
    const body = await text(request).catch(() => "");
    const left = () => leftAt.get(/Problem (\d+)/.exec(body)?.[1] ?? "");
    if (performance.now() - (left() ?? Number.POSITIVE_INFINITY) > 100) late++;
    active++;
    response.once("close", () => {
      active--;
      const when = left();
      if (!response.writableFinished && when !== undefined) delays.push(performance.now() - when);
    });
    setTimeout(() => {
      const sample = { text: "The answer is 4.", finish: "stop", tokens: 4 };
      const reply = wholeReply("vllm", "small", [sample], { prompt_tokens: 9, completion_tokens: 4 });
      if (!response.destroyed) response.end(JSON.stringify(reply));
    }, 300);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  const server = await serving({
    upstreams: { small: { name: baseUrl, options: { parallel: 256 } } },
    limits: { concurrency: 100, queue: 10_000 },
  });
  const models = ["small", "self-consistency/small", "best-of-n/small"];
  const random = new Random(seed);
  // Connected before they ask, so that what is measured is not how fast this process connects to itself.
  const sockets = await Promise.all(Array.from({ length: clients }, () => connected(server.baseUrl)));
  await Promise.all(
    sockets.map(async (socket, i) => {
      const own = random.fork(i);
      await sleep(i * everyMs);
      const model = own.choice(models);
      const options = model === "small" ? {} : { n: 2 };
      socket.write(post({ model, messages: ask(`Problem ${i}`), stream: own.uniform() < 0.5, ruminate: { options } }));
      await sleep(own.uniform() * 500);
      leftAt.set(String(i), performance.now());
      socket.destroy();
    }),
  );
  const { admission } = server.service;
  const busy = () => active + admission.working + admission.waiting > 0;
  for (let waited = 0; busy() && waited < 5000; waited += 5) await sleep(5);
  const held = { "upstream requests": active, places: admission.working, waits: admission.waiting };
  const leaks = Object.entries(held).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  await server.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { clients, cancelled: delays.length, p50: at(0.5), p99: at(0.99), slowest: at(1), late, leaks };
}

const connected = (baseUrl: string) =>
  new Promise<Socket>((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on("error", reject).resume();
  });

function post(body: object): string {
  const text = JSON.stringify(body);
  const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  return `${head}Content-Length: ${text.length}\r\n\r\n${text}`;
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(await hangUps(Number(process.argv[2] ?? 1000), process.argv[3] ?? "1"))}\n`);
}
