import { hash } from "node:crypto";
import PQueue from "p-queue";
import { z } from "zod";
import type { Policy } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import { defineStrategy } from "../core/strategy.ts";
import { Trajectory } from "../core/trajectory.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";
import { first } from "../engine/picking/selections.ts";
import { solve } from "../engine/solve.ts";
import { firstErrorByRollouts, prefixes, type RolloutOptions, rolloutValue } from "../learned/rollouts.ts";
import type { GradedExample } from "./examples.ts";

export interface RolloutLabelling {
  readonly policy: Policy;
  /** Completions per prefix. */
  readonly rollouts: number;
  /** Every prefix, or binary search for the first from which none ends right. */
  readonly search: "every" | "binary";
  readonly seed: string;
  readonly temperature?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (problems: number, of: number) => void;
}

export interface RolloutLabels {
  /** labels.get(example)[t]: the value of the solution up to step t, in [0, 1]. */
  readonly labels: ReadonlyMap<GradedExample, readonly number[]>;
  /** Problems without a right solution: nothing tells which rollouts end right, so they have no labels. */
  readonly leftOut: number;
  readonly calls: number;
  readonly tokens: number;
}

/**
 * Labels the steps of graded solutions by completing their beginnings. A rollout ends right when its answer equals that
 * of a solution of the problem that was graded right. `every`: the share of `rollouts` completions of each prefix that
 * end right (the soft estimate of Math-Shepherd, Wang et al. 2023, arXiv:2312.08935, section 3.3). `binary`: the first
 * step from which none does is searched for (OmegaPRM, Luo et al. 2024, arXiv:2406.06592, section 3.2): 1 before it, 0
 * from it on, and no call for a solution that is right. The last step of a whole solution is labelled by its own grade.
 *
 * Cost: `rollouts` calls a prefix, for `binary` a round; a prefix that solutions share is paid for once.
 */
export async function rolloutLabels(
  examples: readonly GradedExample[],
  options: RolloutLabelling,
): Promise<RolloutLabels> {
  const groups = [...Map.groupBy(examples, ({ question }) => question)];
  const known = groups.filter(([, members]) => members.some(({ correct, answer }) => correct && answer !== null));
  const labels = new Map<GradedExample, readonly number[]>();
  const spent = { calls: 0, tokens: 0 };
  const queue = new PQueue({ concurrency: options.policy.capabilities.parallel });
  let done = 0;
  await queue.addAll(
    known.map(([question, members]) => async () => {
      options.signal?.throwIfAborted();
      const found = await labelProblem(question, members, options);
      for (const [i, row] of found.rows.entries()) labels.set(members[i] as GradedExample, row);
      spent.calls += found.calls;
      spent.tokens += found.tokens;
      options.onProgress?.(++done, known.length);
    }),
  );
  return { labels, leftOut: groups.length - known.length, ...spent };
}

async function labelProblem(question: string, members: readonly GradedExample[], options: RolloutLabelling) {
  const { policy, seed, signal } = options;
  const found: { rows: number[][] } = { rows: [] };
  const strategy = defineStrategy({
    name: "rollout-labels",
    summary: "completes the beginnings of given solutions",
    family: "sampling",
    how: "Nothing is drawn but completions of the given prefixes.",
    costNote: "the completions.",
    departures: [],
    rewards: { outcome: "is not asked", process: "is not asked", none: "nothing is scored" },
    options: z.strictObject({}),
    async *candidates(run) {
      found.rows = await Promise.all(members.map((example) => stepLabels(run, example, members, options)));
    },
    select: first,
    cost: () => ({ calls: 0 }),
  });
  const id = `rollouts-${hash("sha256", question, "base64url").slice(0, 16)}`;
  const setup = { strategy, policy, seed, signal };
  const { usage } = await solve({ id, text: question, kind: "math" }, setup);
  return { rows: found.rows, calls: totalCalls(usage.logical), tokens: totalTokens(usage.logical) };
}

async function stepLabels(
  run: Run,
  { steps, correct }: GradedExample,
  members: readonly GradedExample[],
  { rollouts, search, temperature = 0.8 }: RolloutLabelling,
): Promise<number[]> {
  const right = members.flatMap((member) => (member.correct && member.answer !== null ? [member.answer] : []));
  const rollout: RolloutOptions = {
    n: rollouts,
    temperature,
    isRight: (answer) => {
      const [own = -1, ...others] = run.classes([answer, ...right]);
      return own >= 0 && others.includes(own);
    },
  };
  const path = Trajectory.of(steps.map((text) => ({ text })));
  const graded = Number(correct);
  if (search === "every") {
    const before = prefixes(path).slice(0, -1);
    const values = await Promise.all(before.map((prefix) => rolloutValue(run, prefix, rollout)));
    return [...values.map(({ soft }) => soft), graded];
  }
  if (correct) return steps.map(() => 1);
  const { step } = await firstErrorByRollouts(run, path, rollout);
  const error = step ?? steps.length - 1;
  return steps.map((_, t) => (t < error ? 1 : 0));
}
