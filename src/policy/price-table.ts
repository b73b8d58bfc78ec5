import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InvalidFileError } from "../core/errors.ts";
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

/** Dollars per million tokens, with the day and the place where they were read. */
export type DatedPrices = z.output<typeof rowSchema>;

const openai = (prompt: number, completion: number): DatedPrices => ({
  prompt,
  completion,
  date: "2026-04",
  source: "OpenAI's price list, as two public summaries of March and April 2026 tell it",
});
const anthropic = (prompt: number, completion: number, cachedPrompt: number): DatedPrices => ({
  prompt,
  completion,
  cachedPrompt,
  date: "2026-04-12",
  source: "Anthropic's pricing page, as public summaries of March and April 2026 tell it",
});

/**
 * Prices by the name that opens a model, per million tokens, without discounts for batches. Prices move: each row says
 * when it was read, reports repeat it, and a file of one's own goes before it.
 */
export const priceTable: Readonly<Record<string, DatedPrices>> = {
  "openai:gpt-4o": openai(2.5, 10),
  "openai:gpt-4o-mini": openai(0.15, 0.6),
  "openai:gpt-4.1": openai(2, 8),
  "openai:gpt-4.1-mini": openai(0.4, 1.6),
  "openai:gpt-4.1-nano": openai(0.1, 0.4),
  "openai:gpt-5": openai(1.25, 10),
  "openai:gpt-5-mini": openai(0.25, 2),
  "openai:gpt-5-nano": openai(0.05, 0.4),
  "openai:o3": openai(2, 8),
  "openai:o3-mini": openai(1.1, 4.4),
  "openai:o4-mini": openai(1.1, 4.4),
  "anthropic:claude-opus-4-6": anthropic(5, 25, 0.5),
  "anthropic:claude-sonnet-4-6": anthropic(3, 15, 0.3),
  "anthropic:claude-sonnet-4-5": anthropic(3, 15, 0.3),
  "anthropic:claude-haiku-4-5": anthropic(1, 5, 0.1),
};

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
  return own[name] ?? own[undated(name)] ?? priceTable[name] ?? priceTable[undated(name)];
}

/** The three numbers that policies reckon with. */
export const pricesOf = (name: string): Prices | undefined => {
  const row = datedPricesOf(name);
  if (row === undefined) return undefined;
  const { prompt, completion, cachedPrompt } = row;
  return { prompt, completion, cachedPrompt };
};

/** What a model's dollars are reckoned with, as a report says it; undefined where no price is known. */
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
