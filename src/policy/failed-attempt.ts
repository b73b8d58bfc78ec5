import { type FailureKind, ModelCallError } from "../core/errors.ts";
import type { Sample } from "../core/policy.ts";
import { errorFacts } from "./openai/said-error.ts";

/** What a server says of the fault beside its words; null where it does not. */
export interface SaidOfFault {
  /** The field at fault. */
  readonly param: string | null;
  /** Its own word for the fault: "unsupported_value". */
  readonly code: string | null;
}

const nothingSaid: SaidOfFault = { param: null, code: null };

/**
 * A call that failed, with what a wrapper can still use of it: the samples that did arrive (they are paid for) and
 * how long the server asks to wait.
 */
export class FailedAttempt extends ModelCallError {
  /** samples[i] belongs to seeds[i] of the request; null where none arrived. Empty when none did. */
  readonly samples: readonly (Sample | null)[];
  /** Milliseconds the server asks to wait before the next attempt; null when it does not say. */
  readonly retryAfterMs: number | null;
  readonly said: SaidOfFault;

  constructor(
    message: string,
    details: {
      status?: number | null;
      kind?: FailureKind | null;
      retryable: boolean;
      attempts?: number;
      cause?: unknown;
      samples?: readonly (Sample | null)[];
      retryAfterMs?: number | null;
      said?: SaidOfFault;
    },
  ) {
    super(message, details);
    this.name = "ModelCallError";
    this.samples = details.samples ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.said = details.said ?? nothingSaid;
  }
}

/** The samples that arrived before `error`, aligned with the request; empty where nothing is known of them. */
export function arrivedSamples(error: unknown): readonly (Sample | null)[] {
  return error instanceof FailedAttempt ? error.samples : [];
}

/**
 * The samples of a call, as many as were asked for.
 * @throws FailedAttempt with those that came, where a policy gave another number.
 */
export function asMany(samples: readonly Sample[], asked: number, policy: string): readonly Sample[] {
  if (samples.length === asked) return samples;
  const message = `${policy} returned ${samples.length} samples, ${asked} were asked for.`;
  throw new FailedAttempt(message, { retryable: false, samples: samples.slice(0, asked) });
}

/** What a failed call was about; where it does not say, by its status and its words. */
export function failureKindOf({ kind, status, message, retryable }: ModelCallError): FailureKind {
  if (kind !== null) return kind;
  if (status === null && retryable) return "connection";
  return errorFacts(status, message).kind;
}
