import type { Grant } from "../core/budget.ts";
import { BudgetExceededError, ModelCallError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import { estimatePromptTokens, type Policy, type Sample, type SampleRequest } from "../core/policy.ts";
import type { SampleSpec } from "../core/run.ts";
import { ledgerOf, noUsage, type Role, type Usage } from "../core/usage.ts";
import { usageOf } from "../policy/usage.ts";
import type { RunScope, SolveContext } from "./context.ts";
import { keepingText, keepingTokens, type Watch, type Watching } from "./dropping.ts";

const nothing = { tokens: 0, calls: 0, dollars: 0 };

/** Draws samples for one run under one role: every call is numbered, reserved, made, settled, booked and reported. */
export class Drawing {
  readonly #context: SolveContext;
  readonly #scope: RunScope;
  readonly #role: Role;
  readonly #emit: (event: RunEvent) => void;
  readonly #made: number[] | undefined;

  /** @param made gets the number of each call. */
  constructor(context: SolveContext, scope: RunScope, role: Role, emit: (event: RunEvent) => void, made?: number[]) {
    this.#context = context;
    this.#scope = scope;
    this.#role = role;
    this.#emit = emit;
    this.#made = made;
  }

  /** One sample for each seed; fewer when the budget had no room for more, but never none. */
  async draw(policy: Policy, spec: SampleSpec, key: string, seeds: readonly number[]): Promise<Sample[]> {
    const { model: _model, branch: _branch, from: _from, keep, keepTokens, ...rest } = spec;
    const shared = this.#role === "policy" ? this.#context.logprobs : undefined;
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
    for (const sample of samples) this.#context.drawn.set(`${key}/${sample.seed}`, sample);
    return samples;
  }

  /** Each by itself, so that each can be ended by itself. A dropped one is not remembered as drawn. */
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
    for (const sample of samples) if (sample.dropped !== true) this.#context.drawn.set(`${key}/${sample.seed}`, sample);
    return samples;
  }

  /**
   * The place in the budget is given back when the text has ended, not when it has been judged: a judge that waits for
   * the budget itself would otherwise wait for ever. Tokens beyond the place where the text is cut are given back
   * after.
   */
  async #callWatched(policy: Policy, request: SampleRequest, watch: Watch): Promise<Sample> {
    const call = this.#nextCall();
    const ended = this.#context.calls.timing();
    const grant = await this.#reserve(policy, request);
    let held = nothing;
    let watching: Watching;
    try {
      this.#scope.signal.throwIfAborted();
      const asked = { ...request, maxTokens: grant.maxTokens };
      watching = watch(policy, asked, this.#scope.signal, this.#onText());
      const prompt = policy.countPromptTokens?.(request) ?? estimatePromptTokens(request);
      const written = await watching.written;
      held = { tokens: prompt + written, calls: 1, dollars: policy.price?.(prompt, written) ?? 0 };
    } finally {
      grant.settle(held);
    }
    let spent = nothing;
    try {
      const { sample, written } = await watching.result;
      ended(timeOf([sample]));
      const logical = usageOf([sample]);
      spent = { tokens: logical.promptTokens + logical.completionTokens, calls: 1, dollars: logical.dollars };
      const actual = sample.stored ? noUsage : { ...logical, completionTokens: written };
      return this.#book(call, policy, request, [sample], logical, actual)[0] ?? sample;
    } finally {
      this.#scope.budget.spend({
        tokens: spent.tokens - held.tokens,
        calls: spent.calls - held.calls,
        dollars: spent.dollars - held.dollars,
      });
    }
  }

  /** One reservation and one call: as many of the wanted samples as there is room for. */
  async #call(policy: Policy, request: SampleRequest): Promise<Sample[]> {
    const call = this.#nextCall();
    const ended = this.#context.calls.timing();
    const grant = await this.#reserve(policy, request);
    let spent = nothing;
    try {
      this.#scope.signal.throwIfAborted();
      const asked = { ...request, n: grant.n, seeds: request.seeds.slice(0, grant.n), maxTokens: grant.maxTokens };
      const given = await policy.sample(asked, {
        signal: this.#scope.signal,
        onText: this.#context.streamText ? this.#onText() : undefined,
      });
      if (given.length !== grant.n) {
        throw new ModelCallError(`${policy.id} returned ${given.length} samples, ${grant.n} were asked for.`, {
          retryable: false,
        });
      }
      ended(timeOf(given));
      const samples = withSeeds(given, asked.seeds);
      const logical = usageOf(samples);
      const actual = usageOf(samples.filter((sample) => !sample.stored));
      const { promptTokens, completionTokens, calls, dollars } = logical;
      spent = { tokens: promptTokens + completionTokens, calls, dollars };
      return this.#book(call, policy, request, samples, logical, actual);
    } finally {
      grant.settle(spent);
    }
  }

  #nextCall(): number {
    const call = this.#context.calls.nextCall();
    this.#made?.push(call);
    return call;
  }

  #reserve(policy: Policy, request: SampleRequest): Promise<Grant> {
    return this.#scope.budget.reserve({
      n: request.n,
      promptTokens: policy.countPromptTokens?.(request) ?? estimatePromptTokens(request),
      sharedPrompt: policy.capabilities.sharedPrompt,
      maxTokens: request.maxTokens,
      price: (prompt, completion) => policy.price?.(prompt, completion) ?? 0,
    });
  }

  #onText(): (index: number, text: string) => void {
    return this.#context.streamText ? (index, text) => this.#emit({ type: "text", index, text }) : () => {};
  }

  /**
   * Charges a call and reports it; its samples then name it. A prompt is shown once, before the first call that asked
   * it.
   */
  #book(
    call: number,
    policy: Policy,
    { purpose, messages }: SampleRequest,
    samples: readonly Sample[],
    logical: Usage,
    actual: Usage,
  ): Sample[] {
    this.#scope.ledger.charge(this.#role, logical, actual);
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
    return samples.map((sample) => ({ ...sample, call }));
  }

  /** Charges work of a verifier that is no sample; the number of its call. */
  charge(usage: Usage, serviceMs = 0): number {
    const call = this.#nextCall();
    this.#context.calls.timing()(serviceMs);
    this.#scope.ledger.charge(this.#role, usage, usage);
    const { promptTokens, completionTokens, calls } = usage;
    this.#scope.budget.spend({ tokens: promptTokens + completionTokens, calls, dollars: 0 });
    this.#emit({
      type: "call-end",
      call,
      role: this.#role,
      model: "",
      purpose: "charge",
      samples: 0,
      usage: ledgerOf(this.#role, usage),
    });
    return call;
  }

  /** Requests for a whole reply to the conversation carry what it asks of replies. */
  #settingsFor({ messages, prefix = "", purpose }: SampleSpec): Partial<SampleRequest> {
    const { conversation } = this.#scope.question;
    const plain = prefix === "" && purpose === "solve" && messages.at(-1) === conversation?.messages.at(-1);
    return plain ? (conversation?.settings ?? {}) : {};
  }

  /** The asked-for length, within what the model's context has room for. */
  #lengthFor(policy: Policy, spec: SampleSpec): number {
    const wanted = spec.maxTokens ?? this.#context.maxTokens;
    const window = policy.capabilities.contextTokens;
    if (window === null) return wanted;
    const prompt = policy.countPromptTokens?.(spec) ?? estimatePromptTokens(spec);
    const room = window - prompt;
    if (room >= 1) return Math.min(wanted, room);
    throw new ModelCallError(
      `The prompt has about ${prompt} tokens, the context of ${policy.id} holds ${window}. Shorten the question or choose a model with a longer context.`,
      { kind: "context", retryable: false },
    );
  }
}

/** How long the longest of them took; null where one's time is not known. */
function timeOf(samples: readonly Sample[]): number | null {
  const times = samples.map(({ serviceMs = null }) => serviceMs);
  return times.includes(null) ? null : Math.max(0, ...times.map(Number));
}

/** The samples under the seeds of the request: a policy that ignores seeds, or reports others, drew them too. */
function withSeeds(samples: readonly Sample[], seeds: readonly number[]): readonly Sample[] {
  const asked = new Set(seeds);
  if (samples.every(({ seed }) => asked.delete(seed))) return samples;
  return samples.map((sample, i) => ({ ...sample, seed: seeds[i] ?? sample.seed }));
}
