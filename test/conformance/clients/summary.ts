type Json = Readonly<Record<string, unknown>>;

/** What of a reply must stay as it is: no ids, times or counts of characters. */
export interface Summary {
  readonly status: number;
  readonly error?: string;
  readonly says?: readonly string[];
  readonly calls?: readonly string[];
  readonly ends?: readonly string[];
  /** Kinds of a stream's events, each once. */
  readonly events?: readonly string[];
}

interface Call {
  readonly name?: string;
  readonly arguments?: string;
}

export function summaryOf(status: number, contentType: string, text: string): Summary {
  if (contentType.startsWith("text/event-stream")) return { status, ...ofEvents(eventsOf(text)) };
  const body = contentType.includes("json") ? (JSON.parse(text) as Json) : {};
  return { status, ...ofBody(body) };
}

function ofBody(body: Json): Omit<Summary, "status"> {
  const { message } = (body.error ?? {}) as { readonly message?: string };
  if (message !== undefined) return { error: message };
  if (Array.isArray(body.output)) return ofOutput(body);
  if (!Array.isArray(body.choices)) return {};
  const choices = body.choices as readonly { message?: Json; text?: string; finish_reason: string }[];
  const calls = choices.flatMap(({ message }) => (message?.tool_calls ?? []) as { function: Call }[]);
  return {
    says: choices.map(({ message, text }) => String(message?.content ?? text ?? "")),
    calls: calls.map((call) => written(call.function)),
    ends: choices.map(({ finish_reason }) => finish_reason),
  };
}

function ofOutput({ output, status }: Json): Omit<Summary, "status"> {
  const items = output as readonly (Call & { type: string; content?: readonly { text: string }[] })[];
  return {
    says: items.flatMap(({ type, content = [] }) => (type === "message" ? content.map((part) => part.text) : [])),
    calls: items.filter(({ type }) => type === "function_call").map(written),
    ends: [String(status)],
  };
}

const written = ({ name, arguments: text }: Call): string => `${name}(${text})`;

export function eventsOf(text: string): readonly Json[] {
  const data = text.split("\n").filter((line) => line.startsWith("data: ") && line !== "data: [DONE]");
  return data.map((line) => JSON.parse(line.slice("data: ".length)) as Json);
}

function ofEvents(events: readonly Json[]): Omit<Summary, "status"> {
  const types = [...new Set(events.flatMap(({ type }) => (typeof type === "string" ? [type] : [])))];
  const last = events.findLast(({ response }) => response !== undefined);
  if (last !== undefined) return { ...ofOutput(last.response as Json), events: types };
  const failure = events.find(({ error }) => error !== undefined);
  if (failure !== undefined) return ofBody(failure);
  const says: string[] = [];
  const calls: string[] = [];
  const ends: string[] = [];
  for (const { choices } of events)
    for (const choice of (choices ?? []) as readonly Json[]) {
      const index = Number(choice.index);
      const delta = (choice.delta ?? {}) as { content?: string; tool_calls?: readonly { function: Call }[] };
      says[index] = (says[index] ?? "") + (delta.content ?? "");
      for (const call of delta.tool_calls ?? []) calls.push(written(call.function));
      if (choice.finish_reason) ends[index] = String(choice.finish_reason);
    }
  return { says, calls, ends };
}
