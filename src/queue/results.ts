import { z } from "zod";
import { damageOf, gradedSchema, writtenSchema } from "../runs/records/reading.ts";
import type { JobResult } from "./jobs.ts";

const resultSchema = z.object({
  worker: z.string(),
  milliseconds: z.number().min(0),
  ends: z.array(
    z.object({
      key: z.string(),
      arm: z.string(),
      written: writtenSchema.optional(),
      graded: gradedSchema.optional(),
      failure: z.object({ message: z.string(), status: z.number().nullable(), retryable: z.boolean() }).optional(),
    }),
  ),
});

/** What a worker gave back, read as strangers' data; where it is not that, a sentence that says why. */
export function resultOf(given: unknown): JobResult | string {
  const damage = damageOf(resultSchema, given);
  return damage === null ? (given as JobResult) : `A worker gave back what is no result: ${damage}`;
}
