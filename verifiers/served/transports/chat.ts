import { z } from "zod";
import { massesAt, plainWord, tokenAt } from "../../../src/answer/verdicts/probabilities.ts";
import { readWord } from "../../../src/answer/verdicts/words.ts";
import type { Message, TokenLogprob } from "../../../src/core/policy.ts";
import { type Choice, readCompletion } from "../../../src/policy/openai/completion.ts";
import type { Rendered } from "../layout.ts";
import { type Reply, type Row, readReply, type ScoreTransport, type Site } from "../site.ts";

export interface Asked {
  readonly choice: Choice;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export async function ask(
  site: Site,
  messages: readonly Message[],
  maxTokens: number,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Asked> {
  const body = {
    model: site.model,
    messages,
    max_tokens: maxTokens,
    temperature: 0,
    logprobs: true,
    top_logprobs: 20,
    ...more,
  };
  const reply = await site.connection.post("v1/chat/completions", body, site.signal);
  const looksRight = z.object({ choices: z.array(z.unknown()).min(1) });
  readReply(site, "/v1/chat/completions", looksRight, reply);
  const { choices, usage } = readCompletion(JSON.stringify(reply));
  const letters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    choice: choices[0] ?? { text: "", finish: "stop" },
    promptTokens: usage?.promptTokens ?? Math.ceil(letters / 4),
    completionTokens: usage?.completionTokens ?? maxTokens,
  };
}

/** One request per read position; the first written token's log-probabilities of the two verdict words. */
export const chatLogprobs: ScoreTransport = async (inputs, site) => {
  const asked = await Promise.all(inputs.map(({ chats }) => Promise.all(chats.map((chat) => ask(site, chat, 1)))));
  return gathered(
    asked,
    asked.map((row) => row.map(({ choice }) => rowAt(choice.logprobs?.[0], site))),
  );
};

/**
 * The model first writes, then gives its verdict: read at the last verdict word of the reply. Steps follow one another
 * in one conversation, so each judgement sees the ones before it.
 */
export const chatAnalysis: ScoreTransport = async (inputs, site) => {
  const asked = await Promise.all(inputs.map((input) => inTurn(input, site)));
  return gathered(
    asked,
    asked.map((row) => row.map(({ choice }) => verdictOf(choice, site))),
  );
};

async function inTurn({ chats }: Rendered, site: Site): Promise<Asked[]> {
  const asked: Asked[] = [];
  const system = chats[0]?.filter(({ role }) => role === "system") ?? [];
  const dialogue: Message[] = [...system];
  for (const chat of chats) {
    const turn = chat.at(-1);
    if (turn === undefined) break;
    dialogue.push(turn);
    const answered = await ask(site, dialogue, site.maxTokens);
    asked.push(answered);
    dialogue.push({ role: "assistant", content: answered.choice.text });
  }
  return asked;
}

/**
 * [log P(good), log P(bad)] at one token. Signs are two tokens of a trained model's vocabulary, read wherever they
 * stand and in no other spelling. Words are those of any chat model, read where it begins with one of them.
 */
function rowAt(token: TokenLogprob | undefined, site: Site): Row {
  if (token === undefined) return { none: "the server gave no log-probabilities" };
  const [good, bad] = wordsOf(site);
  const signs = site.preset.reading.tokens?.every((each) => /^\s*[+-]$/.test(each)) === true;
  const masses = signs
    ? (site.preset.reading.tokens ?? []).map((each) => exactly(token, each))
    : massesAt(token, [good, bad]);
  if (masses.every((mass) => mass === 0))
    return { none: `neither "${good}" nor "${bad}" among the likeliest tokens, but "${token.token}"` };
  if (!signs && ![good, bad].includes(plainWord(token.token)))
    return { none: `the first token is neither "${good}" nor "${bad}", but "${token.token}"` };
  return masses.map(Math.log);
}

/** The probability of one token, by its text alone. */
export const exactly = (token: TokenLogprob, text: string): number =>
  Math.exp([...(token.top ?? []), token].find((each) => each.token === text)?.logprob ?? Number.NEGATIVE_INFINITY);

/** At the verdict word of a written analysis, which stands in its last line. */
function verdictOf(choice: Choice, site: Site): Row {
  const [good, bad] = wordsOf(site);
  const found = readWord(choice, [good, bad], "last");
  if (found === null) return { none: `no "${good}" or "${bad}" in the reply` };
  const token = found.at === null ? null : tokenAt(choice.logprobs ?? [], choice.text, found.at);
  if (token !== null && plainWord(token.token) === found.word) return rowAt(token, site);
  return found.word === good ? [0, -Infinity] : [-Infinity, 0];
}

const wordsOf = ({ preset }: Site): readonly [string, string] => {
  const [good, bad] = preset.reading.tokens ?? ["yes", "no"];
  return [plainWord(good), plainWord(bad)];
};

export function gathered(asked: readonly (readonly Asked[])[], rows: Reply["rows"]): Reply {
  const all = asked.flat();
  return {
    rows,
    promptTokens: all.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    completionTokens: all.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
    calls: all.length,
  };
}
