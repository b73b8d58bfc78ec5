import { z } from "zod";
import type { WorkReply } from "./protocol.ts";

const id = z.int().min(0);

const resultSchema = z.object({
  verdict: z.enum(["ok", "error", "timeout", "memory", "output-limit", "crashed", "refused"]),
  value: z.string().nullable(),
  stdout: z.string(),
  error: z.string(),
});

const replySchema = z.union([
  z.object({ ready: z.literal(true), detail: z.string().optional() }),
  z.object({ id, started: z.literal(true) }),
  z.object({ id, wants: z.literal("source") }),
  z.object({ id, result: resultSchema, recycle: z.boolean().optional(), kept: z.boolean().optional() }),
]);

/**
 * A line that a worker process wrote, or null where it is no reply. Programs run beside what writes these lines, so
 * this is the one place where they are read, and nothing of them is taken that is not in the schema.
 */
export function readReply(line: string): WorkReply | null {
  try {
    const read = replySchema.safeParse(JSON.parse(line));
    return read.success ? (read.data as WorkReply) : null;
  } catch {
    return null;
  }
}
