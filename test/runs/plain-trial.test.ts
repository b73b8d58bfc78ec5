import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachLine } from "../../src/runs/records/journal.ts";
import { isPlainTrial } from "../../src/runs/records/plain-trial.ts";
import { trialSchema } from "../../src/runs/records/reading.ts";

const usage = { calls: 1, promptTokens: 7, cachedPromptTokens: 0, completionTokens: 3, dollars: 0 };
const ledger = { policy: usage, verifier: usage, sandbox: { runs: 0 } };
const record = {
  ...{ version: 1, key: "k", arm: "a", strategy: "s", dataset: "d", problem: "p", group: "g", tags: ["t"] },
  ...{ difficulty: 0.5, seed: 1, reference: "4", answer: "4", verdict: "correct", rule: "identical", reason: "" },
  ...{ support: 0.5, stopped: "finished", rounds: 1 },
  candidates: [
    {
      ...{ answer: "4", class: 0, correct: true, score: 0.5, complete: true, tokens: 3 },
      revision: { round: 1, of: 0, accepted: true },
    },
  ],
  picks: [[1, 0, 10, 1]],
  usage: ledger,
  moment: { milliseconds: 2, serviceMs: 1, spent: ledger },
};

/** Places of all values within a value. */
function* placesIn(value: unknown, at: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield at;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* placesIn(inner, [...at, key]);
}

function changed(place: readonly (string | number)[], to: unknown): unknown {
  if (place.length === 0) return to;
  const copy = structuredClone(record) as unknown;
  const holder = place.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], copy);
  (holder as Record<string, unknown>)[place.at(-1) ?? ""] = to;
  return copy;
}

describe("the quick test of a line", () => {
  it("passes the usual record, and no record that the schema refuses, whatever one value is", () => {
    expect(isPlainTrial(record)).toBe(true);
    const odd = [undefined, null, -1, 0.5, 1e300, Number.NaN, "", "x", true, false, [], [1], {}, { a: 1 }, 2 ** 60];
    const cases = [...placesIn(record)].flatMap((place) => odd.map((to) => changed(place, to)));
    const passed = cases.filter(isPlainTrial);
    expect(passed.filter((one) => !trialSchema.safeParse(one).success)).toEqual([]);
    expect(passed.length).toBeGreaterThan(100);
    expect(cases.length - passed.length).toBeGreaterThan(500);
  });
});

describe("lines of a file", () => {
  it("come whole, however long, each with its place", () => {
    const path = join(tmpdir(), `lines-${process.pid}.jsonl`);
    const lines = ["é".repeat(1_500_000), "", "short", "x".repeat(3_000_000), "cut"];
    writeFileSync(path, lines.join("\n"));
    const seen: [string, number, number][] = [];
    const whole = eachLine(path, (...one) => seen.push(one));
    rmSync(path);
    expect(seen.map(([line]) => line)).toEqual(lines.slice(0, -1));
    expect(seen.map(([, offset, length]) => offset + length + 1)).toEqual([
      ...seen.slice(1).map(([, at]) => at),
      whole,
    ]);
  });
});
