import { BudgetExceededError, type BudgetLimit } from "./errors.ts";

/** Limits on what may be spent; an absent one is unlimited. Tokens are prompt and completion, policy and verifiers. */
export interface Budget {
  readonly tokens?: number;
  readonly calls?: number;
  readonly seconds?: number;
  readonly dollars?: number;
}

/** What a call may need at most, for each of up to `n` samples or judgements. */
export interface Need {
  readonly n: number;
  /** New tokens of each; 0 where nothing is written. */
  readonly maxTokens: number;
  /**
   * What the first `n` of them take at most, with so many new tokens each. `settled`: all calls that were asked for
   * before have ended, so that what they showed may be used and the answer is still the same at any concurrency.
   */
  worst(n: number, maxTokens: number, settled: boolean): Spent;
  /**
   * What the first `n` of them can be billed at the very most: each prompt by itself, however it may be written in
   * tokens. For scopes that count as billed; default {@link worst}.
   */
  most?(n: number, maxTokens: number): Spent;
  /** Called as soon as room is taken for it, before the next in the queue is looked at. */
  taken?(): void;
  /** May it use what is held for judging ({@link BudgetScope.hold})? Default false. */
  readonly usesHeld?: boolean;
}

/** Samples of one prompt. */
export interface SampleNeed {
  readonly n: number;
  readonly promptTokens: number;
  /** Is the prompt paid for once for all n samples? */
  readonly sharedPrompt: boolean;
  readonly maxTokens: number;
  /** Dollars for given tokens; 0 where no price is known. */
  readonly price: (promptTokens: number, completionTokens: number) => number;
}

export const needOfSamples = ({ n, promptTokens, sharedPrompt, maxTokens, price }: SampleNeed): Need => ({
  n,
  maxTokens,
  worst: (count, length) => {
    const prompt = promptTokens * (sharedPrompt ? 1 : count);
    return { tokens: prompt + count * length, calls: count, dollars: price(prompt, count * length) };
  },
});

/** What was granted: `n` samples (at least 1) of at most `maxTokens` tokens. `settle` must be called once. */
export interface Grant {
  readonly n: number;
  readonly maxTokens: number;
  /** `billed` is what the server counted, where that is another figure; scopes that count as billed take it. */
  settle(spent: Spent, billed?: Spent): void;
}

export interface Spent {
  readonly tokens: number;
  readonly calls: number;
  readonly dollars: number;
}

/** A prompt that leaves room for fewer new tokens than this (or than it asks for, if that is less) is not sent. */
export const leastCompletion = 16;

const nothing: Spent = { tokens: 0, calls: 0, dollars: 0 };

interface Waiting {
  readonly need: Need;
  readonly resolve: (grant: Grant) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A hard limit on spending, with scopes inside scopes. Every call is reserved at its worst case before it is made and
 * settled at its true cost after.
 *
 * Reservations are served strictly in the order they were asked for: a call that does not fit beside those in flight
 * waits for them. What it is granted therefore depends only on what the calls before it truly cost, not on timing, and
 * results are the same at any concurrency:
 *
 *     asked    1 ──────────┐ 2 ───────┐ 3 (does not fit yet: waits)
 *     in flight [1][2]     │          │
 *     settled              1: 210     2: 180   → 3 is granted what is left, or refused
 *
 * Judging has room kept for it while samples are drawn ({@link hold}), which only judgements may use. Spending can pass
 * a limit only by what a call itself overshoots (a server that writes more than `maxTokens`, a prompt that has more
 * tokens than estimated); {@link overshoot} names it.
 */
export class BudgetScope {
  readonly name: string;
  readonly limits: Budget;
  readonly parent: BudgetScope | null;
  /** Does it count what is billed, and reserve the most that can be? Else a prompt may count once for many samples. */
  readonly #asBilled: boolean;
  #spent: Spent = { tokens: 0, calls: 0, dollars: 0 };
  #reserved: Spent = { tokens: 0, calls: 0, dollars: 0 };
  /** Kept for judging what was drawn. */
  #held: Spent = nothing;
  #inFlight = 0;
  readonly #idlers: (() => void)[] = [];
  readonly #queue: Waiting[] = [];

  constructor(name: string, limits: Budget, parent: BudgetScope | null = null, counts: "shared" | "billed" = "shared") {
    this.name = name;
    this.limits = limits;
    this.parent = parent;
    this.#asBilled = counts === "billed";
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** How far spending has passed each limit; all zero unless calls overshot. */
  get overshoot(): Spent {
    const over = (limit: number | undefined, spent: number) => (limit === undefined ? 0 : Math.max(0, spent - limit));
    return {
      tokens: over(this.limits.tokens, this.#spent.tokens),
      calls: over(this.limits.calls, this.#spent.calls),
      dollars: over(this.limits.dollars, this.#spent.dollars),
    };
  }

  /** What is left of tokens and calls here and in every scope around; Infinity where unlimited. */
  remaining(): { readonly tokens: number; readonly calls: number; readonly dollars: number } {
    const outer = this.parent?.remaining() ?? { tokens: Infinity, calls: Infinity, dollars: Infinity };
    const left = (limit: number | undefined, spent: number) =>
      limit === undefined ? Infinity : Math.max(0, limit - spent);
    return {
      tokens: Math.min(outer.tokens, left(this.limits.tokens, this.#spent.tokens)),
      calls: Math.min(outer.calls, left(this.limits.calls, this.#spent.calls)),
      dollars: Math.min(outer.dollars, left(this.limits.dollars, this.#spent.dollars)),
    };
  }

  /**
   * Resolves, in order of asking, to what may be spent now. May grant fewer samples than asked for, or shorter ones.
   * @throws BudgetExceededError when not even one short sample fits.
   */
  reserve(need: Need): Promise<Grant> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ need, resolve, reject });
      this.#serve();
    });
  }

  /** Keeps room for judging what was just drawn, here and in every scope around, until {@link release}. */
  hold(amount: Spent): void {
    this.#held = add(this.#held, amount, 1);
    this.parent?.hold(amount);
  }

  /** Gives back all that is held here: what was drawn has been judged. */
  release(): void {
    const held = this.#held;
    for (let scope: BudgetScope | null = this; scope !== null; scope = scope.parent) {
      scope.#held = add(scope.#held, held, -1);
      scope.#serve();
    }
  }

  /**
   * Books what could not be reserved beforehand (a served verifier's tokens); may overshoot, which {@link overshoot}
   * then names.
   */
  spend(spent: Spent, billed: Spent = spent): void {
    this.#spent = add(this.#spent, this.#asBilled ? billed : spent, 1);
    this.parent?.spend(spent, billed);
    this.#serve();
  }

  /** Resolves when no call is in flight and none waits. */
  idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idlers.push(resolve));
  }

  #serve(): void {
    this.#serveQueue();
    if (this.#inFlight === 0 && this.#queue.length === 0) for (const resolve of this.#idlers.splice(0)) resolve();
  }

  #serveQueue(): void {
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const { need } = head;
      const whole = this.#fits(need.n, need.maxTokens, need, this.#inFlight === 0);
      if (!whole && this.#inFlight > 0) return;
      this.#queue.shift();
      const shape = whole ? { n: need.n, maxTokens: need.maxTokens } : this.#shrink(need);
      if (shape === null) {
        head.reject(this.#refusal(need));
        continue;
      }
      this.#admit(head, shape);
    }
  }

  #admit({ need, resolve, reject }: Waiting, shape: { n: number; maxTokens: number }): void {
    const worst = this.#worst(need, shape.n, shape.maxTokens, this.#inFlight === 0);
    this.#reserved = add(this.#reserved, worst, 1);
    this.#inFlight++;
    need.taken?.();
    const release = (spent: Spent, billed: Spent) => {
      this.#reserved = add(this.#reserved, worst, -1);
      this.#inFlight--;
      this.#spent = add(this.#spent, this.#asBilled ? billed : spent, 1);
      this.#serve();
    };
    const outer =
      this.parent === null
        ? Promise.resolve(null)
        : this.parent.reserve({ ...need, n: shape.n, maxTokens: shape.maxTokens });
    outer.then(
      (granted) => {
        let settled = false;
        resolve({
          n: granted?.n ?? shape.n,
          maxTokens: granted?.maxTokens ?? shape.maxTokens,
          settle: (spent, billed = spent) => {
            if (settled) return;
            settled = true;
            granted?.settle(spent, billed);
            release(spent, billed);
          },
        });
      },
      (error: unknown) => {
        release(nothing, nothing);
        reject(error);
      },
    );
  }

  #worst(need: Need, n: number, maxTokens: number, settled: boolean): Spent {
    return (this.#asBilled ? need.most?.(n, maxTokens) : undefined) ?? need.worst(n, maxTokens, settled);
  }

  /** Is there room beside what was spent, reserved and held? */
  #fits(n: number, maxTokens: number, need: Need, settled: boolean): boolean {
    const worst = this.#worst(need, n, maxTokens, settled);
    const taken = add(this.#spent, this.#reserved, 1);
    const held = need.usesHeld === true ? taken : add(taken, this.#held, 1);
    const { tokens = Infinity, calls = Infinity, dollars = Infinity } = this.limits;
    return (
      held.tokens + worst.tokens <= tokens &&
      held.calls + worst.calls <= calls &&
      held.dollars + worst.dollars <= dollars + 1e-12
    );
  }

  /** The most whole samples that fit, else one sample as long as fits, else null. Called with nothing in flight. */
  #shrink(need: Need): { n: number; maxTokens: number } | null {
    const most = (low: number, high: number, fits: (value: number) => boolean) => {
      if (!fits(low)) return null;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (fits(middle)) low = middle;
        else high = middle - 1;
      }
      return low;
    };
    const n = most(1, need.n, (count) => this.#fits(count, need.maxTokens, need, true));
    if (n !== null) return { n, maxTokens: need.maxTokens };
    const maxTokens = most(shortest(need), need.maxTokens, (length) => this.#fits(1, length, need, true));
    return maxTokens === null ? null : { n: 1, maxTokens };
  }

  #refusal(need: Need): BudgetExceededError {
    const worst = this.#worst(need, 1, shortest(need), true);
    const limits: BudgetLimit[] = ["tokens", "calls", "dollars"];
    for (const limit of limits) {
      if (limit === "seconds") continue;
      const allowed = this.limits[limit];
      if (allowed !== undefined && this.#spent[limit] + worst[limit] > allowed) {
        return new BudgetExceededError(limit, allowed, this.#spent[limit], this.name);
      }
    }
    return new BudgetExceededError("tokens", this.limits.tokens ?? 0, this.#spent.tokens, this.name);
  }
}

const shortest = (need: Need): number => Math.min(leastCompletion, need.maxTokens);

function add(a: Spent, b: Spent, sign: 1 | -1): Spent {
  return { tokens: a.tokens + sign * b.tokens, calls: a.calls + sign * b.calls, dollars: a.dollars + sign * b.dollars };
}
