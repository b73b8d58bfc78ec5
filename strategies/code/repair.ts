import { z } from "zod";
import { taskLanguage } from "../../src/answer/languages.ts";
import { type Examined, examine, passedShare, reportText, showsTests } from "../../src/code/shown-tests.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { CodeTask } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { highestValueThenScore, pythonTask } from "./kit/task.ts";

const fixOf = ({ question }: Run): string =>
  `Write the whole corrected program in one \`\`\`${taskLanguage(question.code?.language).fence} block.`;
const LOCATE =
  "Which one line of the program causes this? Quote the line and say in one sentence what is wrong with it. Do not write a program.";
const located = (where: string): string => `The fault is here:\n${where}`;

const stages = ["independent", "report", "location", "dialogue"] as const;
type Stage = (typeof stages)[number];

/** A program with what its tests said. */
interface Attempt extends Examined {
  readonly candidate: Candidate;
}

/** What the stages share: the best program so far and the conversation about it. */
interface State {
  readonly best: Attempt;
  readonly dialogue: readonly Message[];
}

const shown = (attempt: Attempt, request: string): readonly Message[] => [
  { role: "assistant", content: attempt.candidate.text },
  { role: "user", content: `${saidOf(attempt)}\n\n${request}` },
];

const NOT_SHOWN = "This program is known to be faulty, though the tests that are shown do not tell where.";
const saidOf = ({ results, passes }: Attempt): string => (passes ? NOT_SHOWN : reportText(results));

/** The faulty program that the task gives, with what the shown tests say of it. No call is made. */
async function givenAttempt(run: Run, task: CodeTask, faulty: string, timeoutMs: number): Promise<Attempt> {
  const text = `\`\`\`${task.language}\n${faulty}\n\`\`\``;
  const candidate: Candidate = {
    trajectory: Trajectory.of([{ text }]),
    text,
    answer: { text: faulty, rule: "given" },
    complete: true,
  };
  return { candidate, ...(await examine(run, candidate, task, timeoutMs)) };
}

/** The line that the error names, else what the policy says about it (one call). */
async function location(run: Run, best: Attempt, temperature: number): Promise<string> {
  const line = best.results
    .map(({ detail }) => /\(line (\d+)\)/.exec(detail)?.[1])
    .find((found) => found !== undefined);
  const text = line === undefined ? undefined : best.candidate.answer?.text.split("\n")[Number(line) - 1]?.trim();
  if (text !== undefined && text !== "" && (run.question.code?.prefix ?? "") === "") return `line ${line}: ${text}`;
  const [sample] = await run.sample({
    messages: [...solutionMessages(run.question), ...shown(best, LOCATE)],
    temperature,
    maxTokens: 128,
    purpose: "feedback",
  });
  return sample?.text.trim() ?? "";
}

/** The request of a stage. A dialogue keeps all its turns; the other stages see the best program only. */
async function messagesAt(stage: Stage, run: Run, state: State | null, heat: number): Promise<readonly Message[]> {
  const task = solutionMessages(run.question);
  if (stage === "independent" || state === null) return task;
  if (stage === "report") return [...task, ...shown(state.best, fixOf(run))];
  if (stage === "dialogue") return [...task, ...state.dialogue];
  return [...task, ...shown(state.best, `${located(await location(run, state.best, heat))}\n\n${fixOf(run)}`)];
}

/** The state after an attempt: the latest of those that pass the most tests is the best. */
function after(run: Run, stage: Stage, state: State | null, attempt: Attempt): State {
  const best = state !== null && attempt.passed < state.best.passed ? state.best : attempt;
  if (stage !== "dialogue" || state === null) return { best, dialogue: [] };
  return { best, dialogue: [...state.dialogue, ...shown(attempt, fixOf(run))] };
}

const othersIn = ({ report, location, dialogue }: Readonly<Record<Stage, number>>) => report + location + dialogue > 0;

/** Every stage with its rounds, in order; with a program at hand there is nothing to attempt first. */
const schedule = (rounds: Readonly<Record<Stage, number>>, given: boolean) =>
  stages.flatMap((stage) =>
    Array.from({ length: given && stage === "independent" ? Number(!othersIn(rounds)) : rounds[stage] }, (_, i) => ({
      stage,
      round: i + 1,
    })),
  );

/**
 * Repair in stages, each with more to go by (the protocol of EvalGPTFix: Zhang et al. 2023, arXiv:2310.08879, section
 * 3): independent attempts at the task; the best program with the report of its test run; the same with the place of
 * the fault (the line that the error names, else the policy's own finding); a dialogue that keeps all its turns.
 */
export const repair = defineStrategy({
  name: "repair",
  summary: "independent attempts, then error report, bug location and dialogue, until the shown tests pass",
  paper: "Zhang et al. 2023, arXiv:2310.08879",
  family: "code",
  how:
    "Repair in stages, each with more to go by (the protocol of EvalGPTFix: Zhang et al. 2023, arXiv:2310.08879, " +
    "section 3): independent attempts at the task; the best program with the report of its test run; the same with " +
    "the place of the fault (the line that the error names, else the policy's own finding); a dialogue that keeps all " +
    "its turns. It ends with the first program that passes the shown tests, and every candidate's note says at which " +
    "stage and round it was made, so that what each stage fixes can be counted: a run's `fixedAt`, on the candidate " +
    "that passed. A task that gives a faulty program has that one repaired: there are no independent attempts, and the " +
    "given program is no candidate." +
    "\n\n" +
    "The value of a candidate is the share of shown tests passed; the highest wins, then the outcome score, then the " +
    "latest. Without shown tests the first attempt stands, and its note says so.",
  costNote: "at most `independent + report + 2 · location + dialogue` calls.",
  departures: [
    "Where the task gives no faulty program, the one to be repaired is the policy's own; 3 independent rounds are " +
      "the default for the paper's 35.",
  ],
  rewards: {
    outcome:
      "breaks ties between programs that pass as many shown tests; without shown tests there is nothing to choose",
    process: "the same, aggregated",
    none: "the shown tests decide, then the latest program",
  },
  options: z.strictObject({
    independent: z.int().min(1).max(64).default(3).describe("rounds with the plain task"),
    report: z.int().min(0).max(16).default(1).describe("rounds with the error report"),
    location: z.int().min(0).max(16).default(1).describe("rounds with the place of the fault too"),
    dialogue: z.int().min(0).max(16).default(2).describe("rounds of one conversation that goes on"),
    temperature: z.number().min(0).default(0.7),
    timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one run of the tests"),
  }),
  async *candidates(run, { temperature, timeoutMs, ...rounds }) {
    const task = pythonTask(run.question);
    const faulty = task?.faulty;
    let state: State | null =
      task === null || faulty === undefined
        ? null
        : { best: await givenAttempt(run, task, faulty, timeoutMs), dialogue: [] };
    for (const { stage, round } of schedule(rounds, state !== null)) {
      if (stage === "dialogue" && state !== null && round === 1)
        state = { ...state, dialogue: shown(state.best, fixOf(run)) };
      const messages = await messagesAt(stage, run, state, temperature);
      const [sample] = await run.sample({
        messages,
        temperature,
        purpose: stage === "independent" ? "solve" : "revise",
      });
      if (sample === undefined) return;
      const candidate = solutionCandidate(run, sample);
      if (task === null || !showsTests(task)) {
        const untested: Candidate = { ...candidate, notes: { stage, stopped: "no shown tests: nothing to repair by" } };
        yield untested;
        return;
      }
      const attempt: Attempt = { candidate, ...(await examine(run, candidate, task, timeoutMs)) };
      const { passed, passes, results } = attempt;
      const notes = { stage, round, passed, of: results.length, ...(passes && state !== null && { fixedAt: stage }) };
      const examined: Candidate = { ...candidate, value: passedShare(results), notes };
      yield examined;
      if (passes) return;
      state = after(run, stage, state, attempt);
    }
  },
  select: () => highestValueThenScore(),
  cost: ({ independent, report, location, dialogue }) => ({
    calls: independent + report + 2 * location + dialogue,
    scored: independent + report + location + dialogue,
    runs: 21 * (independent + report + location + dialogue),
  }),
});
