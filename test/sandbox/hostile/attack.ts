import type { ExecutionLimits, Program, Verdict } from "../../../src/core/execution.ts";

/**
 * A program that tries to do harm. It prints ESCAPED where it succeeds; `canary` stands for a secret that only the host
 * knows.
 */
export interface Attack {
  readonly name: string;
  readonly source: string;
  /** Each of these is a clear end; anything else, or the word ESCAPED, is a failure. */
  readonly verdicts: readonly Verdict[];
  readonly result?: Program["result"];
  readonly limits?: Partial<ExecutionLimits>;
}

/** What the host prepares for an attack to find. */
export interface Prey {
  readonly file: string;
  readonly folder: string;
  readonly tcpPort: number;
  readonly hostPid: number;
}

export const attack = (
  name: string,
  source: string,
  verdicts: readonly Verdict[] = ["error"],
  more: Pick<Attack, "limits" | "result"> = {},
): Attack => ({ name, source, verdicts, ...more });

/** A loop or a flood gets little time, since its end is the deadline. */
export const brief: Pick<Attack, "limits"> = { limits: { wallMs: 500 } };
