import type { TokenLimits } from "../../../src/core/action.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import { shiftedStates } from "../../../src/core/line-states.ts";
import type { Sample, TokenLogprob } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";

/** A place in a text where another token might well have come. */
export interface Fork {
  /** Index of the token. */
  readonly token: number;
  /** The text before it. */
  readonly before: string;
  /** What was written there. */
  readonly written: string;
  /** Entropy of the distribution at this place in nats, see {@link tokenEntropy}. */
  readonly entropy: number;
  /** Other tokens that might have come, likeliest first. */
  readonly alternatives: readonly string[];
}

/**
 * Entropy in nats of the distribution of a token, from the alternatives that are known. The rest of the probability
 * counts as one more outcome, so this is a lower bound of the true entropy. 0 where no alternatives are known.
 */
export function tokenEntropy({ token, logprob, top = [] }: TokenLogprob): number {
  const known = top.some((each) => each.token === token) ? top : [...top, { token, logprob }];
  const shares = known.map((each) => Math.exp(each.logprob));
  const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
  if (top.length === 0) return 0;
  return [...shares, rest].reduce((sum, p) => (p > 1e-9 ? sum - p * Math.log(p) : sum), 0);
}

/**
 * The forks of a text, in order: places before its last box with at least one alternative. An alternative has a
 * probability of at least `least`, differs by more than case or white space, and is neither white space nor a control
 * token. Where the tokens no longer spell the text the search ends.
 */
export function forksOf({ text, logprobs = [] }: Pick<Sample, "text" | "logprobs">, least = 0.01): Fork[] {
  const box = text.lastIndexOf("\\boxed");
  const end = box < 0 ? text.length : box;
  const forks: Fork[] = [];
  let before = "";
  for (const [token, place] of logprobs.entries()) {
    if (!text.startsWith(before + place.token) || before.length + place.token.length > end) break;
    const alternatives = (place.top ?? [])
      .filter((other) => Math.exp(other.logprob) >= least && differs(other.token, place.token))
      .map((other) => other.token);
    if (alternatives.length > 0) {
      forks.push({ token, before, written: place.token, entropy: tokenEntropy(place), alternatives });
    }
    before += place.token;
  }
  return forks;
}

const plain = (token: string): string => token.trim().toLowerCase();

const differs = (other: string, written: string): boolean =>
  plain(other) !== "" && plain(other) !== plain(written) && !/^<[|/]?[\w|]+>$/.test(other.trim());

/**
 * The forks of highest entropy, at most `most`, each of at least `least` nats, the highest first; ties: the earlier.
 */
export const uncertainForks = (forks: readonly Fork[], most: number, least: number): Fork[] =>
  forks
    .filter(({ entropy }) => entropy >= least)
    .sort((a, b) => b.entropy - a.entropy || a.token - b.token)
    .slice(0, most);

/** Beginnings of branches: the likeliest alternative of each fork in turn, then the next of each, at most `n`. */
export function branchBeginnings(forks: readonly Fork[], n: number): string[] {
  const rows = Math.max(0, ...forks.map(({ alternatives }) => alternatives.length));
  return Array.from({ length: rows }, (_, row) =>
    forks.flatMap(({ before, alternatives }) => {
      const other = alternatives[row];
      return other === undefined ? [] : [before + other];
    }),
  )
    .flat()
    .slice(0, n);
}

/** Alternatives to request per token: as many as the policy gives, five at most; null where it gives none. */
export function alternativesGiven(run: Run): number | null {
  const { logprobs } = run.policy.capabilities;
  return logprobs === null || logprobs.top === 0 ? null : Math.min(5, logprobs.top);
}

export interface Continuing extends TokenLimits {
  /** Completions of each beginning. */
  readonly n: number;
  readonly temperature: number;
  readonly notes: NonNullable<Candidate["notes"]>;
}

/**
 * `n` solutions from each of these beginnings of the policy's turn ("" gives plain ones), each beginning included in
 * the text; the note `prefixed` says that such a solution is no draw of its own. `over`: some were not drawn; yield the
 * others and return.
 */
export async function continued(run: Run, beginnings: readonly string[], { notes, ...drawing }: Continuing) {
  const messages = solutionMessages(run.question);
  const { values, over } = await run.gather(
    beginnings.map(async (beginning) => {
      const [prefix, purpose] = beginning === "" ? [undefined, "solve"] : [beginning, "rollout"];
      const samples = await run.sample({ ...drawing, messages, prefix, purpose });
      return samples.map(({ logprobs: _ofTheEnd, states, ...sample }) => {
        const shifted = states && shiftedStates(states, beginning.length);
        const told = beginning === "" ? notes : { ...notes, prefixed: true };
        return solutionCandidate(run, { ...sample, text: beginning + sample.text, states: shifted }, told);
      });
    }),
  );
  return { candidates: values.flatMap((group) => group ?? []), over };
}
