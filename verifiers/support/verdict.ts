import type { Sample, TokenLogprob } from "../../src/core/policy.ts";
import type { Score } from "../../src/core/score.ts";

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
    (entry, index, all) => all.findIndex((other) => other.token === entry.token) === index,
  );
  return words.map((word) =>
    seen.reduce((sum, entry) => sum + (plainWord(entry.token) === word ? Math.exp(entry.logprob) : 0), 0),
  );
}

/** P(good) / (P(good) + P(bad)) at one token; null when neither word is among its alternatives. */
export function shareAt(token: TokenLogprob, good: string, bad: string): number | null {
  const [p = 0, q = 0] = massesAt(token, [good, bad]);
  return p + q > 0 ? p / (p + q) : null;
}

/** P(Yes) / (P(Yes) + P(No)) at the first token of a reply; null when neither is among its alternatives. */
export function firstYesNo({ logprobs }: Pick<Sample, "logprobs">): Score {
  const first = logprobs?.[0];
  if (first === undefined) return { value: null, reason: "the server gave no log-probabilities" };
  const [yes = 0, no = 0] = massesAt(first, ["yes", "no"]);
  if (yes + no === 0) return { value: null, reason: "neither Yes nor No among the likeliest first tokens" };
  return { value: yes / (yes + no), reason: `P(Yes) ${yes.toFixed(3)}, P(No) ${no.toFixed(3)}` };
}

/**
 * The last "Yes" or "No" of a reply: its probability where the sample carries log-probabilities, else 1 or 0. Null when
 * there is none.
 */
export function lastYesNo(sample: Pick<Sample, "text" | "logprobs">): Score {
  const token = sample.logprobs?.findLast(({ token: text }) => ["yes", "no"].includes(plainWord(text)));
  const share = token === undefined ? null : shareAt(token, "yes", "no");
  if (share !== null) return { value: share, reason: `P(Yes) ${share.toFixed(3)} of P(Yes) + P(No)` };
  const last = sample.text.match(/\b(yes|no)\b/gi)?.at(-1);
  if (last === undefined) return { value: null, reason: "no Yes or No in the reply" };
  return { value: last.toLowerCase() === "yes" ? 1 : 0, reason: `said ${last}` };
}

/** The mean of the scores that could be read, with their number; null when none could. */
export function meanOf(scores: readonly Score[], what: string): Score {
  const known = scores.map(({ value }) => value).filter((value) => value !== null);
  if (known.length === 0) return { value: null, reason: `none of ${scores.length} ${what} could be read` };
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return { value: Math.min(1, mean), reason: `mean of ${known.length} of ${scores.length} ${what}` };
}
