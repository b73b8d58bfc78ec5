import type { Message } from "../../core/policy.ts";

/** The question of all probes: three paragraphs, among whose first tokens " 17" is sure to come. */
export const probeQuestion =
  "A farmer has 17 sheep and buys 5 pens of 4 sheep each. How many sheep now? Think in three short paragraphs, separated by blank lines.";
/** Cut inside a word, so that a continuation cannot be taken for a new turn. */
export const begunTurn = "The farmer starts with sev";
/** Ends as a step does. */
export const begunStep = "The farmer starts with 17 sheep.\n\n";

const asked: Message = { role: "user", content: probeQuestion };
const begun: Message = { role: "assistant", content: begunTurn };
const turn = { messages: [asked], temperature: 0, max_tokens: 8 };
const weather = {
  name: "weather",
  description: "Weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};
/** A white picture of one pixel. */
const pixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==";

/**
 * Small requests whose replies show what a server does. The first are needed to search; `tools`, `schema` and `images`
 * only to say what there is.
 */
export const probes = {
  stop: { ...turn, stop: [" 17"], logprobs: true, top_logprobs: 1 },
  several: { ...turn, temperature: 0.9, n: 3, seed: 7 },
  seed: { ...turn, temperature: 1, seed: 11 },
  /** A token longer, so that a cache of whole replies between us and the server does not answer it. */
  sameSeed: { ...turn, temperature: 1, seed: 11, max_tokens: 9 },
  otherSeed: { ...turn, temperature: 1, seed: 12 },
  fiveStops: { ...turn, stop: ["\n\n", "\n1", "\n2", "\n3", "Step"] },
  bare: { ...turn, messages: [asked, begun] },
  flagged: { ...turn, messages: [asked, begun], continue_final_message: true, add_generation_prompt: false },
  stream: { ...turn, max_tokens: 6, stream: true, stream_options: { include_usage: true } },
  tools: {
    ...turn,
    messages: [{ role: "user", content: "What is the weather in Paris? Use the tool." }],
    tools: [{ type: "function", function: weather }],
  },
  schema: {
    ...turn,
    messages: [{ role: "user", content: "Give the name and age of a person as JSON." }],
    response_format: { type: "json_schema", json_schema: { name: "p", strict: true, schema: person } },
  },
  images: {
    ...turn,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: pixel } },
        ],
      },
    ],
  },
} satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type ProbeName = keyof typeof probes;
