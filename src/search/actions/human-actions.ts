import type { Grown, GrowRequest, HumanCounts } from "../../core/action.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import { drawSpec } from "./action-space.ts";
import { drawPieces, isBlank, type Piece, type StepSpec } from "./drawing.ts";
import { splitter } from "./splitting.ts";

const REPHRASE_SYSTEM =
  "Restate the problem in your own words: list its conditions one after the other, keep every number, then ask its question. Do not solve it.";

const SUBQUESTION_INSTRUCTION =
  'Solve the problem by sub-questions. Each takes the form "Sub-question k: …?" on one line and "Answer k: …" on the next, ending in "The answer is …". Put one blank line after each. When a sub-question is the problem\'s own question, put its answer within \\boxed{}.';

/** rStar's five actions (Qi et al. 2024, arXiv:2408.06195, section 3.2). */
export const humanActionKinds = ["thought", "finish", "subquestion", "reanswer", "rephrase"] as const;
export type HumanAction = (typeof humanActionKinds)[number];

/**
 * What may follow what. A1 thought, A2 finish, A3 subquestion, A4 reanswer, A5 rephrase; in the order in which they are
 * dealt out.
 */
export const allowedNext: Readonly<Record<HumanAction | "root", readonly HumanAction[]>> = {
  root: ["thought", "finish", "subquestion", "rephrase"],
  rephrase: ["thought", "finish", "subquestion"],
  subquestion: ["thought", "finish", "subquestion", "reanswer"],
  reanswer: ["thought", "finish", "subquestion"],
  thought: ["thought", "finish"],
  finish: [],
};

const single: HumanCounts = { thoughts: 1, subquestions: 1, votes: 1, lastVotes: 1 };

/** What an expansion deals out, in turn: every allowed action as often as its count. */
export function turnsAfter(
  kind: string | undefined,
  { thoughts, subquestions }: Pick<HumanCounts, "thoughts" | "subquestions"> = single,
): readonly HumanAction[] {
  const often: Partial<Record<HumanAction, number>> = { thought: thoughts, subquestion: subquestions };
  const allowed = allowedNext[(kind as HumanAction | undefined) ?? "root"];
  return allowed.flatMap((action) => new Array<HumanAction>(often[action] ?? 1).fill(action));
}

export interface HumanActionsOptions {
  /** The task as it is put to the policy; its last message is the question. */
  readonly messages: (run: Run) => readonly Message[];
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
  /** Default: one of each action, of one sample. */
  readonly counts?: HumanCounts;
}

/**
 * One step is one of five things people do at a problem: think one thought further, finish the solution, ask and answer
 * a sub-question, answer the last sub-question again, or restate the problem (rStar: Qi et al. 2024, arXiv:2408.06195,
 * section 3.2; {@link allowedNext} is its table).
 *
 * The continuations of an expansion are dealt out to the allowed actions in turn, going on where the last expansion of
 * the node ended; a step's kind is its action. A trajectory ends when an answer is boxed, when the solution was
 * finished, or at the last step allowed (which finishes). `counts` has how often an action is taken in turn and how
 * many samples vote: the commonest answer stands, as its first sample has it, with its share as the step's support.
 * Departures: the votes on a sub-question that turns out to be the last are as many as on any; an answer given again
 * stands after the first one, as trajectories only grow. Cost: a call for each sample.
 */
export function humanActions({ messages, stepTokens, counts = single }: HumanActionsOptions): ActionSpace {
  const act = async (
    run: Run,
    path: Trajectory,
    action: HumanAction,
    request: GrowRequest,
    last = counts.lastVotes,
  ) => {
    const spec = {
      ...specFor(run, path, action, messages(run), stepTokens),
      ...drawSpec(run, request),
      split: splitter("blank-line", stepTokens),
    };
    const votes = action === "finish" ? last : action === "reanswer" ? counts.votes : 1;
    const pieces = await drawPieces(run, { ...spec, n: request.count * votes });
    if (action === "subquestion" && counts.votes > 1) {
      const all = await Promise.all(pieces.map((piece) => answeredAgain(run, path, spec, piece, counts.votes)));
      return all.flatMap((voted) => grownBy(run, path, action, voted));
    }
    const ballots = Array.from({ length: request.count }, (_, i) => pieces.slice(i * votes, (i + 1) * votes));
    const elected = votes === 1 ? pieces : ballots.flatMap((ballot) => commonest(run, ballot) ?? []);
    return elected.flatMap((piece) => grownBy(run, path, action, piece));
  };
  return {
    name: "human-actions",
    candidateText: reasoningOf,
    judgedSteps: ({ steps }) => steps.filter(isReasoning),
    // A finish is drawn first, so that a small budget has an answer.
    grow: async (run, path, request) => {
      const finishes = new Map([["finish" as const, counts.lastVotes > 1 ? 1 : request.count]]);
      const dealt = request.last ? finishes : deal(path, request, counts);
      const drawn = ([action, count]: [HumanAction, number]) => act(run, path, action, { ...request, count });
      const turns = [...dealt];
      const at = turns.findIndex(([action]) => action === "finish");
      const finished = await Promise.all(turns.slice(at, at + 1).map(drawn));
      const { values } = await run.gather(turns.filter((_, i) => i !== at).map(drawn));
      return values.toSpliced(at, 0, ...finished).flatMap((grown) => grown ?? []);
    },
    complete: (run, path, request) => act(run, path, "finish", request, 1),
  };
}

/** How often each action is taken, of `count` dealt out in turn. */
export function deal(
  path: Trajectory,
  { count, drawn = 0 }: Pick<GrowRequest, "count" | "drawn">,
  counts: HumanCounts = single,
) {
  const turns = turnsAfter(path.step?.kind, counts);
  const dealt = new Map<HumanAction, number>();
  for (let i = 0; i < count && turns.length > 0; i++) {
    const action = turns[(drawn + i) % turns.length] ?? "finish";
    dealt.set(action, (dealt.get(action) ?? 0) + 1);
  }
  return dealt;
}

interface Voted extends Piece {
  readonly support?: number;
}

/**
 * The first sample with the commonest answer, and that answer's share of all samples (their tokens added up); ties go
 * to the answer that came first. Where none has an answer, the first sample without support.
 */
function commonest(run: Run, ballot: readonly Piece[]): Voted | null {
  const [first] = ballot;
  if (first === undefined) return null;
  const tokens = ballot.reduce((sum, piece) => sum + piece.tokens, 0);
  const classes = run.classes(ballot.map(({ text }) => run.extract(text)?.text ?? null));
  const votesOf = (index: number) => classes.filter((other) => other === classes[index]).length;
  const answered = [...ballot.keys()].filter((index) => (classes[index] ?? -1) >= 0);
  const winner = answered.reduce((best, index) => (votesOf(index) > votesOf(best) ? index : best), answered[0] ?? -1);
  if (winner < 0) return { ...first, tokens };
  return { ...(ballot[winner] ?? first), tokens, support: votesOf(winner) / ballot.length };
}

/** A sub-question whose answer was drawn `votes` times in all, with the commonest one. */
async function answeredAgain(run: Run, path: Trajectory, spec: StepSpec, piece: Piece, votes: number): Promise<Voted> {
  const heading = `Answer ${nextNumber(path)}:`;
  const at = piece.text.indexOf(heading);
  if (at < 0) return piece;
  const asked = piece.text.slice(0, at + heading.length);
  const before = spec.before + asked;
  const others = await drawPieces(run, { ...spec, prefix: (spec.prefix ?? "") + asked, before, n: votes - 1 });
  const answers = [{ ...piece, text: piece.text.slice(asked.length) }, ...others.filter((other) => !isBlank(other))];
  const elected = commonest(run, answers);
  return elected === null ? piece : { ...elected, text: asked + elected.text };
}

const nextNumber = (path: Trajectory): number => 1 + path.steps.filter(({ kind }) => kind === "subquestion").length;

/** What a step of an action begins with. */
function openingOf(path: Trajectory, action: HumanAction): string {
  if (action === "subquestion") return `Sub-question ${nextNumber(path)}:`;
  return action === "reanswer" ? `Answer ${nextNumber(path) - 1} again:` : "";
}

function specFor(
  run: Run,
  path: Trajectory,
  action: HumanAction,
  task: readonly Message[],
  stepTokens: number,
): Omit<StepSpec, "split" | "temperature"> {
  if (action === "rephrase") {
    const messages = [
      { role: "system", content: REPHRASE_SYSTEM },
      { role: "user", content: run.question.text },
    ] as const;
    return { messages, maxTokens: stepTokens, stop: [], purpose: "rephrase", before: "" };
  }
  const messages = asked(path, action === "subquestion" || action === "reanswer", task);
  const text = reasoningOf(path);
  const prefix = text + openingOf(path, action);
  const begun = { prefix: prefix === "" ? undefined : prefix, before: prefix };
  if (action === "finish") return { messages, ...begun, stop: [], purpose: "rollout" };
  return { messages, ...begun, stop: ["\n\n"], maxTokens: stepTokens, purpose: "step" };
}

/** The task, with the question as it was last restated and the form of sub-questions where they are asked. */
function asked(path: Trajectory, bySubquestions: boolean, task: readonly Message[]): readonly Message[] {
  const restated = path.steps.findLast(({ kind }) => kind === "rephrase")?.text;
  const question = task.at(-1);
  if (question === undefined) return task;
  const content =
    restated === undefined ? question.content : `${question.content}\n\nIn other words:\n${restated.trim()}`;
  const form = bySubquestions ? `\n\n${SUBQUESTION_INSTRUCTION}` : "";
  return [...task.slice(0, -1), { ...question, content: content + form }];
}

const isReasoning = ({ kind }: Step): boolean => kind !== "rephrase";

const reasoningOf = (path: Trajectory): string =>
  path.steps
    .filter(isReasoning)
    .map(({ text }) => text)
    .join("");

/** None where the policy added nothing: only finishing may then end the trajectory where it stood. */
function grownBy(run: Run, path: Trajectory, action: HumanAction, piece: Voted): Grown[] {
  const { ending, tokens, logprob, call, support, states } = piece;
  const finished = action === "finish";
  if (isBlank(piece)) return finished ? [{ steps: [], terminal: true, complete: ending === "text" }] : [];
  const boxed = action !== "rephrase" && run.extract(piece.text)?.rule === "boxed";
  const text = finished ? piece.text : `${openingOf(path, action)}${piece.text.trimEnd()}\n\n`;
  return [
    {
      steps: [{ text, tokens, logprob, call, states, kind: action, support }],
      terminal: finished || boxed,
      complete: boxed || ending === "text" || !finished,
    },
  ];
}
