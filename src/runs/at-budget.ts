import { totalCalls, totalTokens } from "../core/usage.ts";
import type { TrialRecord } from "./records/record.ts";

/** A trial as it stood at a budget. */
export interface TrialState extends Pick<TrialRecord, "candidates" | "verdict"> {
  /** Prompt and answer tokens of policy and verifiers, at most the budget. */
  readonly tokens: number;
  readonly calls: number;
}

/** A trial as it ended. */
export const atEnd = ({ candidates, verdict, usage }: TrialRecord): TrialState => ({
  candidates,
  verdict,
  tokens: totalTokens(usage),
  calls: totalCalls(usage),
});

/**
 * A trial as it stood when it had spent `tokens`: the candidates of which the last pick in force knew, and that pick's
 * verdict; `unparsed` before the first pick. What a strategy would have done otherwise with a smaller budget is not
 * known from a larger one: a strategy that looks at what is left may use the smaller one better.
 */
export function atBudget(record: TrialRecord, tokens: number): TrialState {
  const end = atEnd(record);
  if (record.verdict === "error" || end.tokens <= tokens) return end;
  const inForce = record.picks.findLast(([, , spent]) => spent <= tokens);
  if (inForce === undefined) return { candidates: [], verdict: "unparsed", tokens, calls: 0 };
  const [known, picked, , calls] = inForce;
  const candidates = record.candidates.slice(0, known);
  return { candidates, verdict: verdictOfPick(record, picked), tokens, calls };
}

/** The pick that the trial ended with keeps its verdict; another one's is its candidate's. */
export function verdictOfPick(
  { candidates, picks, verdict }: TrialRecord,
  picked: number | null,
): TrialRecord["verdict"] {
  if (picked === (picks.at(-1)?.[1] ?? null)) return verdict;
  const candidate = picked === null ? undefined : candidates[picked];
  if (candidate === undefined || candidate.answer === null) return "unparsed";
  return candidate.correct ? "correct" : "incorrect";
}
