import type { Sample, TokenLogprob } from "../../core/policy.ts";
import type { Score } from "../../core/score.ts";
import { type Reply, textOf } from "./spoken.ts";
import { type Place, readWord } from "./words.ts";

/** A word by its letters: " Yes", "Yes." and "**yes**" are one word; without letters by its signs + and -. */
export function plainWord(token: string): string {
  const letters = token.replace(/[^\p{L}]/gu, "");
  return letters === "" ? token.replace(/[^+-]/g, "") : letters.toLowerCase();
}

/**
 * The probability of each word at one token, over its spellings among the likeliest alternatives and the token itself;
 * 0 for a word that is not among them.
 */
export function massesAt(token: TokenLogprob, words: readonly string[]): number[] {
  const seen = [...(token.top ?? []), token].filter(
    (entry, index, all) => all.findIndex((each) => each.token === entry.token) === index,
  );
  return words.map((word) =>
    seen.reduce((sum, entry) => sum + (plainWord(entry.token) === word ? Math.exp(entry.logprob) : 0), 0),
  );
}

/**
 * P(Yes) / (P(Yes) + P(No)) at the first token of a reply, where that token is one of the two; null where the model
 * began with another word: what it thinks of Yes and No there is no verdict.
 */
export function firstYesNo({ logprobs }: Pick<Sample, "logprobs">): Score {
  const first = logprobs?.[0];
  if (first === undefined) return { value: null, reason: "the server gave no log-probabilities" };
  const [yes = 0, no = 0] = massesAt(first, ["yes", "no"]);
  if (yes + no === 0) return { value: null, reason: "neither Yes nor No among the likeliest first tokens" };
  if (!["yes", "no"].includes(plainWord(first.token)))
    return { value: null, reason: `the first token is neither Yes nor No, but ${JSON.stringify(first.token)}` };
  return { value: yes / (yes + no), reason: `P(Yes) ${yes.toFixed(3)}, P(No) ${no.toFixed(3)}` };
}

/**
 * The token that holds this place of a text. The tokens may spell only the end of it, or go on behind it (a stop text);
 * null where they spell something else.
 */
export function tokenAt(tokens: readonly TokenLogprob[], text: string, at: number): TokenLogprob | null {
  const spelt = tokens.map(({ token }) => token).join("");
  if (!spelt.startsWith(text) && !text.endsWith(spelt)) return null;
  let end = spelt.startsWith(text) ? 0 : text.length - spelt.length;
  if (at < end) return null;
  for (const token of tokens) {
    end += token.token.length;
    if (at < end) return token;
  }
  return null;
}

/**
 * The Yes or No of a reply: its probability where the tokens of the verdict are known, else 1 or 0. Null where the
 * reply gives no verdict.
 */
export function yesNo(reply: Reply, place: Place): Score {
  const found = readWord(reply, ["yes", "no"], place);
  if (found === null) return { value: null, reason: "no Yes or No in the reply" };
  const tokens = typeof reply === "string" ? undefined : reply.logprobs;
  const token = tokens === undefined || found.at === null ? null : tokenAt(tokens, textOf(reply), found.at);
  if (token !== null && plainWord(token.token) === found.word) {
    const [yes = 0, no = 0] = massesAt(token, ["yes", "no"]);
    if (yes + no > 0) {
      const share = yes / (yes + no);
      return { value: share, reason: `P(Yes) ${share.toFixed(3)} of P(Yes) + P(No)` };
    }
  }
  return { value: found.word === "yes" ? 1 : 0, reason: `said ${found.word === "yes" ? "Yes" : "No"}` };
}

/** The mean of the scores that could be read, with their number; null when none could. */
export function meanOf(scores: readonly Score[], what: string): Score {
  const known = scores.map(({ value }) => value).filter((value) => value !== null);
  if (known.length === 0) return { value: null, reason: `none of ${scores.length} ${what} could be read` };
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return { value: Math.min(1, mean), reason: `mean of ${known.length} of ${scores.length} ${what}` };
}
