import { type RoutingCase, routed } from "./routing/searches.ts";

const problems = 120;
const cases: readonly (RoutingCase & { readonly label: string })[] = [
  { label: "one server, unlimited cache", servers: 1, balance: "order", problems, together: 8, cacheTokens: 1e9 },
  { label: "4 servers, prefix", servers: 4, balance: "prefix", problems, together: 32 },
  { label: "4 servers, least-busy", servers: 4, balance: "least-busy", problems, together: 32 },
];

/**
 * Beam search, REBASE and MCTS on simulated servers with prefix caches of 60,000 tokens, in virtual time: how much of
 * the prompts was in a cache, against one server that forgets nothing, and how even the work is.
 */
export async function routingBench() {
  const rows: { name: string; figure: number | string; unit?: string }[] = [];
  let one: number | null = null;
  for (const { label, ...given } of cases) {
    const { hits, loads, seconds } = await routed(given);
    one ??= hits;
    rows.push({ name: `${label}: cached tokens of prompts`, figure: 100 * hits, unit: "%" });
    if (given.servers === 1) continue;
    rows.push({
      name: `${label}: cached, of what one server has`,
      figure: (100 * hits) / one,
      unit: "% (bar for prefix: 90)",
    });
    const off = Math.max(...loads.map((load) => Math.abs(load - 1)));
    rows.push({ name: `${label}: furthest from its share of the work`, figure: 100 * off, unit: "% (bar: 10)" });
    rows.push({ name: `${label}: virtual seconds`, figure: seconds, unit: "s" });
  }
  return rows;
}
