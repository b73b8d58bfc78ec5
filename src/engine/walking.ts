import type { Candidate } from "../core/candidate.ts";
import { ModelCallError } from "../core/errors.ts";
import { estimatePromptTokens } from "../core/policy.ts";
import type { ActionSpace, Run, WalkSetup } from "../core/run.ts";
import type { Child, End, Expansion, Grown, Search } from "../core/search.ts";
import { type Step, Trajectory } from "../core/trajectory.ts";
import { actionSpace } from "../search/actions/index.ts";
import { continueWith } from "../search/continuation.ts";
import { rounds } from "../search/rounds.ts";
import type { RoundState } from "../search/state.ts";
import type { EngineRun } from "./context.ts";
import { paragraphs, solutionMessages } from "./sampling.ts";

/** A walk in progress. */
interface Walking<Own> {
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
  /** Nodes after which the policy ended its text: they finished where they stood, and may still be grown otherwise. */
  readonly ended: Ended;
}

/** Which nodes ended where they stood, and those of them that were not yet offered. */
interface Ended {
  readonly nodes: Set<number>;
  readonly fresh: Pick<End, "trajectory" | "value">[];
}

/** A continuation that was drawn for an expansion, as a trajectory. */
interface Drawn {
  readonly trajectory: Trajectory;
  readonly grown: Grown;
}

/**
 * Drives a walk: requests from it what to grow, has the action space draw the continuations of a round together, scores
 * them in one batch, hands them to the walk, and yields each trajectory that finished, as often as it was sampled
 * (identical siblings are one node, but each is a vote). Unfinished ones are yielded only when nothing finished, and
 * are marked as such. Where every node is a whole solution, every node is yielded. While nothing has finished, tokens
 * for one completion are kept back ({@link Reserve}).
 *
 * When the budget runs out, the walk gets what was drawn, and the engine ends the solve with the best so far.
 */
export async function* walking<Own>(run: EngineRun, setup: WalkSetup<Own>): AsyncGenerator<readonly Candidate[]> {
  const search = rounds(setup.walk, run.verifiers.aggregation);
  const actions =
    "grow" in setup.actions ? setup.actions : actionSpace(setup.actions, ({ question }) => solutionMessages(question));
  const state = search.start(Trajectory.root());
  const ended = { nodes: new Set<number>(), fresh: [] };
  const walk: Walking<Own> = { run, setup, actions, search, state, incomplete: new Set(), solutions: [], ended };
  let [nodes, finished, offered, over] = [0, 0, 0, false];
  const reserve = new Reserve(run);
  while (!over && !search.done(state)) {
    if (offered === 0 && reserve.isReached(search.frontier(state)[0])) {
      yield* unfinished(walk, true);
      run.outOfBudget(search.name);
      offered++;
      break;
    }
    const round = search.ask(state, Number.POSITIVE_INFINITY, run.random);
    if (round.length === 0) break;
    over = await playRound(walk, round);
    if (over) search.settle(state);
    nodes = reportNodes(walk, nodes);
    const ends = search.finished(state, finished);
    finished += ends.length;
    const batch =
      actions.wholeSolutions === true
        ? walk.solutions.splice(0)
        : [...ends.flatMap(repeated), ...walk.ended.fresh.splice(0)];
    offered += batch.length;
    if (batch.length > 0) yield batch.map((end) => candidateOf(walk, end, !walk.incomplete.has(end.trajectory)));
  }
  if (offered === 0) yield* unfinished(walk, !over);
  for (const { node } of search.nodes(state)) {
    run.emit({ type: "node-visited", node, ...search.statistics(state, node) });
  }
  const picked = offered === 0 ? null : (setup.pick?.(state, search.finished(state)) ?? null);
  if (picked?.trajectory.terminal) run.scope.ending.pick = picked;
}

const repeated = (end: End): End[] => Array.from({ length: end.copies }, () => end);

/**
 * Room for a whole answer that a search keeps while nothing has finished, in tokens; less where answers are shorter.
 */
const longestEnding = 384;

/**
 * Says when a search without a finished trajectory has only room left to finish one: when a round like the last, and
 * the completion of the most promising end after it, would no longer both fit. So a walk that goes down in small steps
 * does not spend everything on beginnings.
 */
class Reserve {
  readonly #run: Run;
  #before = Number.POSITIVE_INFINITY;

  constructor(run: Run) {
    this.#run = run;
  }

  /** To be called before each round. */
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
 * When nothing finished: the most promising end is completed once, where there is room for it; else the ends as they
 * stand, marked as unfinished.
 */
async function* unfinished<Own>(walk: Walking<Own>, room: boolean): AsyncGenerator<readonly Candidate[]> {
  const { run, setup, actions, search, state } = walk;
  const frontier = search.frontier(state).filter(({ trajectory }) => trajectory.depth > 0);
  const [best] = frontier;
  if (best === undefined) return;
  const request = { ...setup.limits, count: 1, temperature: setup.temperature, last: true };
  const completed = room ? [withinContext(run, best.trajectory, actions.complete(run, best.trajectory, request))] : [];
  const { values } = await run.gather(completed);
  const grown = values[0]?.[0];
  if (grown === undefined) {
    yield frontier.map((end) => candidateOf(walk, end, false));
    return;
  }
  const trajectory = extended(best.trajectory, grown);
  yield [{ ...asCandidate(walk, trajectory, grown.complete), notes: { completed: true } }];
}

/** Draws, scores and hands over one round; is the budget over? */
async function playRound<Own>(walk: Walking<Own>, round: readonly Expansion[]): Promise<boolean> {
  const { run, actions, search, state } = walk;
  const drawn = await run.gather(round.map((expansion) => draw(walk, expansion)));
  const toScore = round.flatMap(({ score }, i) =>
    (drawn.values[i] ?? []).filter(({ trajectory }) => score === true || (score === "terminal" && trajectory.terminal)),
  );
  const scored = await run.gather([scoreAll(walk, toScore)]);
  const scores = scored.values[0] ?? new Map<Trajectory, Scored>();
  for (const [i, expansion] of round.entries()) {
    const children = drawn.values[i] ?? null;
    if (children === null) continue;
    for (const { trajectory, grown } of children) {
      if (!grown.complete) walk.incomplete.add(trajectory);
      if (actions.wholeSolutions) walk.solutions.push({ trajectory, value: scores.get(trajectory)?.score ?? null });
    }
    const outcome = {
      children: children.map((child) => childOf(walk, expansion, child, scores.get(child.trajectory))),
    };
    search.tell(state, expansion, outcome);
  }
  return drawn.over || scored.over;
}

async function draw<Own>(walk: Walking<Own>, expansion: Expansion): Promise<Drawn[]> {
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
  if (kind === "expand" && all.some(({ steps }) => steps.length === 0)) endHere(walk, expansion);
  const added = kind === "expand" ? all.filter(({ steps }) => steps.length > 0) : all;
  return added.map((grown) => ({ grown, trajectory: extended(trajectory, grown) }));
}

/** A trajectory that outgrew the model's window is a dead end, and said so; a question that does so is an error. */
async function withinContext(run: Run, path: Trajectory, drawing: Promise<Grown[]>): Promise<Grown[]> {
  try {
    return await drawing;
  } catch (error) {
    if (!(error instanceof ModelCallError) || error.kind !== "context" || path.depth === 0) throw error;
    run.emit({ type: "note", message: `A branch of ${path.depth} steps has outgrown the model's window: a dead end.` });
    return [];
  }
}

/** A continuation that adds nothing ends the trajectory as it stands. */
const extended = (path: Trajectory, { steps, terminal }: Grown): Trajectory =>
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

interface Scored {
  readonly score: number | null;
  /** Is the score an outcome verifier's? */
  readonly outcome: boolean;
  readonly steps: readonly (number | null)[];
}

/** All scores of a round in one batch: step scores of every trajectory, and outcome scores of those that ended. */
async function scoreAll<Own>(walk: Walking<Own>, drawn: readonly Drawn[]): Promise<Map<Trajectory, Scored>> {
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

function childOf<Own>(walk: Walking<Own>, expansion: Expansion, { trajectory, grown }: Drawn, scored?: Scored): Child {
  const tokens = grown.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
  const logprobs = grown.steps.flatMap(({ logprob }) => logprob ?? []);
  const known = logprobs.length === grown.steps.length;
  const whole = trajectory.terminal || walk.actions.wholeSolutions === true;
  return {
    trajectory,
    score: scored?.score ?? null,
    outcome: scored?.outcome,
    stepScores: expansion.score === false ? [] : (scored?.steps ?? []),
    logprob: known ? logprobs.reduce((sum, logprob) => sum + logprob, 0) / Math.max(1, tokens) : null,
    tokens,
    answer: whole ? (asCandidate(walk, trajectory, true).answer?.text ?? null) : null,
  };
}

function asCandidate<Own>(walk: Walking<Own>, trajectory: Trajectory, complete: boolean): Candidate {
  const { run, actions } = walk;
  const text = actions.candidateText?.(trajectory) ?? trajectory.text;
  return { trajectory, judged: judgedOf(walk, trajectory), text, answer: run.extract(text), complete };
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

function candidateOf<Own>(
  walk: Walking<Own>,
  { trajectory, value }: Pick<End, "trajectory" | "value">,
  complete: boolean,
): Candidate {
  return { ...asCandidate(walk, trajectory, complete), value: value ?? undefined };
}

/** Emits the nodes that are new; how many there are now. */
function reportNodes<Own>({ run, search, state }: Walking<Own>, known: number): number {
  const nodes = search.nodes(state, known);
  const byParent = new Map<number, (typeof nodes)[number][]>();
  for (const node of nodes) byParent.set(node.parent ?? -1, [...(byParent.get(node.parent ?? -1) ?? []), node]);
  for (const [node, children] of byParent) run.emit({ type: "node-expanded", node, children });
  return known + nodes.length;
}
