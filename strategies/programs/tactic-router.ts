import { z } from "zod";
import { shortened } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";
import { type Formalism, formalisms, type Subproblem, solveSubproblem } from "./tactic-router/tactics.ts";

const SPLIT_SYSTEM =
  "You plan how a problem is solved and do not solve it. Write as few numbered subproblems as it takes, one a line, in the order in which they are solved, each with one of these tactics in square brackets: ";
const TACTICS: Readonly<Record<Formalism, string>> = {
  program: "[program] for calculating, counting, dates and simulation, done by a Python program",
  logic: "[logic] for puzzles of constraints, assignments and implications, done by a solver",
  commonsense: "[commonsense] for what one must know or understand, answered in words",
};
const SPLIT_END = "Options that need work of their own get a subproblem each. Write nothing else.";

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content:
      "Ann, Bo and Cy sit in a row; Ann is not at an end and Bo is left of Cy. Everyone is given as many marbles as their seat's number times 4. How many marbles does the one on the left get?",
  },
  {
    role: "assistant",
    content:
      "1. [logic] Which seat, 1 to 3 from the left, does each of Ann, Bo and Cy have?\n2. [program] How many marbles does the one on seat 1 get, at 4 times the number of the seat?",
  },
];

const AGGREGATE = "Use these results to answer the problem. Say how they lead to the answer in a sentence or two.";

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(3).describe("routes, which vote"),
  temperature: z.number().min(0).default(0.7),
  formalisms: z
    .array(z.enum(formalisms))
    .min(1)
    .default([...formalisms])
    .describe("tactics to choose from; logic needs a sandbox with a solver"),
  subproblems: z.int().min(1).max(16).default(4).describe("at most; what a plan has beyond them is left out"),
  attempts: z.int().min(1).default(2).describe("programs that may be written for one subproblem"),
  requests: z.int().min(3).default(7).describe("calls of one route at most, the plan and the answer included"),
  badInRow: z
    .int()
    .min(1)
    .default(3)
    .describe("failed or rejected programs in a row that end the solving of subproblems"),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
});
type Options = z.output<typeof optionsSchema>;

/**
 * The plan in a reply: its numbered lines with an allowed tactic. The whole question by the first tactic where there is
 * none.
 */
export function readPlan(text: string, question: string, { formalisms: known, subproblems }: Options): Subproblem[] {
  const lines = [...text.matchAll(/^\s*\d+[.)]\s*\[(\w+)\]\s*(.+)$/gm)];
  const plan = lines.flatMap(([, name = "", task = ""]) => {
    const formalism = known.find((one) => one === name.toLowerCase());
    return formalism === undefined ? [] : [{ formalism, text: task.trim() }];
  });
  if (plan.length > 0) return plan.slice(0, subproblems);
  return [{ formalism: known[0] ?? "program", text: question }];
}

/** One route from the question to an answer, as far as the budget lets it go. */
class Route {
  readonly #run: Run;
  readonly #options: Options;
  readonly #steps: Step[] = [];
  readonly #known: string[] = [];
  #requests = 0;
  #badInRow = 0;
  #notes = { subproblems: 0, solved: 0, byProgram: 0, shortcuts: 0, failures: 0 };

  constructor(run: Run, options: Options) {
    this.#run = run;
    this.#options = options;
  }

  async follow(): Promise<Candidate> {
    const plan = await this.#plan();
    this.#notes.subproblems = plan.length;
    for (const [place, part] of plan.entries()) {
      if (!this.#mayAsk() || this.#badInRow >= this.#options.badInRow) break;
      await this.#solve(part, place + 1);
    }
    return await this.#aggregate();
  }

  /** One request is always kept for the answer. */
  #mayAsk(): boolean {
    return this.#requests < this.#options.requests - 1;
  }

  async #plan(): Promise<Subproblem[]> {
    const { question } = this.#run;
    const tactics = this.#options.formalisms.map((name) => TACTICS[name]).join("; ");
    const system = `${SPLIT_SYSTEM}${tactics}. ${SPLIT_END}`;
    this.#requests++;
    const [sample] = await this.#run.sample({
      messages: [{ role: "system", content: system }, ...EXAMPLE, { role: "user", content: question.text }],
      temperature: this.#options.temperature,
      purpose: "route",
    });
    if (sample === undefined) return [];
    this.#steps.push({
      text: `${sample.text.trim()}\n\n`,
      kind: "split",
      tokens: sample.completionTokens,
      call: sample.call,
    });
    return readPlan(sample.text, question.text, this.#options);
  }

  async #solve(part: Subproblem, number: number): Promise<void> {
    const { temperature, attempts, timeoutMs, badInRow } = this.#options;
    const before = this.#known.length === 0 ? "" : `\n\nKnown by now:\n${this.#known.join("\n")}`;
    const task = `Problem: ${this.#run.question.text}${before}\n\nSubproblem: ${part.text}`;
    const left = badInRow - this.#badInRow;
    const solved = await solveSubproblem(this.#run, part, task, {
      ...{ temperature, attempts: Math.min(attempts, left), timeoutMs },
      ask: () => this.#mayAsk() && ++this.#requests > 0,
    });
    this.#steps.push(...solved.steps);
    const bad = solved.shortcuts + solved.failures;
    this.#badInRow = solved.answer === null ? this.#badInRow + bad : 0;
    this.#notes.shortcuts += solved.shortcuts;
    this.#notes.failures += solved.failures;
    if (solved.answer === null) return;
    this.#notes.solved++;
    if (part.formalism !== "commonsense") this.#notes.byProgram++;
    this.#known.push(`${number}. ${part.text}\nResult: ${shortened(solved.answer, 400)}`);
  }

  async #aggregate(): Promise<Candidate> {
    const found = this.#known.length === 0 ? "" : `\n\n${this.#known.join("\n")}\n\n${AGGREGATE}`;
    const messages = solutionMessages(this.#run.question).map((message, at, all) =>
      at === all.length - 1 ? { role: message.role, content: message.content + found } : message,
    );
    const { temperature } = this.#options;
    const [sample] = await this.#run.sample({ messages, temperature, purpose: "aggregate" });
    if (sample === undefined) return this.unfinished();
    this.#steps.push({ text: sample.text, kind: "aggregate", tokens: sample.completionTokens, call: sample.call });
    const answer = this.#run.extract(sample.text);
    const complete = sample.finish === "stop" || answer?.rule === "boxed";
    return { ...this.unfinished(), answer, complete };
  }

  /** What there is so far, without an answer. */
  unfinished(): Candidate {
    const trajectory = Trajectory.of(this.#steps);
    return { trajectory, text: trajectory.text, answer: null, complete: false, notes: { ...this.#notes } };
  }
}

/**
 * Tactic router: splits the problem into subproblems, chooses a formalism for each (a Python program, constraints for
 * a solver, plain words), solves them in order with the results before them at hand, and puts the results together
 * (after "reasoning in the wild", Yang et al. 2024, arXiv:2406.13764: 7 requests, 3 bad actions in a row).
 */
export const tacticRouter = defineStrategy({
  name: "tactic-router",
  summary: "subproblems, each by program, by solver or in words",
  paper: "Yang et al. 2024, arXiv:2406.13764",
  family: "programs",
  how:
    "Tactic router: splits the problem into subproblems, chooses a formalism for each (a Python program, constraints " +
    "for a solver, plain words), solves them in order with the results before them at hand, and puts the results " +
    'together (after "reasoning in the wild", Yang et al. 2024, arXiv:2406.13764: 7 requests, 3 bad actions in a ' +
    "row). A program that only states its answer is sent back; one that fails is sent back with its error.",
  costNote:
    "at most `n · requests` calls and `n · (requests − 2)` runs. Routes run one after the other and vote; the notes " +
    "of each tell what was solved, and how much of it by programs.",
  departures: [
    "The plan is made at once instead of action by action, so that small models can follow it; graph problems are " +
      "programs.",
  ],
  rewards: {
    outcome: "weighs the votes of the routes",
    process: "the same, aggregated (plan, attempts and answer are the steps)",
    none: "the routes vote",
  },
  options: optionsSchema,
  async *candidates(run, options) {
    for (let i = 0; i < options.n; i++) {
      const route = new Route(run, options);
      const { values, over } = await run.gather([route.follow()]);
      yield values[0] ?? route.unfinished();
      if (over) return;
    }
  },
  select: () => weighted(),
  cost: ({ n, requests }) => ({ calls: n * requests, scored: n, runs: n * (requests - 2) }),
});
