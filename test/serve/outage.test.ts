import { expect, it } from "vitest";
import { outage } from "./outage.ts";

it("an upstream that fails, goes and comes back costs nobody more than their own request, and needs no restart", async () => {
  const seconds = { faulty: 0.7, gone: 1.5, back: 0.7 };
  const requestSeconds = 10;
  const machineMs = 20_000; // what a loaded machine may add
  const { phases, wrong, slowestMs, tokens, cut, recoveredMs, held } = await outage({
    seconds,
    everyMs: 20,
    requestSeconds,
    seed: "outage",
  });
  expect(wrong).toEqual([]);
  expect(slowestMs).toBeLessThan(requestSeconds * 1000 + machineMs);
  expect(phases.faulty.answered).toBeGreaterThan(phases.faulty.failed);
  expect(phases.gone.failed).toBeGreaterThan(0);
  expect(phases.back.answered).toBeGreaterThan(phases.back.failed);
  expect(recoveredMs).not.toBeNull();
  const tokensOfOne = 6;
  expect(tokens.reported).toBeLessThanOrEqual(tokens.counted);
  expect(tokens.counted - tokens.reported).toBeLessThanOrEqual(cut * tokensOfOne); // nothing was bought twice
  expect(held).toBe(0);
}, 120_000);
