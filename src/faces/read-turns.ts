import { z } from "zod";
import type { Message } from "../core/policy.ts";
import { messageSchema } from "../serve/chat/schema.ts";
import { turnsOf } from "../serve/chat/turns.ts";
import { refused } from "../serve/errors.ts";
import { issueOf } from "../serve/issue.ts";

const messagesSchema = z.array(messageSchema).min(1);

/** A framework's messages, in OpenAI's words, as turns. @throws ApiError that names what does not fit. */
export function readTurns(given: unknown): readonly Message[] {
  const parsed = messagesSchema.safeParse(given);
  if (parsed.success) return turnsOf(parsed.data, "public"); // addresses of images are passed on, never fetched here
  const { path, sentence } = issueOf(parsed.error, given);
  throw refused(`messages${path}`, `"messages${path}" ${sentence}`);
}
