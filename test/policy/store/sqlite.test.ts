import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { EnvironmentError, InvalidFileError } from "../../../src/core/errors.ts";
import type { Sample, SampleRequest } from "../../../src/core/policy.ts";
import { sampleKeys } from "../../../src/policy/store/keys.ts";
import { openSampleStore } from "../../../src/policy/store/sqlite.ts";
import { requestOf } from "../requests.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sampleOf = (own: Partial<Sample> = {}): Sample => ({
  text: "four",
  finish: "stop",
  seed: 1,
  promptTokens: 10,
  cachedPromptTokens: 0,
  completionTokens: 5,
  sharedPrompt: true,
  dollars: 0,
  ...own,
});

describe("openSampleStore", () => {
  it("serves what was kept, infinities and all, also after it was closed", () => {
    const path = join(folder, "deep", "kept.sqlite");
    const sample = sampleOf({
      logprobs: [{ token: "4", logprob: -0.5, top: [{ token: "-Infinity", logprob: -Infinity }] }],
    });
    const first = openSampleStore(path);
    expect(first.put([{ key: "k", maxTokens: 64, sample }])).toEqual([sample]);
    first.close();
    first.close();
    const second = openSampleStore(path);
    expect(second.get(["k"], 64)).toEqual([sample]);
    expect(second.get(["other"], 64)).toEqual([undefined]);
    expect(second.count()).toBe(1);
    second.close();
  });

  it("serves a sample that its limit cut for just that limit", () => {
    const store = openSampleStore(":memory:");
    store.put([{ key: "k", maxTokens: 5, sample: sampleOf({ finish: "length" }) }]);
    expect(store.get(["k"], 5)[0]).toBeDefined();
    expect(store.get(["k"], 6)[0]).toBeUndefined();
    expect(store.get(["k"], 4)[0]).toBeUndefined();
  });

  it("serves a sample that ended by itself for every limit that it fits", () => {
    const store = openSampleStore(":memory:");
    store.put([{ key: "k", maxTokens: 64, sample: sampleOf({ completionTokens: 5 }) }]);
    expect([4, 5, 6, 64, 1000].map((limit) => store.get(["k"], limit)[0] !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it("keeps the first of two samples for the same call, and says so", () => {
    const store = openSampleStore(":memory:");
    const entry = (text: string) => ({ key: "k", maxTokens: 64, sample: sampleOf({ text }) });
    expect(store.put([entry("first"), entry("second")]).map(({ text }) => text)).toEqual(["first", "first"]);
    expect(store.get(["k"], 64)[0]?.text).toBe("first");
  });

  it("serves a call the same sample for ever, whatever is kept later", () => {
    const call = fc.record({ limit: fc.integer({ min: 1, max: 12 }), tokens: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const store = openSampleStore(":memory:");
        const served = new Map<number, string>();
        for (const [index, { limit, tokens }] of calls.entries()) {
          const cut = tokens >= limit;
          const fresh = sampleOf({
            text: `${index}`,
            finish: cut ? "length" : "stop",
            completionTokens: Math.min(tokens, limit),
          });
          const found = store.get(["k"], limit)[0] ?? store.put([{ key: "k", maxTokens: limit, sample: fresh }])[0];
          served.set(limit, served.get(limit) ?? found?.text ?? "");
          for (const [asked, text] of served) expect(store.get(["k"], asked)[0]?.text).toBe(text);
        }
        store.close();
      }),
      { numRuns: 200 },
    );
  });

  it("says which file is no store, and which cannot be written", () => {
    const wrong = join(folder, "wrong.sqlite");
    writeFileSync(wrong, "this is not a database, although it is long enough to be taken for one ".repeat(20));
    expect(() => openSampleStore(wrong)).toThrow(InvalidFileError);
    expect(() => openSampleStore(join(wrong, "below.sqlite"))).toThrow(EnvironmentError);
  });
});

/** Keeps samples for ever and prints each key once it is kept. */
const writer = (path: string, name: string) => `
  import { openSampleStore } from ${JSON.stringify(join(import.meta.dirname, "../../../src/policy/store/sqlite.ts"))};
  const store = openSampleStore(${JSON.stringify(path)});
  const sample = { text: "x".repeat(500), finish: "stop", seed: 1, promptTokens: 1, cachedPromptTokens: 0,
    completionTokens: 1, sharedPrompt: true, dollars: 0 };
  for (let i = 0; ; i++) {
    store.put([{ key: "${name}-" + i, maxTokens: 9, sample }, { key: "${name}-" + i + "-b", maxTokens: 9, sample }]);
    process.stdout.write("${name}-" + i + "\\n");
  }`;

function startWriter(path: string, name: string) {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", writer(path, name)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let complaints = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    keys: () => printed.split("\n").slice(0, -1),
    complaints: () => complaints,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

describe("a sample store shared by processes", () => {
  it("holds everything that was kept when its writers are killed, and nothing by halves", async () => {
    const path = join(folder, "shared.sqlite");
    for (let round = 0; round < 3; round++) {
      const writers = ["a", "b"].map((name) => startWriter(path, `${name}${round}`));
      await expect
        .poll(() => Math.min(...writers.map(({ keys }) => keys().length)), { timeout: 20_000 })
        .toBeGreaterThan(30);
      await Promise.all(writers.map(({ kill }) => kill()));
      const store = openSampleStore(path);
      for (const { keys, complaints } of writers) {
        expect(complaints()).not.toMatch(/locked|Error:/);
        const lost = keys().filter((key) => !store.get([key], 9)[0] || !store.get([`${key}-b`], 9)[0]);
        expect(lost).toEqual([]);
      }
      expect(store.count() % 2).toBe(0);
      store.close();
    }
  });
});

describe("sampleKeys", () => {
  const keyOf = (own: Partial<SampleRequest>, id = "p") => sampleKeys(id, requestOf(own))[0];

  it("depends on the policy, on everything that changes the text, and on the seed", () => {
    const base = { seeds: [1] };
    const different: Partial<SampleRequest>[] = [
      base,
      { seeds: [2] },
      { ...base, temperature: 0 },
      { ...base, topP: 0.5 },
      { ...base, topK: 5 },
      { ...base, minP: 0.5 },
      { ...base, prefix: "x" },
      { ...base, stop: ["x"] },
      { ...base, logprobs: 0 },
      { ...base, purpose: "judge" },
      { ...base, messages: [{ role: "user", content: "other" }] },
      { ...base, messages: [{ role: "system", content: "What is 2 + 2?" }] },
    ];
    const keys = [...different.map((own) => keyOf(own)), keyOf(base, "q")];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("does not depend on the number of samples, the token limit or empty settings", () => {
    expect(sampleKeys("p", requestOf({ seeds: [5, 6] }))).toEqual([keyOf({ seeds: [5] }), keyOf({ seeds: [6] })]);
    expect(keyOf({ maxTokens: 9, prefix: "", stop: [] })).toBe(keyOf({}));
  });
});
