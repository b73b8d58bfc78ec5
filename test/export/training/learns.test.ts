import { expect, it } from "vitest";
import { trainedOnRows } from "../../../bench/training-learns.ts";

it("a value head that is trained on exported rows beats its untrained self on problems that were held out", async () => {
  const [untrained, trained] = (await trainedOnRows(80)).judged;
  expect(untrained?.area.auc).toBe(0.5);
  expect(trained?.area.low).toBeGreaterThan(0.6);
});
