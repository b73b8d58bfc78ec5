import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { resultOf } from "../../src/queue/results.ts";
import { damageOf, writtenSchema } from "../../src/runs/records/reading.ts";
import { TraceRecorder } from "../../src/runs/trace-recorder.ts";
import { writtenOf } from "../../src/runs/written.ts";
import { mcts } from "../../strategies/search/mcts.ts";

const text = "Mia buys 4 boxes of 6 pencils. How many pencils is that?";

/** What a worker gives back of a real trial, as it travels. */
async function result(): Promise<object> {
  const events = new TraceRecorder();
  const policy = simulatedPolicy({});
  const options = { simulations: 6 };
  const solution = await solve(text, { strategy: mcts, options, policy, onEvent: events.take });
  const written = writtenOf(text, solution, events, ["steps", "logprobs"]);
  const failure = { message: "refused", status: 401, kind: "refused", retryable: false, attempts: 1 };
  const ends = [
    { key: "a", arm: "x", written },
    { key: "b", arm: "x", failure },
    { key: "c", arm: "x" },
  ];
  return JSON.parse(JSON.stringify({ worker: "w", milliseconds: 12, ends })) as object;
}

/** Every place of a value, as the way to it. */
function placesOf(value: unknown, way: readonly string[] = []): string[][] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [[...way], ...inside.flatMap(([key, one]) => placesOf(one, [...way, key]))];
}

function changed(value: unknown, [key, ...way]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = changed(copy[key], way, to);
  return copy;
}

describe("what a worker gives back", () => {
  it("is taken as it stands where it is whole", async () => {
    const given = await result();
    expect(resultOf(given)).toEqual(given);
  });

  it("is taken or refused in words, whatever is changed in it", async () => {
    const given = await result();
    const places = placesOf(given);
    const values = fc.oneof(fc.constant(null), fc.constant(undefined), fc.string(), fc.double(), fc.jsonValue());
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), values, (way, value) => {
        const forged = changed(given, way, value);
        const read = resultOf(forged);
        if (typeof read === "string") {
          refused++;
          expect(read).toMatch(/^A worker gave back what is no result: ./);
          return;
        }
        for (const { written } of read.ends)
          if (written !== undefined) expect(damageOf(writtenSchema, written)).toBeNull();
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it("names the field that is wrong", async () => {
    const given = await result();
    const wrong = (way: string, to: unknown) => resultOf(changed(given, way.split("."), to));
    expect(wrong("ends", undefined)).toMatch(/"ends"/);
    expect(wrong("ends.0.written.results.picked", 99)).toMatch(
      /"ends.0.written.results.picked" .*index of a candidate/,
    );
    expect(wrong("ends.0.written.trace.candidates", [])).toMatch(/as many as the candidates/);
    expect(wrong("ends.1.failure.message", 3)).toMatch(/"ends.1.failure.message"/);
  });
});
