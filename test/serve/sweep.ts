import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { Random } from "../../src/core/random.ts";
import type { Bill } from "./billing-upstream.ts";
import { faultOfReply } from "./hostile.ts";
import { type SweepRequest, secretOf, sweepKeys, sweepRequest } from "./sweep-requests.ts";

export interface Sweep {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** What must not be: the first twenty, each with the number of its request. */
  readonly faults: readonly string[];
  readonly fiveHundreds: number;
  /** Over all keys: tokens and calls billed beyond what each request, or the day, may have. */
  readonly beyond: Bill;
  readonly billed: Bill;
  readonly slowClients: number;
}

export interface Swept {
  /** With keys, and without. */
  readonly baseUrl: string;
  readonly openUrl: string;
  readonly bills: ReadonlyMap<number, Bill>;
}

export interface SweepSize {
  readonly requests: number;
  readonly seed: string;
  readonly atATime: number;
  /** Clients beside them that send a byte at a time, or never read. */
  readonly slowClients: number;
}

/** Sends generated requests, hostile and greedy ones, while slow clients hold connections; says what went wrong. */
export async function sweep({ baseUrl, openUrl, bills }: Swept, size: SweepSize): Promise<Sweep> {
  const agent = new Agent({ keepAlive: true, maxSockets: size.atATime });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const keys = new Map<number, SweepRequest["key"]>();
  let [next, fiveHundreds] = [1, 0];
  const worker = async () => {
    for (let number = next++; number <= size.requests; number = next++) {
      const request = sweepRequest(size.seed, number);
      keys.set(number, request.key);
      const { status, text } = await answered(request, request.stranger === undefined ? baseUrl : openUrl, agent);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 500) fiveHundreds++;
      const fault = faultOf(request, status, text);
      if (fault !== null) faults.push(`${number}: ${fault}`);
    }
  };
  const slow = slowClients(baseUrl, size);
  await Promise.all(Array.from({ length: size.atATime }, worker));
  slow.end();
  agent.destroy();
  const { beyond, billed } = accountOf(bills, keys);
  return {
    requests: size.requests,
    statuses,
    faults: faults.slice(0, 20),
    fiveHundreds,
    beyond,
    billed,
    slowClients: slow.count(),
  };
}

function faultOf({ key, expected, body, stranger }: SweepRequest, status: number, text: string): string | null {
  if (stranger !== undefined && status === 400) return null; // a name that is none does not get as far as the guard
  const wrong = faultOfReply(status, text);
  if (wrong !== null) return `${wrong}: ${text.slice(0, 200)} to ${String(body).slice(0, 300)}`;
  if (expected !== undefined && !expected.includes(status)) return `status ${status} to ${String(body).slice(0, 300)}`;
  return key === null && status === 200 ? "let in without a key" : null;
}

/** What was billed, and what of it beyond the limits: of a request under its own number, of a day over all. */
function accountOf(bills: Swept["bills"], keys: ReadonlyMap<number, SweepRequest["key"]>) {
  const [beyond, billed] = [
    { tokens: 0, calls: 0 },
    { tokens: 0, calls: 0 },
  ];
  const add = (to: Bill, { tokens, calls }: Bill) => {
    to.tokens += tokens;
    to.calls += calls;
  };
  const over = ({ tokens, calls }: Bill, limit: { readonly tokens?: number; readonly calls?: number } | undefined) => ({
    tokens: Math.max(0, tokens - (limit?.tokens ?? Infinity)),
    calls: Math.max(0, calls - (limit?.calls ?? Infinity)),
  });
  const days = new Map<string, Bill>();
  for (const [number, bill] of bills) {
    add(billed, bill);
    const name = keys.get(number) ?? "";
    const key = sweepKeys.find((one) => one.name === name);
    const day = days.get(name) ?? { tokens: 0, calls: 0 };
    days.set(name, day);
    add(day, bill);
    if (key !== undefined && "budget" in key) add(beyond, over(bill, key.budget));
  }
  for (const key of sweepKeys) {
    const day = days.get(key.name);
    if (day !== undefined && "perDay" in key) add(beyond, over(day, key.perDay));
  }
  return { beyond, billed };
}

/** A connection that the server has closed after an answer is found out by using it: then a new one is made. */
async function answered(...[request, baseUrl, agent]: Parameters<typeof sent>): ReturnType<typeof sent> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sent(request, baseUrl, agent);
    } catch (error) {
      if (attempt === 5) return { status: 0, text: String(error) };
    }
  }
}

function sent(
  { path, body, headers, key, stranger = {} }: SweepRequest,
  baseUrl: string,
  agent: Agent,
): Promise<{ status: number; text: string }> {
  const authorization = key === null ? "Bearer wrong" : `Bearer ${secretOf(key)}`;
  const length = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const url = new URL(`${baseUrl}/${path}`);
    const request = httpRequest(
      url,
      { method: "POST", agent, headers: { ...headers, authorization, "content-length": length, ...stranger } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Clients that hold a connection each: a body that comes byte by byte, a stream that nobody reads. */
function slowClients(baseUrl: string, { slowClients: most, seed }: SweepSize) {
  const { hostname, port } = new URL(baseUrl);
  const random = new Random(seed).fork("slow");
  let [ended, count] = [false, 0];
  const open = new Set<() => void>();
  const begin = () => {
    if (ended) return;
    count++;
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${secretOf("free")}\r\nContent-Type: application/json\r\n`;
    const messages = [{ role: "user", content: "slow" }];
    const reading = random.uniform() < 0.5;
    const body = JSON.stringify({ model: "thinker", messages, stream: !reading });
    let at = 0;
    const timer = setInterval(() => {
      if (reading && at < body.length) socket.write(body[at++] ?? "");
      else if (random.uniform() < 0.002) socket.destroy();
    }, 50);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
    };
    open.add(end);
    socket.on("error", () => {});
    socket.on("close", () => {
      open.delete(end);
      end();
      setTimeout(begin, 20);
    });
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${reading ? "" : body}`);
    if (!reading) socket.pause();
  };
  for (let i = 0; i < most; i++) begin();
  return {
    count: () => count,
    end: () => {
      ended = true;
      for (const end of [...open]) end();
    },
  };
}
