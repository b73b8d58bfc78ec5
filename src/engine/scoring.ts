import type { Candidate } from "../core/candidate.ts";
import { VerifierError } from "../core/errors.ts";
import type { Question } from "../core/question.ts";
import type { Run, VerifierAccess } from "../core/run.ts";
import { type Aggregation, aggregate, type Score } from "../core/score.ts";
import { Trajectory } from "../core/trajectory.ts";
import type { OutcomeVerifier, ProcessVerifier } from "../core/verifier.ts";

/** A verifier with the name that messages and records give it. */
export interface Named<V> {
  readonly name: string;
  readonly verifier: V;
}

export interface Verifiers {
  readonly outcome?: Named<OutcomeVerifier>;
  readonly process?: Named<ProcessVerifier>;
  /** Default `last` (Snell et al. 2024, arXiv:2408.03314, appendix: the last score works best for value-like PRMs). */
  readonly aggregation?: Aggregation;
}

const unjudged: Score = Object.freeze({ value: null, reason: "no verifier" });
const separator = "\u0000";

/**
 * Both kinds of reward from whichever is given. Process → outcome by aggregation; outcome → process by scoring each prefix as
 * if it were the whole. Every score is keyed by content: a candidate text or a shared prefix is judged once in a solve, and
 * what is judged in one round goes to the verifier in one batch.
 */
export class VerifierDesk {
  readonly access: VerifierAccess;
  readonly #verifiers: Verifiers;
  readonly #outcomes = new Map<string, Promise<Score>>();
  readonly #steps = new Map<string, Promise<Score>>();

  constructor(verifiers: Verifiers) {
    this.#verifiers = verifiers;
    this.access = {
      outcome: verifiers.outcome !== undefined,
      process: verifiers.process !== undefined,
      aggregation: verifiers.aggregation ?? "last",
    };
  }

  async score(candidates: readonly Candidate[], run: Run): Promise<Score[]> {
    if (this.#verifiers.outcome !== undefined) return await this.#outcome(this.#verifiers.outcome, candidates, run);
    if (this.#verifiers.process === undefined) return candidates.map(() => unjudged);
    const whole = this.access.aggregation === "model";
    const steps = await this.scoreSteps(
      candidates.map(({ trajectory, text }) => (whole ? Trajectory.of([{ text }]) : trajectory)),
      run,
    );
    return steps.map((scores) => aggregate(scores, this.access.aggregation));
  }

  async scoreSteps(trajectories: readonly Trajectory[], run: Run): Promise<Score[][]> {
    const { process, outcome } = this.#verifiers;
    if (process !== undefined) return await this.#process(process, trajectories, run);
    if (outcome === undefined) return trajectories.map((path) => path.steps.map(() => unjudged));
    const prefixes = trajectories.map((path) => prefixesOf(path));
    const scores = await this.#outcome(
      outcome,
      prefixes.flat().map((prefix) => asCandidate(prefix, run)),
      run,
    );
    let next = 0;
    return prefixes.map((paths) => paths.map(() => scores[next++] ?? unjudged));
  }

  async #outcome({ name, verifier }: Named<OutcomeVerifier>, all: readonly Candidate[], run: Run): Promise<Score[]> {
    const keyOf = (candidate: Candidate) => candidate.text;
    const fresh = firstOfEach(all, keyOf).filter((candidate) => !this.#outcomes.has(keyOf(candidate)));
    if (fresh.length > 0) {
      const batch = this.#ask(name, fresh.length, () => verifier.score(run.question, fresh, run));
      remember(this.#outcomes, fresh.map(keyOf), batch);
    }
    return await Promise.all(all.map((candidate) => this.#outcomes.get(keyOf(candidate)) ?? unjudged));
  }

  async #process(named: Named<ProcessVerifier>, all: readonly Trajectory[], run: Run): Promise<Score[][]> {
    const { name, verifier } = named;
    const fresh = firstOfEach(all, contentKey).filter((path) => path.depth > 0 && !this.#steps.has(contentKey(path)));
    if (fresh.length > 0) {
      const lengths = fresh.map((path) => path.depth);
      const batch = this.#askSteps(name, lengths, run.question, () => verifier.scoreSteps(run.question, fresh, run));
      for (const [i, path] of fresh.entries()) {
        for (const [t, prefix] of prefixesOf(path).entries()) {
          const key = contentKey(prefix);
          if (this.#steps.has(key)) continue; // first judged, first kept: a prefix has one score
          keep(
            this.#steps,
            key,
            batch.then((scores) => scores[i]?.[t] ?? unjudged),
          );
        }
      }
    }
    return await Promise.all(
      all.map((path) => Promise.all(prefixesOf(path).map((prefix) => this.#steps.get(contentKey(prefix)) ?? unjudged))),
    );
  }

  async #ask(name: string, expected: number, call: () => Promise<Score[]>): Promise<Score[]> {
    const scores = await call();
    if (scores.length !== expected) {
      throw new VerifierError(
        name,
        `returned ${scores.length} scores for ${expected} candidates. It must return one for each.`,
      );
    }
    for (const score of scores) checkRange(name, score);
    return scores;
  }

  async #askSteps(
    name: string,
    lengths: readonly number[],
    _question: Question,
    call: () => Promise<Score[][]>,
  ): Promise<Score[][]> {
    const scores = await call();
    if (scores.length !== lengths.length) {
      throw new VerifierError(name, `returned scores of ${scores.length} trajectories, ${lengths.length} were sent.`);
    }
    for (const [i, row] of scores.entries()) {
      if (row.length !== lengths[i]) {
        throw new VerifierError(name, `returned ${row.length} step scores for a trajectory of ${lengths[i]} steps.`);
      }
      for (const score of row) checkRange(name, score);
    }
    return scores;
  }
}

function checkRange(name: string, { value }: Score): void {
  if (value === null || (value >= 0 && value <= 1)) return;
  throw new VerifierError(
    name,
    `returned ${value}. A score is a probability in [0, 1], or null where it cannot judge.`,
  );
}

/** The content of a path, with step boundaries: equal keys mean equal steps. */
export const contentKey = (path: Trajectory): string => path.steps.map((step) => step.text).join(separator);

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

function remember(cache: Map<string, Promise<Score>>, keys: readonly string[], batch: Promise<Score[]>): void {
  for (const [i, key] of keys.entries())
    keep(
      cache,
      key,
      batch.then((scores) => scores[i] ?? unjudged),
    );
}

/** A failed judgement is not remembered, so that it can be asked again. */
function keep(cache: Map<string, Promise<Score>>, key: string, score: Promise<Score>): void {
  cache.set(key, score);
  score.catch(() => cache.delete(key));
}
