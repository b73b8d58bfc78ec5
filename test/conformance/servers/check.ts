import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Policy, Sample } from "../../../src/core/policy.ts";
import { probeServer, profileLines } from "../../../src/policy/openai/detect.ts";
import { begunStep, probeQuestion } from "../../../src/policy/openai/probes.ts";
import { openAiPolicy } from "../../../src/policy/openai.ts";
import type { Recording } from "../../fakes/recordings.ts";
import { requestOf } from "../../policy/requests.ts";
import { recordedAs, startLlama, type TemplateName, templates } from "./llama.ts";
import {
  ask,
  completionsPair,
  countedPairs,
  detokenizePair,
  keep,
  type Pair,
  pairs,
  recordedBefore,
  shapeOf,
  tokenizePairs,
  tokensPair,
  vllmPairs,
} from "./record.ts";

type Judge = (holds: boolean, what: string) => void;

/** Starts each server, records what it replies, and judges. Gives the exit code: 1 where anything does not hold. */
export async function checkServers(names: readonly string[]): Promise<number> {
  const known = Object.keys(templates) as TemplateName[];
  const unknown = names.find((name) => !known.includes(name as TemplateName));
  if (unknown !== undefined) throw new Error(`Unknown template "${unknown}". Available: ${known.join(", ")}.`);
  const failures: string[] = [];
  for (const name of names.length === 0 ? known : (names as TemplateName[])) {
    process.stdout.write(`\nllama.cpp with the template ${name}\n`);
    const server = await startLlama(name);
    try {
      await checkServer(server.baseUrl, recordedAs(name), (holds, what) => {
        process.stdout.write(`${holds ? "  ok     " : "  WRONG  "}${what}\n`);
        if (!holds) failures.push(`${name}: ${what}`);
      });
    } finally {
      server.stop();
    }
  }
  process.stdout.write(`\n${failures.length === 0 ? "All holds." : `Does not hold:\n${failures.join("\n")}`}\n`);
  return failures.length === 0 ? 0 : 1;
}

/** Records what a running vLLM replies. Gives the exit code: 1 where the shape of a reply has changed. */
export async function recordVllm(baseUrl: string, name: string): Promise<number> {
  const folder = join(import.meta.dirname, "../../recordings", name);
  let code = 0;
  const record = async (pair: Pair) => {
    const before = recordedBefore(folder, pair.id);
    const recording = await ask(baseUrl, "m", pair);
    const same = before === null || sameShape(before, recording);
    process.stdout.write(`${same ? "  ok     " : "  WRONG  "}${pair.id} (${recording.reply.status})\n`);
    if (!same) code = 1;
    if (before === null) keep(folder, recording);
    return recording;
  };
  for (const pair of vllmPairs) await record(pair);
  for (const pair of countedPairs) for (const text of tokenizePairs(await record(pair))) await record(text);
  const [chat, begun] = await Promise.all(["42-tokenize", "42-tokenize-begun"].map((id) => recordedBefore(folder, id)));
  if (chat != null) await record(detokenizePair("42-detokenize", chat));
  if (chat != null && begun != null) await record(tokensPair(chat, begun));
  return code;
}

async function checkServer(baseUrl: string, name: string, judge: Judge): Promise<void> {
  const folder = join(import.meta.dirname, "../../recordings", name);
  const recorded: Record<string, Recording> = {};
  const record = async (pair: Pair) => {
    const recording = await ask(baseUrl, "default", pair);
    const before = recordedBefore(folder, pair.id);
    const same = before === null || sameShape(before, recording);
    judge(same, `${pair.id} has the shape it was recorded with`);
    if (before === null) keep(folder, recording);
    recorded[pair.id] = recording;
  };
  for (const pair of pairs) await record(pair);
  await record(completionsPair(recorded["42-render"]));
  for (const pair of name === recordedAs("plain") ? countedPairs : []) {
    await record(pair);
    for (const text of tokenizePairs(recorded[pair.id])) await record(text);
  }
  judgeUsage(recorded, judge);
  const profiles = mkdtempSync(join(tmpdir(), "profiles-"));
  const profile = await probeServer({ baseUrl, folder: profiles });
  for (const [label, value] of profileLines(profile)) process.stdout.write(`         ${label}: ${value}\n`);
  const policy = openAiPolicy({ baseUrl, model: profile.model, profile });
  try {
    await judgeSteps(policy, baseUrl, judge);
    await judgeCounts(policy, judge);
  } finally {
    await policy.dispose?.();
  }
}

const sameShape = (a: Recording, b: Recording): boolean =>
  a.reply.status === b.reply.status && isDeepStrictEqual(shapeOf(a.reply.json), shapeOf(b.reply.json));

interface Reply {
  readonly choices: readonly { readonly finish_reason: string; readonly logprobs?: { readonly content: unknown[] } }[];
  readonly usage: { readonly completion_tokens: number };
}

/** What the corrections of counting rest on. */
function judgeUsage(recorded: Readonly<Record<string, Recording>>, judge: Judge): void {
  const three = recorded["43-three-with-logprobs"]?.reply.json as Reply;
  const counts = three.choices.map(({ logprobs }) => logprobs?.content.length);
  judge(
    three.usage.completion_tokens === counts[0],
    "n = 3: usage is the first sample's, as its log-probabilities say",
  );
  judge(recorded["43-five-samples"]?.reply.status === 400, "n = 5 with four slots is refused");
}

const STEPS = 4;
const STEP_TOKENS = 8;

/**
 * A trajectory of four steps, drawn step by step, is the text drawn at once: the same at temperature 0, from prompts of
 * as many tokens as the uninterrupted text has by the server's own count. The separator that a prefix ends in is not
 * lost and not written twice.
 */
async function judgeSteps(policy: Policy, baseUrl: string, judge: Judge): Promise<void> {
  const messages = [{ role: "user" as const, content: probeQuestion }];
  const root = baseUrl.replace(/\/v1$/, "");
  const bare = await post(`${root}/apply-template`, { messages });
  const tokensOf = async (prefix: string) => {
    const content = `${String(bare.prompt)}${prefix}`;
    const { tokens } = await post(`${root}/tokenize`, { content, add_special: true, parse_special: true });
    return (tokens as unknown[]).length;
  };
  const draw = async (prefix: string, maxTokens: number) => {
    const [sample] = await policy.sample(requestOf({ messages, prefix, maxTokens, temperature: 0 }));
    if (sample === undefined) throw new Error("no sample came");
    return sample;
  };
  const whole = await draw(begunStep, STEPS * STEP_TOKENS);
  let prefix = begunStep;
  const counts: (readonly [drawn: number, whole: number])[] = [];
  for (let step = 0; step < STEPS; step++) {
    const sample = await draw(prefix, STEP_TOKENS);
    counts.push([sample.promptTokens, await tokensOf(prefix)]);
    prefix += sample.text;
  }
  judge(
    prefix === begunStep + whole.text,
    `${STEPS} steps of ${STEP_TOKENS} tokens are one text of ${whole.completionTokens}`,
  );
  const shown = counts.map(([drawn, text]) => `${drawn} of ${text}`).join(", ");
  judge(
    counts.every(([drawn, text]) => drawn === text),
    `each prompt has the tokens of the uninterrupted text: ${shown}`,
  );
  judge(!/^\s*\n/.test(whole.text), "no separator is written after one that stands at the end of the prefix");
  await judgeParagraphs(draw, tokensOf, judge);
}

const paragraphs = [
  "The farmer starts with 17 sheep.",
  "He buys 5 pens of 4 sheep each.",
  "That makes 5 × 4 = 20 new sheep.",
  "\\[\n17 + 20 = 37\n\\]",
];

/** Steps as searches have them, each with its separator at the end: none of it is lost on the way into the prompt. */
async function judgeParagraphs(
  draw: (prefix: string, maxTokens: number) => Promise<Sample>,
  tokensOf: (prefix: string) => Promise<number>,
  judge: Judge,
): Promise<void> {
  const counts: (readonly [drawn: number, whole: number])[] = [];
  for (let depth = 1; depth <= paragraphs.length; depth++) {
    const prefix = paragraphs
      .slice(0, depth)
      .map((text) => `${text}\n\n`)
      .join("");
    counts.push([(await draw(prefix, 1)).promptTokens, await tokensOf(prefix)]);
  }
  const shown = counts.map(([drawn, text]) => `${drawn} of ${text}`).join(", ");
  judge(
    counts.every(([drawn, text]) => drawn === text),
    `a trajectory of ${paragraphs.length} paragraphs is in the prompt with every separator: ${shown}`,
  );
}

async function post(url: string, body: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const reply = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return (await reply.json()) as Readonly<Record<string, unknown>>;
}

/** Budgets rest on this: the tokens that are charged are those that were drawn. */
async function judgeCounts(policy: Policy, judge: Judge): Promise<void> {
  const messages = [{ role: "user" as const, content: probeQuestion }];
  for (const n of [1, 4, 6]) {
    const seeds = Array.from({ length: n }, (_, index) => index);
    const samples = await policy.sample(requestOf({ messages, seeds, maxTokens: 6, temperature: 0.9 }));
    const charged = samples.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
    judge(samples.length === n && charged === 6 * n, `n = ${n}: ${charged} tokens are charged for ${n} texts of 6`);
  }
}
