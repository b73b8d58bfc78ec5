import { z } from "zod";
import { reportText } from "../../src/code/report.ts";
import { passedShare } from "../../src/code/shown-tests.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { CodeTask } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { highestValueThenScore } from "./kit/selecting.ts";
import { type Examined, examine, pythonTask } from "./kit/task.ts";

const FIX = "Write the whole corrected program in one ```python block.";
const LOCATE =
  "Which one line of the program causes this? Quote the line and say in one sentence what is wrong with it. Do not write a program.";
const located = (where: string): string => `The fault is here:\n${where}`;

const stages = ["independent", "report", "location", "dialogue"] as const;
type Stage = (typeof stages)[number];

/** A program with what its tests said. */
interface Attempt extends Examined {
  readonly candidate: Candidate;
}

/** What the stages share: the best program so far and the talk about it. */
interface Patient {
  readonly run: Run;
  readonly task: CodeTask;
  readonly temperature: number;
  best: Attempt;
  talk: readonly Message[];
}

const shown = ({ candidate, results }: Attempt, request: string): readonly Message[] => [
  { role: "assistant", content: candidate.text },
  { role: "user", content: `${reportText(results)}\n\n${request}` },
];

/** The line that the error names, else what the policy says about it (one call). */
async function location({ run, best, temperature }: Patient): Promise<string> {
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

/** What is asked at a stage. A dialogue keeps all its turns; the other stages see the best program only. */
async function messagesAt(stage: Stage, patient: Patient): Promise<readonly Message[]> {
  const task = solutionMessages(patient.run.question);
  if (stage === "independent") return task;
  if (stage === "report") return [...task, ...shown(patient.best, FIX)];
  if (stage === "location") return [...task, ...shown(patient.best, `${located(await location(patient))}\n\n${FIX}`)];
  if (patient.talk.length === 0) patient.talk = shown(patient.best, FIX);
  return [...task, ...patient.talk];
}

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
    "that passed." +
    "\n\n" +
    "The value of a candidate is the share of shown tests passed; the highest wins, then the outcome score, then the " +
    "latest. Without shown tests the first attempt stands, and its note says so.",
  costNote: "at most `independent + report + 2 · location + dialogue` calls.",
  departures: [
    "The program to be repaired is the policy's own, not a given submission, and 3 independent rounds are the " +
      "default for the paper's 35.",
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
    const testable = task !== null && (task.visibleTests ?? []).length > 0;
    let patient: Patient | null = null;
    for (const stage of stages) {
      for (let round = 1; round <= rounds[stage]; round++) {
        const messages = patient === null ? solutionMessages(run.question) : await messagesAt(stage, patient);
        const purpose = stage === "independent" ? "solve" : "revise";
        const [sample] = await run.sample({ messages, temperature, purpose });
        if (sample === undefined) return;
        const candidate = solutionCandidate(run, sample);
        if (!testable) {
          const untested: Candidate = {
            ...candidate,
            notes: { stage, stopped: "no shown tests: nothing to repair by" },
          };
          yield untested;
          return;
        }
        const attempt: Attempt = { candidate, ...(await examine(run, candidate, task, timeoutMs)) };
        const { passed, passes, results } = attempt;
        const fixed: Readonly<Record<string, string>> = passes && patient !== null ? { fixedAt: stage } : {};
        const notes = { stage, round, passed, of: results.length, ...fixed };
        const examined: Candidate = { ...candidate, value: passedShare(results), notes };
        yield examined;
        if (passes) return;
        patient ??= { run, task, temperature, best: attempt, talk: [] };
        if (passed >= patient.best.passed) patient.best = attempt;
        if (stage === "dialogue") patient.talk = [...patient.talk, ...shown(attempt, FIX)];
      }
    }
  },
  select: () => highestValueThenScore(),
  cost: ({ independent, report, location, dialogue }) => ({
    calls: independent + report + 2 * location + dialogue,
    scored: independent + report + location + dialogue,
    runs: 21 * (independent + report + location + dialogue),
  }),
});
