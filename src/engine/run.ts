import { groupAnswers } from "../answer/classes.ts";
import { extractAnswer } from "../answer/extract.ts";
import type { Answer, Candidate } from "../core/candidate.ts";
import { BudgetExceededError, EnvironmentError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import {
  type Cell,
  defaultLimits,
  type ExecutionLimits,
  type ExecutionResult,
  type Program,
  type Sandbox,
} from "../core/execution.ts";
import { frozen } from "../core/frozen.ts";
import { estimatePromptTokens, type Policy, type Sample } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import { Random } from "../core/random.ts";
import type { Gathered, Run, RunSession, SampleSpec, SubSolve, VerifierAccess, WalkSetup } from "../core/run.ts";
import type { Score } from "../core/score.ts";
import type { Solution } from "../core/solution.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { addUsage, type Ledger, noUsage, type Role } from "../core/usage.ts";
import type { EngineRun, PlanRun, RunScope, SolveContext } from "./context.ts";
import { Drawing, type JudgedBatch } from "./drawing.ts";
import { judgeableCount } from "./judgeable.ts";
import { JudgingAccount } from "./judging-account.ts";
import { NodeVerdicts } from "./node-verdicts.ts";
import { outOfBudget } from "./out-of-budget.ts";
import type { PlanLog } from "./plan-log.ts";
import { answerLength } from "./prompt-length.ts";
import type { Judging } from "./scoring.ts";
import { PlanSeeds, promptKey, SeedBook } from "./seeding.ts";
import { chargedSession, openSession, type Perform } from "./sessions.ts";

/**
 * The engine's {@link Run}: every call of a strategy or verifier passes here.
 */
export class SolveRun implements EngineRun {
  readonly context: SolveContext;
  readonly scope: RunScope;
  readonly random: Random;
  /** Candidates that the stopping rule needs at least before it can stop; the pool says so after each look. */
  needed: number | undefined;
  readonly #role: Role;
  readonly #seeds: SeedBook;
  readonly #drawing: Drawing;
  readonly #nodeVerdicts: NodeVerdicts;
  /** Classes of lists of distinct answers, by the list. */
  readonly #classes = new Map<string, readonly number[]>();

  /** @param batch of judgements that this run is for. */
  constructor(context: SolveContext, scope: RunScope, role: Role = "policy", seeds?: SeedBook, batch?: JudgedBatch) {
    this.context = context;
    this.scope = scope;
    this.#nodeVerdicts = new NodeVerdicts(context.desk);
    this.random = new Random(`${context.seed}/${scope.question.id}/${scope.label}`);
    this.#role = role;
    this.#seeds = seeds ?? new SeedBook(context.seed, scope.question.id);
    this.#drawing = new Drawing(context, scope, role, (event) => this.emit(event), batch);
  }

  get question(): Question {
    return this.scope.question;
  }
  get policy(): Run["policy"] {
    const { id, capabilities } = this.context.policy;
    return frozen({ id, capabilities: { ...capabilities } });
  }
  capabilitiesOf(model: string | undefined): Run["policy"]["capabilities"] {
    return frozen({ ...this.#policyOf({ model }).capabilities });
  }
  get verifiers(): VerifierAccess {
    return this.context.desk.access;
  }
  get readsLogprobs(): boolean {
    return this.context.logprobs !== undefined;
  }
  get maxTokens(): number {
    return this.context.maxTokens;
  }
  get signal(): AbortSignal {
    return this.scope.signal;
  }
  get budget(): Run["budget"] {
    return this.scope.budget;
  }

  usage(): Ledger {
    return frozen(this.scope.ledger.logical);
  }

  batch(n: number): number {
    const { stopping } = this.scope;
    const wanted = stopping === undefined ? n : Math.min(n, Math.max(1, this.needed ?? stopping.window ?? 1));
    return this.scope.judges ? this.#judgeable(wanted) : wanted;
  }

  /** @throws BudgetExceededError when there is no room for one more sample and its judgement. */
  #judgeable(wanted: number): number {
    if (wanted <= 0) return 0;
    const { budget, ledger, question } = this.scope;
    const { policy, verifier } = ledger.logical;
    const both = addUsage(policy, verifier);
    const tokens = both.promptTokens + both.completionTokens;
    // A prompt that is paid for once is no part of what the next sample costs.
    const before = this.context.prompts === "once" ? policy.promptTokens : 0;
    const longest =
      2 * (this.maxTokens + estimatePromptTokens({ messages: [{ role: "user", content: question.text }] }));
    const count = judgeableCount({
      wanted,
      remaining: budget.remaining(),
      spent: { tokens: tokens - before, calls: both.calls, dollars: both.dollars },
      drawn: policy.calls,
      bound: { tokens: longest, calls: 2, dollars: 0 },
    });
    if (count > 0) return count;
    const { tokens: allowed } = budget.limits;
    if (allowed !== undefined) throw new BudgetExceededError("tokens", allowed, tokens, budget.name);
    throw new BudgetExceededError("calls", budget.limits.calls ?? both.calls, both.calls, budget.name);
  }

  as(role: Role): Run {
    return role === this.#role ? this : new SolveRun(this.context, this.scope, role, this.#seeds);
  }

  extract(text: string): Answer | null {
    return extractAnswer(text, this.question);
  }

  /**
   * Picks ask after every candidate, mostly about answers they asked about before: each list of distinct texts is
   * compared once.
   */
  classes(answers: readonly (string | null)[]): number[] {
    const distinct = [...new Set(answers)].filter((answer) => answer !== null);
    const key = JSON.stringify(distinct);
    const known = this.#classes.get(key) ?? groupAnswers(distinct, this.question.kind, this.question.choices);
    this.#classes.set(key, known);
    const classOf = new Map(distinct.map((answer, i) => [answer, known[i] ?? -1]));
    return answers.map((answer) => (answer === null ? -1 : (classOf.get(answer) ?? -1)));
  }

  emit(event: RunEvent): void {
    const { label } = this.scope;
    const known =
      event.type === "node-expanded" ? { ...event, children: this.#nodeVerdicts.addTo(event.children) } : event;
    const shown = label === "" ? known : { ...known, label };
    const { log, onEvent } = this.context;
    // Text that streams is shown as it comes.
    if (log === undefined || event.type === "text") onEvent(shown);
    else log.later(Number.POSITIVE_INFINITY, () => onEvent(shown));
  }

  forPlan(log: PlanLog, plan: number): PlanRun {
    const { context, scope } = this;
    const seeds = new PlanSeeds(this.#seeds, context.seed, scope.question.id, plan);
    const calls = context.calls.block?.();
    const own = { ...context, calls: calls ?? context.calls, log };
    const run = new SolveRun(own, { ...scope, ending: { failure: null } }, this.#role, seeds);
    return { run, begin: (draw) => seeds.begin(() => (calls === undefined ? draw() : calls.begin(draw))) };
  }

  /** Not async: the seeds and the place in the budget's queue are taken at the call, in the order of calls. */
  sample(spec: SampleSpec): Promise<Sample[]> {
    const n = spec.n ?? 1;
    const policy = this.#policyOf(spec);
    const key = `${policy.id}/${promptKey(spec)}`;
    const seeds = this.#seeds.next(key, n, spec.from);
    const known = seeds.map((seed) => this.#known(`${key}/${seed}`, spec, policy));
    const missing = seeds.filter((_, i) => known[i] === undefined);
    if (missing.length === 0) return Promise.resolve(known as Sample[]);
    return this.#drawing.draw(policy, spec, key, missing).then((drawn) => {
      const bySeed = new Map(drawn.map((sample) => [sample.seed, sample]));
      return frozen(seeds.map((seed, i) => known[i] ?? bySeed.get(seed)).filter((sample) => sample !== undefined));
    });
  }

  /** A sample that is there, unless it lacks what is asked for now: then it is drawn again, by the same seed. */
  #known(key: string, spec: SampleSpec, policy: Policy): Sample | undefined {
    const there = this.context.drawn.get(key);
    if (there === undefined) return undefined;
    const { sample, maxTokens, logprobs = -1 } = there;
    const lacks = logprobs < Math.min(spec.logprobs ?? -1, policy.capabilities.logprobs?.top ?? -1);
    const cut = sample.finish === "length" && maxTokens < answerLength(policy, spec, this.maxTokens);
    return lacks || cut ? undefined : sample;
  }

  #policyOf(spec: Pick<SampleSpec, "model">): Policy {
    return (spec.model === undefined ? undefined : this.context.models[spec.model]) ?? this.context.policy;
  }

  async gather<T>(calls: readonly Promise<T>[]): Promise<Gathered<T>> {
    const ends = await Promise.allSettled(calls);
    const failure = ends.find((end) => end.status === "rejected");
    if (failure !== undefined) this.scope.ending.failure ??= { reason: failure.reason };
    const values = ends.map((end) => (end.status === "fulfilled" ? end.value : null));
    return { values, over: failure !== undefined };
  }

  outOfBudget(scope = `problem ${this.question.id}`): void {
    this.scope.ending.failure ??= { reason: outOfBudget(this, scope) };
  }

  async score(candidates: readonly Candidate[]): Promise<Score[]> {
    return frozen(await this.context.desk.score(candidates, this.#judging()));
  }

  async scoreSteps(trajectories: readonly Trajectory[]): Promise<Score[][]> {
    return frozen(await this.context.desk.scoreSteps(trajectories, this.#judging()));
  }

  /** A run for verifiers, whose calls are known by their numbers and which can reserve room for charges. */
  #judging(): Judging {
    const account = new JudgingAccount(this.scope.budget);
    const calls: number[] = [];
    const run = new SolveRun(this.context, this.scope, "verifier", this.#seeds, { calls, account });
    return { run, calls, account };
  }

  async execute(program: Program, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult> {
    const sandbox = this.#sandbox();
    return await this.#ran(program, (options) => sandbox.run(program, options), limits);
  }

  openSession(): RunSession {
    const chargeTo =
      (run: SolveRun): Parameters<typeof chargedSession>[1] =>
      (cell, session, limits) =>
        run.#ran(cell, (options) => session.run(cell, options), limits);
    const chargeOf = (run: Run) => chargeTo(run instanceof SolveRun ? run : this);
    return chargedSession(openSession(this.#sandbox()), chargeTo(this), chargeOf);
  }

  #sandbox(): Sandbox {
    if (this.context.sandbox !== null) return this.context.sandbox;
    throw new EnvironmentError(
      'This strategy runs programs, and no sandbox was given. Pass `sandbox: createSandbox("wasi")`.',
    );
  }

  async #ran(what: Program | Cell, perform: Perform, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult> {
    this.signal.throwIfAborted();
    const { log, calls } = this.context;
    const place = log === undefined ? 0 : calls.take(1, () => JSON.stringify(["program", what]));
    const inTurn = (act: () => void) => (log === undefined ? act() : log.later(place, act));
    inTurn(() => this.scope.ledger.chargeProgram());
    const result = frozen(await perform({ limits: { ...defaultLimits, ...limits }, signal: this.signal }));
    inTurn(() => this.emit({ type: "program-end", verdict: result.verdict, value: result.value }));
    return result;
  }

  async embed(texts: readonly string[]): Promise<readonly (readonly number[])[]> {
    const { policy } = this.context;
    if (policy.embed === undefined) {
      throw new EnvironmentError(
        `${policy.id} does not give embeddings. Use a local model, or a strategy that needs none.`,
      );
    }
    return await policy.embed(texts, { signal: this.signal });
  }

  walk<Own>(setup: WalkSetup<Own>): AsyncGenerator<readonly Candidate[]> {
    return this.context.walk(this, setup);
  }

  solved(label: string): Solution | undefined {
    return this.scope.solved.get(label);
  }

  solve(inner: SubSolve): AsyncGenerator<Candidate, Solution> {
    return this.context.solveInside(this, inner);
  }

  charge({ serviceMs, ...usage }: Parameters<Run["charge"]>[0]): number {
    return this.#drawing.charge({ ...noUsage, ...usage, calls: usage.calls ?? 1 }, serviceMs);
  }
}
