import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { cases } from "./correction-cases.ts";
import { type Played, play } from "./correction-scripts.ts";
import { readGolden, writeGolden } from "./golden.ts";

const file = resolve(import.meta.dirname, "correction-branches.golden.jsonl");
/**
 * Set to write what the scripts do instead of comparing: `GOLDEN=write npx vitest run
 * test/strategies/correction-branches.test.ts`.
 */
const writing = process.env.GOLDEN === "write";
const golden: Record<string, unknown> = writing ? {} : readGolden(file);
const made: Record<string, Played> = {};

describe("every branch of the correction strategies", () => {
  it.each(cases.map((one) => [one.says, one] as const))("%s", async (says, one) => {
    const played = await play(one);
    made[says] = played;
    // A script that is longer than the strategy asks for is a branch that was not taken.
    expect(played.left).toBe(0);
    expect(played.stopped).toBe("finished");
    if (!writing) expect(played).toEqual(golden[says]);
  });

  it("has a golden trace for each, and none that is not played", () => {
    if (writing) writeGolden(file, made);
    expect(Object.keys(writing ? made : golden)).toEqual(cases.map(({ says }) => says));
  });
});
