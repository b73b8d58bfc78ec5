import type { AnswerKind } from "../../core/question.ts";
import { paragraphs } from "../../engine/sampling.ts";
import type {
  CandidateRecord,
  TraceCandidate,
  TraceNode,
  TraceRecord,
  TrialRecord,
} from "../../runs/records/record.ts";

/** A step of a solution: its own text, and what running it printed behind that. */
export interface SolutionStep {
  readonly own: string;
  readonly printed: string;
  readonly kind?: string;
}

/** A trial with its texts, and what the run's summary says of its arm. */
export interface PooledTrial {
  readonly run: string;
  readonly policy: string;
  /** Kind of the problem's answer; undefined where the run does not say. */
  readonly kind?: AnswerKind;
  readonly trial: TrialRecord;
  readonly trace: TraceRecord;
}

/** Where a row comes from. */
export interface Source {
  readonly run: string;
  readonly dataset: string;
  readonly problem: string;
  readonly arm: string;
  readonly strategy: string;
  readonly policy: string;
  readonly seed: number;
  readonly candidate: number;
}

/** A candidate of a pool. */
export interface PooledCandidate {
  readonly of: PooledTrial;
  readonly index: number;
  readonly text: string;
  readonly traced: TraceCandidate;
  readonly record: CandidateRecord;
  /** Null where the grader could not tell. */
  readonly right: boolean | null;
}

/** The solutions of one problem, or of one trial of it. */
export interface Pool {
  readonly dataset: string;
  readonly problem: string;
  readonly question: string;
  readonly trials: readonly PooledTrial[];
  /** In the order of trials. */
  readonly candidates: readonly PooledCandidate[];
}

export function poolOf(trials: readonly PooledTrial[]): Pool {
  const [first] = trials;
  if (first === undefined) throw new RangeError("poolOf: a pool has at least one trial");
  const { dataset, problem } = first.trial;
  return { dataset, problem, question: first.trace.question, trials, candidates: trials.flatMap(candidatesOf) };
}

const candidatesOf = (of: PooledTrial): PooledCandidate[] =>
  of.trace.candidates.flatMap((traced, index) => {
    const record = of.trial.candidates[index];
    if (record === undefined) return [];
    return [{ of, index, text: traced.text, traced, record, right: record.undecided ? null : record.correct }];
  });

export const sourceOf = ({ of: { run, policy, trial }, index }: PooledCandidate): Source => ({
  run,
  dataset: trial.dataset,
  problem: trial.problem,
  arm: trial.arm,
  strategy: trial.strategy,
  policy,
  seed: trial.seed,
  candidate: index,
});

/**
 * The steps of a solution. Where the run kept them, as they were; where it did not and ran no program, the paragraphs;
 * else null: what of its text a program printed is not known then.
 */
export function stepsOf({ traced, of: { trial } }: PooledCandidate): readonly SolutionStep[] | null {
  const { lengths, text } = traced;
  if (lengths === null) return null;
  if (lengths === undefined) {
    if (trial.usage.sandbox.runs > 0) return null;
    return paragraphs({ text, completionTokens: 0 }).map((step) => ({ own: step.text, printed: "" }));
  }
  const steps: SolutionStep[] = [];
  let at = 0;
  for (const { own, printed = 0, kind } of lengths) {
    const end = at + own;
    steps.push({ own: text.slice(at, end), printed: text.slice(end, end + printed), kind });
    at = end + printed;
  }
  return at === text.length ? steps : null;
}

/** What the policy wrote of a solution: its text without what programs printed. Null where that is not known. */
export const ownText = (candidate: PooledCandidate): string | null =>
  stepsOf(candidate)
    ?.map(({ own }) => own)
    .join("") ?? null;

/** A search tree of a trial by parents. */
export interface Tree {
  readonly nodes: ReadonlyMap<number, TraceNode>;
  readonly children: ReadonlyMap<number, readonly TraceNode[]>;
}

const trees = new WeakMap<TraceRecord, Tree>();

/** Null where the trial walked no tree. The root is node 0 and has no record of its own where the trace left it out. */
export function treeOf(trace: TraceRecord): Tree | null {
  if (trace.nodes === undefined || trace.nodes.length === 0) return null;
  const known = trees.get(trace);
  if (known !== undefined) return known;
  const nodes = new Map(trace.nodes.map((node) => [node.node, node]));
  const children = new Map<number, TraceNode[]>();
  for (const node of trace.nodes) {
    if (node.parent === null) continue;
    const list = children.get(node.parent);
    if (list === undefined) children.set(node.parent, [node]);
    else list.push(node);
  }
  const tree = { nodes, children };
  trees.set(trace, tree);
  return tree;
}

/** The nodes of a text from the root down, as far as the tree holds its beginning; the root is left out. */
export function pathOf(tree: Tree, text: string): readonly TraceNode[] {
  const path: TraceNode[] = [];
  let at = 0;
  for (let node = 0; ; ) {
    const next: TraceNode | undefined = tree.children
      .get(node)
      ?.filter((child) => child.text !== "" && text.startsWith(child.text, at))
      .reduce<TraceNode | undefined>((a, b) => (a === undefined || b.text.length > a.text.length ? b : a), undefined);
    if (next === undefined) return path;
    path.push(next);
    at += next.text.length;
    node = next.node;
  }
}

/** Mean of the known values along a solution's path in the search tree (rStar-Math's Q); null where none is known. */
export function meanValue(candidate: PooledCandidate): number | null {
  const tree = treeOf(candidate.of.trace);
  const text = tree === null ? null : ownText(candidate);
  if (tree === null || text === null) return null;
  const values = pathOf(tree, text).flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Was it drawn by itself: not on the walk of a search, not from a draft, not from a beginning that was put there, and
 * not left over where others were dropped while they were written? The last are the better part of the draws.
 */
export const isIndependent = ({ of: { trace }, traced, record: { revision } }: PooledCandidate): boolean =>
  trace.nodes === undefined &&
  (revision === undefined || revision.round === 0) &&
  !isPrefixed(traced, trace) &&
  !trace.candidates.some(({ notes }) => notes?.dropped === true);

/**
 * Its note says so. Where there is none the prompt tells that it came from: steps and rollouts go on from a beginning,
 * also those of a search within another strategy, whose tree is not kept.
 */
const isPrefixed = ({ notes, prompt }: TraceCandidate, { prompts = [] }: TraceRecord): boolean =>
  notes?.prefixed === true || (prompt !== undefined && ["step", "rollout"].includes(prompts[prompt]?.purpose ?? ""));

/**
 * Each draw once. Arms of one policy share their samples, so a text counts, for each policy and seed, as often as the
 * arm that has it most often has it.
 */
export function draws(candidates: readonly PooledCandidate[]): PooledCandidate[] {
  const counted = new Map<string, number>();
  const seen = new Map<string, number>();
  return candidates.filter(({ text, of: { run, policy, trial } }) => {
    const content = JSON.stringify([run, policy, trial.seed, text]);
    const own = JSON.stringify([content, trial.arm]);
    const times = (seen.get(own) ?? 0) + 1;
    seen.set(own, times);
    if ((counted.get(content) ?? 0) >= times) return false;
    counted.set(content, times);
    return true;
  });
}
