import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import { estimatePromptTokens, type Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { toolDialogues } from "./kit/tool-dialogue.ts";

const SYSTEM =
  "You solve problems in three stages. First, write a numbered list of subtasks, one a line. Second, write one ```python program that solves all subtasks in their order and prints the result of each in a short sentence; it is run, and its output is shown to you. Third, judge whether every result makes sense. If all do, put the final answer within \\boxed{}. If one does not, explain what is wrong, then write a revised list of subtasks and a new whole program. Use only the standard library, and never write the output yourself.";

const JUDGE =
  "Does each result make sense? If all do, give the final answer within \\boxed{}. If not, explain the error, then write a revised list of subtasks and a new whole program.";

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content:
      "A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?",
  },
  {
    role: "assistant",
    content: `1. Find how many rolls are baked.
2. Find how many rolls are given away.

\`\`\`python
baked = 6 * 8
print(f"The rolls that are baked: {baked}")
given_away = baked - 31
print(f"The rolls that are given away: {given_away}")
\`\`\`
`,
  },
  {
    role: "user",
    content: `\`\`\`output\nThe rolls that are baked: 48\nThe rolls that are given away: 17\n\`\`\`\n${JUDGE}`,
  },
  { role: "assistant", content: "Both results make sense: 17 of 48 rolls are not sold. The answer is \\boxed{17}." },
];

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(3).describe("trajectories"),
  temperature: z.number().min(0).default(0.7),
  programs: z.int().min(1).max(16).default(3).describe("programs of a trajectory: the first and its corrections"),
  turnTokens: z.int().min(1).optional().describe("length of a turn at most; default the length of an answer"),
  outputCharacters: z.int().min(2).default(800).describe("of an output that the model is shown, half from each end"),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one program"),
  together: z.int().min(1).default(4).describe("trajectories at a time; under a budget fewer end more of them"),
  continuation: z
    .enum(["turns", "prefix"])
    .default("turns")
    .describe(
      "turns: the output comes back with a request to judge it; prefix: within one turn, for models trained to",
    ),
});

const messagesFor = ({ question }: Run): readonly Message[] => [
  { role: "system", content: SYSTEM },
  ...EXAMPLE,
  { role: "user", content: question.text },
];

/** Is there room in the budget for one program and the judgement of its output? */
function hasRoom(run: Run): boolean {
  const prompt = estimatePromptTokens({ messages: messagesFor(run) });
  return run.budget.remaining().tokens >= 2 * prompt + run.maxTokens;
}

/** Notes how many subtasks the last decomposition has and how often it was revised. */
function withCounts(candidate: Candidate): Candidate {
  const plans = candidate.trajectory.steps
    .filter(({ kind }) => kind === "code")
    .map(({ text }) => text.split("```")[0] ?? "");
  const subtasks = plans.at(-1)?.match(/^\s*\d+[.)]\s/gm)?.length ?? 0;
  return { ...candidate, notes: { ...candidate.notes, subtasks, revisions: Math.max(0, plans.length - 1) } };
}

/**
 * Decompose, code, correct: numbered subtasks, one program that prints the result of each, a judgement of the results,
 * and where one does not make sense the reason why, a new decomposition and a new program (DotaMath: Li et al. 2024,
 * arXiv:2407.04078).
 */
export const decomposeCodeCorrect = defineStrategy({
  name: "decompose-code-correct",
  summary: "subtasks, one program that shows each result, and another try where a result makes no sense",
  paper: "Li et al. 2024, arXiv:2407.04078",
  family: "programs",
  how:
    "Decompose, code, correct: numbered subtasks, one program that prints the result of each, a judgement of the " +
    "results, and where one does not make sense the reason why, a new decomposition and a new program (DotaMath: Li " +
    "et al. 2024, arXiv:2407.04078). The dialogue of `tool-integrated` under other rules: every program is whole and " +
    "runs by itself, and every output comes back with a request to judge it.",
  costNote:
    "at most `n · (programs + 1)` calls and `n · programs` runs. Notes tell the subtasks and revisions of each " +
    "trajectory. Where the budget has no room for one program and its judgement the plain question is asked.",
  departures: [
    "The paper's models are trained for the loop and judge unasked (`continuation: prefix`); others are asked, and " +
      "shown one worked example.",
  ],
  rewards: {
    outcome: "weighs the votes of the trajectories",
    process: "the same, aggregated (a turn is a step)",
    none: "the trajectories vote",
  },
  options: optionsSchema,
  async *candidates(run, { n, together, ...rules }) {
    if (!hasRoom(run)) return yield* sampleSolutions(run, { n, temperature: rules.temperature });
    const all = toolDialogues(
      run,
      { ...rules, messages: messagesFor(run), ask: JUDGE, fresh: true, purpose: "decompose" },
      { n, together },
    );
    for await (const batch of all) yield batch.map(withCounts);
  },
  select: () => weighted(),
  cost: ({ n, programs }) => ({ calls: n * (programs + 1), scored: n, runs: n * programs }),
});
