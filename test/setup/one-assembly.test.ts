import { HumanMessage } from "@langchain/core/messages";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { solveCommand } from "../../src/cli/solve.ts";
import type { Policy, SampleRequest } from "../../src/core/policy.ts";
import type { Solution } from "../../src/core/solution.ts";
import type { SolveSetup } from "../../src/engine/solve.ts";
import { asChatModel } from "../../src/faces/langchain.ts";
import { openMcp } from "../../src/faces/mcp/server.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { wrapPolicy } from "../../src/policy/wrap.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { experimentSchema } from "../../src/runs/schema.ts";
import type { BudgetSpec, StopSpec, VerifiersInput } from "../../src/setup/specs.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { ask, noSandbox, serving } from "../serve/serving.ts";

const seen = vi.hoisted(() => ({ setups: [] as SolveSetup[], solutions: [] as Solution[] }));
vi.mock("../../src/engine/solve.ts", async (original) => {
  const real = await original<typeof import("../../src/engine/solve.ts")>();
  const solve: typeof real.solve = async (question, setup) => {
    seen.setups.push(setup);
    const solution = await real.solve(question, setup);
    seen.solutions.push(solution);
    return solution;
  };
  return { ...real, solve };
});

const question = generateProblem("doors", 1, { minSteps: 3, maxSteps: 3 }).text;
const requests: SampleRequest[] = [];
/** It gives log-probabilities with up to 20 alternatives, and notes what it is asked for. */
const policy: Policy = (() => {
  const simulated = simulatedPolicy({ stepError: 0.2 });
  return wrapPolicy(simulated, {
    sample: (request, options) => {
      requests.push(request);
      return simulated.sample(request, options);
    },
  });
})();
const open = async () => ({ policy, simulated: true });

beforeEach(() => {
  seen.setups.length = 0;
  seen.solutions.length = 0;
  requests.length = 0;
});

interface Spec {
  readonly strategy: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly verifiers?: VerifiersInput;
  readonly select?: string;
  readonly stop?: StopSpec;
  readonly budget?: BudgetSpec;
  readonly judge?: boolean;
}

const maxTokens = 300;
const modelsOf = (judge = false): Record<string, Policy> => (judge ? { judge: policy } : {});

/** A reference as a flag: `outcome=ensemble:of=["entropy"]`. */
function flagOf(kind: string, reference: VerifiersInput["outcome"]): string[] {
  if (reference === undefined) return [];
  const { name, options = {} } = typeof reference === "string" ? { name: reference } : reference;
  const given = Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return [`${kind}=${name}${given.length > 0 ? `:${given.join(",")}` : ""}`];
}

/** Solves the same spec through each door. */
const doors: Readonly<Record<string, (spec: Spec) => Promise<void>>> = {
  async solve({ strategy, options = {}, verifiers = {}, select, stop, budget = {}, judge }) {
    const text = (value: number | undefined) => (value === undefined ? undefined : String(value));
    const flags = {
      strategy,
      model: "simulated",
      models: judge === true ? ["judge=simulated"] : [],
      option: Object.entries(options).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
      verifier: [...flagOf("outcome", verifiers.outcome), ...flagOf("process", verifiers.process)],
      aggregation: verifiers.aggregation,
      select,
      stop: stop && (stop.value === undefined ? stop.rule : `${stop.rule}=${stop.value}`),
      budget: text(budget.tokens),
      maxCalls: text(budget.calls),
      maxSeconds: text(budget.seconds),
      maxDollars: text(budget.dollars),
      maxTokens: String(maxTokens),
      seed: "1",
      json: true,
    };
    await solveCommand(fakeTerminal(), question, flags, { catalogue: builtins(), open, sandbox: () => noSandbox });
  },
  async "experiment run"({ judge, budget, strategy: name, ...strategy }) {
    const experiment = experimentSchema.parse({
      name: "doors",
      dataset: { name: "arithmetic", options: { count: 1 } },
      policy: "simulated",
      models: judge === true ? { judge: "simulated" } : undefined,
      strategies: [{ name, ...strategy }],
      budget,
      baselines: false,
      maxTokens,
    });
    await runExperiment(experiment, { catalogue: builtins(), open, sandbox: noSandbox, out: temporaryFolder() });
  },
  async serve({ judge, ...spec }) {
    const roles = judge === true ? { judge: "model" } : {};
    const models = { thinker: { upstream: "model", roles, ...spec } };
    const server = await serving({ upstreams: { model: "simulated" }, models }, { open: async () => policy });
    try {
      const body = { model: "thinker", messages: ask(question), max_tokens: maxTokens, seed: 1 };
      expect((await server.chat(body)).status).toBe(200);
    } finally {
      await server.close();
    }
  },
  async mcp({ judge, ...spec }) {
    const lines: string[] = [];
    const models = modelsOf(judge);
    const parts = { catalogue: builtins(), policy, models, sandbox: noSandbox, version: "1" };
    const connection = openMcp(parts, (line) => lines.push(line));
    const params = { name: "solve", arguments: { ...spec, question, maxTokens, seed: 1 } };
    connection.receive(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params })}\n`);
    await connection.idle();
    expect(lines.join()).not.toContain("isError");
  },
  async "chat model"({ strategy, judge, ...spec }) {
    const models = modelsOf(judge);
    const setup = { ...spec, policy, models, maxTokens, seed: 1, sandbox: noSandbox };
    await asChatModel(strategy, setup).invoke([new HumanMessage(question)]);
  },
};

/** What a solve depends on, as values that can be compared. */
const comparable = ({ strategy, verifiers, models, select, stop, budget, seed, ...setup }: SolveSetup) => ({
  strategy: strategy.name,
  options: setup.options,
  outcome: verifiers?.outcome?.name,
  process: verifiers?.process?.name,
  aggregation: verifiers?.aggregation,
  models: Object.keys(models ?? {}),
  select: select?.name,
  stop: stop?.name,
  budget: { seconds: 300, ...budget },
  seed: String(seed),
  maxTokens: setup.maxTokens,
  logprobs: setup.logprobs,
});

const specs: readonly (Spec & { readonly logprobs: number | undefined })[] = [
  { strategy: "self-consistency", options: { n: 4 }, logprobs: undefined },
  {
    strategy: "self-consistency",
    options: { n: 8, temperature: 0.5 },
    stop: { rule: "adaptive-consistency", value: 0.9 },
    budget: { tokens: 4000, calls: 20, seconds: 60 },
    logprobs: undefined,
  },
  {
    strategy: "best-of-n",
    options: { n: 3 },
    verifiers: { outcome: "entropy" },
    select: "weighted",
    stop: { rule: "at-most", value: 2 },
    logprobs: 20,
  },
  // The one that is looked at first needs less than the other.
  {
    strategy: "weighted-vote",
    options: { n: 3 },
    verifiers: {
      outcome: { name: "ensemble", options: { of: ["likelihood", "entropy", "self-certainty"], how: "min" } },
      process: "likelihood",
      aggregation: "min",
    },
    logprobs: 20,
  },
  {
    strategy: "beam-search",
    options: { width: 2, branching: 2, maxSteps: 3 },
    verifiers: { process: "likelihood", aggregation: "product" },
    logprobs: 0,
  },
  {
    strategy: "best-of-n",
    options: { n: 2 },
    verifiers: {
      outcome: {
        name: "calibrated",
        options: { verifier: "ensemble", options: { of: [{ name: "self-certainty", options: { by: "confidence" } }] } },
      },
    },
    logprobs: 5,
  },
  {
    strategy: "best-of-n",
    options: { n: 2 },
    verifiers: { outcome: { name: "judge", options: { by: "rating" } } },
    judge: true,
    logprobs: undefined,
  },
];

describe("one assembly of a solve", () => {
  it.each(specs)("gives every door the same solve: $strategy $verifiers", async ({ logprobs, ...spec }) => {
    const assembled: Record<string, unknown> = {};
    for (const [door, solve] of Object.entries(doors)) {
      seen.setups.length = 0;
      await solve(spec);
      expect(seen.setups, door).toHaveLength(1);
      assembled[door] = comparable(seen.setups[0] as SolveSetup);
    }
    const [first] = Object.values(assembled);
    expect(first).toMatchObject({ strategy: spec.strategy, maxTokens, logprobs });
    for (const [door, own] of Object.entries(assembled)) expect(own, door).toEqual(first);
  });

  const selfCertainty: readonly (readonly [string, VerifiersInput["outcome"]])[] = [
    ["alone", "self-certainty"],
    ["inside ensemble", { name: "ensemble", options: { of: ["self-certainty"] } }],
    ["inside calibrated", { name: "calibrated", options: { verifier: "self-certainty" } }],
  ];
  const all = selfCertainty.flatMap(([where, outcome]) =>
    Object.entries(doors).map(([door, solve]) => ({ where, outcome, door, solve })),
  );

  it.each(all)("scores 40 of 40 by self-certainty $where, by $door", async ({ outcome, solve }) => {
    await solve({ strategy: "best-of-n", options: { n: 40 }, verifiers: { outcome } });
    const [solution] = seen.solutions;
    const scores = solution?.candidates.map(({ score }) => score?.value ?? null) ?? [];
    expect(scores.filter((value) => value !== null)).toHaveLength(40);
    expect(new Set(scores).size).toBeGreaterThan(1);
    expect(solution?.reason).toMatch(/^scored/);
    expect(requests.length).toBeGreaterThan(0);
    expect(new Set(requests.map(({ logprobs }) => logprobs))).toEqual(new Set([5]));
  });
});
