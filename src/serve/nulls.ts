type Json = Readonly<Record<string, unknown>>;

/**
 * A body without fields that are null, at its top and in the entries of its conversation: they say nothing, whatever
 * their name is, and clients that write out all fields of a turn send many. A `content` of null stays: it belongs to a
 * turn of tool calls.
 */
export function withoutNulls(body: unknown, conversation: "messages" | "input"): unknown {
  if (!isObject(body)) return body;
  const kept = stripped(body);
  const turns = kept[conversation];
  return Array.isArray(turns)
    ? { ...kept, [conversation]: turns.map((turn) => (isObject(turn) ? stripped(turn) : turn)) }
    : kept;
}

const stripped = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([name, inner]) => inner !== null || name === "content"));

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
