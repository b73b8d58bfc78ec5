import type { SampleRequest } from "../../core/policy.ts";
import { Random } from "../../core/random.ts";
import type { Dials } from "./options.ts";
import { parseProblem } from "./parse.ts";
import { readPlan } from "./planning.ts";
import { type Task, taskOf } from "./reasoning.ts";
import { countTokens } from "./tokens.ts";

type Asked = Pick<SampleRequest, "messages" | "prefix" | "purpose">;

/** A request as the simulated model reads it. */
export interface Prompt {
  /** Null where no problem is in the messages. */
  readonly task: Task | null;
  readonly tokens: number;
  /** Keys the randomness of its samples. */
  readonly key: string;
  readonly conversation: string;
  readonly request: string;
}

interface Read {
  readonly task: Task | null;
  readonly tokens: number;
  readonly key: string;
  readonly conversation: string;
  readonly request: string;
}

/** Tokens that a chat template adds to each message, and at the end. */
const perMessage = 4;
const perPrompt = 3;
/** Conversations remembered; older ones are read again. */
const remembered = 4_096;

/** Reads prompts, each distinct conversation once. */
export class PromptBook {
  readonly #dials: Dials;
  readonly #read = new Map<string, Read>();

  constructor(dials: Dials) {
    this.#dials = dials;
  }

  read({ messages, prefix = "", purpose }: Asked): Prompt {
    const { task, tokens, key, conversation, request } = this.#messages(messages);
    const planned = prefix === "" || purpose.startsWith("plan") ? task : withPlan(task, prefix);
    return {
      task: planned,
      tokens: tokens + (prefix === "" ? 0 : countTokens(prefix)),
      key: `${key}/${purpose}/${prefix === "" ? "" : digest(prefix)}`,
      conversation: prefix === "" ? conversation : `${conversation}\n\n${prefix}`,
      request,
    };
  }

  promptTokens({ messages, prefix = "" }: Pick<SampleRequest, "messages" | "prefix">): number {
    return this.#messages(messages).tokens + (prefix === "" ? 0 : countTokens(prefix));
  }

  #messages(messages: SampleRequest["messages"]): Read {
    let whole = "";
    for (const { role, content } of messages) whole += `${role}\u0000${content}\u0000`;
    const known = this.#read.get(whole);
    if (known !== undefined) return known;
    const spoken = messages.filter(({ role }) => role !== "system").map(({ content }) => content);
    const conversation = spoken.join("\n\n");
    const problem = findProblem(messages);
    const read: Read = {
      task: problem === null ? null : withPlan(taskOf(problem, this.#dials), conversation),
      tokens: messages.reduce((sum, { content }) => sum + perMessage + countTokens(content), perPrompt),
      key: digest(`${this.#dials.seed}\u0000${whole}`),
      conversation,
      request: messages.at(-1)?.content ?? "",
    };
    if (this.#read.size >= remembered) this.#read.clear();
    this.#read.set(whole, read);
    return read;
  }
}

/** The problem of the last message that holds one: worked examples come before the question. */
function findProblem(messages: SampleRequest["messages"]) {
  for (const { content } of [...messages].reverse()) {
    const problem = parseProblem(content);
    if (problem !== null) return problem;
  }
  return null;
}

/** A plan in the text decides what is done at the steps it names. */
function withPlan(task: Task | null, text: string): Task | null {
  if (task === null) return null;
  const plan = readPlan(text);
  if (plan.size === 0) return task;
  return { ...task, operations: task.operations.map((operation, t) => plan.get(t + 1) ?? operation) };
}

function digest(text: string): string {
  const random = new Random(text);
  return `${random.bits().toString(36)}${random.bits().toString(36)}`;
}
