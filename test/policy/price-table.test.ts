import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPolicy } from "../../src/policy/open.ts";
import { datedPricesOf, priceTable, priceWords } from "../../src/policy/price-table.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const never = () => Promise.reject(new Error("not asked for here"));
const context = { openLocal: never, openSimulated: never };

describe("prices", () => {
  let home: string;
  beforeEach(() => {
    home = temporaryFolder();
    vi.stubEnv("RUMINATE_HOME", home);
    vi.stubEnv("OPENAI_API_KEY", "test");
  });
  afterEach(() => vi.unstubAllEnvs());

  it("each say when and where they were read", () => {
    for (const [name, { date, source, prompt, completion }] of Object.entries(priceTable)) {
      expect(date, name).toMatch(/^\d{4}-\d{2}/);
      expect(source.length, name).toBeGreaterThan(10);
      expect(completion, name).toBeGreaterThan(prompt);
    }
  });

  it("are those of a model's name, also with the day of its release, and none where nothing is known", async () => {
    expect(datedPricesOf("openai:gpt-4o-mini-2024-07-18")).toMatchObject({ prompt: 0.15, completion: 0.6 });
    expect(datedPricesOf("local:any")).toBeUndefined();
    const policy = await openPolicy("openai:gpt-4o-mini", context);
    expect(policy.price?.(1_000_000, 1_000_000)).toBeCloseTo(0.75, 12);
    await policy.dispose?.();
    expect(priceWords({ name: "openai", model: "gpt-4o" })).toMatch(/^\$2\.5 \+ \$10 per million .*, 2026-\d\d.*: .+/);
    expect(priceWords("simulated")).toBeUndefined();
  });

  it("are the user's own where a file has them, and the experiment's before both", async () => {
    const row = { prompt: 1, completion: 2, date: "2026-11-20", source: "our contract" };
    writeFileSync(join(home, "prices.json"), JSON.stringify({ "openai:gpt-4o": row, "http://host:1/v1#m": row }));
    expect(priceWords("openai:gpt-4o")).toBe("$1 + $2 per million prompt and answer tokens, 2026-11-20: our contract");
    expect(priceWords({ name: "http://host:1/v1", model: "m" })).toContain("our contract");
    const prices = { prompt: 4, completion: 4 };
    const policy = await openPolicy({ name: "openai:gpt-4o", options: { prices } }, context);
    expect(policy.price?.(1_000_000, 0)).toBe(4);
    await policy.dispose?.();
    expect(priceWords({ name: "openai:gpt-4o", options: { prices } })).toContain("as the experiment gives them");
  });

  it("refuse a file that is no table, with what a row looks like", () => {
    mkdirSync(join(home, "x"));
    const path = join(home, "x", "mine.json");
    vi.stubEnv("RUMINATE_PRICES", path);
    expect(() => datedPricesOf("openai:gpt-4o")).toThrow(/mine\.json.*cannot be read as prices/);
    writeFileSync(path, JSON.stringify({ "openai:gpt-4o": { prompt: 1 } }));
    expect(() => datedPricesOf("openai:gpt-4o")).toThrow(/A row reads/);
  });
});
