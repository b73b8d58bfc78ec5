import { z } from "zod";
import { extractProgram, sourceCandidate } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import type { Run, SampleSpec } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionMessages } from "../../src/engine/sampling.ts";

const SYSTEM =
  "You answer questions by writing Python. Give one ```python block, a comment and a line of code for each step of your reasoning, that stores the answer in the variable ans. Write nothing else.";
const ALGEBRA_NOTE =
  " Symbol(name) makes an unknown; solve_it(equations, unknowns) gives the first solution as a dictionary, or None. Both are defined already.";

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content:
      "A savings account of 800 dollars earns 5 percent interest a year, paid into the account. How many dollars of interest does it earn in two years?",
  },
  {
    role: "assistant",
    content: `\`\`\`python
# the money at first, and what a year makes of it
savings = 800
growth = 1 + 5 / 100
# after two years
after_two_years = savings * growth ** 2
# the interest is what was added
ans = round(after_two_years - savings, 2)
\`\`\``,
  },
];

/**
 * What the zero-shot prompt begins the answer with (section 2.3 of the paper): generation goes on inside the function.
 */
const SEED = `import math

def solver():
    # Let's write a Python program step by step, and then return the answer
    # Firstly, we need to define the following variable:
`;

const ALGEBRA = `from sympy import Symbol, solve

def solve_it(equations, unknowns):
    solutions = solve(equations, unknowns, dict=True)
    return solutions[0] if solutions else None

`;

/**
 * One plain value of what a program leaves in `ans`: the first of a dictionary or list, yes or no for a truth value.
 */
const PLAIN = `
def plain_answer(value):
    if isinstance(value, dict):
        value = next(iter(value.values()), None)
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return ("yes" if value else "no") if isinstance(value, bool) else value

ans = plain_answer(ans)
`;

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(5).describe("programs; the paper votes among 40"),
  temperature: z.number().min(0).default(0.4).describe("the paper's for voting; 0 for one program"),
  prompt: z.enum(["few-shot", "zero-shot"]).default("few-shot").describe("zero-shot begins the program for the model"),
  finish: z
    .enum(["auto", "value", "words"])
    .default("auto")
    .describe(
      "value: what the program gives; words: a further call reads it; auto: words where options are to choose from",
    ),
  algebra: z.boolean().default(false).describe("offer Symbol and solve_it: needs a sandbox with SymPy (native)"),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one program"),
});
type Options = z.output<typeof optionsSchema>;

function requestFor({ question }: Run, { prompt, algebra }: Options): Pick<SampleSpec, "messages" | "prefix" | "stop"> {
  const system: Message = { role: "system", content: SYSTEM + (algebra ? ALGEBRA_NOTE : "") };
  const asked: Message = { role: "user", content: question.text };
  if (prompt === "few-shot") return { messages: [system, ...EXAMPLE, asked] };
  return { messages: [system, asked], prefix: `\`\`\`python\n${SEED}`, stop: ["\n```"] };
}

/** The program in a sample; a zero-shot one is the begun function up to the first line that is not indented. */
export function thoughtProgram({ text }: Pick<Sample, "text">, prompt: Options["prompt"]): string | null {
  if (prompt === "few-shot" || /^def solver\(/m.test(text)) return extractProgram(text, "ans");
  const lines = text.split("\n");
  const end = lines.findIndex((line) => /^\S/.test(line));
  return `${SEED}${lines.slice(0, end < 0 ? lines.length : end).join("\n")}\n\nans = solver()`;
}

async function candidateOf(run: Run, sample: Sample, options: Options): Promise<Candidate> {
  const program = thoughtProgram(sample, options.prompt);
  const called = /^def solver\(/m.test(program ?? "") && !/^ans\b/m.test(program ?? "") ? "ans = solver()\n" : "";
  const source = program === null ? null : `${options.algebra ? ALGEBRA : ""}${program}\n${called}${PLAIN}`;
  return await sourceCandidate(run, sample, source, { variable: "ans" }, options.timeoutMs);
}

/**
 * Lets the model say the answer in words, given what its program computed. A program that failed stays without an
 * answer.
 */
async function inWords(run: Run, candidate: Candidate, options: Options, place: number): Promise<Candidate> {
  if (candidate.answer === null) return candidate;
  const hint = `A program computed: ${candidate.answer.text}. Use this result to answer.`;
  const messages = solutionMessages(run.question).map((message, at, all) =>
    at === all.length - 1 ? { role: message.role, content: `${message.content}\n\n${hint}` } : message,
  );
  const [said] = await run.sample({ messages, temperature: options.temperature, purpose: "solve", branch: `${place}` });
  if (said === undefined) return candidate;
  const steps = [
    ...candidate.trajectory.steps,
    { text: said.text, kind: "words", tokens: said.completionTokens, call: said.call },
  ];
  return {
    ...candidate,
    trajectory: Trajectory.of(steps),
    text: candidate.text + said.text,
    answer: run.extract(said.text),
    complete: said.finish === "stop",
  };
}

const usesWords = (run: Run, { finish }: Options): boolean =>
  finish === "words" || (finish === "auto" && run.question.kind === "choice");

/**
 * Program of thoughts: the model reasons in a program that leaves the answer in `ans` (Chen et al. 2022,
 * arXiv:2211.12588).
 */
export const programOfThoughts = defineStrategy({
  name: "program-of-thoughts",
  summary: "reasoning as a program that leaves the answer in a variable",
  paper: "Chen et al. 2022, arXiv:2211.12588",
  family: "programs",
  how:
    "Program of thoughts: the model reasons in a program that leaves the answer in `ans` (Chen et al. 2022, " +
    "arXiv:2211.12588). Zero-shot begins the program for the model and takes what it writes up to the first dedent. " +
    "Where options are to choose from (or `finish: words`, the paper's hybrid), a second call is given the program's " +
    "result and answers in words.",
  costNote:
    "`n` calls and runs; twice the calls with words. Values become plain ones as in the published code (first of a " +
    "list, yes and no).",
  departures: [
    "No bias against comment tokens (the paper lowers theirs by 2); the second call chooses the option itself " +
      "instead of the nearest number.",
  ],
  rewards: {
    readBy: "rules",
    outcome: "is not read by the vote; `select: best` or `weighted` lets it choose among the executed programs",
    process: "the same, aggregated (a program is one step)",
    none: "the executed answers vote",
  },
  options: optionsSchema,
  async *candidates(run, options) {
    const { n, temperature } = options;
    const programs = sampleSolutions(run, {
      ...{ n, temperature, purpose: "thought-program", ...requestFor(run, options) },
      toCandidate: (inner, sample) => candidateOf(inner, sample, options),
    });
    let place = 0;
    for await (const batch of programs) {
      if (!usesWords(run, options)) yield batch;
      else yield await Promise.all(batch.map((candidate) => inWords(run, candidate, options, place++)));
    }
  },
  select: () => majority(),
  cost: ({ n, finish }) => ({ calls: finish === "value" ? n : 2 * n, runs: n }),
});
