import { addLedgers, emptyLedger, type Ledger, ledgerOf, type Role, totalTokens, type Usage } from "../core/usage.ts";

/** What calls up to some place had cost. */
export interface Reached {
  readonly tokens: number;
  readonly calls: number;
}

/**
 * The one account of a solve: what was spent as if nothing had been stored (`logical`) and what was really spent
 * (`actual`). Every charge goes through here, and from here to the enclosing account. It remembers what each call cost,
 * so that what a candidate had cost when it was there follows from the order of calls alone, not from how they were put
 * together into requests.
 */
export class LedgerBook {
  #logical: Ledger = emptyLedger;
  #actual: Ledger = emptyLedger;
  readonly parent: LedgerBook | null;
  readonly #byCall: Record<Role, RunningSum> = { policy: new RunningSum(), verifier: new RunningSum() };

  constructor(parent: LedgerBook | null = null) {
    this.parent = parent;
  }

  get logical(): Ledger {
    return this.#logical;
  }

  get actual(): Ledger {
    return this.#actual;
  }

  charge(role: Role, call: number, logical: Usage, actual: Usage): void {
    const [charged, billed] = [ledgerOf(role, logical), ledgerOf(role, actual)];
    for (let book: LedgerBook | null = this; book !== null; book = book.parent) {
      book.#add(charged, billed);
      book.#byCall[role].add(call, { tokens: totalTokens(charged), calls: logical.calls });
    }
  }

  /** What was really spent on a request, where that is known for the request as a whole. */
  bill(role: Role, actual: Usage): void {
    const billed = ledgerOf(role, actual);
    for (let book: LedgerBook | null = this; book !== null; book = book.parent) book.#add(emptyLedger, billed);
  }

  chargeProgram(): void {
    const run = { ...emptyLedger, sandbox: { runs: 1 } };
    for (let book: LedgerBook | null = this; book !== null; book = book.parent) book.#add(run, run);
  }

  /** The numbers of the last calls that were booked; -1 where there is none. */
  get last(): Readonly<Record<Role, number>> {
    return { policy: this.#byCall.policy.last, verifier: this.#byCall.verifier.last };
  }

  /** What the policy's and the verifiers' calls up to these numbers cost (logical). */
  upTo(calls: Readonly<Record<Role, number>>): Reached {
    const [policy, verifier] = [this.#byCall.policy.upTo(calls.policy), this.#byCall.verifier.upTo(calls.verifier)];
    return { tokens: policy.tokens + verifier.tokens, calls: policy.calls + verifier.calls };
  }

  #add(logical: Ledger, actual: Ledger): void {
    this.#logical = addLedgers(this.#logical, logical);
    this.#actual = addLedgers(this.#actual, actual);
  }
}

/** Sums over calls in the order of their numbers, in whatever order they are booked. */
class RunningSum {
  readonly #calls: number[] = [];
  readonly #costs: Reached[] = [];
  /** sums[i] is of the first i calls; those beyond its length are not added up yet. */
  readonly #sums: Reached[] = [{ tokens: 0, calls: 0 }];

  add(call: number, cost: Reached): void {
    const at = this.#placeOf(call);
    this.#calls.splice(at, 0, call);
    this.#costs.splice(at, 0, cost);
    this.#sums.splice(at + 1);
  }

  get last(): number {
    return this.#calls.at(-1) ?? -1;
  }

  upTo(call: number): Reached {
    const count = this.#placeOf(call);
    for (let i = this.#sums.length; i <= count; i++) {
      const { tokens, calls } = this.#sums[i - 1] as Reached;
      const cost = this.#costs[i - 1] as Reached;
      this.#sums.push({ tokens: tokens + cost.tokens, calls: calls + cost.calls });
    }
    return this.#sums[count] as Reached;
  }

  /** How many booked calls have this number or a smaller one. */
  #placeOf(call: number): number {
    let [low, high] = [0, this.#calls.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#calls[middle] as number) <= call) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
