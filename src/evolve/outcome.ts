import { z } from "zod";
import type { Response } from "./answering.ts";
import { operationNames } from "./operations.ts";

const text = z.string();
const spentSchema = z.strictObject({ calls: z.int(), promptTokens: z.int(), completionTokens: z.int() });

const responseSchema: z.ZodType<Response> = z.strictObject({
  by: z.enum(["chain", "program"]),
  ...{ policy: text, seed: z.int(), key: text, prompt: text, text: text.nullable(), answer: text.nullable() },
  verdict: text.optional(),
});

/** Where a question comes from. */
const ancestrySchema = z.strictObject({
  operation: z.enum(operationNames),
  /** Ids of the problems that it was made of. */
  seeds: z.array(text),
  /** What the operation drew: a persona, a language, concepts, numbers, a program without numbers … */
  details: z.record(text, z.unknown()),
  /** The model that wrote it, the hash of its prompt, and the keys of its samples. */
  writer: text,
  prompt: text,
  samples: z.array(text),
});
export type Ancestry = z.infer<typeof ancestrySchema>;

/** What a question's operation came to: an answer, or the reason why it was left out. */
const questionSchema = z.strictObject({
  kind: z.literal("question"),
  id: text,
  group: text,
  answerKind: z.enum(["number", "math", "text"]),
  operation: z.enum(operationNames),
  question: text.nullable(),
  /** Was it new, so that later ones are held against it? */
  admitted: z.boolean(),
  answer: text.nullable(),
  reason: text.nullable(),
  agreement: z.number().nullable(),
  confirmed: z.int().nullable(),
  ancestry: ancestrySchema,
  responses: z.array(responseSchema),
  right: z.array(z.boolean()),
  spent: spentSchema,
});
export type QuestionOutcome = z.infer<typeof questionSchema>;

/** What a problem is about; null where the model did not say it in the form that is asked for. */
const conceptsSchema = z.strictObject({
  kind: z.literal("concepts"),
  seed: text,
  concepts: z.strictObject({ topics: z.array(text), points: z.array(text) }).nullable(),
  spent: spentSchema,
});
export type ConceptOutcome = z.infer<typeof conceptsSchema>;

export const outcomeSchema = z.discriminatedUnion("kind", [questionSchema, conceptsSchema]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const tokensOf = ({ spent }: Pick<Outcome, "spent">): number => spent.promptTokens + spent.completionTokens;
