import type { Candidate } from "../core/candidate.ts";
import { BudgetExceededError } from "../core/errors.ts";
import { estimatePromptTokens } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { Score } from "../core/score.ts";
import type { Child, End, Expansion, Search } from "../core/search.ts";
import { Trajectory } from "../core/trajectory.ts";
import type { ActionSpace, Grown } from "../search/actions/action-space.ts";
import { outOfBudget } from "./out-of-budget.ts";

export interface WalkSetup<State> {
  readonly search: Search<State>;
  readonly actions: ActionSpace;
  /** Of expansions that do not name their own. */
  readonly temperature: number;
  /** Judges trajectories instead of the run's verifiers: one score each, of its newest step, in [0, 1] or null. */
  readonly judge?: (run: Run, trajectories: readonly Trajectory[]) => Promise<Score[]>;
  /**
   * The finished trajectory that the walk itself believes in once it has ended. It is yielded again, last, with the note `walkPick`, for
   * {@link walkPickElse}; null leaves the pick to the selection.
   */
  readonly pick?: (state: State) => End | null;
}

/** A continuation that was drawn for an expansion, as a trajectory. */
interface Drawn {
  readonly trajectory: Trajectory;
  readonly grown: Grown;
}

/**
 * Drives a walk: asks it what to grow, has the action space draw the continuations of a round together, scores them in one batch, tells the walk,
 * and yields each trajectory that finished, as often as it was sampled (identical siblings are one node, but each is a vote). Unfinished ones
 * are yielded only when nothing finished, and are marked as such. Where every node is a whole solution, every node is yielded.
 * While nothing has finished, tokens for one completion are kept back ({@link Reserve}).
 *
 * When the budget runs out, the walk is told what was drawn, and the error goes on to the engine, which ends with the best so far.
 */
export async function* walk<State>(run: Run, setup: WalkSetup<State>): AsyncGenerator<readonly Candidate[]> {
  const { search } = setup;
  const state = search.start(Trajectory.root());
  const incomplete = new Set<Trajectory>();
  const solutions: Pick<End, "trajectory" | "value">[] = [];
  let [finished, offered] = [0, 0];
  let known = 0;
  const news = function* (): Generator<readonly Candidate[]> {
    known = report(run, search, state, known);
    const ends = search.finished(state, finished);
    finished += ends.length;
    const whole = setup.actions.wholeSolutions === true ? solutions.splice(0) : null;
    const all = whole ?? ends.flatMap((end) => Array.from({ length: end.copies }, () => end));
    offered += all.length;
    if (all.length > 0) yield all.map((end) => candidateOf(run, setup.actions, end, !incomplete.has(end.trajectory)));
  };
  let refusal: BudgetExceededError | null = null;
  const reserve = new Reserve(run);
  while (refusal === null && !search.done(state)) {
    if (offered === 0 && reserve.isReached(search.frontier(state)[0])) {
      yield* unfinishedBusiness(run, setup, state, false);
      refusal = outOfBudget(run, search.name);
      offered++;
      break;
    }
    const round = search.ask(state, Number.POSITIVE_INFINITY, run.random);
    if (round.length === 0) break;
    refusal = await playRound(run, setup, state, round, { incomplete, solutions });
    if (refusal !== null) search.settle(state);
    yield* news();
  }
  if (offered === 0) yield* unfinishedBusiness(run, setup, state, refusal !== null);
  for (const { node } of search.nodes(state))
    run.emit({ type: "node-visited", node, ...search.statistics(state, node) });
  const picked = offered === 0 ? null : (setup.pick?.(state) ?? null);
  if (picked?.trajectory.terminal) {
    const candidate = candidateOf(run, setup.actions, picked, !incomplete.has(picked.trajectory));
    yield [{ ...candidate, notes: { walkPick: true } }];
  }
  if (refusal !== null) throw refusal;
}

/** Room for a whole answer that a search keeps while nothing has finished, in tokens; less where answers are shorter. */
const longestEnding = 384;

/**
 * Says when a search without a finished trajectory has only room left to finish one: when a round like the last, and the completion of the most
 * promising end after it, would no longer both fit. So a walk that goes down in small steps does not spend everything on beginnings.
 */
class Reserve {
  readonly #run: Run;
  #before = Number.POSITIVE_INFINITY;

  constructor(run: Run) {
    this.#run = run;
  }

  /** To be asked before each round. */
  isReached(best: End | undefined): boolean {
    const { tokens } = this.#run.budget.remaining();
    const round = this.#before === Number.POSITIVE_INFINITY ? 0 : this.#before - tokens;
    this.#before = tokens;
    if (best === undefined || best.trajectory.depth === 0 || !Number.isFinite(tokens)) return false;
    const messages = [{ role: "user" as const, content: this.#run.question.text }];
    const prompt = estimatePromptTokens({ messages, prefix: best.trajectory.text });
    return tokens < round + prompt + Math.min(this.#run.maxTokens, longestEnding);
  }
}

/**
 * When nothing finished: the most promising end is completed once, where the budget has room; else the ends as they stand, marked as
 * unfinished.
 */
async function* unfinishedBusiness<State>(
  run: Run,
  { search, actions, temperature }: WalkSetup<State>,
  state: State,
  broke: boolean,
): AsyncGenerator<readonly Candidate[]> {
  const frontier = search.frontier(state).filter(({ trajectory }) => trajectory.depth > 0);
  const [best] = frontier;
  if (best === undefined) return;
  const completed = broke
    ? []
    : await actions.complete(run, best.trajectory, { count: 1, temperature, last: true }).catch(excused);
  const [grown] = completed;
  if (grown === undefined) {
    yield frontier.map((end) => candidateOf(run, actions, end, false));
    return;
  }
  const trajectory = extended(best.trajectory, grown);
  yield [{ ...asCandidate(run, actions, trajectory, grown.complete), notes: { completed: true } }];
}

function excused(error: unknown): Grown[] {
  if (error instanceof BudgetExceededError) return [];
  throw error;
}

const extended = (from: Trajectory, grown: Grown): Trajectory =>
  grown.steps.reduce((path, step, i) => path.extend(step, grown.terminal && i === grown.steps.length - 1), from);

/** What rounds leave behind for the candidates. */
interface Found {
  /** Trajectories that a limit cut. */
  readonly incomplete: Set<Trajectory>;
  /** All that was drawn and not yet offered, in order, with its score: candidates where every node is a whole solution. */
  readonly solutions: Pick<End, "trajectory" | "value">[];
}

/** Draws, scores and tells one round; the budget's refusal where it was refused something. */
async function playRound<State>(
  run: Run,
  setup: WalkSetup<State>,
  state: State,
  round: readonly Expansion[],
  { incomplete, solutions }: Found,
): Promise<BudgetExceededError | null> {
  let refusal: BudgetExceededError | null = null;
  const excuse = (error: unknown): null => {
    if (!(error instanceof BudgetExceededError)) throw error;
    refusal ??= error;
    return null;
  };
  const drawn = await Promise.all(round.map((expansion) => draw(run, setup, expansion).catch(excuse)));
  const scored = round.map((expansion, i) =>
    (drawn[i] ?? []).filter(
      ({ trajectory }) => expansion.score === true || (expansion.score === "terminal" && trajectory.terminal),
    ),
  );
  const scores = await scoreAll(run, setup, scored.flat()).catch(
    (error: unknown) => excuse(error) ?? new Map<Trajectory, Scored>(),
  );
  for (const [i, expansion] of round.entries()) {
    const children = drawn[i];
    if (children === null || children === undefined) continue;
    for (const { trajectory, grown } of children) {
      if (!grown.complete) incomplete.add(trajectory);
      if (setup.actions.wholeSolutions) solutions.push({ trajectory, value: scores.get(trajectory)?.score ?? null });
    }
    setup.search.tell(state, expansion, {
      children: children.map((child) => childOf(run, setup.actions, expansion, child, scores)),
    });
  }
  return refusal;
}

async function draw<State>(
  run: Run,
  { actions, temperature }: WalkSetup<State>,
  expansion: Expansion,
): Promise<Drawn[]> {
  const request = {
    count: expansion.count,
    temperature: expansion.temperature ?? temperature,
    last: expansion.last === true,
    drawn: expansion.drawn,
    ...(expansion.model === undefined ? {} : { model: expansion.model }),
    ...(expansion.steps === undefined || expansion.toEnd === true ? {} : { steps: expansion.steps }),
  };
  const { trajectory, kind } = expansion;
  const all = await (kind === "expand"
    ? actions.grow(run, trajectory, request)
    : actions.complete(run, trajectory, request));
  return all.map((grown) => ({ grown, trajectory: extended(trajectory, grown) }));
}

interface Scored {
  readonly score: number | null;
  readonly steps: readonly (number | null)[];
}

/** All scores of a round in one batch: step scores of every trajectory, and outcome scores of those that ended. */
async function scoreAll<State>(
  run: Run,
  { actions, judge }: WalkSetup<State>,
  drawn: readonly Drawn[],
): Promise<Map<Trajectory, Scored>> {
  const paths = drawn.map(({ trajectory }) => trajectory);
  if (judge !== undefined && drawn.length > 0) {
    const judged = await judge(run, paths);
    return new Map(paths.map((path, i) => [path, { steps: [], score: judged[i]?.value ?? null }]));
  }
  if (drawn.length === 0 || !(run.verifiers.outcome || run.verifiers.process)) return new Map();
  const whole = actions.wholeSolutions === true;
  const steps = whole ? [] : await run.scoreSteps(paths);
  const ended = whole ? paths : run.verifiers.outcome ? paths.filter((path) => path.terminal) : [];
  const outcomes = await run.score(ended.map((path) => asCandidate(run, actions, path, true)));
  const outcomeOf = new Map(ended.map((path, i) => [path, outcomes[i]?.value ?? null]));
  return new Map(
    paths.map((path, i) => {
      const own = (steps[i] ?? []).map(({ value }) => value);
      return [path, { steps: own, score: outcomeOf.has(path) ? (outcomeOf.get(path) ?? null) : (own.at(-1) ?? null) }];
    }),
  );
}

function childOf(
  run: Run,
  actions: ActionSpace,
  expansion: Expansion,
  { trajectory, grown }: Drawn,
  scores: ReadonlyMap<Trajectory, Scored>,
): Child {
  const tokens = grown.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
  const logprobs = grown.steps.map(({ logprob }) => logprob);
  const known = logprobs.every((logprob) => logprob !== undefined);
  const scored = scores.get(trajectory);
  return {
    trajectory,
    score: scored?.score ?? null,
    stepScores: expansion.score === false ? [] : (scored?.steps ?? []),
    logprob: known ? logprobs.reduce((sum, logprob) => sum + logprob, 0) / Math.max(1, tokens) : null,
    tokens,
    answer:
      trajectory.terminal || actions.wholeSolutions === true
        ? (asCandidate(run, actions, trajectory, true).answer?.text ?? null)
        : null,
  };
}

function asCandidate(run: Run, actions: ActionSpace, trajectory: Trajectory, complete: boolean): Candidate {
  const text = actions.candidateText?.(trajectory) ?? trajectory.text;
  return { trajectory, text, answer: run.extract(text), complete };
}

function candidateOf(
  run: Run,
  actions: ActionSpace,
  end: Pick<End, "trajectory" | "value">,
  complete: boolean,
): Candidate {
  return {
    ...asCandidate(run, actions, end.trajectory, complete),
    ...(end.value === null ? {} : { value: end.value }),
  };
}

/** Tells of the nodes that are new; how many are known now. */
function report<State>(run: Run, walked: Search<State>, state: State, known: number): number {
  const nodes = walked.nodes(state, known);
  const byParent = new Map<number, (typeof nodes)[number][]>();
  for (const node of nodes) byParent.set(node.parent ?? -1, [...(byParent.get(node.parent ?? -1) ?? []), node]);
  for (const [node, children] of byParent) run.emit({ type: "node-expanded", node, children });
  return known + nodes.length;
}
