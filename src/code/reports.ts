import { z } from "zod";

const judgementSchema = z.tuple([
  z
    .enum(["accepted", "wrong-answer", "runtime-error", "compile-error", "time-limit", "memory-limit"])
    .or(z.enum(["output-limit", "broken-tests", "sandbox-error"])),
  z.string().regex(/^[PFET]*$/),
  z.string(),
  z.array(z.number().nullable()),
]);

const testOutcomes = z
  .enum(["passed", "failed", "malformed", "ok", "error"])
  .or(z.enum(["timeout", "memory", "output-limit", "crashed", "refused"]));

const shownRow = z.tuple([testOutcomes, z.string()]);
/** A row a test, or the reason why the program ended before them. */
const shownSchema = z.union([z.array(shownRow), z.strictObject({ ended: shownRow })]);

/** What the judge of programs reports; null where it is no report. `word`: what it has to begin with, if anything. */
export function readJudgement(value: string | null, word?: string): z.infer<typeof judgementSchema> | null {
  const rows = parsed(value);
  if (!Array.isArray(rows)) return null;
  const own = word === undefined ? rows : rows[0] === word ? rows.slice(1) : null;
  return judgementSchema.safeParse(own).data ?? null;
}

/** What became of `count` shown tests; null where it is no report of so many. */
export function readShownTests(value: string | null, count: number): z.infer<typeof shownSchema> | null {
  const { data } = shownSchema.safeParse(parsed(value));
  return data !== undefined && (!Array.isArray(data) || data.length === count) ? data : null;
}

function parsed(value: string | null): unknown {
  try {
    return value === null ? null : JSON.parse(value);
  } catch {
    return null;
  }
}
