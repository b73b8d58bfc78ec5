import { firstYesNo, yesNo } from "../../../src/answer/verdicts/probabilities.ts";
import type { Grown, GrowRequest } from "../../../src/core/action.ts";
import type { Message, Sample } from "../../../src/core/policy.ts";
import type { ActionSpace, Run } from "../../../src/core/run.ts";
import type { Score } from "../../../src/core/score.ts";
import type { Step, Trajectory } from "../../../src/core/trajectory.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import { drawSpec } from "../../../src/search/actions/action-space.ts";
import { drawPieces, isBlank, type Piece } from "../../../src/search/actions/drawing.ts";
import { splitter } from "../../../src/search/actions/splitting.ts";

const FORM_INSTRUCTION =
  'Solve the problem by sub-questions. Each takes the form "Sub-question k: …?" on one line and "Answer k: …" on the next, ending in "The answer is …". Put one blank line after each. As soon as the problem\'s own question can be answered, ask "Now we can answer the question." and put its answer within \\boxed{}.';

const USEFUL_INSTRUCTION = "Is the last sub-question useful for solving the problem? Answer with one word, Yes or No.";

const lastQuestion = "Now we can answer the question.";

export interface SubQuestionOptions {
  /** Sub-questions of a trajectory at most; the last is the problem's own. */
  readonly depth: number;
  /** Samples of an answer at most. */
  readonly answers: number;
  readonly stepTokens: number;
}

/**
 * Steps in turn: a sub-question, and its answer, which is the first of the largest class of several samples. They are
 * drawn two by two until one class leads with half of them. The share of the class is the step's confidence.
 */
export class SubQuestions implements ActionSpace {
  readonly name = "sub-questions";
  readonly #options: SubQuestionOptions;
  readonly #confidence = new WeakMap<Step, number>();

  constructor(options: SubQuestionOptions) {
    this.#options = options;
  }

  /** Labels are no part of it, so that no number of a sub-question is read as an answer. */
  candidateText({ text }: Trajectory): string {
    return text.replace(/^(?:Sub-question|Answer) \d+: /gm, "");
  }

  async grow(run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> {
    return path.step?.kind === "sub-question" ? this.#answer(run, path, request) : this.#ask(run, path, request);
  }

  async complete(run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> {
    const pieces = await this.#draw(run, path.text, { ...request, stop: [] });
    return pieces.map((piece) => ({
      ...{ steps: [stepOf(piece, piece.text, "rest")], terminal: true, complete: piece.ending === "text" },
    }));
  }

  /** Of a sub-question the chance that it is useful; of an answer its confidence, or what the verifiers say of it. */
  async judge(run: Run, path: Trajectory): Promise<Score> {
    const { outcome, process } = run.verifiers;
    if (path.step?.kind === "sub-question" && !path.terminal) return await usefulness(run, path);
    if (path.terminal && outcome) {
      const text = this.candidateText(path);
      const [score] = await run.score([{ trajectory: path, text, answer: run.extract(text), complete: true }]);
      return score ?? { value: null };
    }
    if (process) return (await run.scoreSteps([path]))[0]?.at(-1) ?? { value: null };
    return { value: path.step === null ? null : (this.#confidence.get(path.step) ?? null) };
  }

  async #ask(run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> {
    const label = `Sub-question ${1 + path.depth / 2}:`;
    if (path.depth / 2 + 1 >= this.#options.depth) {
      const step = { text: `${label} ${lastQuestion}\n`, tokens: 0, kind: "sub-question" };
      return [{ steps: [step], terminal: false, complete: true }];
    }
    const pieces = await this.#draw(run, path.text + label, { ...request, stop: ["\n"] });
    return pieces.map((piece) => {
      const step = stepOf(piece, `${label} ${piece.text.trim()}\n`, "sub-question");
      return { steps: [step], terminal: isBoxed(run, piece.text), complete: true };
    });
  }

  async #answer(run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> {
    const label = `Answer ${(path.depth + 1) / 2}:`;
    const last = request.last || /now we can answer/i.test(path.step?.text ?? "");
    const drawn: Piece[] = [];
    let classes: number[] = [];
    while (drawn.length < this.#options.answers && !leads(classes)) {
      const count = Math.min(2, this.#options.answers - drawn.length);
      const pieces = await this.#draw(run, `${path.text}${label}`, { ...request, count, stop: last ? [] : ["\n\n"] });
      if (pieces.length === 0) break;
      drawn.push(...pieces);
      classes = run.classes(drawn.map(({ text }) => run.extract(text)?.text ?? null));
    }
    const [largest, share] = sizes(classes)[0] ?? [0, 0];
    const piece = drawn[Math.max(0, classes.indexOf(largest))];
    if (piece === undefined) return [];
    const tokens = drawn.reduce((sum, each) => sum + each.tokens, 0);
    const step = { ...stepOf(piece, `${label} ${piece.text.trim()}\n\n`, "answer"), tokens };
    this.#confidence.set(step, share / classes.length);
    const boxed = isBoxed(run, piece.text);
    return [{ steps: [step], terminal: last || boxed, complete: boxed || piece.ending !== "limit" }];
  }

  async #draw(run: Run, prefix: string, request: GrowRequest & { readonly stop: readonly string[] }) {
    const { stop } = request;
    const pieces = await drawPieces(run, {
      messages: instructed(run),
      ...{ prefix: prefix === "" ? undefined : prefix, before: prefix, stop, ...drawSpec(run, request) },
      ...(stop.length > 0 && { maxTokens: this.#options.stepTokens }),
      ...{
        purpose: stop.length > 0 ? "step" : "rollout",
        split: splitter(stop[0] === "\n" ? "line" : "blank-line", 0),
      },
    });
    return pieces.filter((piece) => !isBlank(piece));
  }
}

const stepOf = ({ tokens, logprob, call, thought }: Piece, text: string, kind: string): Step => ({
  ...{ text, tokens, logprob, call, thought, kind },
});

const isBoxed = (run: Run, text: string): boolean => run.extract(text)?.rule === "boxed";

function instructed(run: Run): readonly Message[] {
  const messages = solutionMessages(run.question);
  return messages.map((message, i) =>
    i === messages.length - 1 ? { ...message, content: `${message.content}\n\n${FORM_INSTRUCTION}` } : message,
  );
}

/** Classes of answers with their sizes, the largest first, of equals the first seen; what has no answer is in none. */
function sizes(classes: readonly number[]): (readonly [index: number, size: number])[] {
  const found = [...new Set(classes)].filter((index) => index >= 0);
  return found
    .map((index) => [index, classes.filter((other) => other === index).length] as const)
    .sort(([, a], [, b]) => b - a);
}

/** Has one class half of them, and no other as many? */
function leads(classes: readonly number[]): boolean {
  const [[, first] = [0, 0], [, second] = [0, 0]] = sizes(classes);
  return first > second && first / classes.length >= 0.5;
}

/**
 * P(Yes) / (P(Yes) + P(No)) as the first token, where it is one of them; without log-probabilities what is said. Cost:
 * one call.
 */
async function usefulness(run: Run, path: Trajectory): Promise<Score> {
  const content = `Problem:\n${run.question.text}\n\n${path.text.trim()}\n\n${USEFUL_INSTRUCTION}`;
  const logprobs = run.policy.capabilities.logprobs === null ? undefined : run.policy.capabilities.logprobs.top;
  const [reply] = await run.sample({
    ...{ messages: [{ role: "user", content }], temperature: 0, maxTokens: 4, logprobs, purpose: "judge" },
  });
  return reply === undefined ? { value: null } : { value: chanceOfYes(reply) };
}

export function chanceOfYes(reply: Pick<Sample, "text" | "logprobs">): number | null {
  return reply.logprobs === undefined ? yesNo(reply, "first").value : firstYesNo(reply).value;
}
