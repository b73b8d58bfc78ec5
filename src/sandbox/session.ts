import { SandboxError } from "../core/errors.ts";
import {
  type Cell,
  defaultLimits,
  type ExecutionLimits,
  type ExecutionResult,
  type Session,
} from "../core/execution.ts";
import { failed } from "./failed.ts";
import { type Pool, workOf } from "./pool.ts";
import type { PastCell } from "./protocol.ts";

export type { Cell, Session };

let keys = 0;

/**
 * A session is the list of its cells. Any worker can carry it on: one that has the state after some of the cells starts
 * from there, another runs them again. So nothing is lost with a worker, a fork is a copy of the list, and an idle
 * session costs no process. Running again gives the same state because programs see no real time and no real
 * randomness; on the native runtime, which shows the time, a program that looks at it may differ.
 */
export class PooledSession implements Session {
  readonly #pool: Pool;
  readonly #refuse: (cell: Cell, limits: ExecutionLimits) => string | null;
  #history: readonly PastCell[];
  #place: number | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;
  #keptLast = false;

  constructor(
    pool: Pool,
    history: readonly PastCell[],
    refuse: (cell: Cell, limits: ExecutionLimits) => string | null,
    place?: number,
  ) {
    this.#pool = pool;
    this.#history = history;
    this.#refuse = refuse;
    this.#place = place;
  }

  /** Are the effects of the last cell that has ended part of the state? How it ended does not say. */
  get keptLast(): boolean {
    return this.#keptLast;
  }

  /** Cells run in the order of the calls. */
  async run(cell: Cell, options: { limits?: Partial<ExecutionLimits>; signal?: AbortSignal } = {}) {
    const limits = { ...defaultLimits, ...options.limits };
    const refusal = this.#refuse(cell, limits);
    if (refusal !== null) return failed("refused", refusal);
    const turn = this.#last.then(() => this.#perform(cell, limits, options.signal));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async fork(): Promise<Session> {
    await this.#last;
    this.#check();
    return new PooledSession(this.#pool, this.#history, this.#refuse, this.#place);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#last;
    this.#history = [];
  }

  async #perform(cell: Cell, limits: ExecutionLimits, signal?: AbortSignal): Promise<ExecutionResult> {
    this.#check();
    const key = String(++keys);
    const work = { ...workOf(cell, limits), key, history: this.#history };
    const { result, kept, place } = await this.#pool.run(work, signal, this.#place);
    this.#place = place;
    this.#keptLast = kept === true;
    if (kept) this.#history = [...this.#history, { key, source: cell.source, stdin: cell.stdin ?? "" }];
    return result;
  }

  #check(): void {
    if (this.#disposed) throw new SandboxError("The session was disposed of.");
  }
}
