import { hash } from "node:crypto";
import type { Score } from "../core/score.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { Verifiers } from "../engine/scoring.ts";

const fingerprint = (text: string): string => hash("sha1", text, "base64url");

/** Texts from the root to each step of a path, observations left out: the first step's, the first two's … */
function textsAlong({ steps }: Trajectory): string[] {
  let text = "";
  return steps.map((step) => {
    text += step.text;
    return text;
  });
}

/** What the verifiers said of one candidate, beside its score. */
export interface VerdictOfCandidate {
  readonly raw?: number;
  /** Scores of its steps by the process verifier, and the numbers they were made of where they differ. */
  readonly steps?: readonly (number | null)[];
  readonly rawSteps?: readonly (number | null)[];
}

/** What the verifiers said of one node, beside its score. */
export interface VerdictOfNode {
  readonly raw?: number;
  readonly reason?: string;
}

/** Notes what the verifiers of one trial say as it passes, by the text that it is said of; the first word on a text counts, as it does for scores. */
export class VerdictEvidence {
  readonly #outcomes = new Map<string, Score>();
  readonly #steps = new Map<string, Score>();

  watch(verifiers: Verifiers): Verifiers {
    const { outcome, process } = verifiers;
    return {
      ...verifiers,
      ...(outcome === undefined
        ? {}
        : {
            outcome: {
              name: outcome.name,
              verifier: {
                score: async (question, candidates, run) => {
                  const scores = await outcome.verifier.score(question, candidates, run);
                  for (const [i, { trajectory }] of candidates.entries()) this.#noteOutcome(trajectory, scores[i]);
                  return scores;
                },
              },
            },
          }),
      ...(process === undefined
        ? {}
        : {
            process: {
              name: process.name,
              verifier: {
                scoreSteps: async (question, trajectories, run) => {
                  const scores = await process.verifier.scoreSteps(question, trajectories, run);
                  for (const [i, path] of trajectories.entries()) this.#noteSteps(path, scores[i] ?? []);
                  return scores;
                },
              },
            },
          }),
    };
  }

  #noteOutcome(path: Trajectory, score: Score | undefined): void {
    if (score?.raw === undefined && score?.reason === undefined) return;
    const key = fingerprint(textsAlong(path).at(-1) ?? "");
    if (!this.#outcomes.has(key)) this.#outcomes.set(key, score);
  }

  #noteSteps(path: Trajectory, scores: readonly Score[]): void {
    for (const [t, text] of textsAlong(path).entries()) {
      const [key, score] = [fingerprint(text), scores[t]];
      if (score !== undefined && !this.#steps.has(key)) this.#steps.set(key, score);
    }
  }

  ofCandidate(trajectory: Trajectory): VerdictOfCandidate {
    const along = textsAlong(trajectory).map(fingerprint);
    const outcome = this.#outcomes.get(along.at(-1) ?? "");
    const steps = along.map((key) => this.#steps.get(key));
    const judged = steps.some((score) => score !== undefined);
    const raw = steps.some((score) => score?.raw !== undefined);
    return {
      ...(outcome?.raw === undefined ? {} : { raw: rounded(outcome.raw) }),
      ...(judged ? { steps: steps.map((score) => roundedOrNull(score?.value)) } : {}),
      ...(raw ? { rawSteps: steps.map((score) => roundedOrNull(score?.raw)) } : {}),
    };
  }

  /** @param path the text from the root to the node, its own included. */
  ofNode(path: string): VerdictOfNode {
    const key = fingerprint(path);
    const score = this.#outcomes.get(key) ?? this.#steps.get(key);
    return {
      ...(score?.raw === undefined ? {} : { raw: rounded(score.raw) }),
      ...(score?.reason === undefined ? {} : { reason: score.reason.slice(0, longestReason) }),
    };
  }
}

/** Characters of a node's reason that are kept: a tree has many. */
const longestReason = 300;

const rounded = (value: number): number => Number(value.toPrecision(6));
const roundedOrNull = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : rounded(value);
