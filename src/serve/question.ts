import type { Message } from "../core/policy.ts";
import type { AnswerKind, Conversation, Question } from "../core/question.ts";
import type { Strategy } from "../core/strategy.ts";
import { solutionMessages } from "../engine/sampling.ts";
import type { Ask } from "./ask.ts";
import { formattedText } from "./chat/format.ts";
import { toolCallReader } from "./chat/tool-calls.ts";
import { refused } from "./errors.ts";
import type { answerKinds } from "./settings.ts";
import type { Upstream } from "./upstreams.ts";

export type Answering = (typeof answerKinds)[number];

/**
 * The question of an ask. One plain user message for a strategy that writes its own prompts is a plain question; all
 * else is a conversation, which the strategy and the upstream must be able to keep.
 * @throws ApiError with the sentence that says what cannot be kept, and what can.
 */
export function questionOf(
  ask: Ask,
  answer: Answering,
  strategy: Strategy,
  options: unknown,
  upstream: Upstream,
): Question {
  const keeps = strategy.keeps?.(options) ?? "text";
  checkKept(ask, keeps, strategy.name);
  checkUpstream(ask, upstream);
  const kind: AnswerKind = ask.tools || ask.format !== null ? "code" : answer === "free" ? "math" : answer;
  const text = transcript(ask.messages);
  if (keeps === "text") return { id: "chat", text, kind };
  const { topP, stop, fields } = ask;
  const read = readerOf(ask);
  const conversation: Conversation = {
    messages: instructed(ask.messages, answer),
    settings: {
      ...(topP !== null && { topP }),
      ...(stop.length > 0 && { stop }),
      ...(Object.keys(fields).length > 0 && { fields }),
    },
    ...(read !== null && { read }),
  };
  return { id: "chat", text, kind, conversation };
}

/** What reads the answer of a reply where it is not that of free text. */
function readerOf({ format, tools, fields }: Ask): Conversation["read"] | null {
  const readCalls = toolCallReader(fields.tools);
  if (format === null) return tools ? readCalls : null;
  if (format.ofCalls !== true) return (reply) => (reply.toolCalls ? readCalls(reply) : format.read(reply.text));
  return (reply) => {
    const text = formattedText(reply, format);
    return text === null || format.read(text) === null ? null : readCalls(reply);
  };
}

function checkKept(ask: Ask, keeps: "all" | "turns" | "text", strategy: string): void {
  if (keeps === "all") return;
  const instead = "Strategies of whole replies can, such as self-consistency and best-of-n.";
  const settings: readonly (readonly [string, boolean])[] = [
    ["tools", ask.tools],
    ["response_format", ask.format !== null],
    ["stop", ask.stop.length > 0],
    ["top_p", ask.topP !== null && ask.topP !== 1],
    ...Object.keys(ask.fields).map((name) => [name, true] as const),
  ];
  const [setting] = settings.find(([, given]) => given) ?? [];
  if (setting !== undefined) throw refused(setting, `${strategy} cannot honour "${setting}". ${instead}`);
  if (keeps === "turns") return;
  const [only] = ask.messages;
  if (ask.messages.length === 1 && only?.role === "user" && only.raw === undefined) return;
  throw refused(
    "messages",
    `${strategy} writes its own prompts and can take one user message of text only: no system message, no further turns, no images. ${instead}`,
  );
}

function checkUpstream(ask: Ask, upstream: Upstream): void {
  if (upstream.policy.capabilities.conversations === true) return;
  const [field] = Object.keys(ask.fields);
  if (field !== undefined)
    throw refused(field, `The upstream "${upstream.name}" cannot honour "${field}": it takes text only.`);
  const index = ask.messages.findIndex(({ raw }) => raw !== undefined);
  if (index < 0) return;
  throw refused(
    `messages[${index}]`,
    `The upstream "${upstream.name}" takes text only: no images, files, names or tool calls.`,
  );
}

/**
 * The conversation under the system text that its kind of answer is asked for with; as it is where the answer is free.
 */
function instructed(messages: readonly Message[], answer: Answering): readonly Message[] {
  if (answer === "free") return messages;
  const [instruction] = solutionMessages({ id: "", text: "", kind: answer });
  const [first, ...rest] = messages;
  if (instruction === undefined || first === undefined) return messages;
  if (first.role !== "system" || first.raw !== undefined) return [instruction, ...messages];
  return [{ role: "system", content: `${first.content}\n\n${instruction.content}` }, ...rest];
}

const speakers = { system: "System", user: "User", assistant: "Assistant" } as const;

/** The conversation as one text, for verifiers that read it: a single user message is itself. */
function transcript(messages: readonly Message[]): string {
  const [only] = messages;
  if (messages.length === 1 && only !== undefined) return only.content;
  return messages.map(({ role, content }) => `${speakers[role]}: ${content}`).join("\n\n");
}
