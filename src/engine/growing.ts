import type { AnswerClassesByOne } from "../answer/classes.ts";
import type { Grown } from "../core/action.ts";
import type { Candidate } from "../core/candidate.ts";
import { ModelCallError } from "../core/errors.ts";
import type { ActionSpace, WalkSetup } from "../core/run.ts";
import type { Child, End, Expansion, ExpansionOutcome, Search } from "../core/search.ts";
import { logprobsOfSteps } from "../core/token-logprobs.ts";
import { type Step, Trajectory } from "../core/trajectory.ts";
import { continueWith } from "../search/continuation.ts";
import type { RoundState } from "../search/state.ts";
import type { EngineRun } from "./context.ts";
import { paragraphs } from "./sampling.ts";

/** A walk in progress. */
export interface Walking<Own> {
  readonly run: EngineRun;
  readonly setup: WalkSetup<Own>;
  readonly actions: ActionSpace;
  readonly search: Search<RoundState<Own>>;
  readonly state: RoundState<Own>;
  /** Trajectories that a limit cut. */
  readonly incomplete: Set<Trajectory>;
  /**
   * All that was drawn and not yet offered, in order, with its score: candidates where every node is a whole solution.
   */
  readonly solutions: Pick<End, "trajectory" | "value">[];
  /** Of all answers so far: the first of equal ones stands for them in the tree. */
  readonly answers: AnswerClassesByOne;
  /** Nodes after which the policy ended its text: they finished where they stood, and may still be grown otherwise. */
  readonly ended: Ended;
}

/** Which nodes ended where they stood, and those of them that were not yet offered. */
interface Ended {
  readonly nodes: Set<number>;
  readonly fresh: Pick<End, "trajectory" | "value">[];
}

/** A continuation that was drawn for an expansion, as a trajectory. */
export interface Drawn {
  readonly trajectory: Trajectory;
  readonly grown: Grown;
}

/** What an expansion drew, and whether the policy ended its text where the expansion began. */
export interface Draw {
  readonly children: readonly Drawn[];
  readonly ended: boolean;
}

/** Draws the continuations of an expansion. The first call is made before anything is awaited. */
export async function draw<Own>(walk: Walking<Own>, expansion: Expansion): Promise<Draw> {
  const { run, setup, actions } = walk;
  const { trajectory, kind, count, drawn, model, steps, toEnd, last = false } = expansion;
  const request = {
    ...setup.limits,
    count,
    drawn,
    model,
    last,
    temperature: expansion.temperature ?? setup.temperature,
  };
  const grow = async () => {
    const ends = last || (await setup.endsNext?.(run, trajectory));
    return await actions.grow(run, trajectory, { ...request, last: ends === true });
  };
  const drawing =
    kind === "rollout"
      ? actions.complete(run, trajectory, { ...request, steps: toEnd === true ? undefined : steps })
      : setup.endsNext === undefined || last
        ? actions.grow(run, trajectory, request)
        : grow();
  const all = await withinContext(run, trajectory, drawing);
  const added = kind === "expand" ? all.filter(({ steps }) => steps.length > 0) : all;
  const children = added.map((grown) => ({ grown, trajectory: extended(trajectory, grown) }));
  return { children, ended: added.length < all.length };
}

/** A trajectory that outgrew the model's window is a dead end, and said so; a question that does so is an error. */
export async function withinContext(run: EngineRun, path: Trajectory, drawing: Promise<Grown[]>): Promise<Grown[]> {
  try {
    return await drawing;
  } catch (error) {
    if (!(error instanceof ModelCallError) || error.kind !== "context" || path.depth === 0) throw error;
    run.emit({ type: "note", message: `A branch of ${path.depth} steps has outgrown the model's window: a dead end.` });
    return [];
  }
}

/** A continuation that adds nothing ends the trajectory as it stands. */
export const extended = (path: Trajectory, { steps, terminal }: Grown): Trajectory =>
  steps.length === 0 && terminal && !path.terminal
    ? Trajectory.of(path.steps, true)
    : continueWith(path, steps, terminal);

/** The policy ended its text after this node's: offered once, whatever else grows from it. */
function endHere<Own>({ ended, search, state }: Walking<Own>, { node, trajectory }: Expansion): void {
  if (trajectory.depth === 0 || ended.nodes.has(node)) return;
  ended.nodes.add(node);
  const { value } = search.statistics(state, node);
  ended.fresh.push({ trajectory: Trajectory.of(trajectory.steps, true), value });
}

export interface Scored {
  readonly score: number | null;
  /** Is the score an outcome verifier's? */
  readonly outcome: boolean;
  readonly steps: readonly (number | null)[];
}

/** The children of an expansion that are to be scored. */
export const toScore = ({ score }: Expansion, drawn: Draw | null): readonly Drawn[] =>
  (drawn?.children ?? []).filter(({ trajectory }) => score === true || (score === "terminal" && trajectory.terminal));

/** All scores of a round in one batch: step scores of every trajectory, and outcome scores of those that ended. */
export async function scoreAll<Own>(walk: Walking<Own>, drawn: readonly Drawn[]): Promise<Map<Trajectory, Scored>> {
  const { run, setup, actions } = walk;
  const paths = drawn.map(({ trajectory }) => trajectory);
  if (setup.judge !== undefined && drawn.length > 0) {
    const judged = await setup.judge(run, paths);
    return new Map(paths.map((path, i) => [path, { steps: [], outcome: false, score: judged[i]?.value ?? null }]));
  }
  if (drawn.length === 0 || !(run.verifiers.outcome || run.verifiers.process)) return new Map();
  const whole = actions.wholeSolutions === true;
  const steps = whole ? [] : await run.scoreSteps(paths.map((path) => judgedOf(walk, path) ?? path));
  const ended = whole ? paths : run.verifiers.outcome ? paths.filter((path) => path.terminal) : [];
  const outcomes = await run.score(ended.map((path) => asCandidate(walk, path, true)));
  const outcomeOf = new Map(ended.map((path, i) => [path, outcomes[i]?.value ?? null]));
  return new Map(
    paths.map((path, i) => {
      const own = (steps[i] ?? []).map(({ value }) => value);
      const outcome = outcomeOf.has(path);
      return [path, { steps: own, outcome, score: (outcome ? outcomeOf.get(path) : own.at(-1)) ?? null }];
    }),
  );
}

/** What came of an expansion, for the search; notes what else the walk keeps of it. */
export function outcomeOf<Own>(
  walk: Walking<Own>,
  expansion: Expansion,
  { children, ended }: Draw,
  scores: ReadonlyMap<Trajectory, Scored>,
): ExpansionOutcome {
  if (ended) endHere(walk, expansion);
  for (const { trajectory, grown } of children) {
    if (!grown.complete) walk.incomplete.add(trajectory);
    if (walk.actions.wholeSolutions) walk.solutions.push({ trajectory, value: scores.get(trajectory)?.score ?? null });
  }
  return { children: children.map((child) => childOf(walk, expansion, child, scores.get(child.trajectory))) };
}

function childOf<Own>(walk: Walking<Own>, expansion: Expansion, { trajectory, grown }: Drawn, scored?: Scored): Child {
  const tokens = grown.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
  const logprobs = grown.steps.flatMap(({ logprob }) => logprob ?? []);
  const known = logprobs.length === grown.steps.length;
  const whole = trajectory.terminal || walk.actions.wholeSolutions === true;
  const answer = whole ? (asCandidate(walk, trajectory, true).answer?.text ?? null) : null;
  return {
    trajectory,
    score: scored?.score ?? null,
    outcome: scored?.outcome,
    stepScores: expansion.score === false ? [] : (scored?.steps ?? []),
    logprob: known ? logprobs.reduce((sum, logprob) => sum + logprob, 0) / Math.max(1, tokens) : null,
    tokens,
    answer: answer === null ? null : (walk.answers.heads[walk.answers.classOf(answer)] ?? answer),
  };
}

export function asCandidate<Own>(walk: Walking<Own>, trajectory: Trajectory, complete: boolean): Candidate {
  const { run, actions } = walk;
  const text = actions.candidateText?.(trajectory) ?? trajectory.text;
  const judged = judgedOf(walk, trajectory);
  return { trajectory, judged, text, answer: run.extract(text), complete, logprobs: logprobsOfSteps(trajectory, text) };
}

/** The steps that verifiers judge, by paragraphs, where the action space says that they are not the trajectory's. */
function judgedOf<Own>({ run, actions }: Walking<Own>, trajectory: Trajectory): Trajectory | undefined {
  if (actions.judgedSteps === undefined) return undefined;
  const steps = actions.judgedSteps(trajectory).flatMap((step) => partsOf(step));
  const judged = Trajectory.of(steps, trajectory.terminal);
  run.context.desk.noteJudged(trajectory, judged);
  return judged;
}

function partsOf(step: Step): Step[] {
  const parts = paragraphs({ text: step.text, completionTokens: step.tokens ?? 0, call: step.call });
  const last = parts.length - 1;
  return parts.map((part, i) => ({ ...part, kind: step.kind, observation: i === last ? step.observation : undefined }));
}

const repeated = (end: End): End[] => Array.from({ length: end.copies }, () => end);

export function candidateOf<Own>(
  walk: Walking<Own>,
  { trajectory, value }: Pick<End, "trajectory" | "value">,
  complete: boolean,
): Candidate {
  return { ...asCandidate(walk, trajectory, complete), value: value ?? undefined };
}

/** Reports what a walk has made, as it is made. */
export class Harvest<Own> {
  readonly #walk: Walking<Own>;
  #nodes = 0;
  #finished = 0;
  /** Candidates so far. */
  offered = 0;

  constructor(walk: Walking<Own>) {
    this.#walk = walk;
  }

  /** Emits the nodes that are new, and gives the candidates that are. */
  gather(): Candidate[] {
    const walk = this.#walk;
    this.#reportNodes();
    const ends = walk.search.finished(walk.state, this.#finished);
    this.#finished += ends.length;
    const all =
      walk.actions.wholeSolutions === true
        ? walk.solutions.splice(0)
        : [...ends.flatMap(repeated), ...walk.ended.fresh.splice(0)];
    this.offered += all.length;
    return all.map((end) => candidateOf(walk, end, !walk.incomplete.has(end.trajectory)));
  }

  #reportNodes(): void {
    const { run, search, state } = this.#walk;
    const nodes = search.nodes(state, this.#nodes);
    this.#nodes += nodes.length;
    const byParent = new Map<number, (typeof nodes)[number][]>();
    for (const node of nodes) byParent.set(node.parent ?? -1, [...(byParent.get(node.parent ?? -1) ?? []), node]);
    for (const [node, children] of byParent) run.emit({ type: "node-expanded", node, children });
  }
}
