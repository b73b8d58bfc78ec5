import { Pool } from "undici";
import { quantile } from "./serve/load.ts";
import { started } from "./serve.ts";

const body = JSON.stringify({
  model: "best-of-n/small",
  ruminate: { options: { n: 4 } },
  messages: [{ role: "user", content: "How many pens are left?" }],
});

/**
 * What answering a tenth of the requests both ways (`--shadow 0.1`) adds to the others: two servers on one upstream,
 * one with it and one without. Requests for best-of-4 go in pairs, one to each server, in turns first: figures are of
 * the differences within pairs. SHADOW_PAIRS (default 500) changes their number, SHADOW_SHARE (default 0.1) the share.
 */
export async function serveShadowBench(): Promise<{ name: string; figure: number; unit: string }[]> {
  const pairs = Number(process.env.SHADOW_PAIRS ?? 500);
  const [upstream, upstreamUrl] = await started("../test/fakes/serve.ts", JSON.stringify({ latencyMs: 20 }));
  const [plain, plainUrl] = await started("serve/host.ts", upstreamUrl);
  const [shadowed, shadowedUrl] = await started("serve/host.ts", upstreamUrl, process.env.SHADOW_SHARE ?? "0.1");
  const [without, having] = [askerOf(plainUrl), askerOf(shadowedUrl)];
  try {
    for (let warm = 0; warm < 30; warm++) await Promise.all([without.ask(), having.ask()]);
    const times: { a: number; b: number }[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const first = pair % 2 === 0;
      const before = first ? await without.ask() : 0;
      const b = await having.ask();
      times.push({ a: first ? before : await without.ask(), b });
    }
    const sorted = (of: (time: { a: number; b: number }) => number) => times.map(of).sort((x, y) => x - y);
    return [
      { name: "pairs", figure: times.length, unit: "" },
      {
        name: "without shadow, p50",
        figure: quantile(
          sorted(({ a }) => a),
          0.5,
        ),
        unit: "ms",
      },
      {
        name: "with shadow, p50",
        figure: quantile(
          sorted(({ b }) => b),
          0.5,
        ),
        unit: "ms",
      },
      {
        name: "added within pairs, p50",
        figure: quantile(
          sorted(({ a, b }) => b - a),
          0.5,
        ),
        unit: "ms (bar 2)",
      },
    ];
  } finally {
    await Promise.all([without.close(), having.close()]);
    for (const child of [upstream, plain, shadowed]) child.stdin?.end();
  }
}

function askerOf(url: string) {
  const { origin, pathname } = new URL(`${url}/chat/completions`);
  const pool = new Pool(origin, { connections: 1 });
  const headers = { "content-type": "application/json" };
  return {
    async ask(): Promise<number> {
      const began = performance.now();
      const reply = await pool.request({ path: pathname, method: "POST", headers, body });
      await reply.body.dump();
      if (reply.statusCode !== 200) throw new Error(`the server answered ${reply.statusCode}`);
      return performance.now() - began;
    },
    close: () => pool.close(),
  };
}
