import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as KeptTable from "@pydantic/genai-prices";
import { z } from "zod";
import { InvalidFileError } from "../core/errors.ts";
import { lookup } from "../core/lookup.ts";
import { cacheFolder } from "./cache-folder.ts";
import type { Prices } from "./openai/samples.ts";

const rowSchema = z.strictObject({
  prompt: z.number().min(0),
  completion: z.number().min(0),
  cachedPrompt: z.number().min(0).optional(),
  /** When the price was looked up: "2026-04" or "2026-04-12". */
  date: z.string().regex(/^\d{4}-\d{2}(-\d{2})?$/),
  source: z.string().min(1),
});
const tableSchema = z.record(z.string(), rowSchema);

/**
 * Dollars per million tokens, with the place where they were read and the day, or the version of the table that was.
 */
export type DatedPrices = z.output<typeof rowSchema>;

/** The kept table of public price lists: hundreds of models, with the page that each price comes from. */
const keptTable = "@pydantic/genai-prices 0.1.8";

/**
 * The kept table's prices of a model by the name that opens it ("openai:gpt-4o"), without discounts for batches; where
 * a price grows with the length of the prompt, that of short ones. Undefined for names of no public provider.
 */
function keptPrices(name: string): DatedPrices | undefined {
  const [providerId = "", ...rest] = name.split(":");
  const model = rest.join(":");
  if (model === "" || !/^[a-z][a-z0-9_-]*$/.test(providerId)) return undefined;
  // Loaded only for hosted models: the table takes a third of a second.
  const { calcPrice } = createRequire(import.meta.url)("@pydantic/genai-prices") as typeof KeptTable;
  const priced = (usage: Parameters<typeof calcPrice>[0]) =>
    calcPrice(usage, model, { providerId: providerAliases[providerId] ?? providerId });
  const plain = priced({ input_tokens: 1000, output_tokens: 1000 });
  const cached = priced({ input_tokens: 1000, cache_read_tokens: 1000, output_tokens: 0 });
  if (plain === null || plain === undefined) return undefined;
  const perMillion = (dollars: number) => Number((dollars * 1000).toPrecision(12));
  return {
    prompt: perMillion(plain.input_price),
    completion: perMillion(plain.output_price),
    cachedPrompt: cached == null ? undefined : perMillion(cached.input_price),
    date: keptTable,
    source: plain.provider.pricing_urls?.[0] ?? plain.provider.name,
  };
}

/** Names that open models here, where the table names their provider otherwise. */
const providerAliases: Readonly<Record<string, string>> = lookup({
  "google-genai": "google",
  "google-vertexai": "google",
  mistralai: "mistral",
});

/**
 * The user's own rows: the file that RUMINATE_PRICES names, else prices.json in ruminate's folder. @throws
 * InvalidFileError.
 */
function ownTable(): Readonly<Record<string, DatedPrices>> {
  const path = process.env.RUMINATE_PRICES ?? join(cacheFolder(), "prices.json");
  if (process.env.RUMINATE_PRICES === undefined && !existsSync(path)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InvalidFileError(path, null, `cannot be read as prices: ${(error as Error).message}`, { cause: error });
  }
  const parsed = tableSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidFileError(
    path,
    null,
    `"${issue?.path.join(".")}" ${issue?.message}. A row reads "openai:gpt-4o": {"prompt": 2.5, "completion": 10, "date": "2026-04", "source": "where it was read"}.`,
  );
}

/** A model's name without the day of its release: "gpt-4o-2024-08-06", "claude-haiku-4-5-20251001". */
const undated = (name: string): string => name.replace(/-(\d{4}-\d{2}-\d{2}|\d{8})$/, "");

/**
 * What a model costs, by the name that opens it ("openai:gpt-4o", "http://localhost:8000/v1#qwen"); undefined where
 * nothing is known.
 */
export function datedPricesOf(name: string): DatedPrices | undefined {
  const own = ownTable();
  return own[name] ?? own[undated(name)] ?? keptPrices(name);
}

/** The three numbers that a policy calculates with. */
export const pricesOf = (name: string): Prices | undefined => {
  const row = datedPricesOf(name);
  if (row === undefined) return undefined;
  const { prompt, completion, cachedPrompt } = row;
  return { prompt, completion, cachedPrompt };
};

/** What a model's dollars are calculated from, as a report says it; undefined where no price is known. */
export function priceWords(
  spec: string | { readonly name: string; readonly model?: string | undefined; readonly options?: object },
): string | undefined {
  const { name, model, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  const given = (options as { prices?: Prices }).prices;
  const words = ({ prompt, completion }: Prices) => `$${prompt} + $${completion} per million prompt and answer tokens`;
  if (given !== undefined) return `${words(given)}, as the experiment gives them`;
  const joint = /^https?:/.test(name) ? "#" : ":";
  const row = datedPricesOf(
    model === undefined || model === "" || name.includes(joint, 7) ? name : `${name}${joint}${model}`,
  );
  return row === undefined ? undefined : `${words(row)}, ${row.date}: ${row.source}`;
}
