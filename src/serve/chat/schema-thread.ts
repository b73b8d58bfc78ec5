import { parentPort } from "node:worker_threads";
import { z } from "zod";

/**
 * The thread that checks texts against a JSON schema. Both may come from people who mean harm: a pattern that takes for
 * ever, references that unfold without end. So nobody waits here: whoever asked ends the thread when its time is up.
 */
export interface SchemaTask {
  readonly schema: object;
  readonly texts: readonly string[];
}

/** Which texts are JSON that satisfies the schema, or why the schema cannot be read. */
export type SchemaVerdict = { readonly fits: readonly boolean[] } | { readonly flaw: string };

const port = parentPort;
port?.on("message", (task: SchemaTask) => port.postMessage(verdictOn(task)));
port?.postMessage("ready");

function verdictOn({ schema, texts }: SchemaTask): SchemaVerdict {
  let check: z.ZodType;
  try {
    check = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    check.safeParse({}); // references are followed at the first use
  } catch (error) {
    return { flaw: (error instanceof Error ? (error.message.split("\n")[0] ?? "") : "").slice(0, 150) };
  }
  return { fits: texts.map((text) => fits(check, text)) };
}

function fits(check: z.ZodType, text: string): boolean {
  try {
    return check.safeParse(JSON.parse(text)).success;
  } catch {
    return false; // nested deeper than the stack
  }
}
