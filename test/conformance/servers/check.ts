import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Policy } from "../../../src/core/policy.ts";
import { probeServer, profileLines } from "../../../src/policy/openai/detect.ts";
import { begunStep, probeQuestion } from "../../../src/policy/openai/probes.ts";
import { openAiPolicy } from "../../../src/policy/openai.ts";
import type { Recording } from "../../fakes/recordings.ts";
import { requestOf } from "../../policy/requests.ts";
import { recordedAs, startLlama, type TemplateName, templates } from "./llama.ts";
import { ask, completionsPair, keep, type Pair, pairs, recordedBefore, shapeOf } from "./record.ts";

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
  judgeUsage(recorded, judge);
  const profiles = mkdtempSync(join(tmpdir(), "profiles-"));
  const profile = await probeServer({ baseUrl, folder: profiles });
  for (const [label, value] of profileLines(profile)) process.stdout.write(`         ${label}: ${value}\n`);
  const policy = openAiPolicy({ baseUrl, model: profile.model, profile });
  try {
    await judgeSteps(policy, judge);
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

/**
 * A trajectory drawn step by step is the one drawn at once: the same text at temperature 0, and the separator that a
 * prefix ends in is neither lost nor written twice.
 */
async function judgeSteps(policy: Policy, judge: Judge): Promise<void> {
  const messages = [{ role: "user" as const, content: probeQuestion }];
  const draw = async (prefix: string, maxTokens: number) => {
    const [sample] = await policy.sample(requestOf({ messages, prefix, maxTokens, temperature: 0 }));
    if (sample === undefined) throw new Error("no sample came");
    return sample;
  };
  const whole = await draw(begunStep, 24);
  let prefix = begunStep;
  const prompts: number[] = [];
  for (let step = 0; step < 3; step++) {
    const sample = await draw(prefix, 8);
    prompts.push(sample.promptTokens);
    prefix += sample.text;
  }
  judge(prefix === begunStep + whole.text, "three steps of 8 tokens are one text of 24");
  judge(
    prompts[1] === (prompts[0] ?? 0) + 8 && prompts[2] === (prompts[0] ?? 0) + 16,
    "each prompt is the text so far",
  );
  judge(!/^\s*\n/.test(whole.text), "no separator is written after one that stands at the end of the prefix");
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
