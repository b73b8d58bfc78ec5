import type { BudgetScope } from "../core/budget.ts";
import type { Candidate } from "../core/candidate.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy, Sample } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import type { Run, Stopping, SubSolve, WalkSetup } from "../core/run.ts";
import type { End } from "../core/search.ts";
import type { Solution } from "../core/solution.ts";
import type { PromptPrice } from "../core/usage.ts";
import type { CallBlock, Calls } from "./call-book.ts";
import type { JudgingRoom } from "./judging-account.ts";
import type { LedgerBook } from "./ledger.ts";
import type { PlanLog } from "./plan-log.ts";
import type { VerifierDesk } from "./scoring.ts";

/** What all the runs of one solve share: the outermost strategy's and those of strategies inside it. */
export interface SolveContext {
  readonly policy: Policy;
  /** Other models by role name: "teacher", "judge", "discriminator" … */
  readonly models: Readonly<Record<string, Policy>>;
  readonly sandbox: Sandbox | null;
  readonly desk: VerifierDesk;
  readonly seed: string;
  readonly maxTokens: number;
  /** Log-probabilities to ask for with every policy sample, because a verifier or selection reads them. */
  readonly logprobs: number | undefined;
  /** Ask for hidden states with every policy sample. */
  readonly states: boolean;
  readonly onEvent: (event: RunEvent) => void;
  /**
   * Emit text as it arrives. Servers are then asked to stream, which costs several times as much processor time a call.
   */
  readonly streamText: boolean;
  /** Samples of this solve by prompt and seed: within one solve a sample is paid for once. */
  readonly drawn: Map<string, DrawnSample>;
  readonly calls: Calls & { block?(): CallBlock };
  /** Where the run of one plan of a pipelined walk keeps its charges and events. */
  readonly log?: PlanLog;
  readonly prompts: PromptPrice;
  /** Rounds of search that were drawn and judged in full; null where nothing is searched. */
  readonly searched: { rounds: number | null };
  /** What is being judged, for the end of the time: it is drawn and paid for. */
  readonly judging: Set<InHand>;
  /** Drives a walk over a tree; an engine that is to be small has none. */
  readonly walk: Walker;
  readonly solveInside: (outer: EngineRun, inner: SubSolve) => AsyncGenerator<Candidate, Solution>;
}

/** A sample, how long it was allowed to be, and how many alternatives a token were asked for. */
export interface DrawnSample {
  readonly sample: Sample;
  readonly maxTokens: number;
  readonly logprobs: number | undefined;
}

/** Candidates that are on their way into a pool. */
export interface InHand {
  readonly batch: readonly Candidate[];
}

/** What drives walks: see walking.ts. */
export type Walker = <Own>(run: EngineRun, setup: WalkSetup<Own>) => AsyncGenerator<readonly Candidate[]>;

/** The finished trajectory that a walk picked at its end. */
export type WalkPick = Pick<End, "trajectory" | "value">;

/** What one run has of its own: its question, budget, account and rules. */
export interface RunScope {
  readonly question: Question;
  readonly budget: BudgetScope;
  readonly ledger: LedgerBook;
  readonly signal: AbortSignal;
  readonly stopping: Stopping | undefined;
  /** Does a verifier judge every candidate, so that drawing must leave room for it? */
  readonly judges: boolean;
  /** Room that a search keeps for judging. */
  readonly judging: JudgingRoom;
  readonly label: string;
  /** Of strategies inside that have ended, by their own labels. */
  readonly solved: Map<string, Solution>;
  /**
   * What the stream is to end with, once it has ended by itself (see {@link Run.gather}); the walk's own pick; and what
   * a walk that was cut short had in hand.
   */
  readonly ending: { failure: { readonly reason: unknown } | null; pick?: WalkPick; late?: readonly Candidate[] };
}

/** The run of one plan of a pipelined walk. */
export interface PlanRun {
  readonly run: EngineRun;
  /** Runs the part that draws at once, in the order of planning: it gets the seeds that rounds would get. */
  begin<T>(draw: () => T): T;
}

/** A run as the engine's own parts see it. */
export interface EngineRun extends Run {
  /** Candidates that the stopping rule needs at least before it can stop; the pool says so after each look. */
  needed: number | undefined;
  /** A run for one plan of a pipelined walk. */
  forPlan(log: PlanLog, plan: number): PlanRun;
  readonly context: SolveContext;
  readonly scope: RunScope;
}
