import type { ScoredCandidate } from "../core/candidate.ts";
import type { NodeRecord } from "../core/events.ts";
import type { TraceNode } from "./records/record.ts";

/** What the verifiers said of one candidate, beside its score. */
export interface VerdictOfCandidate {
  readonly raw?: number;
  /** Scores of its steps by the process verifier, and the numbers they were made of where they differ. */
  readonly steps?: readonly (number | null)[];
  readonly rawSteps?: readonly (number | null)[];
}

export function verdictOfCandidate({ score, steps }: ScoredCandidate): VerdictOfCandidate {
  const raw = steps?.some((step) => step?.raw !== undefined);
  return {
    ...(score?.raw === undefined ? {} : { raw: rounded(score.raw) }),
    ...(steps === undefined ? {} : { steps: steps.map((step) => roundedOrNull(step?.value)) }),
    ...(steps === undefined || !raw ? {} : { rawSteps: steps.map((step) => roundedOrNull(step?.raw)) }),
  };
}

/** A node as traces keep it: its verifier's words are cut, as a tree has many. */
export function tracedNode({ raw, reason, scoreCalls: _scoring, calls: _writing, ...node }: NodeRecord): TraceNode {
  return {
    ...node,
    ...(raw === undefined ? {} : { raw: rounded(raw) }),
    ...(reason === undefined ? {} : { reason: reason.slice(0, longestReason) }),
  };
}

const longestReason = 300;

const rounded = (value: number): number => Number(value.toPrecision(6));
const roundedOrNull = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : rounded(value);
