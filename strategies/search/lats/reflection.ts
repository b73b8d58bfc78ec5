import { readRating } from "../../../src/answer/verdicts/ratings.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Score } from "../../../src/core/score.ts";
import type { Trajectory } from "../../../src/core/trajectory.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";

const VALUE_INSTRUCTION =
  'Judge the solution so far: check its steps, and how likely it is to lead to the right answer. Then rate it from 0 (certainly wrong) to 10 (certainly right) on a last line: "Rating: " and the number.';

const REFLECT_INSTRUCTION =
  "This attempt failed. In two or three sentences, say where it probably went wrong and what is to be done differently. Do not solve the problem now.";

export interface ReflectionOptions {
  /** Score of an end below which it has failed. */
  readonly success: number;
  /** Lessons drawn at most. */
  readonly lessons: number;
  /** Length limit of a judgement or a lesson, in tokens. */
  readonly judgeTokens: number;
}

/**
 * Judges states, and draws a lesson from each end that failed with an answer that no end before it had; lessons are in
 * view of all that is written and judged afterwards. One for each solve.
 */
export class Reflection {
  readonly #options: ReflectionOptions;
  readonly #lessons: string[] = [];
  readonly #failed = new Set<string | null>();

  constructor(options: ReflectionOptions) {
    this.#options = options;
  }

  /** The task, with the lessons so far before the question. */
  messages({ question }: Pick<Run, "question">): readonly Message[] {
    const messages = solutionMessages(question);
    return messages.map((message, i) =>
      i === messages.length - 1 ? { ...message, content: this.#withLessons(message.content) } : message,
    );
  }

  /** The score of each state; those that failed are reflected on before the next round. */
  async judge(run: Run, paths: readonly Trajectory[]): Promise<Score[]> {
    const scores = await this.#scores(run, paths);
    for (const [i, path] of paths.entries()) {
      const value = scores[i]?.value ?? null;
      if (path.terminal && value !== null && value < this.#options.success) await this.#reflect(run, path);
    }
    return scores;
  }

  /** By the verifiers where they judge such a state, else by the policy's own rating. */
  async #scores(run: Run, paths: readonly Trajectory[]): Promise<Score[]> {
    const { outcome, process } = run.verifiers;
    const verified = paths.filter(({ terminal }) => process || (outcome && terminal));
    const ends = verified.filter(({ terminal }) => terminal);
    const open = verified.filter(({ terminal }) => !terminal);
    const ofEnds = await run.score(
      ends.map((path) => ({
        ...{ trajectory: path, text: path.text, answer: run.extract(path.text), complete: true },
      })),
    );
    const ofOpen = (await run.scoreSteps(open)).map((steps) => steps.at(-1));
    const known = new Map([
      ...ends.map((path, i) => [path, ofEnds[i]] as const),
      ...open.map((path, i) => [path, ofOpen[i]] as const),
    ]);
    return await Promise.all(paths.map(async (path) => known.get(path) ?? (await this.#rating(run, path))));
  }

  async #rating(run: Run, path: Trajectory): Promise<Score> {
    const task = this.#withLessons(`Problem:\n${run.question.text}`);
    const content = `${task}\n\nSolution so far:\n${path.text.trim()}\n\n${VALUE_INSTRUCTION}`;
    const [reply] = await run.sample({ ...this.#asking(content), purpose: "value" });
    const rating = readRating(reply ?? "");
    return { value: rating === null ? null : rating / 10 };
  }

  async #reflect(run: Run, path: Trajectory): Promise<void> {
    const answer = run.extract(path.text)?.text ?? null;
    if (this.#failed.has(answer) || this.#lessons.length >= this.#options.lessons) return;
    this.#failed.add(answer);
    const content = `Problem:\n${run.question.text}\n\nAttempt:\n${path.text.trim()}\n\n${REFLECT_INSTRUCTION}`;
    const [reply] = await run.sample({ ...this.#asking(content), purpose: "reflect" });
    const lesson = reply?.text.trim() ?? "";
    if (lesson !== "") this.#lessons.push(`An attempt that ended in ${answer ?? "no answer"}: ${lesson}`);
  }

  #asking(content: string) {
    return { messages: [{ role: "user" as const, content }], temperature: 0, maxTokens: this.#options.judgeTokens };
  }

  #withLessons(task: string): string {
    if (this.#lessons.length === 0) return task;
    return `Lessons from attempts that failed:\n${this.#lessons.map((each) => `- ${each}`).join("\n")}\n\n${task}`;
  }
}
