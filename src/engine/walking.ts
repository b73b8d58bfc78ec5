import { answersByOne } from "../answer/classes.ts";
import type { Candidate } from "../core/candidate.ts";
import type { WalkSetup } from "../core/run.ts";
import type { Expansion } from "../core/search.ts";
import { Trajectory } from "../core/trajectory.ts";
import { actionSpace } from "../search/actions/index.ts";
import { rounds } from "../search/rounds.ts";
import type { EngineRun } from "./context.ts";
import {
  asCandidate,
  candidateOf,
  type Draw,
  draw,
  extended,
  Harvest,
  outcomeOf,
  type Scored,
  scoreAll,
  toScore,
  type Walking,
  withinContext,
} from "./growing.ts";
import { Flight } from "./pipelining.ts";
import { Reserve } from "./reserve.ts";
import { solutionMessages } from "./sampling.ts";
import { SearchRoom } from "./search-room.ts";

/**
 * Drives a walk: requests from it what to grow, has the action space draw the continuations of a round together, scores
 * them in one batch, hands them to the walk, and yields each trajectory that finished, as often as it was sampled
 * (identical siblings are one node, but each is a vote). Unfinished ones are yielded only when nothing finished, and
 * are marked as such. Where every node is a whole solution, every node is yielded. While nothing has finished, tokens
 * for one completion are kept back ({@link Reserve}). With a window the walk is pipelined ({@link Flight}).
 *
 * When the budget runs out, the walk gets what was drawn, and the engine ends the solve with the best so far.
 *
 * @throws InvalidOptionError for a window where the walk plans in rounds by nature.
 */
export async function* walking<Own>(run: EngineRun, setup: WalkSetup<Own>): AsyncGenerator<readonly Candidate[]> {
  const { window = 0 } = setup;
  const flight: Flight<Own> | null = window > 0 ? new Flight(run, window) : null;
  const search = rounds(setup.walk, run.verifiers.aggregation, flight?.pipeline);
  const actions =
    "grow" in setup.actions ? setup.actions : actionSpace(setup.actions, ({ question }) => solutionMessages(question));
  const state = search.start(Trajectory.root());
  const ended = { nodes: new Set<number>(), fresh: [] };
  const answers = answersByOne(run.question.kind, run.question.choices);
  const walk: Walking<Own> = {
    run,
    setup,
    actions,
    search,
    state,
    incomplete: new Set(),
    solutions: [],
    answers,
    ended,
  };
  const harvest = new Harvest(walk);
  const { searched } = run.context;
  searched.rounds ??= 0;
  const room = yield* flight === null ? inRounds(walk, harvest) : flight.play(walk, harvest);
  if (harvest.offered === 0) {
    yield* unfinished(walk, room !== "none");
    if (room === "one") run.outOfBudget(search.name);
  }
  for (const { node } of search.nodes(state)) {
    run.emit({ type: "node-visited", node, ...search.statistics(state, node) });
  }
  const picked = harvest.offered === 0 ? null : (setup.pick?.(state, search.finished(state)) ?? null);
  if (picked?.trajectory.terminal) run.scope.ending.pick = picked;
}

/** Round after round, a round in parts where it might not fit whole; what the budget has room for at the end. */
async function* inRounds<Own>(
  walk: Walking<Own>,
  harvest: Harvest<Own>,
): AsyncGenerator<readonly Candidate[], "all" | "one" | "none"> {
  const { run, search, state } = walk;
  const reserve = new Reserve(run);
  const room = new SearchRoom(run.scope);
  while (!search.done(state)) {
    const begins = state.queue.length === 0;
    if (begins && harvest.offered === 0 && reserve.isReached(search.frontier(state)[0])) {
      yield* unfinished(walk, true);
      harvest.offered++;
    }
    const most = reserve.part();
    const part = search.ask(state, most, run.random);
    if (part.length === 0) break;
    const over = await reserve.during(part.length, () => playPart(walk, part, room, most === 1));
    if (over) search.settle(state);
    else if (state.queue.length > 0) continue;
    else run.context.searched.rounds = (run.context.searched.rounds ?? 0) + 1;
    const batch = harvest.gather();
    if (batch.length > 0) yield batch;
    if (over) return "none";
  }
  return "all";
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

/** Draws, scores and hands over a round or a part of it, `last` near the end of the budget; is the budget over? */
async function playPart<Own>(
  walk: Walking<Own>,
  part: readonly Expansion[],
  room: SearchRoom,
  last: boolean,
): Promise<boolean> {
  const { run, setup, search, state } = walk;
  const judged = setup.judge !== undefined || run.verifiers.outcome || run.verifiers.process;
  const drawn = await run.gather<Draw>(
    part.map((expansion) => {
      if (judged) room.keep(expansion, last);
      const drawing = draw(walk, expansion);
      if (setup.endsNext === undefined || expansion.kind === "rollout") room.kept();
      return drawing;
    }),
  );
  room.drawn(setup.judge !== undefined);
  const all = part.flatMap((expansion, i) => toScore(expansion, drawn.values[i] ?? null));
  const scored = await run.gather([scoreAll(walk, all)]);
  if (judged) room.judged(all.length, new Set(part.map(({ kind }) => kind)));
  const scores = scored.values[0] ?? new Map<Trajectory, Scored>();
  for (const [i, expansion] of part.entries()) {
    const own = drawn.values[i] ?? null;
    if (own !== null) search.tell(state, expansion, outcomeOf(walk, expansion, own, scores));
  }
  return drawn.over || scored.over;
}
