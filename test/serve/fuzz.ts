import fc from "fast-check";
import { anything, corpus, faultOfReply, type HostileRequest } from "./hostile.ts";
import { scriptedUpstream } from "./scripted-upstream.ts";
import { serving } from "./serving.ts";

/**
 * `node test/serve/fuzz.ts [REQUESTS [SEED]]`: that many hostile requests, 16 at a time, half of them without a key.
 * Prints the request and exits with 1 at the first answer that is neither a success nor a 4xx with a sentence.
 */
const [wanted = "100000", seed = "1"] = process.argv.slice(2);
const count = Number(wanted);
const upstream = await scriptedUpstream([{ content: '{"answer": 4}' }]);
const server = await serving(
  {
    upstreams: { small: { name: upstream.baseUrl } },
    models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 2 } } },
    keys: [{ name: "k", env: "KEY" }],
  },
  { env: { KEY: "right" } },
);
const statuses = new Map<number, number>();
const requests = fc.sample(anything, { numRuns: Math.min(count, 20_000), seed: Number(seed) });
let next = 0;

async function one(request: HostileRequest, place: number): Promise<void> {
  const keyed = place % 2 === 0;
  const response = await fetch(`${server.baseUrl}/${request.path}`, {
    method: "POST",
    body: request.body,
    headers: { ...request.headers, authorization: keyed ? "Bearer right" : "Bearer wrong" },
  });
  const text = await response.text();
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  const fault =
    faultOfReply(response.status, text) ?? (!keyed && response.status === 200 ? "let in without a key" : null);
  if (fault === null) return;
  process.stderr.write(`${fault}\n${JSON.stringify(request).slice(0, 2000)}\n${text.slice(0, 500)}\n`);
  process.exit(1);
}

async function worker(): Promise<void> {
  while (next < count) {
    const place = next++;
    const known =
      place % 100 === 0 ? corpus[(place / 100) % corpus.length] : requests[Math.floor(place / 2) % requests.length];
    if (known !== undefined) await one(known, place);
  }
}

const started = performance.now();
await Promise.all(Array.from({ length: 16 }, worker));
const seconds = (performance.now() - started) / 1000;
const shown = [...statuses].toSorted(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
const errors = server.logs.filter(({ level }) => level === "error").length;
process.stdout.write(`${count} requests in ${seconds.toFixed(0)} s; ${shown.join(", ")}; errors logged: ${errors}\n`);
await server.close();
await upstream.close();
