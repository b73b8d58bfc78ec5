import { z } from "zod";
import { EnvironmentError } from "../../../src/core/errors.ts";

/** Something that can be asked: a LangChain retriever (gives documents) or tool (gives a text), or anything that is called alike. */
export interface Askable {
  invoke(input: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  readonly name?: string;
  /** A structured tool's input. */
  readonly schema?: unknown;
}

const isAskable = (value: unknown): value is Askable =>
  typeof value === "object" && value !== null && "invoke" in value && typeof value.invoke === "function";

/** A search tool in options. Traces name it and nothing more of it. */
export const searchOption = z
  .custom<Askable>(isAskable, "must be a retriever or a tool with an invoke method")
  .transform((tool): Askable & { toJSON(): unknown } => ({
    invoke: (input, options) => tool.invoke(input, options),
    ...(tool.schema === undefined ? {} : { schema: tool.schema }),
    name: tool.name ?? tool.constructor.name,
    toJSON: () => ({ search: tool.name ?? tool.constructor.name }),
  }));

/** A structured tool takes its text under a name: "query" where it has one, else the first. */
function inputFor({ schema }: Askable, query: string): unknown {
  const described = schema as { shape?: object; properties?: object } | undefined;
  const fields = Object.keys(described?.shape ?? described?.properties ?? {});
  const field = fields.includes("query") ? "query" : fields[0];
  return field === undefined ? query : { [field]: query };
}

/** What a retriever or tool gave, as text: documents one after the other, a message's content, anything else as JSON. */
function textOf(found: unknown): string {
  if (typeof found === "string") return found;
  if (Array.isArray(found)) return found.map(textOf).join("\n\n");
  const { pageContent, content } = (found ?? {}) as { pageContent?: unknown; content?: unknown };
  if (typeof pageContent === "string") return pageContent;
  return typeof content === "string" ? content : JSON.stringify(found ?? "");
}

/** Asks a search tool. @throws EnvironmentError when it fails; the signal's reason when that fired. */
export async function find(tool: Askable, query: string, signal: AbortSignal): Promise<string> {
  try {
    return textOf(await tool.invoke(inputFor(tool, query), { signal }));
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(
      `The search tool ${tool.name ?? ""} failed: ${reason}. Mend it, or leave the option "search" out.`,
      { cause },
    );
  }
}
