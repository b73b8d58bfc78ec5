/** What is tried with every client, in the order of the table. */
export const features = {
  models: "lists models",
  reply: "a whole reply, its usage",
  turns: "our reply sent back as a turn",
  stream: "a stream, its usage",
  tools: "calls a tool, result sent back",
  "tools-stream": "two calls, streamed",
  structured: "structured output",
  "structured-stream": "structured output, streamed",
  images: "an image",
  choices: "`n` choices, log-probabilities",
  length: "a cut reply is one",
  responses: "the Responses API, turn by turn",
  settings: "`ruminate` in, evidence out",
  errors: "errors as its own",
  cancel: "cancel while waiting",
  "cancel-stream": "cancel a stream",
} as const;

export type Feature = keyof typeof features;

/** How a feature went: it works, the client has no such thing, the server refuses it in words, or it fails. */
export interface Outcome {
  readonly feature: Feature;
  readonly outcome: "works" | "absent" | "refused" | "fails";
  readonly words?: string;
}
