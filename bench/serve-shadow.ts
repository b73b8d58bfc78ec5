import { Pool } from "undici";
import { quantile } from "./serve/load.ts";
import { factsOf, started } from "./serve.ts";

const body = JSON.stringify({
  model: "best-of-n/small",
  ruminate: { options: { n: 4 } },
  messages: [{ role: "user", content: "How many pens are left?" }],
});

/** Pairs under way at once: while one request is shadowed others are in work. */
const LANES = 4;

/** Milliseconds of one request to the server without shadow mode and of one to the server with it. */
interface Pair {
  readonly without: number;
  readonly having: number;
}

/**
 * What answering a share of the requests both ways (`--shadow`) adds to requests: two servers on one upstream, one with
 * it and one without. Requests for best-of-4 go in pairs, one to each server, in turns first, four pairs at a time, so
 * that shadow work falls on requests under way. A median says little of a tenth: the mean of the differences within
 * pairs counts all of them, and p90 and p99 show the tail. On a machine that has other work only the processor time of
 * the two servers means something. SHADOW_PAIRS (default 800) changes their number,
 * SHADOW_SHARE (default 0.1) the share.
 */
export async function serveShadowBench(): Promise<{ name: string; figure: number; unit: string }[]> {
  const count = Number(process.env.SHADOW_PAIRS ?? 800);
  const [upstream, upstreamUrl] = await started("../test/fakes/serve.ts", JSON.stringify({ latencyMs: 20 }));
  const [plain, plainUrl] = await started("serve/host.ts", upstreamUrl);
  const [shadowed, shadowedUrl] = await started("serve/host.ts", upstreamUrl, process.env.SHADOW_SHARE ?? "0.1");
  const [without, having] = [askerOf(plainUrl), askerOf(shadowedUrl)];
  try {
    for (let warm = 0; warm < 60; warm++) await Promise.all([without.ask(), having.ask()]);
    const servers = () => Promise.all([factsOf(plain), factsOf(shadowed)]);
    const before = await servers();
    const pairs: Pair[] = [];
    let begun = 0;
    const lane = async () => {
      for (let place = begun++; place < count; place = begun++) {
        const first = place % 2 === 0 ? await without.ask() : null;
        const second = await having.ask();
        pairs.push({ without: first ?? (await without.ask()), having: second });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const after = await servers();
    const [least = 0, most = 0] = after.map(({ processor }, i) => (processor - (before[i]?.processor ?? 0)) / count);
    return [
      ...figuresOf(pairs),
      { name: "processor time a request, without", figure: least * 1000, unit: "ms" },
      { name: "processor time a request, with", figure: most * 1000, unit: "ms" },
    ];
  } finally {
    await Promise.all([without.close(), having.close()]);
    for (const child of [upstream, plain, shadowed]) child.stdin?.end();
  }
}

function figuresOf(pairs: readonly Pair[]): { name: string; figure: number; unit: string }[] {
  const at = (of: (pair: Pair) => number, share: number) =>
    quantile(
      pairs.map(of).sort((a, b) => a - b),
      share,
    );
  const added = ({ without, having }: Pair) => having - without;
  const mean = pairs.reduce((sum, pair) => sum + added(pair), 0) / pairs.length;
  const spread = pairs.reduce((sum, pair) => sum + (added(pair) - mean) ** 2, 0) / (pairs.length - 1);
  const shares = [0.5, 0.9, 0.99] as const;
  return [
    { name: "pairs", figure: pairs.length, unit: "" },
    ...shares.flatMap((share) => [
      { name: `without shadow, p${share * 100}`, figure: at(({ without }) => without, share), unit: "ms" },
      { name: `with shadow, p${share * 100}`, figure: at(({ having }) => having, share), unit: "ms" },
    ]),
    { name: "added within pairs, p50", figure: at(added, 0.5), unit: "ms" },
    { name: "added within pairs, mean", figure: mean, unit: "ms (bar 2)" },
    { name: "its standard error", figure: Math.sqrt(spread / pairs.length), unit: "ms" },
  ];
}

function askerOf(url: string) {
  const { origin, pathname } = new URL(`${url}/chat/completions`);
  const pool = new Pool(origin, { connections: LANES });
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
