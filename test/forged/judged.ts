import { builtins } from "../../src/builtins.ts";
import { judgeProgram } from "../../src/code/judging.ts";
import type { ExecutionResult, Sandbox, Verdict } from "../../src/core/execution.ts";
import type { Policy } from "../../src/core/policy.ts";
import { parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { CostCounter } from "../../src/runs/efficiency.ts";
import { gradeSolution } from "../../src/runs/grading.ts";
import { gradedPartOf } from "../../src/runs/written.ts";
import { readReply } from "../../src/sandbox/reply.ts";
import { block, constant, doubling, failing, right } from "../code/tasks.ts";
import { wordProblems } from "../contract/setting.ts";
import { Forger } from "./forging.ts";

const verdicts: readonly Verdict[] = [
  "ok",
  "ok",
  "ok",
  "error",
  "timeout",
  "memory",
  "output-limit",
  "crashed",
  "refused",
];

/** A sandbox in which every program has written its own report. */
export function forgingSandbox(forger: Forger): Sandbox {
  const result = (): ExecutionResult => ({
    verdict: forger.pick(verdicts),
    value: forger.told(),
    stdout: forger.text(),
    error: forger.text(),
  });
  const run = async () => result();
  const openSession = () => ({ run, fork: async () => openSession(), dispose: async () => {} });
  return { id: "forging", run, openSession, dispose: async () => {} };
}

/** A policy that writes programs for the doubling task, and tests, without end. */
function programmer(forger: Forger): Policy {
  const texts = [
    block(right),
    block(constant),
    block(failing),
    block("assert double(1) == 2\nassert double(3) == 6"),
    "no",
  ];
  const { capabilities } = simulatedPolicy();
  return {
    id: "programmer",
    capabilities,
    sample: async ({ seeds }) =>
      seeds.map((seed) => ({
        ...{ text: forger.pick(texts), finish: "stop", seed, promptTokens: 10, cachedPromptTokens: 0 },
        ...{ completionTokens: 5, sharedPrompt: true, dollars: 0 },
      })),
  };
}

const ofNumbers = ["program-aided", "pal-vote", "tool-integrated", "program-of-thoughts"];
const ofCode = ["exec-refine", "repair", "generated-tests"];
const languages = ["python", "javascript", "typescript", "cpp", "java"] as const;
const judgeVerdicts =
  /^(accepted|(wrong-answer|runtime-error|compile-error|(time|memory|output)-limit|broken-tests|sandbox-error|environment))$/;

/**
 * Forged reports given to whatever reads them, `count` in all.
 * @throws Error naming the seed, for anything that is no verdict.
 */
export async function readForged(count: number, seed: number): Promise<Readonly<Record<string, number>>> {
  const catalogue = builtins();
  const [problem] = await wordProblems(1);
  const endings: Record<string, number> = {};
  const note = (what: string) => {
    endings[what] = (endings[what] ?? 0) + 1;
  };
  for (let i = 0; i < count; i++) {
    const forger = new Forger(seed * 1_000_003 + i);
    try {
      if (i % 4 === 0) note(await solved(forger, i / 4, problem, (name) => catalogue.strategies.get(name)));
      else if (i % 4 === 1) note(await judged(forger, i));
      else note(lineRead(forger));
    } catch (error) {
      throw new Error(`report ${i} of seed ${seed}: ${(error as Error).stack}`, { cause: error });
    }
  }
  return endings;
}

function lineRead(forger: Forger): string {
  const reply = readReply(forger.line(7));
  if (reply === null) return "line: refused";
  if (!("result" in reply)) return "line: other";
  const { verdict, value, stdout, error } = reply.result;
  const sound = verdicts.includes(verdict) && (value === null || typeof value === "string");
  if (!sound || typeof stdout !== "string" || typeof error !== "string") throw new Error("an unsound line was taken");
  return "line: taken";
}

async function judged(forger: Forger, i: number): Promise<string> {
  const sandbox = forgingSandbox(forger);
  const task = { answer: right, prefix: "", program: "assert double(2) == 4", entryPoint: "double" };
  const judgement = await judgeProgram(sandbox, languages[i % languages.length] ?? "python", task);
  if (!judgeVerdicts.test(judgement.verdict) || typeof judgement.tests !== "string") throw new Error("no verdict");
  await new CostCounter(sandbox).scores([right, constant, null], [true, false, false], doubling);
  return `judge: ${judgement.verdict}`;
}

async function solved(
  forger: Forger,
  i: number,
  problem: Awaited<ReturnType<typeof wordProblems>>[number] | undefined,
  strategyOf: (name: string) => Strategy,
): Promise<string> {
  const names = [...ofNumbers, ...ofCode];
  const name = names[i % names.length] ?? "";
  const task = ofCode.includes(name) || problem === undefined ? doubling : problem;
  const strategy = strategyOf(name);
  const sandbox = forgingSandbox(forger);
  const policy = task === doubling ? programmer(forger) : simulatedPolicy();
  const options = parseOptions(strategy, {});
  const solution = await solve(task.question, { strategy, options, policy, sandbox, seed: i, budget: { calls: 12 } });
  const { verdict } = await gradeSolution(gradedPartOf(solution), task, sandbox);
  return `${name}: ${verdict}`;
}
