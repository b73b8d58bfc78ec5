import { runInNewContext } from "node:vm";
import { z } from "zod";
import type { Answer } from "../../core/candidate.ts";
import { refused } from "../errors.ts";

/** What replies must be, where they must be JSON. */
export interface ReplyFormat {
  /** The field that asks the upstream for it. */
  readonly field: Readonly<Record<string, unknown>>;
  /** The value of a reply that satisfies it, written in one way; null for one that does not. */
  read(text: string): Answer | null;
}

/** A pattern in a schema may take for ever on some text; a check that takes longer than this has failed. */
const longestCheckMs = 250;

/**
 * A reply format by `json_object` or by a JSON schema. Replies that are not JSON or do not satisfy the schema are no
 * candidates.
 * @throws ApiError for a schema that cannot be read.
 */
export function replyFormat(field: Readonly<Record<string, unknown>>, schema: unknown, path: string): ReplyFormat {
  const check = schema === null ? z.record(z.string(), z.unknown()) : compile(schema, path);
  return {
    field,
    read(text) {
      const value = parsed(text);
      if (value === undefined || !satisfies(check, value)) return null;
      return { text: canonicalJson(value), rule: "json" };
    },
  };
}

function compile(schema: unknown, path: string): z.ZodType {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw refused(path, `"${path}" must be a JSON schema, which is an object.`);
  }
  try {
    const compiled = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    satisfies(compiled, {}); // references are followed at the first use
    return compiled;
  } catch (error) {
    const reason = (error instanceof Error ? (error.message.split("\n")[0] ?? "") : "").slice(0, 150);
    throw refused(path, `"${path}" is a JSON schema that cannot be checked here: ${reason}.`);
  }
}

function satisfies(schema: z.ZodType, value: unknown): boolean {
  const check = () => schema.safeParse(value).success;
  try {
    return runInNewContext("check()", { check }, { timeout: longestCheckMs }) === true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return false;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys in order and no spaces: equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
