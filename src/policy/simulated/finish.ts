import type { FinishReason, TokenLogprob } from "../../core/policy.ts";
import { firstTokens, tokenEnd } from "./tokens.ts";
import type { Mark } from "./writing.ts";

/** Log-probability of a token that could hardly have been another. */
const certain = Math.log(0.9999);

export interface Finished {
  readonly text: string;
  readonly finish: FinishReason;
  readonly stoppedBy?: string;
  readonly tokens: number;
}

/** Cuts a text at its first stop text and at the token limit, whichever comes first. */
export function finish(text: string, stop: readonly string[], maxTokens: number): Finished {
  let end = text.length;
  let stoppedBy: string | undefined;
  for (const candidate of stop) {
    const at = candidate === "" ? -1 : text.indexOf(candidate);
    if (at >= 0 && (at < end || (at === end && stoppedBy === undefined && at < text.length))) {
      end = at;
      stoppedBy = candidate;
    }
  }
  const kept = end === text.length ? text : text.slice(0, end);
  const cut = firstTokens(kept, maxTokens);
  if (cut.text.length < kept.length) return { text: cut.text, finish: "length", tokens: cut.tokens };
  return { text: kept, finish: "stop", tokens: cut.tokens, stoppedBy };
}

/**
 * Log-probabilities of a text's tokens: a marked choice falls to the token that covers it, every other token was as
 * good as certain.
 */
export function tokenLogprobs(text: string, marks: readonly Mark[], top: number): TokenLogprob[] {
  const tokens: TokenLogprob[] = [];
  let next = 0;
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    const token = text.slice(at, end);
    let logprob = certain;
    let others: Mark["top"] = [];
    for (let mark = marks[next]; mark !== undefined && mark.at < end; mark = marks[++next]) {
      logprob = (logprob === certain ? 0 : logprob) + mark.logprob;
      others = mark.top;
    }
    tokens.push(top === 0 ? { token, logprob } : { token, logprob, top: alternatives(token, logprob, others, top) });
    at = end;
  }
  return tokens;
}

/** The likeliest first, the written token among them; alternatives that begin with the same token are one. */
function alternatives(token: string, logprob: number, others: Mark["top"], most: number) {
  const chances = new Map<string, number>();
  for (const { text, probability } of others) {
    const first = text.slice(0, tokenEnd(text, 0));
    if (first !== token) chances.set(first, (chances.get(first) ?? 0) + probability);
  }
  const list = [...chances].map(([other, chance]) => ({ token: other, logprob: Math.log(chance) }));
  return [{ token, logprob }, ...list].sort((a, b) => b.logprob - a.logprob).slice(0, most);
}
