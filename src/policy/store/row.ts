import { crc32 } from "node:zlib";
import { z } from "zod";
import type { Sample } from "../../core/policy.ts";
import type { StoreEntry } from "./contract.ts";

export interface StoredRow {
  readonly id: number;
  readonly key: unknown;
  readonly max_tokens: unknown;
  /** Undefined, as the next, where a store has no column for it. */
  readonly finish: unknown;
  readonly completion_tokens: unknown;
  readonly sample: unknown;
}

const logprob = z.union([z.number(), z.literal("-Infinity")]);
const tokenSchema = z.looseObject({
  token: z.string(),
  logprob,
  top: z.array(z.looseObject({ token: z.string(), logprob })).optional(),
});

const sampleSchema = z.looseObject({
  text: z.string(),
  finish: z.string(),
  seed: z.number(),
  promptTokens: z.number(),
  cachedPromptTokens: z.number(),
  completionTokens: z.number(),
  sharedPrompt: z.boolean(),
  dollars: z.number(),
  logprobs: z.array(tokenSchema).optional(),
});

/** The mark at the end of a row's text: a checksum of its key, its limit and all before it. */
const mark = /,"crc":(\d+)\}$/;

/** A sample as a row. JSON knows no infinities, which log-probabilities may be. */
export function rowOf({ key, maxTokens, sample }: StoreEntry): [string, number, string, number, string] {
  const { stored: _, besides: __, ...kept } = sample;
  const odd = kept.logprobs !== undefined || kept.prefixLogprobs !== undefined;
  const text = JSON.stringify(kept, odd ? (_, value) => (value === -Infinity ? "-Infinity" : value) : undefined);
  const whole = `${text.slice(0, -1)},"crc":${crc32(`${key}/${maxTokens}/${text}`)}}`;
  return [key, maxTokens, sample.finish, sample.completionTokens, whole];
}

/** The sample of a row; null where the row is damaged. Rows of earlier versions have no checksum. */
export function sampleIn(row: StoredRow, key: unknown = row.key): Sample | null {
  const { sample: text, max_tokens: maxTokens } = row;
  if (row.key !== key || typeof key !== "string" || typeof text !== "string") return null;
  const [end, sum] = mark.exec(text) ?? [];
  const plain = end === undefined ? text : `${text.slice(0, -end.length)}}`;
  if (sum !== undefined && Number(sum) !== crc32(`${key}/${maxTokens}/${plain}`)) return null;
  try {
    const sample: unknown = JSON.parse(plain);
    const read = sampleSchema.safeParse(sample);
    if (!read.success) return null;
    const { finish = read.data.finish, completion_tokens = read.data.completionTokens } = row;
    if (finish !== read.data.finish || completion_tokens !== read.data.completionTokens) return null;
    if (!plain.includes('"-Infinity"')) return sample as Sample;
    return JSON.parse(plain, (name, value) =>
      name === "logprob" && value === "-Infinity" ? -Infinity : value,
    ) as Sample;
  } catch {
    return null;
  }
}
