import type { Message } from "../../core/policy.ts";
import type { Endpoint } from "./endpoint.ts";
import { asRecord, asText } from "./fields.ts";
import type { Transport } from "./transport.ts";

/** Makes the text of a prompt out of a conversation, as the server's own chat template has it. */
export type Renderer = (messages: readonly Message[], signal?: AbortSignal) => Promise<string | null>;

const KEPT = 256;

/**
 * Renders by llama.cpp's `/apply-template`; null where the server has no such function. Conversations that were
 * rendered before are remembered, the latest 256.
 */
export function rendererOf(endpoint: Endpoint, transport: Transport): Renderer {
  const known = new Map<string, Promise<string | null>>();
  return (messages, signal) => {
    const key = JSON.stringify(messages);
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = applyTemplate(endpoint, transport, messages, signal);
    known.set(key, made);
    made.catch(() => known.delete(key));
    if (known.size > KEPT) known.delete(known.keys().next().value as string);
    return made;
  };
}

async function applyTemplate(
  endpoint: Endpoint,
  transport: Transport,
  messages: readonly Message[],
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const turns = messages.map(({ role, content, raw }) => raw ?? { role, content });
  const reply = await transport.send({
    method: "POST",
    path: endpoint.rootPathOf("apply-template"),
    headers: endpoint.headers,
    body: JSON.stringify({ messages: turns }),
    signal,
  });
  if (reply.status !== 200) return null;
  try {
    return asText(asRecord(JSON.parse(reply.body))?.prompt);
  } catch {
    return null; // Not a rendered prompt: the server means something else by this address.
  }
}
