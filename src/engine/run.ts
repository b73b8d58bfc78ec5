import { groupAnswers } from "../answer/classes.ts";
import { extractAnswer } from "../answer/extract.ts";
import type { BudgetScope, Grant } from "../core/budget.ts";
import type { Answer, Candidate } from "../core/candidate.ts";
import { BudgetExceededError, EnvironmentError, ModelCallError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import {
  defaultLimits,
  type ExecutionLimits,
  type ExecutionResult,
  type Program,
  type Sandbox,
} from "../core/execution.ts";
import { estimatePromptTokens, type Policy, type Sample, type SampleRequest } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import { Random } from "../core/random.ts";
import type { Gathered, Run, RunSession, SampleSpec, SubSolve, VerifierAccess, WalkSetup } from "../core/run.ts";
import type { Score } from "../core/score.ts";
import type { Solution } from "../core/solution.ts";
import type { Stopping } from "../core/strategy.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { addUsage, type Ledger, ledgerOf, noUsage, type Role, type Usage } from "../core/usage.ts";
import { usageOf } from "../policy/usage.ts";
import { keepingText, keepingTokens, type Watch, type Watching } from "./dropping.ts";
import type { LedgerBook } from "./ledger.ts";
import { outOfBudget } from "./out-of-budget.ts";
import { judgeableCount } from "./rounds.ts";
import { promptKey, SeedBook } from "./seeding.ts";
import { chargedSession, openSession, type Perform } from "./sessions.ts";
import type { VerifierDesk } from "./verifying.ts";
import { walking } from "./walking.ts";

/** What all the runs of one solve share: the outermost strategy's and those of strategies inside it. */
export interface SolveContext {
  readonly policy: Policy;
  /** Other models by role name: "teacher", "judge", "discriminator" … */
  readonly models: Readonly<Record<string, Policy>>;
  readonly sandbox: Sandbox | null;
  readonly desk: VerifierDesk;
  readonly seed: string;
  readonly maxTokens: number;
  /** Log-probabilities to ask for with every policy sample, because a verifier or selection reads them. */
  readonly logprobs: number | undefined;
  readonly onEvent: (event: RunEvent) => void;
  /** Emit text as it arrives (servers are then asked to stream, which costs several times as much processor time a call). */
  readonly streamText: boolean;
  /** Samples of this solve by prompt and seed: within one solve a sample is paid for once. */
  readonly drawn: Map<string, Sample>;
  readonly solveInside: (outer: SolveRun, inner: SubSolve) => AsyncGenerator<Candidate, Solution>;
}

export interface RunScope {
  readonly question: Question;
  readonly budget: BudgetScope;
  readonly ledger: LedgerBook;
  readonly signal: AbortSignal;
  readonly stopping: Stopping | undefined;
  /** Does a verifier judge every candidate, so that drawing must leave room for it? */
  readonly judges: boolean;
  readonly label: string;
  /** What the stream is to end with, once it has ended by itself; see {@link Run.gather}. */
  readonly ending: { failure: { readonly reason: unknown } | null };
}

/** The engine's {@link Run}: every call of a strategy or verifier passes here, is reserved, made, settled, booked and told. */
export class SolveRun implements Run {
  readonly context: SolveContext;
  readonly scope: RunScope;
  readonly random: Random;
  /** Candidates that the stopping rule needs at least before it can stop; the pool says so after each look. */
  needed: number | undefined;
  readonly #role: Role;
  readonly #seeds: SeedBook;
  /** Classes of lists of distinct answers, by the list. */
  readonly #classes = new Map<string, readonly number[]>();

  constructor(context: SolveContext, scope: RunScope, role: Role = "policy", seeds?: SeedBook) {
    this.context = context;
    this.scope = scope;
    this.random = new Random(`${context.seed}/${scope.question.id}/${scope.label}`);
    this.#role = role;
    this.#seeds = seeds ?? new SeedBook(context.seed, scope.question.id);
  }

  get question(): Question {
    return this.scope.question;
  }
  get policy(): Run["policy"] {
    const { id, capabilities } = this.context.policy;
    return { id, capabilities };
  }
  get verifiers(): VerifierAccess {
    return this.context.desk.access;
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
    return this.scope.ledger.logical;
  }

  batch(n: number): number {
    const { stopping } = this.scope;
    const wanted = stopping === undefined ? n : Math.min(n, Math.max(1, this.needed ?? stopping.window ?? 1));
    return this.scope.judges ? this.#judgeable(wanted) : wanted;
  }

  /** @throws BudgetExceededError when there is no room for one more sample and its judgement. */
  #judgeable(wanted: number): number {
    const { budget, ledger, question } = this.scope;
    const { policy, verifier } = ledger.logical;
    const both = addUsage(policy, verifier);
    const tokens = both.promptTokens + both.completionTokens;
    const longest =
      2 * (this.maxTokens + estimatePromptTokens({ messages: [{ role: "user", content: question.text }] }));
    const count = judgeableCount({
      wanted,
      remaining: budget.remaining(),
      spent: { tokens, calls: both.calls, dollars: both.dollars },
      drawn: policy.calls,
      guess: { tokens: longest, calls: 2, dollars: 0 },
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

  /** Picks ask after every candidate, mostly about answers they asked about before: each list of distinct texts is compared once. */
  classes(answers: readonly (string | null)[]): number[] {
    const distinct = [...new Set(answers)].filter((answer) => answer !== null);
    const key = JSON.stringify(distinct);
    const known = this.#classes.get(key) ?? groupAnswers(distinct, this.question.kind);
    this.#classes.set(key, known);
    const classOf = new Map(distinct.map((answer, i) => [answer, known[i] ?? -1]));
    return answers.map((answer) => (answer === null ? -1 : (classOf.get(answer) ?? -1)));
  }

  emit(event: RunEvent): void {
    this.context.onEvent(this.scope.label === "" ? event : { ...event, label: this.scope.label });
  }

  /** Not async: the seeds and the place in the budget's queue are taken at the call, in the order of calls. */
  sample(spec: SampleSpec): Promise<Sample[]> {
    const n = spec.n ?? 1;
    const policy = this.#policyOf(spec);
    const key = `${policy.id}/${promptKey(spec)}`;
    const seeds = this.#seeds.next(key, n, spec.from);
    const known = seeds.map((seed) => this.context.drawn.get(`${key}/${seed}`));
    const missing = seeds.filter((_, i) => known[i] === undefined);
    if (missing.length === 0) return Promise.resolve(known as Sample[]);
    return this.#draw(policy, spec, key, missing).then((drawn) => {
      const bySeed = new Map(drawn.map((sample) => [sample.seed, sample]));
      return seeds.map((seed, i) => known[i] ?? bySeed.get(seed)).filter((sample) => sample !== undefined);
    });
  }

  async #draw(policy: Policy, spec: SampleSpec, key: string, seeds: readonly number[]): Promise<Sample[]> {
    const { model: _model, branch: _branch, from: _from, keep, keepTokens, ...rest } = spec;
    const shared = this.#role === "policy" ? this.context.logprobs : undefined;
    const logprobs = rest.logprobs === undefined ? shared : Math.max(rest.logprobs, shared ?? 0);
    const wanted = {
      ...rest,
      ...this.#settingsFor(spec),
      ...(logprobs === undefined ? {} : { logprobs }),
      maxTokens: this.#lengthFor(policy, spec),
    };
    const watch = keepTokens === undefined ? keep && keepingText(keep) : keepingTokens(keepTokens);
    if (watch !== undefined) return await this.#drawWatched(policy, wanted, seeds, watch, key);
    const samples: Sample[] = [];
    while (samples.length < seeds.length) {
      const rest = seeds.slice(samples.length);
      try {
        samples.push(...(await this.#call(policy, { ...wanted, n: rest.length, seeds: rest })));
      } catch (error) {
        if (error instanceof BudgetExceededError && samples.length > 0) break;
        throw error;
      }
    }
    for (const sample of samples) this.context.drawn.set(`${key}/${sample.seed}`, sample);
    return samples;
  }

  /** Each by itself, so that each can be ended by itself. Those there was room for; a dropped one is not remembered as drawn. */
  async #drawWatched(
    policy: Policy,
    wanted: Omit<SampleRequest, "n" | "seeds">,
    seeds: readonly number[],
    watch: Watch,
    key: string,
  ): Promise<Sample[]> {
    const calls = seeds.map((seed) => this.#callWatched(policy, { ...wanted, n: 1, seeds: [seed] }, watch));
    const outcomes = await Promise.allSettled(calls);
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    const samples = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const broken = failures.find((failure) => !(failure instanceof BudgetExceededError));
    if (broken !== undefined || samples.length === 0) throw broken ?? failures[0];
    for (const sample of samples) if (sample.dropped !== true) this.context.drawn.set(`${key}/${sample.seed}`, sample);
    return samples;
  }

  /**
   * The place in the budget is given back when the text has ended, not when it has been judged: a judge that waits for the budget itself would else wait for
   * ever. What was written beyond the place where it is cut is given back after.
   */
  async #callWatched(policy: Policy, request: SampleRequest, watch: Watch): Promise<Sample> {
    const grant = await this.#reserve(policy, request);
    const nothing = { tokens: 0, calls: 0, dollars: 0 };
    let held = nothing;
    let watching: Watching;
    try {
      this.signal.throwIfAborted();
      const asked = { ...request, maxTokens: grant.maxTokens };
      watching = watch(policy, asked, this.signal, this.#onText());
      const prompt = policy.countPromptTokens?.(request) ?? estimatePromptTokens(request);
      const written = await watching.written;
      held = { tokens: prompt + written, calls: 1, dollars: policy.price?.(prompt, written) ?? 0 };
    } finally {
      grant.settle(held);
    }
    let spent = nothing;
    try {
      const { sample, written } = await watching.result;
      const logical = usageOf([sample]);
      spent = { tokens: logical.promptTokens + logical.completionTokens, calls: 1, dollars: logical.dollars };
      this.#book(
        policy,
        request,
        [sample],
        logical,
        sample.stored ? noUsage : { ...logical, completionTokens: written },
      );
      return sample;
    } finally {
      this.scope.budget.spend({
        tokens: spent.tokens - held.tokens,
        calls: spent.calls - held.calls,
        dollars: spent.dollars - held.dollars,
      });
    }
  }

  /** Requests for a whole reply to the conversation carry what it asks of replies. */
  #settingsFor({ messages, prefix = "", purpose }: SampleSpec): Partial<SampleRequest> {
    const { conversation } = this.question;
    const plain = prefix === "" && purpose === "solve" && messages.at(-1) === conversation?.messages.at(-1);
    return plain ? (conversation?.settings ?? {}) : {};
  }

  /** One reservation and one call: as many of the wanted samples as there is room for. */
  async #call(policy: Policy, request: SampleRequest): Promise<Sample[]> {
    const grant = await this.#reserve(policy, request);
    let spent = { tokens: 0, calls: 0, dollars: 0 };
    try {
      this.signal.throwIfAborted();
      const asked = { ...request, n: grant.n, seeds: request.seeds.slice(0, grant.n), maxTokens: grant.maxTokens };
      const samples = await policy.sample(asked, {
        signal: this.signal,
        ...(this.context.streamText ? { onText: this.#onText() } : {}),
      });
      if (samples.length !== grant.n) {
        throw new ModelCallError(`${policy.id} returned ${samples.length} samples, ${grant.n} were asked for.`, {
          retryable: false,
        });
      }
      const logical = usageOf(samples);
      const actual = usageOf(samples.filter((sample) => !sample.stored));
      spent = {
        tokens: logical.promptTokens + logical.completionTokens,
        calls: logical.calls,
        dollars: logical.dollars,
      };
      this.#book(policy, request, samples, logical, actual);
      return samples;
    } finally {
      grant.settle(spent);
    }
  }

  #reserve(policy: Policy, request: SampleRequest): Promise<Grant> {
    return this.scope.budget.reserve({
      n: request.n,
      promptTokens: policy.countPromptTokens?.(request) ?? estimatePromptTokens(request),
      sharedPrompt: policy.capabilities.sharedPrompt,
      maxTokens: request.maxTokens,
      price: (prompt, completion) => policy.price?.(prompt, completion) ?? 0,
    });
  }

  #onText(): (index: number, text: string) => void {
    return this.context.streamText ? (index, text) => this.emit({ type: "text", index, text }) : () => {};
  }

  #book(policy: Policy, { purpose }: SampleRequest, samples: readonly Sample[], logical: Usage, actual: Usage): void {
    this.scope.ledger.charge(this.#role, logical, actual);
    this.emit({
      type: "call-end",
      role: this.#role,
      model: policy.id,
      purpose,
      samples: samples.length,
      usage: ledgerOf(this.#role, logical),
      texts: samples.map((sample) => sample.text),
    });
  }

  /** The asked-for length, within what the model's context has room for. */
  #lengthFor(policy: Policy, spec: SampleSpec): number {
    const wanted = spec.maxTokens ?? this.maxTokens;
    const window = policy.capabilities.contextTokens;
    if (window === null) return wanted;
    const prompt = policy.countPromptTokens?.(spec) ?? estimatePromptTokens(spec);
    const room = window - prompt;
    if (room >= 1) return Math.min(wanted, room);
    throw new ModelCallError(
      `The prompt has about ${prompt} tokens, the context of ${policy.id} holds ${window}. Shorten the question or choose a model with a longer context.`,
      { retryable: false },
    );
  }

  #policyOf(spec: SampleSpec): Policy {
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
    return await this.context.desk.score(candidates, this.as("verifier"));
  }

  async scoreSteps(trajectories: readonly Trajectory[]): Promise<Score[][]> {
    return await this.context.desk.scoreSteps(trajectories, this.as("verifier"));
  }

  async execute(program: Program, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult> {
    const sandbox = this.#sandbox();
    return await this.#ran((options) => sandbox.run(program, options), limits);
  }

  openSession(): RunSession {
    return chargedSession(openSession(this.#sandbox()), (cell, session, limits) =>
      this.#ran((options) => session.run(cell, options), limits),
    );
  }

  #sandbox(): Sandbox {
    if (this.context.sandbox !== null) return this.context.sandbox;
    throw new EnvironmentError(
      'This strategy runs programs, and no sandbox was given. Pass `sandbox: createSandbox("wasi")`.',
    );
  }

  async #ran(perform: Perform, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult> {
    this.signal.throwIfAborted();
    this.scope.ledger.chargeProgram();
    const result = await perform({ limits: { ...defaultLimits, ...limits }, signal: this.signal });
    this.emit({ type: "program-end", verdict: result.verdict, value: result.value });
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
    return walking(this, setup);
  }

  solve(inner: SubSolve): AsyncGenerator<Candidate, Solution> {
    return this.context.solveInside(this, inner);
  }

  charge(usage: { promptTokens: number; completionTokens: number; calls?: number }): void {
    const whole = addUsage(noUsage, { ...noUsage, ...usage, calls: usage.calls ?? 1 });
    this.scope.ledger.charge(this.#role, whole, whole);
    this.scope.budget.spend({ tokens: whole.promptTokens + whole.completionTokens, calls: whole.calls, dollars: 0 });
    this.emit({
      type: "call-end",
      role: this.#role,
      model: "",
      purpose: "charge",
      samples: 0,
      usage: ledgerOf(this.#role, whole),
    });
  }
}
