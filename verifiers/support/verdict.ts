import type { Sample, TokenLogprob } from "../../src/core/policy.ts";
import type { Score } from "../../src/core/score.ts";

/**
 * P(good) / (P(good) + P(bad)) among the likeliest alternatives of one token, over the spellings of both words; null when neither is among them.
 */
export function shareAt(token: TokenLogprob, good: string, bad: string): number | null {
  const seen = [...(token.top ?? []), token].filter(
    (entry, index, all) => all.findIndex((other) => other.token === entry.token) === index,
  );
  const mass = (word: string) =>
    seen.reduce((sum, entry) => sum + (plain(entry.token) === word ? Math.exp(entry.logprob) : 0), 0);
  const [p, q] = [mass(good), mass(bad)];
  return p + q > 0 ? p / (p + q) : null;
}

const plain = (token: string): string => token.replace(/[^\p{L}]/gu, "").toLowerCase();

/**
 * The last "Yes" or "No" of a reply: its probability where the sample carries log-probabilities, else 1 or 0. Null when there is none.
 */
export function lastYesNo(sample: Pick<Sample, "text" | "logprobs">): Score {
  const token = sample.logprobs?.findLast(({ token: text }) => ["yes", "no"].includes(plain(text)));
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
