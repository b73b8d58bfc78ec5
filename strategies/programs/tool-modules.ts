import { z } from "zod";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { type ModuleName, moduleNames, Pipeline, searchOption } from "./tool-modules/pipeline.ts";

const PLAN_SYSTEM =
  "You choose which modules solve a problem, and in which order. knowledge: writes down concepts and formulas. search: looks facts up. program: writes a Python program and runs it. solver: computer algebra. answer: writes the solution; always last. Reply with the names alone, separated by commas, as few as it takes.";

/**
 * The orders of the paper by its names, as lists of ours (kr knowledge, bing search, pg program, walpha solver, sg
 * answer).
 */
const orders = {
  sg: ["answer"],
  kr_sg: ["knowledge", "answer"],
  pg_sg: ["program", "answer"],
  walpha_sg: ["solver", "answer"],
  bing_sg: ["search", "answer"],
  kr_walpha_sg: ["knowledge", "solver", "answer"],
  kr_pg_sg: ["knowledge", "program", "answer"],
  walpha_pg_sg: ["solver", "program", "answer"],
  pg_walpha_sg: ["program", "solver", "answer"],
  bing_pg_sg: ["search", "program", "answer"],
  pg_bing_sg: ["program", "search", "answer"],
  bing_walpha_sg: ["search", "solver", "answer"],
  walpha_bing_sg: ["solver", "search", "answer"],
  bing_pg_walpha_sg: ["search", "program", "solver", "answer"],
} as const satisfies Readonly<Record<string, readonly ModuleName[]>>;
const orderNames = Object.keys(orders) as (keyof typeof orders)[];

const optionsSchema = z.strictObject({
  order: z
    .union([z.enum(["planner", ...orderNames]), z.array(z.enum(moduleNames)).min(1)])
    .default("pg_walpha_sg")
    .describe(
      "an order of the paper by its name, a list of modules (answer comes last), or planner: the model chooses",
    ),
  n: z.int().min(1).default(1).describe("passes, which vote"),
  temperature: z.number().min(0).default(0.5).describe("of programs, queries and answers"),
  attempts: z.int().min(1).max(8).default(3).describe("programs, queries or searches of a module until one works"),
  answerTokens: z.int().min(1).default(600).describe("length of the solution at most"),
  answerAttempts: z.int().min(1).max(8).default(4).describe("solutions written until one marks its answer"),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
  search: searchOption.optional().describe("a LangChain retriever or tool; without one the search module is left out"),
});
type Options = z.output<typeof optionsSchema>;

/** The modules that a reply names, in its order, each once, the answer last; null where it names none. */
export function readOrder(text: string): ModuleName[] | null {
  const named = (text.toLowerCase().match(/[a-z]+/g) ?? []).flatMap((word) =>
    moduleNames.filter((name) => name === word),
  );
  if (named.length === 0) return null;
  return [...new Set(named.filter((name) => name !== "answer")), "answer"];
}

async function orderFor(run: Run, { order }: Options): Promise<readonly ModuleName[]> {
  if (order !== "planner") return typeof order === "string" ? orders[order] : order;
  const [reply] = await run.sample({
    messages: [
      { role: "system", content: PLAN_SYSTEM },
      { role: "user", content: run.question.text },
    ],
    ...{ temperature: 0, from: 0, maxTokens: 64, purpose: "module-plan" },
  });
  const planned = readOrder(reply?.text ?? "") ?? orders.pg_walpha_sg;
  run.emit({ type: "note", message: `modules: ${planned.join(", ")}` });
  return planned;
}

/** Can programs import SymPy? Found out once, by trying, when it is first needed. */
function algebraIn(run: Run, wallMs: number): () => Promise<boolean> {
  let known: Promise<boolean> | undefined;
  const probe = async () => {
    const { verdict } = await run.execute({ language: "python", source: "import sympy" }, { wallMs });
    if (verdict !== "ok") {
      run.emit({ type: "note", message: "the solver module is left out: the sandbox has no SymPy (native has it)" });
    }
    return verdict === "ok";
  };
  return () => {
    known ??= probe();
    return known;
  };
}

/**
 * Tool modules: knowledge, search, program, solver and answer in a named order, each adding to a context that the
 * later ones see (MATHSENSEI: Das et al. 2024, arXiv:2402.17231).
 */
export const toolModules = defineStrategy({
  name: "tool-modules",
  summary: "knowledge, search, program, solver and answer modules in a chosen order",
  paper: "Das et al. 2024, arXiv:2402.17231",
  family: "programs",
  how:
    "Tool modules: knowledge, search, program, solver and answer in a named order, each adding to a context that the " +
    "later ones see (MATHSENSEI: Das et al. 2024, arXiv:2402.17231). The program module corrects itself from its " +
    "errors, the solver is SymPy in the sandbox, and the answer is written again until it marks one. `planner` lets " +
    "the model choose the order once for the question.",
  costNote:
    "of a pass at most: 1 call for knowledge, `2 · attempts − 1` for search, `attempts` each for program and solver, " +
    "`answerAttempts` for the answer, with as many runs; the planner adds a call.",
  departures: [
    "SymPy instead of Wolfram Alpha, left out (with a note) where the sandbox has none; the default order is the " +
      "paper's best on MATH.",
  ],
  rewards: {
    outcome: "weighs the votes of the passes",
    process: "the same, aggregated (a module's text is a step)",
    none: "the passes vote",
  },
  options: optionsSchema as z.ZodType<Options>,
  async *candidates(run, options) {
    const hasAlgebra = algebraIn(run, options.timeoutMs);
    for (let i = 0; i < options.n; i++) {
      const pipeline = new Pipeline(run, options, hasAlgebra);
      const pass = orderFor(run, options).then((order) => pipeline.follow(order));
      const { values, over } = await run.gather([pass]);
      yield values[0] ?? pipeline.unfinished();
      if (over) return;
    }
  },
  select: () => weighted(),
  cost: ({ n, order, attempts, answerAttempts, search }) => {
    const used: readonly ModuleName[] =
      order === "planner" ? moduleNames : typeof order === "string" ? orders[order] : order;
    const calls: Readonly<Record<ModuleName, number>> = {
      knowledge: 1,
      search: search === undefined ? 0 : 2 * attempts - 1,
      program: attempts,
      solver: attempts,
      answer: 0,
    };
    const pass = used.reduce((sum, name) => sum + calls[name], answerAttempts);
    const runs = used.filter((name) => name === "program" || name === "solver").length * attempts;
    return { calls: n * pass + (order === "planner" ? n : 0), scored: n, runs: 1 + n * runs };
  },
});
