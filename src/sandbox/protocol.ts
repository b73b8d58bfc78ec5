import type { ExecutionLimits, ExecutionResult, Program } from "../core/execution.ts";

/**
 * A cell that a session has run before: what it takes to run it again. `key` names the state after it, within one
 * sandbox.
 */
export interface PastCell {
  readonly key: string;
  readonly source: string;
  readonly stdin: string;
}

/** What a pool sends to a worker process: one JSON object a line. `id` comes back with the answer. */
export interface WorkRequest {
  readonly id: number;
  readonly source: string;
  readonly result: Program["result"] | null;
  readonly stdin: string;
  readonly files: Readonly<Record<string, string>>;
  /** Runs before the source; null where there is none. */
  readonly prelude: string | null;
  /** The source of the program that `source` questions; null where there is none. */
  readonly subject: string | null;
  readonly limits: ExecutionLimits;
  /**
   * Null for a program. A cell has a key, and starts from the state after all of `history` (whose output was seen
   * already).
   */
  readonly key: string | null;
  readonly history: readonly PastCell[];
}

export interface Answer {
  readonly result: ExecutionResult;
  /** The process asks to be replaced. */
  readonly recycle?: boolean;
  /** Of a cell: its effects are part of the state from now on. Otherwise the state is what it was before. */
  readonly kept?: boolean;
}

/**
 * What a worker process writes: a `ready` line when it has started, then for each request exactly one line with its
 * answer, before which a `started` line says that the past cells have been run and the wall time of the cell itself
 * begins. A worker whose programs see what it has read gets a request with a subject without its source, and says when
 * it wants that, which only the process that is to run it reads.
 */
export type WorkReply =
  | { readonly ready: true; readonly detail?: string }
  | { readonly id: number; readonly started: true }
  | { readonly id: number; readonly wants: "source" }
  | ({ readonly id: number } & Answer);

/**
 * What the thread that runs programs reports to its supervisor. `handover` is given to the thread that replaces it, if
 * one must.
 */
export type ThreadMessage = Exclude<WorkReply, { ready: true }> | { readonly ready: true; readonly handover?: unknown };

/** How much of a traceback or of standard error is kept: the tail, in characters. */
export const errorTailCharacters = 2000;

export const tail = (text: string): string =>
  text.length <= errorTailCharacters ? text : `…${text.slice(-errorTailCharacters)}`;
