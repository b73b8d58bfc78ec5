import { dereference, type Schema, type SchemaDraft } from "@cfworker/json-schema";

const types = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

/** A schema as the validator takes it. */
export interface ReadableSchema {
  readonly schema: Schema;
  readonly draft: SchemaDraft;
}

/**
 * A JSON schema (drafts 4, 7, 2019-09, 2020-12; without `$schema` the newest) in which everything is what it must be.
 * Patterns are read as Unicode, and OpenAPI's `nullable` as one more type.
 * @throws Error that says what cannot be read.
 */
export function readableSchema(given: object): ReadableSchema {
  const schema = plain(given) as Schema;
  const lookup = dereference(schema) as Readonly<Record<string, Schema | boolean>>;
  for (const part of Object.values(lookup)) {
    if (typeof part !== "boolean") checkPart(part, lookup);
  }
  return { schema, draft: draftOf(schema.$schema) };
}

function draftOf(named: unknown): SchemaDraft {
  const [, draft] = /draft(?:\/|-0?)(4|7|2019-09|2020-12)\b/.exec(String(named)) ?? [];
  return (draft as SchemaDraft | undefined) ?? "2020-12";
}

function checkPart(part: Schema, lookup: Readonly<Record<string, unknown>>): void {
  const { type, required, enum: values, properties, $ref } = part;
  const named: readonly unknown[] = type === undefined ? [] : Array.isArray(type) ? type : [type];
  if (type !== undefined && (named.length === 0 || named.some((one) => !types.has(String(one)))))
    throw new Error(`the type ${JSON.stringify(type)} is not known`);
  if (required !== undefined && typeof required !== "boolean" && !isNames(required))
    throw new Error('"required" must be a list of names');
  if (values !== undefined && !Array.isArray(values)) throw new Error('"enum" must be a list');
  if (properties !== undefined && (typeof properties !== "object" || properties === null || Array.isArray(properties)))
    throw new Error('"properties" must be an object');
  if ($ref !== undefined && lookup[String(part.__absolute_ref__)] === undefined)
    throw new Error(`the reference ${JSON.stringify($ref)} leads nowhere`);
}

const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === "string");

/** A copy in which patterns and `nullable` are rewritten. A boolean is a schema of its own. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "pattern" && typeof inner === "string") return [key, unicodePattern(inner)];
      if (key === "patternProperties" && typeof inner === "object" && inner !== null)
        return [
          key,
          Object.fromEntries(Object.entries(inner).map(([name, one]) => [unicodePattern(name), plain(one)])),
        ];
      const data = key === "enum" || key === "const" || key === "default" || key === "examples";
      return [key, data ? inner : plain(inner)];
    }),
  );
  return copy.nullable === true && typeof copy.type === "string" ? { ...copy, type: [copy.type, "null"] } : copy;
}

/**
 * A pattern that can be read as Unicode. What the older way of reading lets pass, a backslash before a sign that needs
 * none, is taken out.
 * @throws Error for one that cannot be read in either way.
 */
function unicodePattern(pattern: string): string {
  const isRead = (text: string): boolean => {
    try {
      return new RegExp(text, "u") !== null;
    } catch {
      return false;
    }
  };
  if (isRead(pattern)) return pattern;
  let inClass = false;
  const needed = pattern.replace(/\\(.)|[[\]]/gsu, (whole, sign: string | undefined) => {
    if (sign === undefined) {
      inClass = whole === "[";
      return whole;
    }
    return /[\w^$\\.*+?()[\]{}|/]/.test(sign) || (sign === "-" && inClass) ? whole : sign;
  });
  if (isRead(needed)) return needed;
  throw new Error(`the pattern ${JSON.stringify(pattern).slice(0, 80)} cannot be read`);
}
