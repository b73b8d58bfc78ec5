import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { begunStep, begunTurn, probeQuestion, probes } from "../../../src/policy/openai/probes.ts";
import type { Recording } from "../../fakes/recordings.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Pair {
  readonly id: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: Body | null;
}

const asked = { role: "user", content: probeQuestion };
const begun = (content: string) => [asked, { role: "assistant", content }];
const chat = (id: string, body: Body): Pair => ({ id, method: "POST", path: "/v1/chat/completions", body });
const render = (id: string, messages: readonly Body[]): Pair => ({
  id,
  method: "POST",
  path: "/apply-template",
  body: { messages },
});
const base = { messages: [asked], temperature: 0, max_tokens: 8 };

/** What every server is asked, and recorded with. The first are those by which the program finds out what it does. */
export const pairs: readonly Pair[] = [
  { id: "40-models", method: "GET", path: "/v1/models", body: null },
  { id: "40-props", method: "GET", path: "/props", body: null },
  ...Object.entries(probes).map(([name, body]) => chat(`41-${name}`, body)),
  render("42-render", [asked]),
  render("42-render-step", begun(begunStep)),
  render("42-render-turn", begun(begunTurn)),
  render("42-render-thought", begun("<think>\nFirst thought.\n\n")),
  chat("43-five-samples", { ...base, n: 5, max_tokens: 2 }),
  chat("43-three-with-logprobs", { ...base, n: 3, temperature: 0.9, seed: 7, logprobs: true, top_logprobs: 1 }),
  chat("43-four-stops", { ...base, stop: ["\n\n", "\n1", "\n2", "\n3"] }),
  chat("43-continued-step", { ...base, messages: begun(begunStep) }),
  chat("43-end", {
    ...base,
    messages: [{ role: "user", content: "Answer with the single word: yes" }],
    stop: ["\n\n"],
  }),
];

/** Short answers, as many as asked for: requests as the program makes them on a server with slots. */
export const countedPairs: readonly Pair[] = [1, 2, 4, 6].map((n) =>
  chat(`45-samples-${n}`, {
    messages: [{ role: "user", content: "What do sheep eat? Answer in one to five words." }],
    temperature: 0.9,
    max_tokens: 12,
    ...(n > 1 && { n, logprobs: true, top_logprobs: 1 }),
    seed: 7,
  }),
);

/** How many tokens each text of a reply has by the server's own tokenizer, which counts no end of the text. */
export function tokenizePairs(recording: Recording | undefined): Pair[] {
  if (recording === undefined) return [];
  const { id, reply } = recording;
  const { choices = [] } = (reply.json ?? {}) as { choices?: readonly { readonly message: { content: string } }[] };
  return choices.map(({ message: { content } }, index) => ({
    id: `${id.replace("45-samples", "46-tokens")}-${index}`,
    method: "POST",
    path: "/tokenize",
    body: { content, prompt: content, add_special_tokens: false },
  }));
}

/** A step continued on a prompt that was rendered before, as the program does where a template does not keep it. */
export function completionsPair(rendered: Recording | undefined): Pair {
  const { prompt = "" } = (rendered?.reply.json ?? {}) as { prompt?: string };
  const body = { prompt: prompt + begunStep, temperature: 0, max_tokens: 8 };
  return { id: "44-completions-step", method: "POST", path: "/v1/completions", body };
}

const tokenize = (id: string, body: Body): Pair => ({ id, method: "POST", path: "/tokenize", body });
const conversation = (id: string, messages: readonly Body[]): Pair => {
  const open = messages.at(-1)?.role === "assistant";
  return tokenize(id, { model: "m", messages, add_generation_prompt: !open, continue_final_message: open });
};
const bareText = (id: string, prompt: string): Pair =>
  tokenize(id, { model: "m", prompt, content: prompt, add_special_tokens: false });

/** What vLLM is asked: the probes, and its own rendering of conversations. */
export const vllmPairs: readonly Pair[] = [
  { id: "40-models", method: "GET", path: "/v1/models", body: null },
  ...Object.entries(probes).map(([name, body]) => chat(`41-${name}`, body)),
  { ...render("42-render", [asked]) },
  conversation("42-tokenize", [asked]),
  conversation("42-tokenize-step", begun(begunStep)),
  bareText("42-tokenize-begun", begunStep),
  bareText("42-tokenize-trimmed", begunStep.trim()),
];

const tokensOf = ({ reply }: Recording) => ((reply.json ?? {}) as { tokens?: readonly number[] }).tokens ?? [];

export const detokenizePair = (id: string, recording: Recording): Pair => ({
  id,
  method: "POST",
  path: "/detokenize",
  body: { model: "m", tokens: tokensOf(recording) },
});

/** A step continued on the tokens of the conversation and of what was begun. */
export const tokensPair = (conversed: Recording, prefix: Recording): Pair => ({
  id: "44-completions-tokens",
  method: "POST",
  path: "/v1/completions",
  body: { prompt: [...tokensOf(conversed), ...tokensOf(prefix)], temperature: 0, max_tokens: 8, seed: 0 },
});

/** Asks, and gives request and reply in the form of a recording. The model's name is put in where there is a body. */
export async function ask(baseUrl: string, model: string, { id, method, path, body }: Pair): Promise<Recording> {
  const sent = body === null || !path.startsWith("/v1/") ? body : { model, ...body };
  const reply = await fetch(baseUrl.replace(/\/v1$/, "") + path, {
    method,
    headers: { "content-type": "application/json" },
    ...(sent !== null && { body: JSON.stringify(sent) }),
  });
  const text = await reply.text();
  const type = reply.headers.get("content-type") ?? "";
  const server = reply.headers.get("server");
  return {
    id,
    request: { method, path, body: sent },
    reply: {
      status: reply.status,
      headers: { ...(server !== null && { server }), "content-type": type },
      ...(type.startsWith("application/json") ? { json: JSON.parse(text) as unknown } : { text }),
    },
  };
}

/** The recording of before, if there is one. */
export function recordedBefore(folder: string, id: string): Recording | null {
  const file = join(folder, `${id}.json`);
  return existsSync(file) ? { id, ...(JSON.parse(readFileSync(file, "utf8")) as Omit<Recording, "id">) } : null;
}

/** Writes a recording without what belongs to this machine. */
export function keep(folder: string, { id, ...recording }: Recording): void {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(recording, null, 1).replace(/(?:\/[\w.@-]+)+\/(?=[\w.-]+\.gguf)/g, "");
  writeFileSync(join(folder, `${id}.json`), `${text}\n`);
}

/** Names and types of all fields of a value; lists by their first element. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, shapeOf(field)]),
  );
}
