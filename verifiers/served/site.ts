import { z } from "zod";
import { VerifierError } from "../../src/core/errors.ts";
import type { RunSession } from "../../src/core/run.ts";
import type { Connection } from "./connection.ts";
import type { Rendered } from "./layout.ts";
import type { Preset } from "./preset.ts";

/** What a transport works with. */
export interface Site {
  readonly preset: Preset;
  readonly model: string;
  readonly connection: Connection;
  /** Where texts are tokenised; the server itself unless another is given. */
  readonly tokenizer: Connection;
  /** The second model of a density ratio. */
  readonly reference: { readonly connection: Connection; readonly model: string } | null;
  /** Models of other presets. */
  readonly others: readonly string[];
  readonly maxTokens: number;
  /** Judgements of a step that are averaged, where they are sampled. */
  readonly majority: number;
  /** An interpreter for the code that a judgement writes; absent where it is not to be run. */
  readonly openSession?: () => RunSession;
  /** vLLM's name of the task; "auto" tries those of its versions, newest first. */
  readonly task: string;
  readonly signal: AbortSignal;
}

/** The numbers at one read position, or why there are none. */
export type Row = readonly number[] | { readonly none: string };

export interface Reply {
  /** rows[i][t]: step t of input i; one row for an outcome model. */
  readonly rows: readonly (readonly Row[])[];
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly calls: number;
}

export type ScoreTransport = (inputs: readonly Rendered[], site: Site) => Promise<Reply>;

export const usageSchema = z.object({
  prompt_tokens: z.number().nullish(),
  total_tokens: z.number().nullish(),
  completion_tokens: z.number().nullish(),
});

/** The tokens that a server says it read, else about four characters a token. */
export function promptTokensOf(usage: z.infer<typeof usageSchema> | null | undefined, inputs: readonly Rendered[]) {
  const given = usage?.prompt_tokens ?? usage?.total_tokens;
  if (typeof given === "number" && given > 0) return given;
  return inputs.reduce((sum, { text }) => sum + Math.ceil(text.length / 4), 0);
}

/** A reply as its schema says. @throws VerifierError naming the field, what came and what was expected. */
export function readReply<T>(site: Site, what: string, schema: z.ZodType<T>, reply: unknown): T {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") ?? "";
  const came = JSON.stringify(reply) ?? "nothing";
  throw new VerifierError(
    site.preset.name,
    `the reply to ${what} is not as expected${path === "" ? "" : ` at ${path}`}: ${issue?.message ?? "wrong shape"}. Got ${came.length > 160 ? `${came.slice(0, 160)}…` : came}.`,
  );
}

/** As many results as inputs. @throws VerifierError naming both numbers. */
export function checkCount(site: Site, results: number, inputs: number): void {
  if (results === inputs) return;
  throw new VerifierError(site.preset.name, `sent ${results} results for ${inputs} inputs. One for each was expected.`);
}

/** @throws VerifierError where the server says that another public reward model answered. */
export function checkModel(site: Site, named: string | null | undefined): void {
  if (typeof named !== "string" || named === site.model || site.preset.models.includes(named)) return;
  if (!site.others.includes(named)) return;
  throw new VerifierError(
    site.preset.name,
    `the model that answered is ${named}. Its numbers are read otherwise: name its own preset, or serve ${site.model}.`,
  );
}

/** Numbers as rows: a list of numbers is one row of an outcome model, or one number per step of a process model. */
export function asRows(site: Site, data: readonly unknown[]): readonly Row[] {
  const flat = !Array.isArray(data[0]);
  const rows = flat ? (site.preset.scores === "outcome" ? [data] : data.map((item) => [item])) : data;
  for (const row of rows) {
    if (!Array.isArray(row)) throw notFinite(site, row);
    for (const item of row) if (typeof item !== "number" || !Number.isFinite(item)) throw notFinite(site, item);
  }
  return rows as readonly (readonly number[])[];
}

function notFinite({ preset }: Site, item: unknown): VerifierError {
  return new VerifierError(preset.name, `sent ${JSON.stringify(item)} where a finite number was expected.`);
}
