import { expect, it } from "vitest";
import { billingUpstream } from "./billing-upstream.ts";
import { serving } from "./serving.ts";
import { sweep } from "./sweep.ts";
import { sweepConfig } from "./sweep-config.ts";
import { secretOf, sweepKeys } from "./sweep-requests.ts";

it("a sample of the sweep: no failure of the server's own, no token beyond a key's budget", async () => {
  const upstream = await billingUpstream("sample");
  const env = Object.fromEntries(sweepKeys.map(({ name, env }) => [env, secretOf(name)]));
  const keyed = await serving({ ...sweepConfig(upstream.baseUrl), keys: sweepKeys }, { env });
  const open = await serving(sweepConfig(upstream.baseUrl));
  const swept = { baseUrl: keyed.baseUrl, openUrl: open.baseUrl, bills: upstream.bills };
  const result = await sweep(swept, { requests: 300, seed: "sample", atATime: 8, slowClients: 4 });
  expect(result.faults).toEqual([]);
  expect(result.beyond).toEqual({ tokens: 0, calls: 0 });
  expect(result.billed.tokens).toBeGreaterThan(10_000);
  expect(result.statuses).toMatchObject({ 200: expect.any(Number), 400: expect.any(Number), 403: expect.any(Number) });
  expect([...keyed.logs, ...open.logs].filter(({ level }) => level === "error")).toEqual([]);
  await keyed.close();
  await open.close();
  await upstream.close();
}, 120_000);
