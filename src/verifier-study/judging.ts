import { z } from "zod";
import { type Clock, systemClock } from "../core/clock.ts";
import { VerifierError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { defineStrategy } from "../core/strategy.ts";
import { Trajectory } from "../core/trajectory.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";
import { first } from "../engine/picking/selections.ts";
import type { Verifiers } from "../engine/scoring.ts";
import { solve } from "../engine/solve.ts";
import type { BenchmarkItem, LabelledSolution } from "./items.ts";

/** What a verifier said of one item, as it is kept. */
export interface JudgedItem {
  readonly id: string;
  /** steps[i][t]: of step t of solution i; null for a verifier of outcomes. */
  readonly steps: readonly (readonly (number | null)[])[] | null;
  /** outcomes[i] of solution i: the verifier's own, or its step scores aggregated. */
  readonly outcomes: readonly (number | null)[];
  readonly tokens: number;
  readonly calls: number;
  readonly milliseconds: number;
  /** Why it could not be judged, where the verifier broke off. */
  readonly error?: string;
}

export interface JudgingSetup {
  readonly policy: Policy;
  /** Fresh ones for each item. */
  readonly verifiers: () => Verifiers;
  readonly sandbox?: Sandbox;
  readonly seed: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/**
 * Judges one item as a solve would: the same verifier desk, the same charges. A verifier that breaks its contract on an
 * item is counted, not hidden.
 * @throws what would fail every item (a model that cannot be had, bad options).
 */
export async function judgeItem(item: BenchmarkItem, setup: JudgingSetup): Promise<JudgedItem> {
  const clock = setup.clock ?? systemClock;
  const began = clock.now();
  const found: { steps: (number | null)[][] | null; outcomes: (number | null)[]; error?: string } = {
    steps: null,
    outcomes: item.solutions.map(() => null),
  };
  const strategy = defineStrategy({
    name: "verifier-eval",
    summary: "scores given solutions",
    family: "sampling",
    how: "Nothing is drawn: the given solutions are scored.",
    costNote: "the judgements.",
    departures: [],
    rewards: { outcome: "is asked", process: "is asked", none: "nothing is scored" },
    options: z.strictObject({}),
    async *candidates(run) {
      const own = item.policy === setup.policy.id;
      const paths = item.solutions.map((solution) => trajectoryOf(solution, own));
      try {
        if (run.verifiers.process) {
          found.steps = (await run.scoreSteps(paths)).map((row) => row.map(({ value }) => value));
        }
        const candidates = item.solutions.map((solution, i) =>
          candidateOf(run, solution, paths[i] ?? Trajectory.root()),
        );
        found.outcomes = (await run.score(candidates)).map(({ value }) => value);
      } catch (error) {
        if (!(error instanceof VerifierError)) throw error;
        found.error = error.message;
      }
    },
    select: first,
    cost: () => ({ calls: 0 }),
  });
  const { usage } = await solve(
    { id: item.id, text: item.question, kind: "math" },
    {
      strategy,
      policy: setup.policy,
      verifiers: setup.verifiers(),
      seed: setup.seed,
      sandbox: setup.sandbox,
      signal: setup.signal,
    },
  );
  const milliseconds = Math.round(clock.now() - began);
  return { id: item.id, ...found, tokens: totalTokens(usage.logical), calls: totalCalls(usage.logical), milliseconds };
}

/**
 * Step boundaries are the benchmark's; only the separator that ends a step is put back. The states that a run kept are
 * those of the model that is asked only where it is the same.
 */
function trajectoryOf({ steps, states }: LabelledSolution, own: boolean): Trajectory {
  return Trajectory.of(
    steps.map((text, t) => ({
      text: t < steps.length - 1 && !/\n\s*$/.test(text) ? `${text}\n\n` : text,
      ...(own && states !== undefined && { states: states[t] ?? [] }),
    })),
  );
}

function candidateOf(run: Run, { answer, confidence }: LabelledSolution, trajectory: Trajectory) {
  const { text } = trajectory;
  const given = answer === undefined || answer === null ? run.extract(text) : { text: answer, rule: "recorded" };
  return { trajectory, text, answer: given, complete: true, confidence };
}
