import type { TokenLogprob } from "./policy.ts";
import type { Trajectory } from "./trajectory.ts";

/**
 * Of the tokens of a text that is a trajectory's steps, or the last of them, where these have theirs. What separates
 * steps is not among them.
 */
export function logprobsOfSteps(trajectory: Trajectory, text: string): readonly TokenLogprob[] | undefined {
  const { step } = trajectory;
  if (step?.tokenLogprobs === undefined) return undefined;
  const { steps } = trajectory;
  const known = steps.every(({ tokenLogprobs }) => tokenLogprobs !== undefined);
  if (known && trajectory.text === text) return steps.flatMap(({ tokenLogprobs = [] }) => tokenLogprobs);
  return step.text === text ? step.tokenLogprobs : undefined;
}

/** The tokens that spell a text of this length. */
export function tokensUpTo(tokens: readonly TokenLogprob[], length: number): readonly TokenLogprob[] {
  let at = 0;
  return tokens.filter(({ token }) => {
    at += token.length;
    return at <= length;
  });
}

/** The tokens of what is left of a text without its first `start` characters; of one that is cut, its rest. */
export function tokensBehind(tokens: readonly TokenLogprob[], start: number): readonly TokenLogprob[] {
  if (start === 0) return tokens;
  let at = 0;
  return tokens.flatMap((known) => {
    const cut = Math.max(0, start - at);
    at += known.token.length;
    return at <= start ? [] : [{ ...known, token: known.token.slice(cut) }];
  });
}

/** Those that begin at `from` or behind it, and before `to`; of the `last` part of a text all that are left. */
export function tokensWithin(
  tokens: readonly TokenLogprob[],
  from: number,
  to: number,
  last: boolean,
): readonly TokenLogprob[] {
  let at = 0;
  return tokens.filter(({ token }) => {
    const begin = at;
    at += token.length;
    return begin >= from && (last || begin < to);
  });
}
