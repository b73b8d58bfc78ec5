import { expect, it } from "vitest";
import { routed } from "../../bench/routing/searches.ts";

it("keeps tree searches with the server that knows them, and the work even", async () => {
  const problems = 12;
  const one = await routed({ servers: 1, balance: "order", problems, together: 8, cacheTokens: 1e9 });
  const four = await routed({ servers: 4, balance: "prefix", problems, together: 12 });
  expect(four.hits / one.hits).toBeGreaterThan(0.9);
  expect(Math.max(...four.loads.map((load) => Math.abs(load - 1)))).toBeLessThan(0.35); // Of so few problems.
});
