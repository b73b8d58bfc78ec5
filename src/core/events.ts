import type { Budget } from "./budget.ts";
import type { Stopped, TallyRow } from "./pick.ts";
import type { Message, Purpose } from "./policy.ts";
import type { Ledger, Role } from "./usage.ts";

/** A node of a search tree as traces record it. */
export interface NodeRecord {
  readonly node: number;
  readonly parent: number | null;
  readonly depth: number;
  readonly text: string;
  readonly kind?: string;
  readonly score: number | null;
  readonly logprob: number | null;
  readonly tokens: number;
  readonly terminal: boolean;
  readonly answer: string | null;
  /** The calls that wrote its steps, in order. */
  readonly calls: readonly number[];
  /** The verifier's own number, where the score is made of another, and what it said. */
  readonly raw?: number;
  readonly reason?: string;
  /** The calls of the judgement; absent where none was made. */
  readonly scoreCalls?: readonly number[];
}

/**
 * The ordered events of one solve: the only output channel. Progress bars, traces, streaming responses, the viewer and
 * the reports all read these. `label` is empty for the outermost strategy and names the inner one in combinators.
 */
export type RunEvent = { readonly label?: string } & (
  | {
      readonly type: "run-start";
      readonly strategy: string;
      readonly options: unknown;
      readonly question: { readonly id: string; readonly text: string };
      readonly policy: string;
      readonly verifiers: { readonly outcome: string | null; readonly process: string | null };
      readonly seed: string;
      readonly budget: Budget;
    }
  | {
      /** A distinct prompt, once, before the first call that asked it ends. */
      readonly type: "prompt";
      readonly prompt: number;
      readonly purpose: Purpose;
      readonly messages: readonly Pick<Message, "role" | "content">[];
    }
  | {
      readonly type: "call-end";
      /**
       * The number of its first completion in the solve, in the order of asking; those of its other samples follow.
       * Numbers of samples that the budget had no room for are left out.
       */
      readonly call: number;
      readonly role: Role;
      readonly model: string;
      readonly purpose: string;
      /** The prompt that was asked; absent for calls that are no samples (a served verifier). */
      readonly prompt?: number;
      readonly samples: number;
      /** As if nothing had been in the store. */
      readonly usage: Ledger;
      readonly texts?: readonly string[];
    }
  | { readonly type: "text"; readonly index: number; readonly text: string }
  | { readonly type: "program-end"; readonly verdict: string; readonly value: string | null }
  | {
      readonly type: "candidate";
      readonly index: number;
      readonly text: string;
      readonly answer: string | null;
      readonly rule: string | null;
      readonly complete: boolean;
      /** The calls it came from, in order. */
      readonly calls: readonly number[];
      readonly notes?: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly type: "candidate-scored";
      readonly index: number;
      readonly score: number | null;
      readonly reason?: string;
      /** The calls of the judgement. */
      readonly calls: readonly number[];
    }
  | {
      readonly type: "steps-scored";
      readonly scores: readonly (number | null)[];
      readonly raw?: readonly (number | null)[];
      readonly calls: readonly number[];
    }
  | {
      readonly type: "pick";
      readonly candidates: number;
      readonly picked: number | null;
      readonly answer: string | null;
      readonly support: number | null;
      readonly tally: readonly TallyRow[];
      readonly tokens: number;
    }
  | { readonly type: "node-expanded"; readonly node: number; readonly children: readonly NodeRecord[] }
  | { readonly type: "node-visited"; readonly node: number; readonly visits: number; readonly value: number | null }
  | { readonly type: "note"; readonly message: string }
  | {
      readonly type: "run-end";
      readonly answer: string | null;
      readonly reason: string;
      readonly stopped: Stopped;
      readonly stopReason?: string;
      readonly usage: Ledger;
    }
);
