import type { z } from "zod";
import type { ActionSpec, Grown, GrowRequest, TokenLimits } from "./action.ts";
import type { Budget } from "./budget.ts";
import type { Answer, Candidate, ScoredCandidate } from "./candidate.ts";
import type { RunEvent } from "./events.ts";
import type { Cell, ExecutionLimits, ExecutionResult, Program } from "./execution.ts";
import type { Pick } from "./pick.ts";
import type { Capabilities, Sample, SampleRequest, TokenLogprob } from "./policy.ts";
import type { Question } from "./question.ts";
import type { Random } from "./random.ts";
import type { Aggregation, Score } from "./score.ts";
import type { End, SearchState, Walk } from "./search.ts";
import type { Solution } from "./solution.ts";
import type { Step, Trajectory } from "./trajectory.ts";
import type { Ledger, Role } from "./usage.ts";

/** A request as strategies write it: the run fills in the seeds and which model answers. */
export interface SampleSpec extends Omit<SampleRequest, "seeds" | "n" | "maxTokens"> {
  /** Default 1. */
  readonly n?: number;
  /** Default: the run's answer length. */
  readonly maxTokens?: number;
  /**
   * Which of the run's models; default the policy itself. Other names ("teacher", "judge") fall back on the policy when
   * absent.
   */
  readonly model?: string;
  /**
   * Tells apart draws of one prompt that must not share samples (the replicas of a beam). Draws of the same prompt and
   * branch go on where the last one ended: sample 0, 1, 2 …
   */
  readonly branch?: string;
  /**
   * Index of the first sample, to be given again what was drawn before (paid once); default: the next not yet drawn.
   */
  readonly from?: number;
  /**
   * Asked of each sample at the end of each paragraph, while the rest is being written: should the text so far go
   * on with? Where not, the sample is ended there and is `dropped`. Each sample is then a request of its own. What it
   * says must depend on the text alone.
   */
  readonly keep?: (text: string) => boolean | Promise<boolean>;
  /**
   * The same at every token, by the log-probabilities so far; needs `logprobs`. The sample is cut after the first token
   * at which it says no, which depends on the tokens alone. While a policy streams, the rest is not written.
   */
  readonly keepTokens?: (tokens: readonly TokenLogprob[]) => boolean;
}

/** Which rewards a run really has, as opposed to those it derives from the other kind. */
export interface VerifierAccess {
  readonly outcome: boolean;
  readonly process: boolean;
  /** How step scores become one number, for the derived outcome score and for ranking partial trajectories. */
  readonly aggregation: Aggregation;
}

/** A strategy inside a strategy: same ledger, same signal, a budget inside the outer one. */
export interface SubSolve {
  readonly strategy: Strategy;
  /** Parsed already. */
  readonly options: unknown;
  readonly question?: Question;
  readonly budget?: Budget;
  readonly select?: Selection;
  readonly stop?: Stopping;
  /** Which of the run's models it asks in place of the policy; where that is absent, the policy. */
  readonly model?: string;
  /** Keeps two uses of the same strategy in one run apart. Samples are shared all the same. */
  readonly label: string;
}

/** What became of calls that were made together. */
export interface Gathered<T> {
  /** values[i] is what calls[i] brought; null where it failed. */
  readonly values: readonly (T | null)[];
  /**
   * Did any fail, mostly because the budget had no room for it? Then yield what there is and return: the engine ends
   * the solve.
   */
  readonly over: boolean;
}

/** A session of a run: every cell is charged and reported as a program run. */
export interface RunSession {
  run(cell: Cell, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult>;
  /** @param to the run that the fork is charged to; default that of this session. */
  fork(to?: Run): Promise<RunSession>;
  dispose(): Promise<void>;
}

/**
 * What one step is. An action space samples continuations of a trajectory and says where each ends; which trajectory to
 * grow is up to the walk, so any walk goes with any action space. It must call `run.sample` before it awaits anything,
 * so that draws keep their order.
 */
export interface ActionSpace {
  readonly name: string;
  /** True where every node is a whole solution, also those that may be grown on (refinement trees). */
  readonly wholeSolutions?: boolean;
  /** The text that a trajectory offers as its candidate; default: all of its text. */
  candidateText?(trajectory: Trajectory): string;
  /**
   * The steps that verifiers judge, where a trajectory holds more than its candidate's own text (drafts, a plan);
   * default: all. Each is judged by its paragraphs.
   */
  judgedSteps?(trajectory: Trajectory): readonly Step[];
  /** `count` continuations of one step each, in sample order; fewer when the budget had no room for more. */
  grow(run: Run, trajectory: Trajectory, request: GrowRequest): Promise<Grown[]>;
  /** `count` completions to the end, or of at most `steps` steps. */
  complete(run: Run, trajectory: Trajectory, request: GrowRequest & { readonly steps?: number }): Promise<Grown[]>;
}

/** A search over steps: which trajectory to grow, what a step is, and who judges. */
export interface WalkSetup<Own> {
  readonly walk: Walk<Own>;
  /** Plans in flight at most, see `Pipeline`; default 0, which plans in rounds. */
  readonly window?: number;
  /** By name, or one of your own. */
  readonly actions: ActionSpec | ActionSpace;
  /** Of expansions that do not name their own. */
  readonly temperature: number;
  /** Of all expansions. */
  readonly limits?: TokenLimits;
  /** Judges trajectories instead of the run's verifiers: one score each, of its newest step, in [0, 1] or null. */
  readonly judge?: (run: Run, trajectories: readonly Trajectory[]) => Promise<Score[]>;
  /** Before a trajectory grows by a step: shall that step be the last? Default: only at the step limit. */
  readonly endsNext?: (run: Run, trajectory: Trajectory) => Promise<boolean>;
  /**
   * The finished trajectory that the walk itself picks once it has ended. The engine notes it on the first candidate of
   * this trajectory, as `walkPick` and its value as `walkValue`; null leaves the pick to the selection.
   */
  readonly pick?: (state: SearchState<Own>, finished: readonly End[]) => End | null;
}

/**
 * The strategy's whole world. Nothing in a strategy, a verifier or an action space touches a network, a clock or
 * `Math.random` by itself. Calls whose budget has run out reject with BudgetExceededError: a strategy lets it pass, and
 * the engine ends it with the best so far.
 */
export interface Run {
  readonly question: Question;
  readonly policy: { readonly id: string; readonly capabilities: Capabilities };
  /** Of one of the run's models, by the part that it plays; of the policy where that is absent. */
  capabilitiesOf(model: string | undefined): Capabilities;
  readonly verifiers: VerifierAccess;
  /** Does a verifier, a selection or the record read log-probabilities of whole texts? Then steps keep theirs. */
  readonly readsLogprobs: boolean;
  /** Default length limit of an answer, in tokens. */
  readonly maxTokens: number;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly budget: { remaining(): { readonly tokens: number; readonly calls: number; readonly dollars: number } };
  /**
   * How many independent samples to ask for at once, of `n` still wanted: all of them unless a stopping rule watches.
   */
  batch(n: number): number;
  /**
   * Samples from the policy. Resolves to between 1 and `n` samples in index order: fewer only when the budget had no
   * room for more.
   * @throws BudgetExceededError when there is no room for one.
   */
  sample(spec: SampleSpec): Promise<Sample[]>;
  /**
   * Waits for calls that were made together, so that none that finished is lost when another fails. The engine
   * remembers the first failure in their order and ends the solve with it when the stream ends: a refusal of the budget
   * as `stopped: "budget"`, anything else by throwing.
   */
  gather<T>(calls: readonly Promise<T>[]): Promise<Gathered<T>>;
  /**
   * Says that the budget has no room for what would come next, though it refused nothing yet: the solve ends as
   * `stopped: "budget"` when the stream ends. `scope` is whose budget it is, in words; default the problem's.
   */
  outOfBudget(scope?: string): void;
  /**
   * scores[i] belongs to candidates[i]: from the outcome verifier, else the process scores aggregated, else all null.
   */
  score(candidates: readonly Candidate[]): Promise<Score[]>;
  /**
   * scores[i][t] belongs to step t: from the process verifier, else the outcome verifier on prefixes, else all null.
   */
  scoreSteps(trajectories: readonly Trajectory[]): Promise<Score[][]>;
  execute(program: Program, limits?: Partial<ExecutionLimits>): Promise<ExecutionResult>;
  /** A Python interpreter that keeps its state from cell to cell. To be disposed of. */
  openSession(): RunSession;
  /** Reads the answer out of a text, by the question's kind; null when there is none. */
  extract(text: string): Answer | null;
  /** Class index of each answer (equal answers share one, in order of first appearance); -1 for null. */
  classes(answers: readonly (string | null)[]): number[];
  embed(texts: readonly string[]): Promise<readonly (readonly number[])[]>;
  /**
   * Searches a tree of steps: draws what the walk plans, scores each round in one batch, and yields each trajectory
   * that finished, as often as it was sampled; unfinished ones only when nothing finished. Ends early where the budget
   * does.
   */
  walk<Own>(setup: WalkSetup<Own>): AsyncGenerator<readonly Candidate[]>;
  /** Runs another strategy inside this one; its candidates are yielded as they come, its solution is returned. */
  solve(inner: SubSolve): AsyncGenerator<Candidate, Solution>;
  /** The solution of a strategy that ran inside this one under that label, once it has ended. */
  solved(label: string): Solution | undefined;
  emit(event: RunEvent): void;
  /**
   * Charges verifier work that is not a sample (a served reward model) to the ledger and the budget; the number of its
   * call.
   */
  charge(usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly calls?: number;
    /** How long the verifier was at work, without waiting; absent where that is not known, which is not taken for 0. */
    readonly serviceMs?: number;
  }): number;
  /** What has been spent so far, as if nothing had been in the store. */
  usage(): Ledger;
  /** This run with its calls charged under another role (verifiers are given such a run). */
  as(role: Role): Run;
}

/** A rule that picks among candidates. Pure unless it declares that it makes calls. */
export interface Selection {
  readonly name: string;
  /** Does it read outcome scores? The engine asks the verifier for them only then (or when a stopping rule does). */
  readonly usesScores: boolean;
  /** True when picking makes model calls: the engine then picks by `interim` until the stream has ended. */
  readonly interim?: Selection;
  pick(candidates: readonly ScoredCandidate[], run: Run): Pick | null | Promise<Pick | null>;
}

/** A rule that says when the candidates so far are enough. */
export interface Stopping {
  readonly name: string;
  readonly usesScores?: boolean;
  /** Candidates to draw between two looks; default 1. */
  readonly window?: number;
  /** How many more candidates it takes at least before it can be enough: they are drawn together. Default `window`. */
  needs?(candidates: readonly ScoredCandidate[], pick: Pick | null, run: Run): number;
  /** A sentence that says why it is enough, or null. */
  enough(candidates: readonly ScoredCandidate[], pick: Pick | null, run: Run): string | null;
}

/** Upper bounds for one solve: dry runs plan with them, the contract suite checks them. */
export interface Estimate {
  /** Completions requested from the policy (any model but verifiers), at most, where every draw brings its step. */
  readonly calls: number;
  /**
   * Further completions at most, on servers whose replies bring no step: a blank one is drawn once more, and one that
   * ends inside a block of code or an equation is drawn on. Default 0.
   */
  readonly again?: number;
  /** Candidates and steps that verifiers are asked about at most, where the strategy asks them by itself. */
  readonly scored?: number;
  /** Programs run at most. */
  readonly runs?: number;
}

/** What each kind of reward changes in a strategy; shown in the catalogue and checked by the contract suite. */
export interface Rewards {
  readonly outcome: string;
  readonly process: string;
  readonly none: string;
  /**
   * `rules`: the stream itself reads no score, so that a verifier is read only where the selection or the stopping rule
   * does. Absent: the strategy reads it.
   */
  readonly readBy?: "rules";
}

/** What a strategy does with its compute; its folder has this name. */
export const families = ["sampling", "combining", "search", "correction", "prompting", "programs", "code"] as const;
export type Family = (typeof families)[number];

/** A strategy inside another, its options checked. */
export interface StrategyMember {
  readonly strategy: Strategy;
  readonly options: unknown;
  /** Which of the run's models it uses; default the policy. */
  readonly model?: string;
}

/** A stream of candidates, a rule to pick, a rule to stop. */
export interface Strategy<Options = unknown> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly paper?: string;
  readonly family: Family;
  /** How it works, in words; paragraphs are parted by a blank line, drawings stand in fences. */
  readonly how: string;
  /** What it costs, in words: goes on after "Cost:". */
  readonly costNote: string;
  /** Where it departs from its paper and why, a sentence or more each. */
  readonly departures: readonly string[];
  readonly rewards: Rewards;
  /** Strict; the defaults live here, with a description each. */
  readonly options: z.ZodType<Options>;
  /** Yields candidates, singly or as a batch that was made together (and is then scored together). */
  candidates(run: Run, options: Options): AsyncGenerator<Candidate | readonly Candidate[]>;
  select(options: Options): Selection;
  stop?(options: Options): Stopping | undefined;
  cost(options: Options): Estimate;
  /** The strategies that it runs inside itself, for those who allow some strategies and models only. Absent: none. */
  members?(options: Options): readonly StrategyMember[];
  /**
   * What it keeps of a conversation: `all` it asks for whole replies with the conversation as given (tools, format and
   * stop texts too); `turns` it builds on the messages, images included, but not on those settings. Absent: it reads
   * the question's text only.
   */
  keeps?(options: Options): "all" | "turns" | "text";
}
