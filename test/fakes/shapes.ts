import { type Recording, recordingOf, recordingsOf } from "./recordings.ts";

type Types = ReadonlySet<string>;
/** Paths of a server's replies (".choices[].message.content") with the types of value that stand there. */
export type Fields = ReadonlyMap<string, Types>;

/** What kind of reply fields belong to. */
export const replyKinds = ["whole", "stream", "error", "models"] as const;
export type ReplyKind = (typeof replyKinds)[number];

/** Fields that no recording has, with who documents them. */
export const documented: readonly {
  readonly reply: ReplyKind;
  /** Of this server alone. */
  readonly server?: string;
  readonly source: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    reply: "whole",
    source: "OpenAI API reference, the chat completion object; vLLM and llama.cpp send the same with a tool parser",
    fields: {
      ".choices[].message.content": ["null"],
      ".choices[].message.tool_calls": ["array"],
      ".choices[].message.tool_calls[]": ["object"],
      ".choices[].message.tool_calls[].id": ["string"],
      ".choices[].message.tool_calls[].type": ["string"],
      ".choices[].message.tool_calls[].function": ["object"],
      ".choices[].message.tool_calls[].function.name": ["string"],
      ".choices[].message.tool_calls[].function.arguments": ["string"],
    },
  },
  {
    reply: "whole",
    server: "litellm-1.108.7-reasoning-parser",
    source: "test/recordings/litellm-1.108.7: the same proxy with a model that does not think",
    fields: { ".choices[].message.content": ["string"] },
  },
  {
    reply: "stream",
    server: "vllm-0.32.0",
    source: "vLLM, ChatCompletionResponseStreamChoice: `stop_reason: int | str | None`, as in the whole reply",
    fields: { ".choices[].stop_reason": ["string"] },
  },
  {
    reply: "error",
    source: "OpenAI API guide, error codes: 401 (invalid_api_key) and 429 (rate_limit_exceeded) have a code in words",
    fields: { ".error.code": ["string"], ".error.param": ["null"] },
  },
];

const all = new Map<string, Fields>();

/** All fields that replies of one kind have in the recordings of a server, and those that are documented. */
export function knownFields(server: string, kind: ReplyKind): Fields {
  const name = `${server}/${kind}`;
  const fields = all.get(name) ?? fieldsFound(server, kind);
  all.set(name, fields);
  return fields;
}

function fieldsFound(server: string, kind: ReplyKind): Fields {
  const known = new Map<string, Set<string>>();
  const note = (path: string, type: string) => known.set(path, (known.get(path) ?? new Set()).add(type));
  for (const recording of recordingsOf(server)) {
    if (kindOf(recording) !== kind) continue;
    for (const value of valuesOf(recording)) for (const [path, type] of fieldsOf(value)) note(path, type);
  }
  for (const { reply, fields, server: own = server } of documented) {
    if (reply !== kind || own !== server) continue;
    for (const [path, types] of Object.entries(fields)) for (const type of types) note(path, type);
  }
  return known;
}

function kindOf({ request, reply }: Recording): ReplyKind | null {
  if (request.path === "/v1/models") return "models";
  if (!/\/v1\/(chat\/)?completions$/.test(request.path)) return null;
  if (reply.status >= 400) return "error";
  return reply.text === undefined ? "whole" : "stream";
}

/** The reply's JSON, or that of each of its events. */
export const valuesOf = ({ reply }: Recording): unknown[] =>
  reply.text === undefined ? [reply.json] : eventsIn(reply.text);

export const eventsIn = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice("data: ".length)) as unknown);

/** Every path of a value with the type that stands there. */
export function fieldsOf(value: unknown, path = ""): (readonly [string, string])[] {
  const type = typeOf(value);
  if (Array.isArray(value)) return [[path, type], ...value.flatMap((entry) => fieldsOf(entry, `${path}[]`))];
  if (type !== "object") return [[path, type]];
  return [
    [path, type],
    ...Object.entries(value as object).flatMap(([key, entry]) => fieldsOf(entry, `${path}.${key}`)),
  ];
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/**
 * A recorded reply with other values: every recorded field stays, and a list has as many entries as are given, each in
 * the shape of the first one recorded.
 * @throws Error for a field, or a type of value, that neither a recording of the server nor its documentation has.
 */
export function inShapeOf(server: string, id: string, given: unknown): unknown {
  const recording = recordingOf(server, id);
  return reshaped(server, kindOf(recording) ?? "whole", valuesOf(recording)[0], given);
}

export function reshaped(server: string, kind: ReplyKind, recorded: unknown, given: unknown): unknown {
  return put(recorded, given, "", { server, known: knownFields(server, kind) });
}

interface Place {
  readonly server: string;
  readonly known: Fields;
}

function put(recorded: unknown, given: unknown, path: string, place: Place): unknown {
  if (given === undefined) return recorded;
  const type = typeOf(given);
  if (!place.known.get(path)?.has(type))
    throw new Error(`No reply of ${place.server} has ${type} at ${path || "its top"}.`);
  if (Array.isArray(given)) {
    const first = Array.isArray(recorded) ? (recorded[0] as unknown) : undefined;
    return given.map((entry) => put(first, entry, `${path}[]`, place));
  }
  if (type !== "object") return given;
  const before = (typeOf(recorded) === "object" ? recorded : {}) as Readonly<Record<string, unknown>>;
  const changed = Object.entries(given as object).map(([key, entry]) => [
    key,
    put(before[key], entry, `${path}.${key}`, place),
  ]);
  return { ...before, ...Object.fromEntries(changed) };
}
