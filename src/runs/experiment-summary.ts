import type { Budget } from "../core/budget.ts";
import type { PromptPrice } from "../core/usage.ts";
import type { AllocationOptions } from "../engine/allocation/allocation.ts";
import type { Canary } from "../policy/canary.ts";
import type { StopSpec, VerifiersSpec } from "../setup/specs.ts";
import type { GraderIdentity } from "./graders/open-grader.ts";
import type { JudgingSummary } from "./judging/agreement.ts";
import type { AnswerKinds } from "./metrics/kinds.ts";
import type { MetricSummary } from "./metrics/metric-summary.ts";
import type { OrdinalRun } from "./records/ordinals.ts";
import type { ArmSummary } from "./summary.ts";

/** What the trials of a run depend on beside what its summary says anyway. */
export interface RunIdentity {
  /** Version of the rules that say what is right. */
  readonly grader: number;
  /** The grader that decides, where that is not the reference by these rules. */
  readonly gradedBy?: GraderIdentity;
  /** Hashes of the plug-ins' code, by path. */
  readonly code: Readonly<Record<string, string>>;
  /** Hashes of the files that options and verifiers name, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** How the comparison of one arm with its baseline ended. */
export interface EnoughArm {
  readonly arm: string;
  readonly baseline: string;
  /** Problems that both have done. */
  readonly problems: number;
  /** Mean difference on these, arm less baseline. */
  readonly difference: number;
  readonly eValue: number;
  /** Always valid, before it is held against the share of `alpha`. */
  readonly p: number;
  /** Problems after which the two were told apart; null where they were not. */
  readonly decidedAt: number | null;
}

export interface EnoughSummary {
  readonly alpha: number;
  readonly arms: readonly EnoughArm[];
}

/** `summary.json`: stable, documented fields. */
export interface ExperimentSummary {
  readonly version: number;
  readonly name: string;
  readonly description?: string;
  readonly complete: boolean;
  readonly policies: readonly {
    readonly label: string;
    readonly id: string;
    readonly simulated: boolean;
    /** What its dollars are calculated from, with date and source; absent where no price is known. */
    readonly prices?: string;
    /** How its prompts are counted; absent in results of earlier versions. */
    readonly prompts?: PromptPrice;
    /** What it says and can do, by which a swapped model is noticed; absent of models of this machine. */
    readonly canary?: Canary;
    /** How it differed from the model that the run began with, where the run went on all the same. */
    readonly swapped?: string;
  }[];
  readonly datasets: readonly { readonly name: string; readonly problems: number; readonly fingerprint: string }[];
  readonly seeds: readonly number[];
  readonly maxTokens: number;
  /** True where arms that passed their budget are compared all the same. */
  readonly compareOverBudget?: true;
  readonly arms: readonly ArmSummary[];
  /** The metrics that the experiment names; absent where it names none, and while the run is at work. */
  readonly metrics?: readonly MetricSummary[];
  /** Where a model grades: how it agrees with the labels, and its cost, which is in no arm's. */
  readonly judging?: readonly JudgingSummary[];
  /** What each arm is, in the order of `arms`. */
  readonly setups: readonly ArmSetup[];
  /**
   * Trials of this plan: the first lines of results.jsonl. Null while a run is at work, when lines stand as they came.
   */
  readonly trials: number | null;
  /** Trials that nobody answered, to be done when the command is given again, and why; absent where there are none. */
  readonly undone?: { readonly trials: number; readonly cause: string };
  readonly command?: string;
  /** What its reader must know of the set-up; absent where there is nothing. */
  readonly warnings?: readonly string[];
  /** Absent in results of earlier versions. */
  readonly identity?: RunIdentity;
  readonly versions: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Kinds of the problems' answers, by dataset; absent without metrics, which alone need them. */
  readonly kinds?: AnswerKinds;
  /** What of the plan was asked for; absent where that is all, and once all of it is there. */
  readonly part?: { readonly shard?: string; readonly only?: readonly string[]; readonly ids?: readonly string[] };
  /** The places in the plan of the lines of results.jsonl; absent where all of it is there, and while at work. */
  readonly held?: readonly OrdinalRun[];
  /** What the experiment's stopping rule found; absent without one, and while the run is at work. */
  readonly enough?: EnoughSummary;
}

export interface ArmSetup {
  readonly arm: string;
  /** Label of the arm it is compared with. */
  readonly baseline: string | null;
  /** The family that its comparison's p value is adjusted with. Absent in earlier runs: that of its model. */
  readonly family?: string;
  readonly strategy: string;
  readonly policy: string;
  readonly options: unknown;
  readonly verifiers: VerifiersSpec | null;
  readonly budget: Budget;
  readonly select: string | null;
  readonly stop: StopSpec | null;
  /** Labels of further models by the part they play; absent where there are none. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Absent where each problem has a budget of its own. */
  readonly allocation?: AllocationOptions;
}
