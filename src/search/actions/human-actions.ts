import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import type { Grown, GrowRequest } from "../../core/search.ts";
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
  thought: ["thought", "finish", "subquestion"],
  finish: [],
};

export interface HumanActionsOptions {
  /** The task as it is put to the policy; its last message is the question. */
  readonly messages: (run: Run) => readonly Message[];
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
}

/**
 * One step is one of five things people do at a problem: think one thought further, finish the solution, ask and answer
 * a sub-question, answer the last sub-question again, or restate the problem (rStar: Qi et al. 2024, arXiv:2408.06195,
 * section 3.2; {@link allowedNext} is its table).
 *
 * The continuations of an expansion are dealt out to the allowed actions in turn, going on where the last expansion of
 * the node ended; a step's kind is its action. A trajectory ends when an answer is boxed, when the solution was
 * finished, or at the last step allowed (which finishes). Departures: each continuation is one sample, where rStar
 * takes the majority of 10 for every sub-answer and of 32 for every finish (the walk's votes weigh ends instead); an
 * answer given again stands after the first one, as trajectories only grow. Cost: one call a step.
 */
export function humanActions({ messages, stepTokens }: HumanActionsOptions): ActionSpace {
  const act = async (run: Run, path: Trajectory, action: HumanAction, request: GrowRequest): Promise<Grown[]> => {
    const pieces = await drawPieces(run, {
      ...specFor(run, path, action, messages(run), stepTokens),
      ...drawSpec(run, request),
      split: splitter("blank-line", stepTokens),
    });
    return pieces.flatMap((piece) => grownBy(run, path, action, piece));
  };
  return {
    name: "human-actions",
    candidateText: reasoningOf,
    judgedSteps: ({ steps }) => steps.filter(isReasoning),
    grow: async (run, path, request) => {
      const dealt = request.last ? new Map([["finish" as const, request.count]]) : deal(path, request);
      const all = [...dealt].map(([action, count]) => act(run, path, action, { ...request, count }));
      return (await Promise.all(all)).flat();
    },
    complete: (run, path, request) => act(run, path, "finish", request),
  };
}

/** How often each action is taken, of `count` dealt out in turn. */
export function deal(path: Trajectory, { count, drawn = 0 }: Pick<GrowRequest, "count" | "drawn">) {
  const allowed = allowedNext[(path.step?.kind as HumanAction | undefined) ?? "root"];
  const dealt = new Map<HumanAction, number>();
  for (let i = 0; i < count && allowed.length > 0; i++) {
    const action = allowed[(drawn + i) % allowed.length] ?? "finish";
    dealt.set(action, (dealt.get(action) ?? 0) + 1);
  }
  return dealt;
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
  const number = 1 + path.steps.filter(({ kind }) => kind === "subquestion").length;
  const opening =
    action === "subquestion" ? `Sub-question ${number}:` : action === "reanswer" ? `Answer ${number - 1} again:` : "";
  const prefix = text + opening;
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
function grownBy(run: Run, path: Trajectory, action: HumanAction, piece: Piece): Grown[] {
  const { ending, tokens, logprob, call } = piece;
  const finished = action === "finish";
  if (isBlank(piece)) return finished ? [{ steps: [], terminal: true, complete: ending === "text" }] : [];
  const number = 1 + path.steps.filter(({ kind }) => kind === "subquestion").length;
  const opening =
    action === "subquestion" ? `Sub-question ${number}:` : action === "reanswer" ? `Answer ${number - 1} again:` : "";
  const boxed = action !== "rephrase" && run.extract(piece.text)?.rule === "boxed";
  const text = finished ? piece.text : `${opening}${piece.text.trimEnd()}\n\n`;
  return [
    {
      steps: [{ text, tokens, logprob, call, kind: action }],
      terminal: finished || boxed,
      complete: boxed || ending === "text" || !finished,
    },
  ];
}
