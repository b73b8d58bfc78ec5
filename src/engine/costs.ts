import type { BudgetScope, Spent } from "../core/budget.ts";
import { estimatePromptTokens, type Policy, type Sample, type SampleRequest } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import type { Payments } from "./payments.ts";

/** What one sample costs, whoever asked for it in which request: a call, its completion, and the prompt if it pays. */
export function costOfSample(sample: Sample, policy: Pick<Policy, "price">, paysPrompt: boolean): Usage {
  const promptTokens = paysPrompt ? sample.promptTokens : 0;
  const { completionTokens, thoughtTokens = 0 } = sample;
  return {
    calls: 1,
    promptTokens,
    cachedPromptTokens: 0,
    completionTokens,
    dollars: policy.price?.(promptTokens, completionTokens) ?? sample.dollars,
    ...(thoughtTokens > 0 && { thoughtTokens }),
    ...(sample.estimated && { estimated: true }),
  };
}

/** What a request sends, as a key: equal keys are one prompt. */
export const sentKey = (
  policy: Policy,
  { messages, prefix = "" }: Pick<SampleRequest, "messages" | "prefix">,
): string => JSON.stringify([policy.id, messages.map(({ role, content, raw }) => [role, content, raw]), prefix]);

/** Tokens of one prompt, before and after the model has counted it. */
export class PromptLength {
  readonly key: string;
  readonly #policy: Policy;
  readonly #request: Pick<SampleRequest, "messages" | "prefix">;
  readonly #payments: Payments;
  #counted: number | undefined;

  constructor(policy: Policy, request: Pick<SampleRequest, "messages" | "prefix">, payments: Payments) {
    this.key = sentKey(policy, request);
    this.#policy = policy;
    this.#request = request;
    this.#payments = payments;
  }

  /** By the policy's tokenizer, or a bound on what another's template may make of it. */
  bound(): number {
    return this.#exact() ?? boundOf(this.#request);
  }

  /**
   * The same, with what replies have shown: this prompt's own length, else the estimate as far off as the worst so far.
   * To be asked for when nothing is in flight.
   */
  settled(): number {
    const known = this.#exact() ?? this.#payments.lengthOf(this.key);
    if (known !== null) return known;
    const estimate = estimatePromptTokens(this.#request);
    const likely = this.#payments.likelyLength(this.#policy.id, estimate);
    return likely ?? Math.min(boundOf(this.#request), Math.ceil(1.25 * estimate) + ofTemplate.conversation);
  }

  /** Notes the model's own count. */
  note(tokens: number): void {
    this.#payments.noteLength(this.key, this.#policy.id, tokens, estimatePromptTokens(this.#request));
  }

  #exact(): number | null {
    if (this.#policy.countPromptTokens === undefined) return null;
    this.#counted ??= this.#policy.countPromptTokens(this.#request);
    return this.#counted;
  }
}

/** Tokens that a chat template adds to a conversation and to each of its turns: more than those of known templates. */
const ofTemplate = { conversation: 32, turn: 8 };

/**
 * Letters make three to a token or more; digits and signs are taken for a token each, other scripts for one and a
 * half.
 */
function boundOf({ messages, prefix = "" }: Pick<SampleRequest, "messages" | "prefix">): number {
  const text = messages.map(({ content }) => content).join("\n") + prefix;
  const letters = text.match(/[a-z ]/gi)?.length ?? 0;
  const plain = text.match(/[\x21-\x7e\n]/g)?.length ?? 0;
  const signs = plain - (text.match(/[a-z]/gi)?.length ?? 0);
  const others = text.length - letters - signs;
  return Math.ceil(letters / 3 + signs + others * 1.5) + ofTemplate.conversation + ofTemplate.turn * messages.length;
}

/** Room that is kept for judging while samples are drawn: `share` is for each sample, null where nothing is judged. */
export interface JudgingRoom {
  share: Spent | null;
}

/** Charges of one batch of judgements: collected while its reservation is open, else booked as they come. */
export class JudgingAccount {
  readonly #budget: BudgetScope;
  #collected: Spent | null = null;
  /** Tokens charged so far. */
  tokens = 0;

  constructor(budget: BudgetScope) {
    this.#budget = budget;
  }

  spend(spent: Spent): void {
    this.tokens += spent.tokens;
    if (this.#collected === null) this.#budget.spend(spent);
    else this.#collected = sum(this.#collected, spent);
  }

  /**
   * Reserves room for judgements of these sizes in tokens, for as many of the first as there is room for. What is
   * charged until `settle` takes that room.
   * @throws BudgetExceededError when there is none for the first.
   */
  async reserve(sizes: readonly number[]): Promise<{ readonly n: number; settle(): void }> {
    let read = 0;
    const upTo = sizes.map((size) => {
      read += size;
      return read;
    });
    const grant = await this.#budget.reserve({
      n: sizes.length,
      maxTokens: 0,
      usesHeld: true,
      worst: (n) => ({ tokens: upTo[n - 1] ?? 0, calls: n, dollars: 0 }),
    });
    this.#collected = nothing;
    return {
      n: grant.n,
      settle: () => {
        grant.settle(this.#collected ?? nothing);
        this.#collected = null;
      },
    };
  }
}

const nothing: Spent = { tokens: 0, calls: 0, dollars: 0 };

const sum = (a: Spent, b: Spent): Spent => ({
  tokens: a.tokens + b.tokens,
  calls: a.calls + b.calls,
  dollars: a.dollars + b.dollars,
});
