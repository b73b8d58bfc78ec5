import { EnvironmentError, type FailureKind, type ModelCallError } from "../core/errors.ts";
import { failureKindOf } from "../policy/failed-attempt.ts";
import type { Trial } from "./plan.ts";

/**
 * Failures in a row after which a model counts as gone. Each has outlived all attempts of its call (eight, which take
 * about 45 s), so one or two may be a hiccup of their own; at the third, waiting would only burn the rest of the run.
 */
export const outageAfter = 3;

/** A run that stopped because its model is gone. What was finished is kept, what failed is undone. */
export class OutageError extends EnvironmentError {}

/** A trial that failed by what lies between us and the model, or by the model's server. */
interface Held {
  readonly trial: Trial;
  readonly error: ModelCallError;
  readonly kind: FailureKind;
}

/** Failures that say nothing of the trial they struck. */
const environmental: ReadonlySet<FailureKind> = new Set(["connection", "server", "rate"]);

/**
 * Tells the failure of one trial from an outage. A trial that nobody answered is left undone in any case. One whose
 * server broke or was busy is held back: it failed by itself if another gets an answer after it, and is left undone if
 * so many in a row fail that the run stops.
 */
export class Outages {
  readonly #most: number;
  readonly #progress: () => string;
  #held: Held[] = [];
  #inRow = 0;
  #undone = 0;
  #cause = "";

  /** `progress` says how far the run is, for the message: "4 of 12 trials are done". */
  constructor(most = outageAfter, progress: () => string = () => "") {
    this.#most = most;
    this.#progress = progress;
  }

  /** Trials that were left undone though the run went on, and why the last of them was; null where there are none. */
  get undone(): { readonly trials: number; readonly cause: string } | null {
    return this.#undone === 0 ? null : { trials: this.#undone, cause: this.#cause };
  }

  /**
   * Takes failed trials; those that come back are to be recorded as failed.
   * @throws OutageError.
   */
  failed(failures: readonly { readonly trial: Trial; readonly error: ModelCallError }[]): readonly Held[] {
    const failed = failures.map(({ trial, error }) => ({ trial, error, kind: failureKindOf(error) }));
    const own = failed.filter(({ kind }) => !environmental.has(kind));
    const released = own.length > 0 ? this.answered() : [];
    for (const one of failed) if (environmental.has(one.kind)) this.#count(one);
    return [...released, ...own];
  }

  #count(failure: Held): void {
    if (failure.kind === "connection") this.lost(1, failure.error);
    else {
      this.#held.push(failure);
      this.#failure(failure.error);
    }
  }

  /**
   * So many trials are left undone by one call that nobody answered.
   * @throws OutageError.
   */
  lost(trials: number, error: ModelCallError): void {
    this.#undone += trials;
    this.#failure(error);
    if (!error.retryable) throw this.#outage(error);
  }

  #failure(error: ModelCallError): void {
    this.#cause = error.message;
    if (++this.#inRow >= this.#most) throw this.#outage(error);
  }

  /** A model has answered: nothing is wrong with the way to it. Gives back what was held, to be recorded as failed. */
  answered(): readonly Held[] {
    this.#inRow = 0;
    return this.rest();
  }

  /** What is still held when the run has come to its end. */
  rest(): readonly Held[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #outage(cause: ModelCallError): OutageError {
    const row = this.#inRow === 1 ? "" : ` ${this.#inRow} trials in a row failed.`;
    const progress = this.#progress();
    return new OutageError(
      `${cause.message}${row} The run has stopped${progress === "" ? "" : `: ${progress}, the others are left undone`}. ` +
        "Start the server again, or check address, network and proxy; then give the same command again: it does the rest.",
      { cause },
    );
  }
}
