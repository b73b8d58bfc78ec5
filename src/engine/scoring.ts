import type { Candidate } from "../core/candidate.ts";
import { VerifierError } from "../core/errors.ts";
import type { Run, VerifierAccess } from "../core/run.ts";
import { type Aggregation, aggregate, type Score } from "../core/score.ts";
import { logprobsOfSteps } from "../core/token-logprobs.ts";
import { Trajectory } from "../core/trajectory.ts";
import type { OutcomeVerifier, ProcessVerifier } from "../core/verifier.ts";
import type { JudgingAccount } from "./judging-account.ts";
import { judgedApart } from "./refused.ts";

/** A verifier with the name that messages and records give it. */
export interface Named<V> {
  readonly name: string;
  readonly verifier: V;
}

export interface Verifiers {
  readonly outcome?: Named<OutcomeVerifier>;
  readonly process?: Named<ProcessVerifier>;
  /**
   * Default: the process verifier's own, else `last` (Snell et al. 2024, arXiv:2408.03314, appendix: the last score
   * works best for value-like PRMs).
   */
  readonly aggregation?: Aggregation;
}

/** A run for verifiers, with the numbers of the calls that it has made so far and where its charges go. */
export interface Judging {
  readonly run: Run;
  readonly calls: readonly number[];
  readonly account: JudgingAccount;
}

/** Of what the budget had no room to judge. */
const unaffordable: Score = Object.freeze({ value: null, reason: "no budget left to score it" });

const unjudged: Score = Object.freeze({ value: null, reason: "no verifier" });
const separator = "\u0000";

/**
 * Both kinds of reward from whichever is given. Process → outcome by aggregation; outcome → process by scoring each
 * prefix as if it were the whole. Every score is keyed by content: a candidate text or a shared prefix is judged once
 * in a solve, and what is judged in one round goes to the verifier in one batch.
 */
export class VerifierDesk {
  readonly access: VerifierAccess;
  readonly #verifiers: Verifiers;
  readonly #outcomes = new Map<string, Promise<Score>>();
  readonly #steps = new Map<string, Promise<Score>>();
  /** What was said first of a whole path and of its last step, by {@link contentKey}. */
  readonly #saidOfWholes = new Map<string, Score>();
  readonly #saidOfSteps = new Map<string, Score>();
  readonly #judgedAs = new Map<string, string>();
  /** Of sub-questions, by their text: an equal candidate is judged anew as an answer to another question. */
  readonly #others = new Map<string, VerifierDesk>();

  /** What charged verifiers took for a character of question and text, at most. */
  readonly #tokensPerLetter = new Map<OutcomeVerifier | ProcessVerifier, number>();

  /** Judgements so far, and those of them that were scores. */
  #made = 0;
  #read = 0;

  constructor(verifiers: Verifiers) {
    this.#verifiers = verifiers;
    this.access = {
      outcome: verifiers.outcome !== undefined,
      process: verifiers.process !== undefined,
      aggregation: verifiers.aggregation ?? verifiers.process?.verifier.aggregation ?? "last",
    };
  }

  /** The desk of the same verifiers for another question, which has judgements of its own. */
  about(question: string): VerifierDesk {
    const desk = this.#others.get(question) ?? new VerifierDesk(this.#verifiers);
    this.#others.set(question, desk);
    return desk;
  }

  async score(candidates: readonly Candidate[], judging: Judging): Promise<Score[]> {
    if (this.#verifiers.outcome !== undefined) return await this.#outcome(this.#verifiers.outcome, candidates, judging);
    if (this.#verifiers.process === undefined) return candidates.map(() => unjudged);
    const whole = this.access.aggregation === "model";
    const steps = await this.scoreSteps(
      candidates.map(({ trajectory, judged, text }) => (whole ? Trajectory.of([{ text }]) : (judged ?? trajectory))),
      judging,
    );
    return steps.map((scores) => {
      const { value, reason } = aggregate(scores, this.access.aggregation);
      return { value, reason, calls: callsIn(scores) };
    });
  }

  /** What the outcome verifier, else the process verifier, said of a path; undefined where neither was asked. */
  saidOf(path: string): Score | undefined {
    const judged = this.#judgedAs.get(path) ?? path;
    return this.#saidOfWholes.get(path) ?? this.#saidOfSteps.get(judged);
  }

  /** Remembers that this trajectory is judged by other steps than its own: see `Candidate.judged`. */
  noteJudged(trajectory: Trajectory, judged: Trajectory): void {
    this.#judgedAs.set(contentKey(trajectory), contentKey(judged));
  }

  /** What the process verifier said of each step of a trajectory; undefined where it was asked about none. */
  saidOfSteps(trajectory: Trajectory): readonly (Score | null)[] | undefined {
    if (this.#saidOfSteps.size === 0) return undefined;
    const said = prefixesOf(trajectory).map((prefix) => this.#saidOfSteps.get(contentKey(prefix)) ?? null);
    return said.some((score) => score !== null) ? said : undefined;
  }

  async scoreSteps(trajectories: readonly Trajectory[], judging: Judging): Promise<Score[][]> {
    const { process, outcome } = this.#verifiers;
    if (process !== undefined) return await this.#process(process, trajectories, judging);
    if (outcome === undefined) return trajectories.map((path) => path.steps.map(() => unjudged));
    const prefixes = trajectories.map((path) => prefixesOf(path));
    const scores = await this.#outcome(
      outcome,
      prefixes.flat().map((prefix) => asCandidate(prefix, judging.run)),
      judging,
    );
    let next = 0;
    return prefixes.map((paths) => paths.map(() => scores[next++] ?? unjudged));
  }

  async #outcome(
    { name, verifier }: Named<OutcomeVerifier>,
    all: readonly Candidate[],
    judging: Judging,
  ): Promise<Score[]> {
    const { run, calls } = judging;
    const keyOf = (candidate: Candidate) => candidate.text;
    const fresh = firstOfEach(all, keyOf).filter((candidate) => !this.#outcomes.has(keyOf(candidate)));
    if (fresh.length > 0) {
      const asked = this.#afford(verifier, fresh.map(keyOf), judging, (n) =>
        this.#ask(name, n, () =>
          judgedApart(
            fresh.slice(0, n),
            (some) => verifier.score(run.question, some, run),
            (_, none) => none,
          ),
        ),
      );
      const batch = asked.then((scores) => scores.map((score) => withCalls(score, calls)));
      for (const [i, candidate] of fresh.entries()) {
        const path = contentKey(candidate.trajectory);
        const score = batch.then((scores) => scores[i] ?? unaffordable);
        keep(this.#outcomes, keyOf(candidate), score, (said) => noteFirst(this.#saidOfWholes, path, said));
      }
    }
    return await Promise.all(all.map((candidate) => this.#outcomes.get(keyOf(candidate)) ?? unjudged));
  }

  async #process(
    { name, verifier }: Named<ProcessVerifier>,
    all: readonly Trajectory[],
    judging: Judging,
  ): Promise<Score[][]> {
    const { run, calls } = judging;
    const fresh = firstOfEach(all, contentKey).filter((path) => path.depth > 0 && !this.#steps.has(contentKey(path)));
    if (fresh.length > 0) {
      const lengths = fresh.map((path) => path.depth);
      const texts = fresh.map((path) => path.text);
      const batch = this.#afford(verifier, texts, judging, (n) =>
        this.#askSteps(name, lengths.slice(0, n), () =>
          judgedApart(
            fresh.slice(0, n),
            (some) => verifier.scoreSteps(run.question, some, run),
            (path, none) => Array.from({ length: path.depth }, () => none),
          ),
        ),
      );
      for (const [i, path] of fresh.entries()) {
        for (const [t, prefix] of prefixesOf(path).entries()) {
          const key = contentKey(prefix);
          if (this.#steps.has(key)) continue; // first judged, first kept: a prefix has one score
          const score = batch.then((scores) => {
            const said = scores[i]?.[t];
            return said === undefined ? unaffordable : withCalls(said, calls);
          });
          keep(this.#steps, key, score, (said) => noteFirst(this.#saidOfSteps, key, said));
        }
      }
    }
    return await Promise.all(
      all.map((path) => Promise.all(prefixesOf(path).map((prefix) => this.#steps.get(contentKey(prefix)) ?? unjudged))),
    );
  }

  /**
   * Asks for as many of the first judgements as the budget has room for, where the verifier is charged by tokens: by
   * what it says that they take, else by what it charged for a character before. Judgements that are sampled reserve
   * their own room.
   * @throws BudgetExceededError where there is none for the first.
   */
  async #afford<T>(
    verifier: OutcomeVerifier | ProcessVerifier,
    texts: readonly string[],
    { run, account }: Judging,
    ask: (n: number) => Promise<T[]>,
  ): Promise<T[]> {
    const letters = (text: string) => run.question.text.length + text.length;
    const rate = this.#tokensPerLetter.get(verifier) ?? 0;
    const sizes = texts.map((text) => verifier.tokens?.(run.question, text) ?? Math.ceil(rate * letters(text)));
    const grant = sizes.some((size) => size > 0) ? await account.reserve(sizes) : null;
    try {
      const n = grant?.n ?? texts.length;
      const said = await ask(n);
      const read = texts.slice(0, n).reduce((sum, text) => sum + letters(text), 0);
      this.#tokensPerLetter.set(verifier, Math.max(rate, account.tokens / read));
      return said;
    } finally {
      grant?.settle();
    }
  }

  async #ask(name: string, expected: number, call: () => Promise<Score[]>): Promise<Score[]> {
    const scores = await call();
    if (scores.length !== expected) {
      throw new VerifierError(
        name,
        `returned ${scores.length} scores for ${expected} candidates. It must return one for each.`,
      );
    }
    for (const score of scores) this.#check(name, score);
    return scores;
  }

  async #askSteps(name: string, lengths: readonly number[], call: () => Promise<Score[][]>): Promise<Score[][]> {
    const scores = await call();
    if (scores.length !== lengths.length) {
      throw new VerifierError(name, `returned scores of ${scores.length} trajectories, ${lengths.length} were sent.`);
    }
    for (const [i, row] of scores.entries()) {
      if (row.length !== lengths[i]) {
        throw new VerifierError(name, `returned ${row.length} step scores for a trajectory of ${lengths[i]} steps.`);
      }
      for (const score of row) this.#check(name, score);
    }
    return scores;
  }

  /** How many judgements were made, where none of them could be a score; else 0. */
  get silent(): number {
    return this.#read === 0 ? this.#made : 0;
  }

  #check(name: string, { value }: Score): void {
    this.#made++;
    if (value === null) return;
    this.#read++;
    if (value >= 0 && value <= 1) return;
    throw new VerifierError(
      name,
      `returned ${value}. A score is a probability in [0, 1], or null where it cannot judge.`,
    );
  }
}

/** The content of a path, with step boundaries: equal keys mean equal steps. */
export const contentKey = (path: Trajectory): string => path.steps.map((step) => step.text).join(separator);

/** The content of a path that goes one step on. */
export const extendedKey = (path: string, text: string): string => (path === "" ? text : path + separator + text);

function prefixesOf(path: Trajectory): Trajectory[] {
  const prefixes: Trajectory[] = [];
  for (let node: Trajectory | null = path; node !== null && node.depth > 0; node = node.parent) prefixes.push(node);
  return prefixes.reverse();
}

/** What an interpreter said in an output fence is no part of what an answer is read from. */
const ownText = (prefix: Trajectory): string =>
  prefix.steps
    .map(({ text, observation = "" }) => text + (/^\s*```output\n/.test(observation) ? "" : observation))
    .join("");

const asCandidate = (prefix: Trajectory, run: Run): Candidate => ({
  trajectory: prefix,
  text: prefix.text,
  answer: run.extract(ownText(prefix)),
  complete: prefix.terminal,
  logprobs: logprobsOfSteps(prefix, prefix.text),
});

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A judgement that failed, or was not asked for, is not remembered: it can be asked for again. */
function keep(
  cache: Map<string, Promise<Score>>,
  key: string,
  score: Promise<Score>,
  note: (score: Score) => void,
): void {
  cache.set(key, score);
  score.then(
    (said) => {
      if (said === unaffordable) cache.delete(key);
      else note(said);
    },
    () => cache.delete(key),
  );
}

function noteFirst(said: Map<string, Score>, path: string, score: Score): void {
  if (!said.has(path)) said.set(path, score);
}

/**
 * A score names the calls of its own judgement, where the verifier says so; else those of the batch that it was judged
 * in.
 */
const withCalls = (score: Score, calls: readonly number[]): Score =>
  calls.length === 0 || score.calls !== undefined ? score : { ...score, calls: [...calls].sort((a, b) => a - b) };

function callsIn(scores: readonly Score[]): readonly number[] | undefined {
  const calls = [...new Set(scores.flatMap((score) => score.calls ?? []))];
  return calls.length === 0 ? undefined : calls;
}
