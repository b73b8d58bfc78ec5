import { asFunction, countedCases, countedEntry } from "../code/counted-programs.ts";
import { type JudgedTask, type Judgement, judgeAnswer } from "../code/judge.ts";
import { languageOf } from "../code/languages.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Problem } from "../core/problem.ts";
import { asksForValue } from "../core/question.ts";
import { type CostReference, performanceScore } from "../statistics/code/dps.ts";
import { stepClass, stepEfficiency } from "../statistics/code/steps.ts";
import type { Experiment } from "./schema.ts";

/** What a program's cost says beside the reference's. */
export interface CostScore {
  /** 1: as the reference; above 1: it costs less; 0: twice the slowest reference and more, or not right. */
  readonly efficiency: number;
  /**
   * The smallest of 1.1, 2, 5 and 10 times the reference's cost that it keeps to; null for more, and for what is not
   * right.
   */
  readonly stepClass: number | null;
  /** Its cost as a share of the reference's; null where it was cut off, and for what is not right. */
  readonly costRatio: number | null;
  /** Of right programs, beside references of other speeds: see dps.ts. */
  readonly dps?: number;
  readonly dpsNorm?: number;
}

const wrong: CostScore = { efficiency: 0, stepClass: null, costRatio: null };

/**
 * Steps are lines, calls and returns of Python, which every runtime can count: work in C is one step. Instructions are
 * those of a metered interpreter, work in C included. Both are the same at every run, where time is not.
 */
export type CostUnit = "steps" | "instructions";

/**
 * By unit, the most that a reference may cost to be counted (some seconds either way), and what an answer may cost at
 * least.
 */
const most = { steps: 3_000_000, instructions: 2_000_000_000 };
const leastCutOff = { steps: 10_000, instructions: 10_000_000 };
/** Below it there is nothing to save. */
const floor = { steps: 100, instructions: 100_000 };
/** Beyond the last class nothing more can be learnt of an assertion. */
const cutOff = 10;
/** Instructions that handing over arguments and values may take: they are in the limit, and not in what is counted. */
const exchange = 2_000_000_000;
const limits = { wallMs: 60_000 };

type Costs = readonly (number | null)[];

/** What an experiment counts with; null where it counts nothing, or has nothing to run programs. */
export function counterOf({ efficiency }: Pick<Experiment, "efficiency">, sandbox: Sandbox | null): CostCounter | null {
  if (efficiency === false || sandbox === null) return null;
  return new CostCounter(sandbox, efficiency === true ? "steps" : efficiency);
}

/**
 * Counts what right Python answers cost, and each problem's references once: on the calls that are made to cost much
 * where the problem has them, else on its tests.
 */
export class CostCounter {
  readonly #sandbox: Sandbox;
  readonly #unit: CostUnit;
  readonly #known = new WeakMap<Problem, Promise<Known | null>>();

  constructor(sandbox: Sandbox, unit: CostUnit = "steps") {
    this.#sandbox = sandbox;
    this.#unit = unit;
  }

  /**
   * A score for each answer of a problem, null for one of which it is not decided whether it is right; or null where
   * costs cannot be counted: no Python task, or a reference that is not there, not accepted, or too slow. Each distinct
   * right answer is run once more; the score of one that could not be counted then is null, which is not 0.
   */
  async scores(
    answers: readonly (string | null)[],
    correct: readonly (boolean | null)[],
    problem: Problem,
  ): Promise<readonly (CostScore | null)[] | null> {
    const found = this.#known.get(problem) ?? this.#knownOf(problem);
    this.#known.set(problem, found);
    const known = await found;
    if (known === null) return null;
    const scored = new Map<string, Promise<CostScore | null>>();
    return await Promise.all(
      answers.map((answer, i) => {
        if (answer !== null && correct[i] === null) return null;
        if (answer === null || correct[i] !== true) return wrong;
        const score = scored.get(answer) ?? this.#scoreOf(answer, problem, known);
        scored.set(answer, score);
        return score;
      }),
    );
  }

  async #knownOf(problem: Problem): Promise<Known | null> {
    const reference = await this.#count(problem.reference.answer, problem, most[this.#unit]);
    if (reference === null || reference === "failed" || !isWhole(reference)) return null;
    const others: CostReference[] = [];
    for (const { source, score } of problem.reference.tests?.costs?.programs ?? []) {
      const costs = await this.#count(source, problem, cutOff * most[this.#unit]);
      if (costs === null || costs === "failed" || !isWhole(costs)) return { reference, others: null };
      others.push({ cost: sum(costs), score });
    }
    return { reference, others: others.length === 0 ? null : others };
  }

  async #scoreOf(answer: string, problem: Problem, { reference, others }: Known): Promise<CostScore | null> {
    const slowest = Math.max(...reference, ...(others ?? []).map(({ cost }) => cost));
    const allowed = Math.max(leastCutOff[this.#unit], cutOff * Math.max(...reference), slowest);
    const counted = await this.#count(answer, problem, allowed);
    if (counted === "failed") return { ...wrong, ...(others && performanceScore(null, others)) };
    if (counted === null || counted.length > reference.length) return null;
    const costs = reference.map((_, i) => counted[i] ?? null);
    const total = isWhole(costs) ? sum(costs) : null;
    return {
      efficiency: stepEfficiency(costs, reference, problem.reference.tests?.costs?.hardness),
      stepClass: stepClass(costs, reference, floor[this.#unit]),
      costRatio: total === null ? null : total / Math.max(1, sum(reference)),
      ...(others && performanceScore(total, others)),
    };
  }

  /** Costs of each assertion, null where one was cut off; "failed" on costly calls; null where nothing was learnt. */
  async #count(answer: string, problem: Problem, allowed: number): Promise<Costs | "failed" | null> {
    const task = taskOf(answer, problem);
    if (task === null) return null;
    const counting = this.#unit === "steps" ? { mostSteps: allowed } : { mostInstructions: allowed + exchange };
    const judgement = await judgeAnswer(this.#sandbox, { ...task, ...counting }, limits);
    const costs = countedIn(judgement);
    if (costs !== null) return costs;
    const lacks = /No module named/.test(judgement.detail); // here, which says nothing about the answer
    return problem.reference.tests?.costs !== undefined && fails.has(judgement.verdict) && !lacks ? "failed" : null;
  }
}

/** What the references of a problem cost: its own by assertion, and others of known speeds, from the slowest on. */
interface Known {
  readonly reference: readonly number[];
  readonly others: readonly CostReference[] | null;
}

/** The tests say that the answer is right: what fails on larger inputs fails by its own doing. */
const fails: ReadonlySet<string> = new Set(["wrong-answer", "runtime-error", "memory-limit", "output-limit"]);

const isWhole = (costs: Costs): costs is readonly number[] => costs.length > 0 && !costs.includes(null);
const sum = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);

function countedIn({ verdict, steps }: Judgement): Costs | null {
  const counted = verdict === "accepted" || (verdict === "time-limit" && steps !== undefined);
  return counted && steps !== undefined && steps.length > 0 ? steps : null;
}

function taskOf(answer: string, { question: { kind, code }, reference: { tests } }: Problem): JudgedTask | null {
  if (answer === "" || kind !== "code" || tests === undefined) return null;
  if (languageOf(tests.language)?.name !== "python" || asksForValue(code)) return null;
  const cases = (tests.parts ?? []).flatMap((part) => ("cases" in part ? part.cases : []));
  const program = tests.costs?.program ?? (cases.length > 0 ? countedCases(cases) : tests.program);
  if (program === "") return null;
  if (code?.form === "program")
    return { answer: asFunction(tests.prefix + answer), prefix: "", program, entryPoint: countedEntry };
  return { answer, prefix: tests.prefix, program, entryPoint: code?.entryPoint ?? "", form: code?.form };
}
