import { z } from "zod";
import type { Budget } from "../../src/core/budget.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Policy } from "../../src/core/policy.ts";
import { asQuestion, type Question } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, parseOptions } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import type { VerifierDefinition } from "../../src/core/verifier.ts";
import { first } from "../../src/engine/picking/selections.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";

export interface Asking {
  readonly question?: string | Question;
  readonly policy?: Policy;
  readonly models?: Readonly<Record<string, Policy>>;
  readonly sandbox?: Sandbox;
  readonly budget?: Budget;
  readonly signal?: AbortSignal;
  readonly events?: RunEvent[];
}

/** Calls `use` with a run as a verifier is given one: its calls are charged to the verifier. */
export async function withRun<T>(use: (run: Run) => Promise<T>, asking: Asking = {}): Promise<T> {
  const kept: { value?: T; error?: unknown } = {};
  const strategy = defineStrategy({
    name: "asking",
    summary: "",
    family: "sampling",
    how: "It asks the verifier.",
    costNote: "none.",
    departures: [],
    rewards: { outcome: "", process: "", none: "" },
    options: z.strictObject({}),
    // biome-ignore lint/correctness/useYield: it only asks the verifier
    async *candidates(run) {
      try {
        kept.value = await use(run.as("verifier"));
      } catch (error) {
        kept.error = error;
      }
    },
    select: first,
    cost: () => ({ calls: 0 }),
  });
  const { question = "What is 2 + 2?", policy = scriptedPolicy([]), events, ...rest } = asking;
  await solve(question, { strategy, policy, ...rest, onEvent: (event) => events?.push(event) });
  if (kept.error !== undefined) throw kept.error;
  return kept.value as T;
}

/** A solution whose steps end in blank lines, the answer read as the engine reads it. */
export function candidateOf(run: Run, ...steps: readonly string[]): Candidate {
  const texts = steps.map((step, t) => (t < steps.length - 1 ? `${step}\n\n` : step));
  const text = texts.join("");
  return {
    trajectory: Trajectory.of(texts.map((step) => ({ text: step }))),
    text,
    answer: run.extract(text),
    complete: true,
  };
}

/** Outcome scores of solutions given as lists of steps. */
export function outcomeScores(
  definition: VerifierDefinition,
  options: unknown,
  solutions: readonly (readonly string[])[],
  asking: Asking = {},
) {
  return withRun(async (run) => {
    const verifier = definition.outcome?.(parseOptions(definition, options));
    if (verifier === undefined) throw new TypeError(`${definition.name} scores no outcomes`);
    return await verifier.score(
      run.question,
      solutions.map((steps) => candidateOf(run, ...steps)),
      run,
    );
  }, asking);
}

export function stepScores(
  definition: VerifierDefinition,
  options: unknown,
  solutions: readonly (readonly string[])[],
  asking: Asking = {},
) {
  return withRun(async (run) => {
    const verifier = definition.process?.(parseOptions(definition, options));
    if (verifier === undefined) throw new TypeError(`${definition.name} scores no steps`);
    return await verifier.scoreSteps(
      run.question,
      solutions.map((steps) => candidateOf(run, ...steps).trajectory),
      run,
    );
  }, asking);
}

export const question = (text: string): Question => asQuestion(text);
