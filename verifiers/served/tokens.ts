import { z } from "zod";
import { VerifierError } from "../../src/core/errors.ts";
import type { Rendered } from "./layout.ts";
import { type Row, readReply, type Site } from "./site.ts";

const tokenized = z.object({ tokens: z.array(z.int()) });

/** Token ids of a text by the server's own tokenizer (`POST /tokenize` of vLLM and its kin). */
export async function tokenize(site: Site, text: string, special: boolean): Promise<readonly number[]> {
  const body = { model: site.model, prompt: text, add_special_tokens: special };
  const reply = await site.tokenizer.post("tokenize", body, site.signal);
  return readReply(site, "/tokenize", tokenized, reply).tokens;
}

/**
 * One row per step, out of what a server sent for one input: as many rows as steps, or a row for every token, of which
 * those at the step marks are taken. `ids` are the input's tokens where the reply held them.
 *
 * @throws VerifierError naming both numbers when the rows fit neither the steps nor the tokens.
 */
export function rowsAtSteps(
  site: Site,
  input: Rendered,
  rows: readonly Row[],
  ids?: readonly number[],
): readonly Row[] | Promise<readonly Row[]> {
  const { reading, scores } = site.preset;
  if (scores === "outcome" || reading.at === "end") return rows.slice(-1);
  // The usual case waits for nothing.
  return rows.length === input.steps.length ? rows : rowsAtMarks(site, input, rows, ids);
}

async function rowsAtMarks(
  site: Site,
  input: Rendered,
  rows: readonly Row[],
  ids: readonly number[] | undefined,
): Promise<readonly Row[]> {
  const { reading, name } = site.preset;
  const mismatch = (hint: string) =>
    new VerifierError(name, `sent ${rows.length} scores for ${input.steps.length} steps.${hint}`);
  if (rows.length < input.steps.length) throw mismatch("");
  const tag = reading.tagId ?? (await tagToken(site));
  if (tag === null) throw mismatch("");
  const tokens = ids ?? (await tokenize(site, input.text, true));
  if (tokens.length !== rows.length) throw mismatch(` The text has ${tokens.length} tokens.`);
  const at = tokens.flatMap((token, position) => (token === tag ? [position] : []));
  if (at.length !== input.steps.length) {
    throw new VerifierError(
      name,
      `the mark's token ${tag} stands ${at.length} times in a text of ${input.steps.length} steps.`,
    );
  }
  return at.map((position) => rows[position] ?? []);
}

async function tagToken(site: Site): Promise<number | null> {
  const { tag } = site.preset.reading;
  if (tag === undefined) return null;
  return (await tokenize(site, ` ${tag}`, false)).at(-1) ?? null;
}
