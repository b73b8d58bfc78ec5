import { hash } from "node:crypto";
import PQueue from "p-queue";
import { type GradedExample, gradedOf, type TraceExample } from "./examples.ts";
import type { BenchmarkItem } from "./items.ts";
import { type JudgingSetup, judgeItem } from "./judging.ts";
import { type RolloutLabelling, rolloutLabels } from "./rollout-labels.ts";

/** Ways to label steps without people. */
export const labelMethods = ["rollouts", "binary", "judge"] as const;
export type LabelMethod = (typeof labelMethods)[number];

export interface LabelSetup {
  readonly methods: readonly LabelMethod[];
  readonly rollouts: Omit<RolloutLabelling, "search">;
  /** For `judge`: how its process verifier is asked, and the score below which a step is wrong. */
  readonly judge?: JudgingSetup;
  readonly threshold: number;
}

/** A solution with what each method says of its first wrong step. */
export interface LabelledExample {
  readonly example: GradedExample;
  /** firstErrors[m]: index of the first wrong step, null where every step is right. */
  readonly firstErrors: readonly (number | null)[];
  /** Do all methods say the same? */
  readonly agreed: boolean;
}

export interface Labelling {
  readonly labelled: readonly LabelledExample[];
  /** Solutions that a method could not label, by method; `grader`: it is not known whether they are right. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly tokens: number;
}

/**
 * The first wrong step of each solution by machine: `rollouts` completes every beginning (Math-Shepherd, Wang et al.
 * 2023, arXiv:2312.08935: wrong from the first step on from which none ends right), `binary` searches for that step
 * (OmegaPRM, Luo et al. 2024, arXiv:2406.06592), `judge` asks a process verifier. What a method cannot label (a problem
 * without a right solution, a step without a score) is left out and counted, and so is what the grader could not judge.
 */
export async function labelSteps(all: readonly TraceExample[], setup: LabelSetup): Promise<Labelling> {
  const { graded: examples, undecided } = gradedOf(all);
  const spent = { calls: 0, tokens: 0 };
  const leftOut: Record<string, number> = undecided === 0 ? {} : { grader: undecided };
  const byMethod: ReadonlyMap<GradedExample, number | null>[] = [];
  for (const method of setup.methods) {
    const found = method === "judge" ? await byJudge(examples, setup) : await byRollouts(examples, method, setup);
    byMethod.push(found.firstErrors);
    spent.calls += found.calls;
    spent.tokens += found.tokens;
    const missing = examples.length - found.firstErrors.size;
    if (missing > 0) leftOut[method] = missing;
  }
  const labelled = examples.flatMap((example): LabelledExample[] => {
    const firstErrors = byMethod.flatMap((found) => {
      const at = found.get(example);
      return at === undefined ? [] : [at];
    });
    if (firstErrors.length < byMethod.length) return [];
    return [{ example, firstErrors, agreed: firstErrors.every((at) => at === firstErrors[0]) }];
  });
  return { labelled, leftOut, ...spent };
}

async function byRollouts(examples: readonly GradedExample[], method: "rollouts" | "binary", setup: LabelSetup) {
  const search = method === "binary" ? "binary" : "every";
  const { labels, calls, tokens } = await rolloutLabels(examples, { ...setup.rollouts, search });
  const firstErrors = new Map([...labels].map(([example, values]) => [example, firstBelow(values, Number.MIN_VALUE)]));
  return { firstErrors, calls, tokens };
}

async function byJudge(examples: readonly GradedExample[], { judge, threshold }: LabelSetup) {
  if (judge === undefined) throw new RangeError("labelSteps: judge needs a process verifier");
  const firstErrors = new Map<GradedExample, number | null>();
  const spent = { calls: 0, tokens: 0 };
  const queue = new PQueue({ concurrency: judge.policy.capabilities.parallel });
  await queue.addAll(
    examples.map((example) => async () => {
      const { steps, calls, tokens } = await judgeItem(itemOf(example), judge);
      spent.calls += calls;
      spent.tokens += tokens;
      const [scores] = steps ?? [];
      if (scores?.every((score) => score !== null) === true) firstErrors.set(example, firstBelow(scores, threshold));
    }),
  );
  return { firstErrors, ...spent };
}

const itemOf = ({ question, cluster, steps, correct, answer, confidence }: GradedExample): BenchmarkItem => ({
  id: `label-${hash("sha256", question, "base64url").slice(0, 16)}`,
  question,
  solutions: [{ steps, correct, answer, confidence }],
  subset: "run",
  cluster,
});

function firstBelow(values: readonly number[], threshold: number): number | null {
  const at = values.findIndex((value) => value < threshold);
  return at < 0 ? null : at;
}

export const labelForms = ["processbench", "prm800k"] as const;
export type LabelForm = (typeof labelForms)[number];

/** A row of ProcessBench (`label`: the first wrong step from 0, -1 for none) or of PRM800K (a rating a step). */
export function labelRow(
  { example, firstErrors, agreed }: LabelledExample,
  form: LabelForm,
  index: number,
  by: string,
) {
  const [firstError = null] = firstErrors;
  const { question, correct, steps } = example;
  const id = `run-${index}`;
  const texts = steps.map((step) => step.trim());
  if (form === "processbench") {
    const label = firstError ?? -1;
    return { id, generator: by, problem: question, steps: texts, final_answer_correct: correct, label, agreed };
  }
  const shown = firstError === null ? texts : texts.slice(0, firstError + 1);
  const rated = shown.map((text, t) => ({
    completions: [{ text, rating: t === firstError ? -1 : 1, flagged: false }],
    human_completion: null,
    chosen_completion: t === firstError ? null : 0,
  }));
  return {
    ...{ labeler: by, timestamp: null, generation: null },
    ...{ is_quality_control_question: false, is_initial_screening_question: false },
    question: { problem: question, ground_truth_answer: null, pre_generated_steps: texts },
    label: { steps: rated, total_time: null, finish_reason: firstError === null ? "solution" : "found_error" },
    agreed,
  };
}
