import type { ExecutionLimits, ExecutionResult, Program } from "../core/execution.ts";

/** What a pool sends to a worker process: one JSON object a line. `id` comes back with the answer. */
export interface WorkRequest {
  readonly id: number;
  readonly source: string;
  readonly result: Program["result"] | null;
  readonly stdin: string;
  readonly limits: ExecutionLimits;
}

/** What a worker process answers: exactly one line for a request, after one `ready` line when it has started. */
export type WorkReply =
  | { readonly ready: true; readonly detail?: string }
  | { readonly id: number; readonly result: ExecutionResult; readonly recycle?: boolean };

/** How much of a traceback or of standard error is kept: the tail, in characters. */
export const errorTailCharacters = 2000;

export const tail = (text: string): string =>
  text.length <= errorTailCharacters ? text : `…${text.slice(-errorTailCharacters)}`;
