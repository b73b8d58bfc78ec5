import fc from "fast-check";
import { Random } from "../../src/core/random.ts";
import { anything, corpus, type HostileRequest } from "./hostile.ts";
import { weatherTool } from "./scripted-upstream.ts";

/** The keys of the server that is swept; the limits are those that must hold. */
export const sweepKeys = [
  { name: "one", env: "ONE", budget: { tokens: 1000 } },
  { name: "two", env: "TWO", budget: { tokens: 5000, calls: 20 } },
  { name: "day", env: "DAY", perDay: { tokens: 300_000 } },
  { name: "few", env: "FEW", strategies: ["chain-of-thought", "self-consistency", "cascade", "ensemble", "route"] },
  { name: "free", env: "FREE" },
] as const;
export type SweepKey = (typeof sweepKeys)[number]["name"];
export const secretOf = (name: string): string => `the secret of ${name}`.replaceAll(" ", "-");

export interface SweepRequest extends HostileRequest {
  /** Whose budget it draws on; null: nobody's, and it must not be let in. */
  readonly key: SweepKey | null;
  /** The statuses that are right; absent: any success or fault of the client. */
  readonly expected?: readonly number[];
  /** Goes to the server without keys, under another host's name or from another host's page. */
  readonly stranger?: Readonly<Record<string, string>>;
}

const json = { "content-type": "application/json" };

const scripts = ["2 + 2? ", "٣ + ٤؟ ", "🙂🙃 ", "qzxvk wjpfg ", "1 2 3 4 5 6 ", "\u0f40\u0f71 ", "{}[]()<>;: "];
const patterns = ["^(a+)+$", "^(a|a)*!$", "^(?=a).*b$", "(x+x+)+y", "^a{1,20}$"];
const strategies = ["chain-of-thought", "self-consistency", "best-of-n", "adaptive-vote", "self-refine", "cascade"];

/** Request number `number` of a sweep: from its seed alone, so that each can be made again. */
export function sweepRequest(seed: string, number: number): SweepRequest {
  const random = new Random(seed).fork("request", number);
  const one = <T>(of: readonly T[]): T => of[random.integer(of.length)] as T;
  const kind = random.uniform();
  if (kind < 0.8) return { ...hostile(seed, number), key: one(["one", "two", "day", "free", null] as const) };
  const text = `#${number}# ${one(scripts).repeat(1 + random.integer(20))}`;
  if (kind < 0.92) return spending(text, random, one);
  if (kind < 0.95) return nested(text, one);
  const evil = one([
    "evil.example",
    "127.0.0.1.evil.example",
    "169.254.169.254",
    "[::ffff:127.0.0.2]",
    "localhost.evil",
  ]);
  const stranger = one<Record<string, string>>([
    { host: `${evil}:8420` },
    { host: "localhost", origin: `https://${evil}` },
    { host: "127.0.0.1", origin: "null" },
  ]);
  const body = JSON.stringify({ model: "thinker", messages: [{ role: "user", content: text }] });
  return { path: "chat/completions", headers: json, body, key: null, stranger, expected: [403] };
}

function hostile(seed: string, number: number): HostileRequest {
  if (number % 50 === 0) return corpus[(number / 50) % corpus.length] as HostileRequest;
  return fc.sample(anything, {
    numRuns: 1,
    seed: new Random(seed).fork("hostile", number).integer(2 ** 31),
  })[0] as HostileRequest;
}

/** What a paying client may ask, and would ask if it wanted more than it pays for. */
function spending(text: string, random: Random, one: <T>(of: readonly T[]) => T): SweepRequest {
  const key = one(["one", "one", "two", "two", "day", "free"] as const);
  const common = { ruminate: { strategy: one(strategies), budget: one([undefined, { tokens: 700 }, { calls: 5 }]) } };
  const max_tokens = one([undefined, 1, 64, 300, 300, 2000]);
  const model = one(["thinker", "small"]);
  if (random.uniform() < 0.15) {
    const prompt = Array.from({ length: 1 + random.integer(8) }, (_, i) => `${text} ${i}`);
    const body = JSON.stringify({ model, prompt, max_tokens, ...common });
    return { path: "completions", headers: json, key, body };
  }
  if (random.uniform() < 0.1) {
    return { path: "responses", headers: json, key, body: JSON.stringify({ model, input: text, ...common }) };
  }
  const schema = { type: "object", properties: { a: { type: "string", pattern: one(patterns) } } };
  const extra = one<object>([
    ...Array.from({ length: 12 }, () => ({})),
    {
      tools: [{ ...weatherTool, function: { ...weatherTool.function, description: "w".repeat(random.integer(3000)) } }],
    },
    { response_format: { type: "json_schema", json_schema: { name: "x", schema } } },
    { stream: true, stream_options: { include_usage: true } },
  ]);
  const messages = [{ role: "user", content: text }];
  const n = one([1, 1, 2, 8, 9, 1_000_000]);
  return {
    path: "chat/completions",
    headers: json,
    key,
    body: JSON.stringify({ model, messages, n, max_tokens, ...common, ...extra }),
  };
}

/** Strategies that the key may not use, inside such as it may. */
function nested(text: string, one: <T>(of: readonly T[]) => T): SweepRequest {
  const inner = one<unknown>([
    "mcts",
    { name: "best-of-n" },
    { name: "cascade", options: { stages: ["beam-search"] } },
  ]);
  const [strategy, options] = one<readonly [string, object]>([
    ["cascade", { stages: ["chain-of-thought", inner] }],
    ["ensemble", { members: ["chain-of-thought", inner] }],
    ["route", { probe: inner, members: ["chain-of-thought"], bounds: [] }],
  ]);
  const body = { model: "small", messages: [{ role: "user", content: text }], ruminate: { strategy, options } };
  return { path: "chat/completions", headers: json, key: "few", body: JSON.stringify(body), expected: [403] };
}
