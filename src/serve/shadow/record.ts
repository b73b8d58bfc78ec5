import { z } from "zod";
import { InvalidFileError } from "../../core/errors.ts";
import { issueOf } from "../issue.ts";

const amount = z.number().min(0);
const score = z.number().min(0).max(1).nullable();

/**
 * One request that was answered both ways. It holds no text of the request or of a reply: `question` is a hash under a
 * key that ends with the server, which tells only whether two requests of one run asked the same.
 */
export const shadowRecordSchema = z.strictObject({
  /** Seconds since 1970. */
  time: z.number(),
  thought: z.string().describe("the strategy that thinks"),
  plain: z.string().describe("the strategy that does not"),
  upstream: z.string(),
  question: z.string(),
  served: z.enum(["thought", "plain"]).describe("which of both the client got"),
  outcome: z
    .enum(["same", "changed", "unclear", "failed"])
    .describe("unclear: no answer could be read from one of both"),
  scores: z.strictObject({ thought: score, plain: score }).nullable().describe("where the answers are not the same"),
  checked: z.boolean().describe("is there a check at all?"),
  tokens: z.strictObject({ thought: amount, plain: amount, check: amount }),
  dollars: z.strictObject({ thought: amount, plain: amount, check: amount }),
  milliseconds: z.strictObject({ thought: amount, plain: amount }),
});

export type ShadowRecord = z.infer<typeof shadowRecordSchema>;

/** The records of a file's text. A last line that was cut is left out. @throws InvalidFileError with the line. */
export function readShadowRecords(file: string, text: string): ShadowRecord[] {
  const lines = text.split("\n");
  const cut = lines.at(-1) !== "";
  return lines
    .slice(0, -1)
    .flatMap((line, index) => (line.trim() === "" ? [] : [recordOf(file, line, index + 1)]))
    .concat(cut ? lastOf(lines.at(-1) ?? "") : []);
}

function recordOf(file: string, line: string, number: number): ShadowRecord {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    throw new InvalidFileError(file, number, "is not JSON. Give the file that `ruminate serve --shadow-file` wrote.");
  }
  const parsed = shadowRecordSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path, sentence } = issueOf(parsed.error, given);
  throw new InvalidFileError(file, number, `"${path}" ${sentence}`);
}

function lastOf(line: string): ShadowRecord[] {
  try {
    const parsed = shadowRecordSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
