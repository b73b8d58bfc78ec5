import { addLedgers, emptyLedger, type Ledger, ledgerOf, type Role, type Usage } from "../core/usage.ts";

/**
 * The one account of a solve: what was spent as if nothing had been stored (`logical`) and what was really spent
 * (`actual`). Every charge goes through here, and from here to the enclosing account.
 */
export class LedgerBook {
  #logical: Ledger = emptyLedger;
  #actual: Ledger = emptyLedger;
  readonly parent: LedgerBook | null;

  constructor(parent: LedgerBook | null = null) {
    this.parent = parent;
  }

  get logical(): Ledger {
    return this.#logical;
  }

  get actual(): Ledger {
    return this.#actual;
  }

  charge(role: Role, logical: Usage, actual: Usage): void {
    this.#add(ledgerOf(role, logical), ledgerOf(role, actual));
  }

  chargeProgram(): void {
    const run = { ...emptyLedger, sandbox: { runs: 1 } };
    this.#add(run, run);
  }

  #add(logical: Ledger, actual: Ledger): void {
    this.#logical = addLedgers(this.#logical, logical);
    this.#actual = addLedgers(this.#actual, actual);
    if (this.parent !== null) this.parent.#add(logical, actual);
  }
}
