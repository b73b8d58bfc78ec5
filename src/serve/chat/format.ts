import type { Answer } from "../../core/candidate.ts";
import type { Policy, Sample } from "../../core/policy.ts";
import { wrapPolicy } from "../../policy/wrap.ts";
import { refused } from "../errors.ts";
import { checkReferences } from "./references.ts";
import { schemaChecker } from "./schema-checker.ts";

/** What replies must be, where they must be JSON. */
export interface ReplyFormat {
  /** The field that asks the upstream for it. */
  readonly field: Readonly<Record<string, unknown>>;
  /** To be awaited before the first reply. @throws ApiError for a schema that cannot be read. */
  ready(): Promise<void>;
  /** Looks at texts, which {@link read} then knows. */
  look(texts: readonly string[]): Promise<void>;
  /** Is it the arguments of the one call of a reply that must satisfy it, and not its text? */
  readonly ofCalls?: boolean;
  /** The value of a reply that satisfies it, written in one way; null for one that does not, or was not looked at. */
  readonly read: (text: string) => Answer | null;
}

/**
 * A reply format by `json_object` or by a JSON schema. Replies that are not JSON or do not satisfy the schema are no
 * candidates.
 * @throws ApiError for a schema that is none, or that refers to another document.
 */
export function replyFormat(field: Readonly<Record<string, unknown>>, schema: unknown, path: string): ReplyFormat {
  if (schema === null) {
    const nothing = async () => {};
    return { field, ready: nothing, look: nothing, read: (text) => answerOf(text, isObject) };
  }
  if (!isObject(schema)) throw refused(path, `"${path}" must be a JSON schema, which is an object.`);
  checkReferences(schema, path);
  return new SchemaFormat(field, schema, path);
}

/** Replies that call a function once, with arguments that satisfy a JSON schema. @throws as {@link replyFormat}. */
export function callFormat(schema: unknown, path: string): ReplyFormat {
  const format = replyFormat({}, schema ?? {}, path);
  return {
    field: {},
    ofCalls: true,
    ready: () => format.ready(),
    look: (texts) => format.look(texts),
    read: (text) => format.read(text),
  };
}

/** What of a reply must satisfy its format. */
export function formattedText({ text, toolCalls = [] }: Pick<Sample, "text" | "toolCalls">, { ofCalls }: ReplyFormat) {
  if (ofCalls !== true) return text;
  const [call, ...others] = toolCalls;
  return call === undefined || others.length > 0 ? null : call.arguments;
}

/** Checks that come to nothing before a format is not checked any more: they took half a second each. */
const mostFailures = 2;

class SchemaFormat implements ReplyFormat {
  readonly field: Readonly<Record<string, unknown>>;
  readonly #schema: object;
  readonly #path: string;
  readonly #fits = new Set<string>();
  #failures = 0;

  constructor(field: Readonly<Record<string, unknown>>, schema: object, path: string) {
    this.field = field;
    this.#schema = schema;
    this.#path = path;
  }

  async ready(): Promise<void> {
    const verdict = await schemaChecker.check({ schema: this.#schema, texts: [] });
    const flaw = verdict === null ? "it takes too long" : "flaw" in verdict ? verdict.flaw : null;
    if (flaw === null) return;
    throw refused(this.#path, `"${this.#path}" is a JSON schema that cannot be checked here: ${flaw}.`);
  }

  async look(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      if (this.#fits.has(text) || parsed(text) === undefined) continue;
      if (this.#failures >= mostFailures) return;
      const verdict = await schemaChecker.check({ schema: this.#schema, texts: [text] });
      if (verdict === null) this.#failures++;
      else if ("fits" in verdict && verdict.fits[0] === true) this.#fits.add(text);
    }
  }

  readonly read = (text: string): Answer | null => (this.#fits.has(text) ? answerOf(text, () => true) : null);
}

/** The policy with every sample looked at before anybody reads it. */
export const lookedAt = (policy: Policy, format: ReplyFormat): Policy =>
  wrapPolicy(policy, {
    sample: async (request, options) => {
      const samples = await policy.sample(request, options);
      await format.look(samples.flatMap((sample) => formattedText(sample, format) ?? []));
      return samples;
    },
  });

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function answerOf(text: string, holds: (value: unknown) => boolean): Answer | null {
  const value = parsed(text);
  if (value === undefined || !holds(value)) return null;
  try {
    return { text: canonicalJson(value), rule: "json" };
  } catch {
    return null; // nested deeper than the stack
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
