import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPolicy } from "../../src/policy/open.ts";
import { datedPricesOf, priceWords } from "../../src/policy/price-table.ts";
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

  it("say which table they come from and which page it was read from", () => {
    for (const name of [
      "openai:gpt-4o",
      "openai:gpt-5-nano",
      "anthropic:claude-haiku-4-5",
      "google-genai:gemini-2.5-pro",
    ]) {
      const prices = datedPricesOf(name);
      expect(prices?.date, name).toMatch(/^@pydantic\/genai-prices \d/);
      expect(prices?.source, name).toMatch(/^https:/);
      expect(prices?.completion, name).toBeGreaterThan(prices?.prompt ?? Number.NaN);
      expect(prices?.cachedPrompt, name).toBeLessThan(prices?.prompt ?? Number.NaN);
    }
  });

  it("come from the version of the table that is installed", () => {
    const { version } = createRequire(import.meta.url)("../../package-lock.json").packages[
      "node_modules/@pydantic/genai-prices"
    ];
    expect(datedPricesOf("openai:gpt-4o")?.date).toBe(`@pydantic/genai-prices ${version}`);
  });

  it("are those of a model's name, also with the day of its release, and none where nothing is known", async () => {
    expect(datedPricesOf("openai:gpt-4o-mini-2024-07-18")).toMatchObject({ prompt: 0.15, completion: 0.6 });
    expect(datedPricesOf("local:any")).toBeUndefined();
    expect(datedPricesOf("openai:gpt-4o-of-our-own")).toBeUndefined();
    const policy = await openPolicy("openai:gpt-4o-mini", context);
    expect(policy.price?.(1_000_000, 1_000_000)).toBeCloseTo(0.75, 12);
    await policy.dispose?.();
    expect(priceWords({ name: "openai", model: "gpt-4o" })).toMatch(
      /^\$2\.5 \+ \$10 per million .*, @pydantic.*: https.+/,
    );
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
