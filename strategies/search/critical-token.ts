import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { best, majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { criticalFork, roundsFor } from "./critical-token/critical.ts";
import { alternativesGiven, branchBeginnings, continued, forksOf, uncertainForks } from "./kit/forks.ts";
import { limitOptions } from "./kit/options.ts";

/**
 * Critical-token resampling: a greedy solution that seems wrong is searched for the token after which completions fail,
 * and is taken up again before that token with others in its place (Lin et al. 2024, arXiv:2411.19943, section 2:
 * rollouts after each token, and the critical one replaced).
 *
 * What seems wrong: with a verifier a score below `accept`; without, an answer that differs from the majority of the
 * greedy solution and `samples` plain ones. The paper knows the right answer. A solution that seems right ends it after
 * the plain samples (with a verifier, before them). Where the policy gives no alternatives, plain samples take the
 * place of it all, and a note says so.
 *
 * Cost: `1 + samples`, `rollouts` for each prefix tried (by halving among the `tokens` most uncertain ones), and
 * `branches`.
 */
export const criticalToken = defineStrategy({
  name: "critical-token",
  summary: "finds the token after which rollouts fail, and branches there with other tokens",
  paper: "Lin et al. 2024, arXiv:2411.19943",
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

/**
 * The highest score of all completions where there is a verifier. Else the majority of the greedy solution, the plain
 * ones and the branches: completions that only tried a prefix do not vote, as most of them follow the wrong token. They
 * do while nothing else has an answer.
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
