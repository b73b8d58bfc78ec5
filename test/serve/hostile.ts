import fc from "fast-check";

/** A request that no decent client sends. */
export interface HostileRequest {
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

const json = { "content-type": "application/json" };
const deep = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
const valid = { model: "thinker", messages: [{ role: "user", content: "2 + 2?" }] };
const text = (value: unknown) => JSON.stringify(value);

/** What attackers and broken programs send. */
export const corpus: readonly HostileRequest[] = [
  ...[
    deep("[", "]", 100_000),
    deep('{"a":', "}", 50_000).replace("{}", "{1}"),
    `{"model":"thinker","messages":${deep("[", "]", 5000)}}`,
    '{"__proto__":{"model":"thinker"}}',
    '{"model":"thinker","constructor":{"prototype":{"x":1}},"messages":[]}',
    '{"model":"thinker","messages":[{"role":"user","content":"x","__proto__":{}}]}',
    text({ ...valid, toString: 1 }),
    text({ ...valid, n: 1e308 }),
    text({ ...valid, n: -1 }),
    text({ ...valid, n: 1.5 }),
    text({ ...valid, max_tokens: Number.MAX_SAFE_INTEGER }),
    text({ ...valid, seed: 2 ** 60 }),
    text({ ...valid, model: "a/".repeat(1000) }),
    text({ ...valid, model: "../../../etc/passwd" }),
    text({ ...valid, model: "http://169.254.169.254/latest" }),
    text({ ...valid, model: "__proto__" }),
    text({ ...valid, model: "constructor" }),
    text({ ...valid, model: "toString/small" }),
    text({ ...valid, model: "self-consistency/__proto__" }),
    text({ ...valid, stop: Array(1000).fill("x") }),
    text({ ...valid, logit_bias: { a: "x" } }),
    text({ ...valid, ruminate: { options: { n: 1e9 } } }),
    text({ ...valid, ruminate: { options: { __proto__: null, n: "many" } } }),
    text({ ...valid, ruminate: { verifiers: { outcome: { name: "oracle" } } } }),
    text({ ...valid, ruminate: { stop: { rule: "confident", value: 7 } } }),
    text({ ...valid, ruminate: { strategy: "constructor" } }),
    text({ ...valid, ruminate: { budget: { tokens: -5 } } }),
    text({ ...valid, messages: [{ role: "user", content: [{ type: "image_url", image_url: null }] }] }),
    text({
      ...valid,
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }] }],
    }),
    text({ ...valid, messages: [{ role: "assistant" }] }),
    text({ ...valid, response_format: { type: "json_schema", json_schema: { schema: { $ref: "http://x/y" } } } }),
    text({ ...valid, response_format: { type: "json_schema", json_schema: { schema: { $ref: "#" } } } }),
    text({ ...valid, response_format: { type: "json_schema", json_schema: { schema: { type: [] } } } }),
    text({ ...valid, tools: [{ type: "function", function: { name: "a b" } }] }),
    text({ ...valid, tool_choice: "required" }),
    text({ ...valid, stream_options: 1 }),
    "\u0000",
    "{}",
    "null",
    "1e999",
    '"',
    '{"model":',
    " ".repeat(10_000),
    text({ input: "x" }),
  ].map((body) => ({ path: "chat/completions", body, headers: json })),
  { path: "chat/completions", body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), headers: json },
  { path: "chat/completions", body: new Uint8Array([0xed, 0xa0, 0x80]), headers: json },
  { path: "chat/completions", body: text(valid), headers: { "content-type": "text/plain" } },
  { path: "chat/completions", body: text(valid), headers: { "content-type": "application/json-evil" } },
  { path: "responses", body: text({ model: "thinker", input: [{ type: "function_call_output" }] }), headers: json },
  { path: "responses", body: text({ model: "thinker", input: "x", previous_response_id: "../x" }), headers: json },
  { path: "completions", body: text({ model: "thinker", prompt: [[1, 2]] }), headers: json },
  { path: "chat/completions/../../health?x", body: "{}", headers: json },
  { path: "%2e%2e/%00", body: "{}", headers: json },
];

const fields = Object.keys({
  ...valid,
  n: 0,
  stream: 0,
  temperature: 0,
  top_p: 0,
  seed: 0,
  stop: 0,
  logprobs: 0,
  top_logprobs: 0,
  tools: 0,
  tool_choice: 0,
  response_format: 0,
  max_tokens: 0,
  max_completion_tokens: 0,
  ruminate: 0,
  user: 0,
  metadata: 0,
  store: 0,
  input: 0,
  prompt: 0,
  logit_bias: 0,
  stream_options: 0,
  previous_response_id: 0,
  text: 0,
  instructions: 0,
});

/** A valid request with up to three fields replaced by anything, or anything at all. */
export const anything: fc.Arbitrary<HostileRequest> = fc
  .tuple(
    fc.constantFrom("chat/completions", "responses", "completions"),
    fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), fc.jsonValue({ maxDepth: 4 }), {
      minKeys: 1,
      maxKeys: 3,
    }),
    fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) }),
  )
  .map(([path, wild, based, bytes]) => ({
    path,
    headers: json,
    body: bytes === null ? text(based ? { ...valid, ...wild } : wild) : new Uint8Array(bytes),
  }));

/** What must hold of any answer: a success, or the client's fault, said in a sentence in OpenAI's shape. */
export function faultOfReply(status: number, body: string): string | null {
  if (status === 200) return null;
  if (status < 400 || status >= 500) return `status ${status}`;
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; type?: unknown } };
    const said = typeof error?.message === "string" && error.message.length > 10 && error.message.length < 1000;
    return said && typeof error?.type === "string" ? null : "no sentence";
  } catch {
    return "no JSON";
  }
}
