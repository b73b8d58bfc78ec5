import { z } from "zod";
import { environmentFault } from "../src/code/libraries.ts";
import { extractProgram } from "../src/code/programs.ts";
import type { Message } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { type CellRun, CellRunner } from "./support/cells.ts";
import { plainValues } from "./support/plain-values.ts";

const SYSTEM =
  "You write Python. Give one function solution() without parameters that returns the answer, one assignment for each fact and each intermediate result, in one ```python block and nothing else. Use only the standard library.";

/** Runs a program line by line and reports every plain value that its variables ever had. */
const TRACE = `
import json, sys
${plainValues}
def traced(source):
    seen = {}
    left = [20000]
    def look(frame, event, extra):
        if frame.f_code.co_filename != "<program-states>":
            return None
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("too many lines")
        for name, value in list(frame.f_locals.items()):
            text = plain_text(value) if plain_name(name) else None
            if text is not None:
                seen[text] = True
        return look
    scope = {"__name__": "program"}
    code = compile(source, "<program-states>", "exec")
    sys.settrace(look)
    try:
        exec(code, scope)
        value = scope["solution"]()
    finally:
        sys.settrace(None)
    return json.dumps({"value": plain_text(value), "states": list(seen)[:500]})

told_states = traced(SOURCE)
`;

interface Reached {
  readonly value: string;
  readonly states: ReadonlySet<string>;
}

const optionsSchema = z.strictObject({
  n: z.int().min(1).max(32).default(3).describe("programs to compare with, for a question"),
  temperature: z.number().min(0).default(0.7),
  maxTokens: z.int().min(1).default(512),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program or step"),
  model: roleOption("coder", "part of the model that is asked"),
});
type Options = z.output<typeof optionsSchema>;

async function programStates(run: Run, question: Question, options: Options): Promise<ReadonlySet<string> | null> {
  const { n, temperature, maxTokens, timeoutMs, model } = options;
  const messages: Message[] = [
    { role: "system", content: SYSTEM },
    { role: "user", content: question.text },
  ];
  const asked = { messages, n, from: 0, temperature, maxTokens, purpose: "program", model, branch: "state-match" };
  const samples = await run.sample(asked);
  const reached = await Promise.all(samples.map(({ text }) => statesOf(run, text, timeoutMs)));
  return majorityStates(reached.filter((one) => one !== null));
}

async function statesOf(run: Run, text: string, wallMs: number): Promise<Reached | null> {
  const source = extractProgram(text, "def solution");
  if (source === null) return null;
  const traced = TRACE.replace("SOURCE", () => JSON.stringify(source));
  const program = { language: "python", source: traced, result: { variable: "told_states" } } as const;
  const { verdict, value } = await run.execute(program, { wallMs });
  if (verdict !== "ok" || value === null) return null;
  return readReached(value);
}

const printedSchema = z.object({ value: z.string(), states: z.array(z.string()) });

function readReached(printed: string): Reached | null {
  try {
    const read = printedSchema.safeParse(JSON.parse(printed));
    return read.success ? { value: read.data.value, states: new Set(read.data.states) } : null;
  } catch {
    return null;
  }
}

/**
 * Values that programs with the most common answer reached; ties: the answer that came first. Null without a program.
 */
function majorityStates(all: readonly Reached[]): ReadonlySet<string> | null {
  const votes = (answer: string) => all.filter(({ value }) => value === answer).length;
  const answer = all.reduce<string | null>(
    (top, { value }) => (top === null || votes(value) > votes(top) ? value : top),
    null,
  );
  if (answer === null) return null;
  return new Set(all.filter(({ value }) => value === answer).flatMap(({ states }) => [...states]));
}

/** scores[t]: of the values that step t gave to variables, the share that the programs reached too. */
export function matchScores(cells: readonly (CellRun | null)[], known: ReadonlySet<string> | null): Score[] {
  let before: ReadonlyMap<string, string> = new Map();
  return cells.map((cell) => {
    if (cell === null) return { value: null, reason: "no code" };
    const fault = environmentFault(cell);
    if (fault !== null) return { value: null, reason: fault };
    if (cell.verdict !== "ok") return { value: 0, reason: `the code fails (${cell.verdict})` };
    const now = cell.variables ?? before;
    const fresh = [...now].filter(([name, text]) => before.get(name) !== text).map(([, text]) => text);
    before = now;
    if (known === null) return { value: null, reason: "no program to compare with runs" };
    if (fresh.length === 0) return { value: null, reason: "no new value" };
    const matching = fresh.filter((text) => known.has(text)).length;
    return {
      value: matching / fresh.length,
      reason: `${matching} of ${fresh.length} new values are reached by other programs`,
    };
  });
}

/**
 * Partial state match: are the values that a step of code computes also reached by programs for the same question?
 * (States of programs, compared as by Ni et al. 2022, arXiv:2205.14318, section 3.2.) `n` programs are drawn once a
 * question and run line by line; those with the most common answer tell the values to be reached. A step is run after
 * the steps before it, and scored by the share of its new values among them; 0 where it fails. Null for a step without
 * code or without a new value, for one that lacks a library that is not here, and where no program runs.
 *
 * The paper compares whole states with those of programs known to be right; at test time none is known, so agreement
 * with independent programs stands for that, and values count one by one, since two programs seldom name the same
 * variables. Cost: `n` calls and runs a question, and one sandbox run a step, each once in a solve.
 */
export const stateMatch = defineVerifier({
  name: "state-match",
  summary: "share of the values that a step of code computes which independent programs reach too",
  paper: "Ni et al. 2022, arXiv:2205.14318",
  options: optionsSchema,
  process: (options) => {
    const runner = new CellRunner();
    const known = new WeakMap<AbortSignal, Promise<ReadonlySet<string> | null>>();
    return {
      scoreSteps: async (question, trajectories, run) => {
        const states = known.get(run.signal) ?? programStates(run, question, options);
        known.set(run.signal, states);
        states.catch(() => known.delete(run.signal));
        const reached = await states;
        const rows: Score[][] = [];
        for (const path of trajectories)
          rows.push(matchScores(await runner.run(run, path, options.timeoutMs), reached));
        return rows;
      },
    };
  },
});
