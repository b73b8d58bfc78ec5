import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { best, majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { alternativesGiven, branchBeginnings, continued, type Fork, forksOf, uncertainForks } from "./kit/forks.ts";
import { limitOptions } from "./kit/options.ts";

/**
 * Critical-token resampling (Lin et al. 2024, arXiv:2411.19943, section 2): a greedy solution that seems wrong is
 * searched for the token after which completions fail; it is continued from before that token, with other tokens in
 * its place.
 */
export const criticalToken = defineStrategy({
  name: "critical-token",
  summary: "finds the token after which rollouts fail, and branches there with other tokens",
  paper: "Lin et al. 2024, arXiv:2411.19943",
  family: "search",
  how:
    "Critical-token resampling (Lin et al. 2024, arXiv:2411.19943, section 2): a greedy solution that seems wrong is " +
    "searched for the token after which completions fail; it is continued from before that token, with other tokens " +
    "in its place." +
    "\n\n" +
    "A solution seems wrong when a verifier scores it below `accept`; without one, when its answer differs from the " +
    "majority of the greedy solution and `samples` plain ones. The paper knows the right answer.",
  costNote:
    "`1 + samples`, `rollouts` for each prefix tried (by halving among the `tokens` most uncertain ones), and " +
    "`branches`. A solution that seems right ends it after the plain samples (with a verifier, before them). Where " +
    "the policy gives no alternatives, there are plain samples only, and a note says so.",
  departures: [
    "The paper rolls out from every token, 64 times; here the token is found by halving among the `tokens` most uncertain ones, with `rollouts` each.",
    "What seems right is said by a verifier or by agreement; the paper knows the right answer.",
  ],
  rewards: {
    outcome: "says which solutions seem right, and picks",
    process: "the same, by aggregated step scores",
    none: "agreement with the majority says which solutions seem right; plain ones and branches vote",
  },
  options: z.strictObject({
    samples: z.int().min(0).default(4).describe("plain solutions to compare with (and to vote)"),
    rollouts: z.int().min(1).default(4).describe("completions of each prefix (the paper: 64)"),
    lost: z.number().gt(0).max(1).default(0.05).describe("share of right completions below which a prefix is lost"),
    tokens: z.int().min(1).max(256).default(16).describe("uncertain tokens among which the critical one is sought"),
    branches: z.int().min(1).default(4).describe("completions from other tokens in its place"),
    accept: z.number().gt(0).max(1).default(0.5).describe("score from which a solution seems right"),
    temperature: z.number().min(0).default(0.7).describe("of all but the first solution"),
    ...limitOptions,
  }),
  async *candidates(run, options) {
    const { samples, temperature, topP, topK, minP, branches, tokens, accept } = options;
    const drawing = { temperature, topP, topK, minP };
    const logprobs = alternativesGiven(run);
    if (logprobs === null) {
      run.emit({ type: "note", message: "critical-token: no token alternatives are told, plain samples instead" });
      yield* sampleSolutions(run, { n: 1 + samples + branches, ...drawing });
      return;
    }
    const messages = solutionMessages(run.question);
    const [drawn] = await run.sample({ messages, temperature: 0, from: 0, logprobs, purpose: "solve" });
    if (drawn === undefined) return;
    const draft = solutionCandidate(run, drawn);
    yield draft;
    const judged = run.verifiers.outcome || run.verifiers.process;
    const seemRight = (all: readonly Candidate[]) => byScore(run, all, accept);
    if (judged && (await seemRight([draft]))[0] === true) return;
    const plain: Candidate[] = [];
    if (samples > 0) {
      const { candidates, over } = await continued(run, [""], { n: samples, ...drawing, notes: { plain: true } });
      if (candidates.length > 0) yield candidates;
      if (over) return;
      plain.push(...candidates);
    }
    const accepted = majorityAnswer(run, [draft, ...plain]);
    const judge = judged ? seemRight : async (all: readonly Candidate[]) => agreeing(run, all, accepted);
    if (!judged && (await judge([draft]))[0] !== false) return;
    const forks = uncertainForks(forksOf(drawn), tokens, 0).sort((a, b) => a.token - b.token);
    const critical = yield* criticalFork(run, forks, { ...options, judge });
    if (critical === null) return;
    run.emit({ type: "note", message: `critical-token: token ${critical.token}, "${critical.written}"` });
    const others = branchBeginnings([critical], branches);
    const beginnings = Array.from({ length: branches }, (_, i) => others[i % others.length] ?? critical.before);
    const branched = await continued(run, beginnings, { n: 1, ...drawing, notes: { branch: critical.token } });
    if (branched.candidates.length > 0) yield branched.candidates;
  },
  select: () => withoutProbes(),
  cost: ({ samples, rollouts, tokens, branches }) => {
    const calls = 1 + samples + rollouts * roundsFor(tokens) + branches;
    return { calls, scored: 2 * calls };
  },
});

interface CriticalSearch {
  /** Completions of each prefix that is tried. */
  readonly rollouts: number;
  readonly temperature: number;
  /** A prefix whose completions are right less often than this is lost. */
  readonly lost: number;
  /** right[i]: is candidates[i] right, as far as the signal can tell? */
  readonly judge: (candidates: readonly Candidate[]) => Promise<readonly boolean[]>;
}

/** Prefixes tried at most among this many forks: the longest, then by halves. */
const roundsFor = (forks: number): number => (forks === 0 ? 0 : 1 + Math.ceil(Math.log2(forks)));

/**
 * The critical token of a wrong solution: the first fork after whose token completions no longer end right, while some
 * before it do. Yields every completion as a candidate, its token in its notes as `probe`; returns null where
 * completions recover even from the last fork.
 *
 *     after fork        0  1  2  3  4  5
 *     completions right ●  ●  ●  ○  ○  ○      the critical token is that of fork 3
 *
 * Found by halving: a prefix once lost is taken to stay lost. The paper tries every token with 64 rollouts.
 */
async function* criticalFork(
  run: Run,
  forks: readonly Fork[],
  search: CriticalSearch,
): AsyncGenerator<readonly Candidate[], Fork | null> {
  let known = forks.length; // the first fork known to be lost, once the last was tried
  let low = 0;
  for (let probe = forks.length - 1; low < known && probe >= low; probe = Math.floor((low + known) / 2)) {
    const fork = forks[probe];
    if (fork === undefined) break;
    const { rollouts: n, temperature, lost, judge } = search;
    const notes = { probe: fork.token };
    const { candidates, over } = await continued(run, [fork.before + fork.written], { n, temperature, notes });
    if (candidates.length > 0) yield candidates;
    if (over) return null;
    const right = (await judge(candidates)).filter(Boolean).length;
    if (right / Math.max(1, candidates.length) >= lost) low = probe + 1;
    else known = probe;
  }
  return forks[known] ?? null;
}

/**
 * With a verifier the completion of the highest score. Else the majority of the greedy solution, the plain ones and the
 * branches: completions that only tried a prefix do not vote, as most of them follow the wrong token. They vote where
 * nothing else has an answer.
 */
function withoutProbes(): Selection {
  return {
    name: "best, or majority without probes",
    usesScores: true,
    pick: (candidates, run) => {
      if (run.verifiers.outcome || run.verifiers.process) return best().pick(candidates, run);
      const voters = candidates.filter(({ answer, notes }) => answer !== null && notes?.probe === undefined);
      return majority().pick(voters.length > 0 ? voters : candidates, run);
    },
  };
}

/** Scored at least `accept`; an unscored one does not seem right. */
const byScore = async (run: Run, candidates: readonly Candidate[], accept: number): Promise<boolean[]> =>
  (await run.score(candidates)).map(({ value }) => value !== null && value >= accept);

function agreeing(run: Run, candidates: readonly Candidate[], answer: string | null): boolean[] {
  const [own, ...classes] = run.classes([answer, ...candidates.map((candidate) => candidate.answer?.text ?? null)]);
  return classes.map((each) => answer === null || each === own);
}

/** The commonest answer, ties to the one that came first; null where none has one. */
function majorityAnswer(run: Run, candidates: readonly Candidate[]): string | null {
  const answers = candidates.map(({ answer }) => answer?.text ?? null);
  const classes = run.classes(answers);
  const sizes = classes.map((own) => (own < 0 ? 0 : classes.filter((other) => other === own).length));
  const most = Math.max(0, ...sizes);
  return most === 0 ? null : (answers[sizes.indexOf(most)] ?? null);
}
