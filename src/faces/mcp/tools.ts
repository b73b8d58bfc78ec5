import { z } from "zod";
import type { Catalogue } from "../../core/catalogue.ts";
import type { RunEvent } from "../../core/events.ts";
import type { Sandbox } from "../../core/execution.ts";
import type { Policy } from "../../core/policy.ts";
import type { Question } from "../../core/question.ts";
import { parseOptions, type Strategy } from "../../core/strategy.ts";
import { givenTexts } from "../../engine/given.ts";
import { type SolveSetup, solve } from "../../engine/solve.ts";
import { assemble, type SolveSpec, solveSetup } from "../../setup/setup.ts";
import { budgetSchema, stopSchema, verifiersSchema } from "../../setup/specs.ts";

export interface McpTools {
  readonly catalogue: Catalogue;
  readonly policy: Policy;
  /** Further models by the part they play, such as "judge". */
  readonly models?: Readonly<Record<string, Policy>>;
  readonly sandbox: Sandbox;
}

export interface McpCall {
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

const kinds = ["number", "math", "choice", "text", "code"] as const;

const solveInput = z.strictObject({
  question: z.string().min(1).describe("the problem, with all that is needed to solve it"),
  strategy: z.string().default("self-consistency").describe("how to think: a name from the description of this tool"),
  options: z.record(z.string(), z.unknown()).optional().describe('options of the strategy, such as {"n": 8}'),
  verifiers: verifiersSchema.optional().describe('such as {"outcome": "judge"}'),
  select: z.string().optional().describe("another selection rule"),
  stop: stopSchema.optional().describe("a rule that says when the candidates so far are enough"),
  budget: budgetSchema.optional().describe("limits on tokens, calls, seconds or dollars"),
  maxTokens: z.int().min(1).optional().describe("length limit of one answer"),
  kind: z.enum(kinds).default("math").describe("what kind of answer to expect"),
  choices: z.array(z.string()).optional().describe("the options of a multiple-choice question"),
  seed: z.union([z.int(), z.string()]).optional().describe("same seed, same answer"),
});

const verifyInput = z.strictObject({
  question: z.string().min(1).describe("the problem"),
  solution: z.string().min(1).describe("the solution to be judged, with its reasoning"),
  verifier: z.string().default("judge").describe("which verifier judges"),
  options: z.record(z.string(), z.unknown()).optional().describe("options of the verifier"),
  kind: z.enum(kinds).default("math"),
  budget: budgetSchema.optional(),
});

/** A tool as it is offered, and what it does. The result is plain JSON. @throws RuminateError for bad input. */
export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  call(given: unknown, tools: McpTools, call: McpCall): Promise<object>;
}

export function mcpTools(catalogue: Catalogue): readonly McpTool[] {
  const names = catalogue.strategies.all.map(({ name }) => name).join(", ");
  return [
    {
      name: "solve",
      description: `Thinks a problem through with many attempts of a language model; returns the best supported answer, how strongly it is supported, and what it cost. Strategies (see ruminate://strategies): ${names}.`,
      inputSchema: z.toJSONSchema(solveInput, { io: "input" }),
      call: solveTool,
    },
    {
      name: "verify",
      description:
        "Judges a finished solution: the probability that it is right, from 0 to 1, or null where it cannot be judged.",
      inputSchema: z.toJSONSchema(verifyInput, { io: "input" }),
      call: verifyTool,
    },
  ];
}

async function solveTool(given: unknown, tools: McpTools, call: McpCall): Promise<object> {
  const input = parseOptions({ name: "solve", options: solveInput }, given);
  const { question: text, kind, choices, seed, maxTokens, ...spec } = input;
  const question: Question = { id: "question", text, kind, choices };
  const solution = await solve(question, setupOf(spec, tools, { ...call, seed: seed ?? 1, maxTokens }));
  const { answer, reason, pick, stopped, usage, candidates } = solution;
  const picked = pick === null ? undefined : candidates[pick.index];
  return {
    answer,
    support: pick?.support ?? null,
    reason,
    tally: pick?.tally.slice(0, 10) ?? [],
    stopped,
    text: picked?.text ?? null,
    usage: usage.actual,
  };
}

function setupOf(
  spec: SolveSpec,
  { catalogue, policy, models, sandbox }: McpTools,
  call: McpCall & { readonly seed: string | number; readonly maxTokens?: number },
): SolveSetup {
  return solveSetup(assemble(spec, catalogue), { policy, models, sandbox, ...call });
}

async function verifyTool(raw: unknown, tools: McpTools, call: McpCall): Promise<object> {
  const {
    question: text,
    solution: judged,
    verifier,
    options = {},
    kind,
    budget,
  } = parseOptions({ name: "verify", options: verifyInput }, raw);
  const which = tools.catalogue.verifiers.get(verifier).outcome === undefined ? "process" : "outcome";
  const verifiers = { [which]: { name: verifier, options } };
  const spec = { strategy: givenTexts as Strategy, options: { texts: [judged] }, verifiers, budget };
  const result = await solve({ id: "question", text, kind }, setupOf(spec, tools, { ...call, seed: 1 }));
  const [candidate] = result.candidates;
  return {
    score: candidate?.score?.value ?? null,
    reason: candidate?.score?.reason ?? null,
    answer: candidate?.answer?.text ?? null,
    verifier,
    usage: result.usage.actual,
  };
}
