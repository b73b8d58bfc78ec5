import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerProfile } from "../../src/policy/openai/profile.ts";
import { endBeforeStop } from "../../src/policy/stop-text.ts";
import { inShapeOf } from "./shapes.ts";

interface Turn {
  readonly role: string;
  readonly content: string;
}

interface Body {
  readonly messages: readonly Turn[];
  readonly n?: number;
  readonly max_tokens: number;
  readonly stop?: readonly string[];
}

interface Format {
  /** What `probeServer` finds out of the server (test/policy/probe.test.ts), with the thought. */
  readonly profile: Partial<ServerProfile>;
  /** The recorded reply whose shape it is, of which server. */
  readonly shape: readonly [server: string, id: string];
  /** The text as the model writes it, from its first token. */
  readonly written: (thought: string, answer: string) => string;
  /** The recorded fields with a thought (null: no text of that channel) and an answer. */
  readonly message: (thought: string | null, answer: string | null) => object;
}

const LLAMA = ["llama.cpp-xllamacpp-2026.10-qwen3", "25-thinking-off"] as const;
const closed = (thought: string, answer: string) => `${thought}</think>\n\n${answer}`;
const field = { from: "field", opened: false } as const;

/** The formats in which thoughts were recorded; where a template opens the thought, its mark is not in the text. */
export const thinkingFormats: Readonly<Record<string, Format>> = {
  "vLLM's reasoning": {
    profile: { prefix: "instructed", thought: field },
    shape: ["vllm-0.32.0-reasoning-parser", "26-think"],
    written: closed,
    message: (reasoning, content) => ({ reasoning, content }),
  },
  "LiteLLM's reasoning_content": {
    profile: { prefix: "instructed", thought: field },
    shape: ["litellm-1.108.7-reasoning-parser", "26-think"],
    written: closed,
    message: (thought, content) => ({
      ...{ reasoning_content: thought ?? undefined, content },
      provider_specific_fields: { reasoning: thought },
    }),
  },
  "llama.cpp's text, opened by the model": {
    profile: { prefix: "echo", thought: { from: "think", opened: false } },
    shape: LLAMA,
    written: (thought, answer) => `<think>\n${closed(thought, answer)}`,
    message: (_, content) => ({ content: content ?? "" }),
  },
  "llama.cpp's text, opened by the template": {
    profile: { prefix: "echo", thought: { from: "think", opened: true } },
    shape: LLAMA,
    written: closed,
    message: (_, content) => ({ content: content ?? "" }),
  },
};

/**
 * A model that thinks before each of its turns, behind a server with the recorded fields. `steps` are its answer; it
 * goes on after those that stand in its begun turn, without thinking again. As on the real servers stop texts end
 * thoughts too, and a token (four characters) counts whatever channel it is for.
 */
export async function startThinkingServer(
  format: Format,
  { thought, steps }: { readonly thought: string; readonly steps: readonly string[] },
) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Body;
    try {
      const reply = JSON.stringify(replyTo(format, body, thought, steps));
      response.writeHead(200, { "content-type": "application/json" }).end(reply);
    } catch (error) {
      response.writeHead(400).end(String(error)); // a reply that was not recorded
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function replyTo(format: Format, body: Body, thought: string, steps: readonly string[]): unknown {
  const begun = body.messages.findLast(({ role }) => role === "assistant")?.content ?? "";
  const echoes = format.profile.prefix === "echo" && body.messages.at(-1)?.role === "assistant";
  const rest = steps.filter((step) => !begun.includes(step.trim())).join("");
  const whole = echoes ? rest : format.written(thought, rest);
  const { text: ended } = endBeforeStop(whole, body.stop ?? []);
  const text = ended.slice(0, body.max_tokens * 4);
  const finish_reason = text.length < ended.length ? "length" : "stop";
  const tokens = Math.ceil(text.length / 4);
  const n = body.n ?? 1;
  const choices = Array.from({ length: n }, (_, index) => ({
    index,
    finish_reason,
    message: { role: "assistant", ...channels(format, text, echoes ? begun : "") },
  }));
  const counted = format.profile.prefix === "echo" ? tokens : n * tokens;
  const usage = { prompt_tokens: 20, completion_tokens: counted, total_tokens: 20 + counted };
  const [server, id] = format.shape;
  return inShapeOf(server, id, { choices, usage });
}

/** A parser takes all for thought until that has closed. */
function channels({ profile, message }: Format, text: string, echo: string): object {
  if (profile.thought?.from !== "field") return message(null, echo + text);
  const [before = "", ...after] = text.split("</think>");
  return after.length === 0 ? message(before, null) : message(before, after.join("</think>").trimStart());
}
