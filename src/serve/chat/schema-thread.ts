import { parentPort } from "node:worker_threads";
import { Validator } from "@cfworker/json-schema";
import { readableSchema } from "./readable-schema.ts";

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
  try {
    const readable = readableSchema(schema);
    const validator = new Validator(readable.schema, readable.draft);
    validator.validate({}); // references are followed at the first use
    return { fits: texts.map((text) => fits(validator, text)) };
  } catch (error) {
    if (error instanceof RangeError) return { flaw: "it is nested, or refers to itself, without end" };
    return { flaw: (error instanceof Error ? (error.message.split("\n")[0] ?? "") : "").slice(0, 150) };
  }
}

function fits(validator: Validator, text: string): boolean {
  try {
    return validator.validate(JSON.parse(text)).valid;
  } catch {
    return false; // nested deeper than the stack
  }
}
