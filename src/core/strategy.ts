import type { z } from "zod";
import type { Candidate, ScoredCandidate } from "./candidate.ts";
import { InvalidOptionError } from "./errors.ts";
import type { Run } from "./run.ts";

/** One class of equal answers in a pick's tally. */
export interface TallyRow {
  readonly answer: string;
  /** Candidates with this answer. */
  readonly votes: number;
  /** What the selection adds up: votes, scores, or the best score. */
  readonly weight: number;
}

/** The answer that a selection picked, and on what evidence. */
export interface Pick {
  /** Index of the candidate that represents the picked answer. */
  readonly index: number;
  readonly answer: string | null;
  /** Share of the total weight in [0, 1] behind the picked answer, or the picked score itself; null where neither exists. */
  readonly support: number | null;
  /** Heaviest class first. */
  readonly tally: readonly TallyRow[];
  readonly tied: boolean;
  /** "4 of 5 samples agree", "scored 0.91, the next 0.64". */
  readonly reason: string;
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
  /** Candidates worth drawing between two looks; default 1. */
  readonly window?: number;
  /** A sentence that says why it is enough, or null. */
  enough(candidates: readonly ScoredCandidate[], pick: Pick | null, run: Run): string | null;
}

/** Upper bounds for one solve: dry runs plan with them, the contract suite checks them. */
export interface Estimate {
  /** Completions asked of the policy (any model but verifiers) at most. */
  readonly calls: number;
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
}

/** A stream of candidates, a rule to pick, a rule to stop. */
export interface Strategy<Options = unknown> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly paper?: string;
  readonly rewards: Rewards;
  /** Strict; the defaults live here, with a description each. */
  readonly options: z.ZodType<Options>;
  /** Yields candidates, singly or as a batch that was made together (and is then scored together). */
  candidates(run: Run, options: Options): AsyncGenerator<Candidate | readonly Candidate[]>;
  select(options: Options): Selection;
  stop?(options: Options): Stopping | undefined;
  cost(options: Options): Estimate;
  /**
   * What it keeps of a conversation: `all` it asks for whole replies with the conversation as given (tools, format and stop texts too);
   * `turns` it builds on the messages, images included, but not on those settings. Absent: it reads the question's text only.
   */
  keeps?(options: Options): "all" | "turns" | "text";
}

/** Declares a strategy: inference of its option types, nothing else. */
export function defineStrategy<Options>(definition: Strategy<Options>): Strategy<Options> {
  return definition;
}

/**
 * Options checked and completed with their defaults.
 * @throws InvalidOptionError naming the option, the requirement and the value.
 */
export function parseOptions<Options>(owner: { name: string; options: z.ZodType<Options> }, given: unknown): Options {
  const parsed = owner.options.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  const where = path === "" ? `${owner.name}:` : `${owner.name}: "${path}"`;
  throw new InvalidOptionError(where, describeIssue(issue, given, owner.options));
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A schema issue as a requirement and the offending value: "must be an integer of at least 1, got 0." */
export function describeIssue(issue: Issue | undefined, given: unknown, schema?: z.ZodType): string {
  if (issue === undefined) return "is invalid.";
  if (issue.code === "unrecognized_keys") {
    const shape = (schema as { shape?: Record<string, unknown> } | undefined)?.shape;
    const known = shape === undefined ? "" : ` Known: ${Object.keys(shape).join(", ")}.`;
    return `does not know ${(issue.keys ?? []).map((key) => `"${key}"`).join(", ")}.${known}`;
  }
  let value: unknown = given;
  for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  const shown = value === undefined ? "nothing" : JSON.stringify(value);
  const requirement = issue.message
    .replace(/^Invalid input: expected /, "must be ")
    .replace(/, received .*$/, "")
    .replace(/^Too small: expected \w+ to be >=/, "must be at least ")
    .replace(/^Too small: expected \w+ to be >/, "must be more than ")
    .replace(/^Too big: expected \w+ to be <=/, "must be at most ")
    .replace(/^Too big: expected \w+ to be </, "must be less than ")
    .replace(/^Invalid option: expected one of /, "must be one of ");
  return `${requirement}, got ${shown.length > 80 ? `${shown.slice(0, 77)}…` : shown}.`;
}
