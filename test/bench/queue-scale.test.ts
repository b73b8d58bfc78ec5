import { expect, it } from "vitest";
import { simulate } from "../../bench/queue-scale.ts";

it("keeps a hundred workers at work on trials of seconds, with few jobs in Redis at a time", () => {
  const msOf = (random: { uniform(): number }) => 2000 + 6000 * random.uniform();
  const { inUse, mostOut } = simulate({ label: "", trials: 50_000, workers: 100, msOf });
  expect(inUse).toBeGreaterThan(0.95);
  expect(inUse).toBeLessThanOrEqual(1);
  expect(mostOut).toBe(200);
});
