import type { Grant, Need, Spent } from "../core/budget.ts";
import { BudgetExceededError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Policy, Sample, SampleRequest } from "../core/policy.ts";
import type { SampleSpec } from "../core/run.ts";
import { addUsage, ledgerOf, noUsage, type Role, type Usage } from "../core/usage.ts";
import { asMany } from "../policy/failed-attempt.ts";
import type { DrawnSample, RunScope, SolveContext } from "./context.ts";
import { arrivedOf, billOf, costOfSample, less, nothing, timeOf, unseenBill, withSeeds } from "./costs.ts";
import { keepingText, keepingTokens, type Watch, type Watching } from "./dropping.ts";
import type { JudgingAccount } from "./judging-account.ts";
import type { Payments } from "./payments.ts";
import { answerLength, PromptLength } from "./prompt-length.ts";

/** Judgements that are asked for together: the numbers of their calls so far, and where their charges go. */
export interface JudgedBatch {
  readonly calls: number[];
  readonly account: JudgingAccount;
}

/** A request with the number of its first call. */
interface Asked {
  readonly call: number;
  readonly policy: Policy;
  readonly request: SampleRequest;
  readonly prompt: PromptLength;
}

interface Drawn {
  readonly policy: Policy;
  readonly wanted: Omit<SampleRequest, "n" | "seeds">;
  readonly seeds: readonly number[];
  readonly first: number;
}

/** Draws samples for one run under one role: every call is numbered, reserved, made, settled, booked and reported. */
export class Drawing {
  readonly #context: SolveContext;
  readonly #scope: RunScope;
  readonly #role: Role;
  readonly #emit: (event: RunEvent) => void;
  readonly #batch: JudgedBatch | undefined;

  /** @param batch of judgements that the calls belong to. */
  constructor(
    context: SolveContext,
    scope: RunScope,
    role: Role,
    emit: (event: RunEvent) => void,
    batch?: JudgedBatch,
  ) {
    this.#context = context;
    this.#scope = scope;
    this.#role = role;
    this.#emit = emit;
    this.#batch = batch;
  }

  /** One sample for each seed; fewer when the budget had no room for more, but never none. */
  async draw(policy: Policy, spec: SampleSpec, key: string, seeds: readonly number[]): Promise<Sample[]> {
    const first = this.#context.calls.take(seeds.length, () => this.#contentOf(policy, spec, seeds));
    const share = this.#role === "policy" ? this.#scope.judging.share : null;
    const { model: _model, branch: _branch, from: _from, keep, keepTokens, ...rest } = spec;
    const shared = this.#role === "policy" ? this.#context.logprobs : undefined;
    const logprobs = rest.logprobs === undefined ? shared : Math.max(rest.logprobs, shared ?? 0);
    const states = this.#role === "policy" && this.#context.states;
    const wanted = {
      ...rest,
      ...(states && { states }),
      ...this.#settingsFor(spec),
      ...(logprobs === undefined ? {} : { logprobs }),
      maxTokens: answerLength(policy, spec, this.#context.maxTokens),
    };
    const watch = keepTokens === undefined ? keep && keepingText(keep) : keepingTokens(keepTokens);
    if (watch !== undefined) return await this.#drawWatched({ policy, wanted, seeds, first }, watch, key);
    const samples: Sample[] = [];
    while (samples.length < seeds.length) {
      const rest = seeds.slice(samples.length);
      const request = { ...wanted, n: rest.length, seeds: rest };
      try {
        const { given, maxTokens } = await this.#call(policy, request, first + samples.length, share);
        for (const sample of given) this.#remember(key, { sample, maxTokens, logprobs });
        samples.push(...given);
      } catch (error) {
        if (error instanceof BudgetExceededError && samples.length > 0) break;
        for (const sample of arrivedOf(error, rest)) {
          const maxTokens = sample.finish === "length" ? sample.completionTokens : wanted.maxTokens;
          this.#remember(key, { sample, maxTokens, logprobs });
        }
        throw error;
      }
    }
    return samples;
  }

  #remember(key: string, drawn: DrawnSample): void {
    this.#context.drawn.set(`${key}/${drawn.sample.seed}`, drawn);
  }

  /** Each by itself, so that each can be ended by itself. A dropped one is not remembered as drawn. */
  async #drawWatched({ policy, wanted, seeds, first }: Drawn, watch: Watch, key: string): Promise<Sample[]> {
    const calls = seeds.map((seed, i) =>
      this.#callWatched(policy, { ...wanted, n: 1, seeds: [seed] }, first + i, watch),
    );
    const outcomes = await Promise.allSettled(calls);
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    const drawn = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const samples = drawn.map(({ sample }) => sample);
    const broken = failures.find((failure) => !(failure instanceof BudgetExceededError));
    if (broken !== undefined || samples.length === 0) throw broken ?? failures[0];
    for (const one of drawn) if (one.sample.dropped !== true) this.#remember(key, one);
    return samples;
  }

  /**
   * The place in the budget is given back when the text has ended, not when it has been judged: a judge that waits for
   * the budget itself would otherwise wait for ever. Tokens beyond the place where the text is cut are given back
   * after.
   */
  async #callWatched(policy: Policy, request: SampleRequest, call: number, watch: Watch): Promise<DrawnSample> {
    const ended = this.#context.calls.timing();
    const prompt = this.#lengthOf(policy, request);
    const grant = await this.#reserve(policy, request, call, prompt);
    const paid = this.#pays(prompt, call) ? prompt.settled() : 0;
    let held = nothing; // settled as it stands in every scope; what is billed beyond it is booked after
    let billedUnseen: Spent | undefined;
    let watching: Watching;
    try {
      this.#scope.signal.throwIfAborted();
      const asked = { ...request, maxTokens: grant.maxTokens };
      watching = watch(policy, asked, this.#scope.signal, this.#onText());
      const written = await watching.written;
      held = { tokens: paid + written, calls: 1, dollars: policy.price?.(paid, written) ?? 0 };
    } catch (error) {
      this.#payments.forgive(prompt.key, call);
      if (this.#scope.signal.aborted) billedUnseen = unseenBill(policy, prompt, grant);
      throw error;
    } finally {
      grant.settle(held, billedUnseen ?? held);
    }
    let [spent, billed] = [nothing, nothing];
    try {
      const { sample, written } = await watching.result;
      ended(timeOf([sample]));
      const booked = this.#book({ call, policy, request, prompt }, [sample], written);
      ({ spent, billed } = booked);
      const { logprobs } = request;
      return { sample: booked.samples[0] ?? sample, maxTokens: grant.maxTokens, logprobs };
    } finally {
      this.#scope.budget.spend(less(spent, held), less(billed, held));
    }
  }

  /**
   * One reservation and one request: as many of the wanted samples as there is room for. Each keeps its `share` for
   * being judged. Where the call fails, what did arrive is paid for.
   */
  async #call(policy: Policy, request: SampleRequest, call: number, share: Spent | null) {
    const ended = this.#context.calls.timing();
    const prompt = this.#lengthOf(policy, request);
    const grant = await this.#reserve(policy, request, call, prompt, share);
    const asked = { ...request, n: grant.n, seeds: request.seeds.slice(0, grant.n), maxTokens: grant.maxTokens };
    let [spent, billed] = [nothing, nothing];
    try {
      this.#scope.signal.throwIfAborted();
      const drawn = await policy.sample(asked, {
        signal: this.#scope.signal,
        onText: this.#context.streamText ? this.#onText() : undefined,
      });
      const given = asMany(drawn, grant.n, policy.id);
      ended(timeOf(given));
      const booked = this.#book({ call, policy, request, prompt }, withSeeds(given, asked.seeds));
      ({ spent, billed } = booked);
      return { given: booked.samples, maxTokens: grant.maxTokens };
    } catch (error) {
      const arrived = arrivedOf(error, asked.seeds);
      if (arrived.length > 0) ({ spent, billed } = this.#book({ call, policy, request, prompt }, arrived));
      if (this.#scope.signal.aborted) billed = unseenBill(policy, prompt, grant);
      throw error;
    } finally {
      if (spent === nothing) this.#payments.forgive(prompt.key, call);
      grant.settle(spent, billed);
      this.#hold(spent.calls, share);
    }
  }

  #hold(samples: number, share: Spent | null): void {
    if (share === null || samples === 0) return;
    this.#scope.budget.hold({ tokens: samples * share.tokens, calls: samples * share.calls, dollars: 0 });
  }

  get #payments(): Payments {
    return this.#context.calls.payments;
  }

  #contentOf({ id }: Policy, { messages, purpose, prefix }: SampleSpec, seeds: readonly number[]): string {
    return JSON.stringify([
      this.#role,
      id,
      purpose,
      prefix,
      seeds,
      messages.map(({ role, content }) => [role, content]),
    ]);
  }

  #lengthOf(policy: Policy, request: SampleRequest): PromptLength {
    return new PromptLength(policy, request, this.#payments);
  }

  /** Does this call pay for its prompt? All do, unless prompts are paid for once. */
  #pays(prompt: PromptLength, call: number): boolean {
    return this.#context.prompts === "each" || this.#payments.pays(prompt.key, call);
  }

  #reserve(
    policy: Policy,
    request: SampleRequest,
    call: number,
    prompt: PromptLength,
    share: Spent | null = null,
  ): Promise<Grant> {
    const each = this.#context.prompts === "each";
    const need: Need = {
      n: request.n,
      maxTokens: request.maxTokens,
      usesHeld: this.#role === "verifier",
      taken: () => this.#payments.claim(prompt.key, call),
      worst: (n, maxTokens, settled) => {
        const paid = this.#pays(prompt, call) ? (settled ? prompt.settled() : prompt.bound()) * (each ? n : 1) : 0;
        return {
          tokens: paid + n * (maxTokens + (share?.tokens ?? 0)),
          calls: n * (1 + (share?.calls ?? 0)),
          dollars: policy.price?.(paid, n * maxTokens) ?? 0,
        };
      },
      most: (n, maxTokens) => {
        const paid = n * prompt.most();
        const tokens = paid + n * (maxTokens + (share?.tokens ?? 0));
        return { tokens, calls: n * (1 + (share?.calls ?? 0)), dollars: policy.price?.(paid, n * maxTokens) ?? 0 };
      },
    };
    this.#context.log?.count(need.worst(need.n, need.maxTokens, false));
    return this.#scope.budget.reserve(need).catch((error: unknown) => {
      this.#payments.forgive(prompt.key, call);
      throw error;
    });
  }

  #onText(): (index: number, text: string) => void {
    return this.#context.streamText ? (index, text) => this.#emit({ type: "text", index, text }) : () => {};
  }

  /**
   * Charges what a request brought, sample by sample, and reports it; each sample then names its call. A prompt is
   * shown once, before the first call that asked it. `written` tokens were really written, where that is more than is
   * kept.
   */
  #book({ call, policy, request, prompt }: Asked, samples: readonly Sample[], written?: number) {
    const { prompts, log } = this.#context;
    const costs = (pays: boolean) =>
      samples.map((sample, i) => costOfSample(sample, policy, prompts === "each" || (i === 0 && pays)));
    for (const sample of samples) if (sample.estimated !== true) prompt.note(sample.promptTokens);
    this.#batch?.calls.push(...samples.map((_, i) => call + i));
    const { promptTokens, completionTokens, calls, dollars } = costs(this.#pays(prompt, call)).reduce(
      addUsage,
      noUsage,
    );
    this.#inTurn(call, () => {
      const own = costs(this.#payments.book(prompt.key, call, log !== undefined));
      for (const [i, cost] of own.entries()) this.#scope.ledger.charge(this.#role, call + i, cost, noUsage);
      this.#scope.ledger.bill(this.#role, billOf(samples, written));
      this.#report(call, policy, request, samples, own.reduce(addUsage, noUsage));
    });
    const bill = billOf(samples, written);
    return {
      spent: { tokens: promptTokens + completionTokens, calls, dollars },
      billed: { tokens: bill.promptTokens + bill.completionTokens, calls: bill.calls, dollars: bill.dollars },
      samples: samples.map((sample, i) => ({ ...sample, call: call + i })),
    };
  }

  #report(
    call: number,
    policy: Policy,
    { purpose, messages }: SampleRequest,
    samples: readonly Sample[],
    logical: Usage,
  ): void {
    const entry = this.#context.calls.promptOf(purpose, messages);
    const { prompt } = entry;
    if (!entry.shown) {
      const shown = messages.map(({ role, content }) => ({ role, content }));
      this.#emit({ type: "prompt", prompt, purpose, messages: shown });
      entry.shown = true;
    }
    this.#emit({
      type: "call-end",
      call,
      role: this.#role,
      model: policy.id,
      purpose,
      prompt,
      samples: samples.length,
      usage: ledgerOf(this.#role, logical),
      texts: samples.map((sample) => sample.text),
    });
  }

  /** Charges work of a verifier that is no sample; the number of its call. */
  charge(usage: Usage, serviceMs: number | null = null): number {
    const call = this.#context.calls.take(1, () => JSON.stringify([this.#role, usage]));
    this.#batch?.calls.push(call);
    this.#context.calls.timing()(serviceMs);
    const { promptTokens, completionTokens, calls } = usage;
    const spent = { tokens: promptTokens + completionTokens, calls, dollars: 0 };
    this.#context.log?.count(spent);
    if (this.#batch === undefined) this.#scope.budget.spend(spent);
    else this.#batch.account.spend(spent);
    this.#inTurn(call, () => {
      this.#scope.ledger.charge(this.#role, call, usage, usage);
      this.#emit({
        type: "call-end",
        call,
        role: this.#role,
        model: "",
        purpose: "charge",
        samples: 0,
        usage: ledgerOf(this.#role, usage),
      });
    });
    return call;
  }

  /** At once, or when the plan that makes the call is absorbed. */
  #inTurn(call: number, act: () => void): void {
    const { log } = this.#context;
    if (log === undefined) act();
    else log.later(call, act);
  }

  /** Requests for a whole reply to the conversation carry what it asks of replies. */
  #settingsFor({ messages, prefix = "", purpose }: SampleSpec): Partial<SampleRequest> {
    const { conversation } = this.#scope.question;
    const plain = prefix === "" && purpose === "solve" && messages.at(-1) === conversation?.messages.at(-1);
    return plain ? (conversation?.settings ?? {}) : {};
  }
}
