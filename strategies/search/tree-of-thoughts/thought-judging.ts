import type { Run } from "../../../src/core/run.ts";
import type { Score } from "../../../src/core/score.ts";
import type { Trajectory } from "../../../src/core/trajectory.ts";

const VALUE_INSTRUCTION =
  'Judge the partial solution: can it still lead to the right answer? Check its last step, then end with one word: "sure" (right so far), "likely" (may be right) or "impossible" (something is wrong). Reply with that word only.';

const voteInstruction = (count: number) =>
  `Which of the ${count} partial solutions is the most promising? Reply with its number only.`;

/** What Tree of Thoughts' words are worth (their code for Game of 24): summed over votes, here divided by the most there could be. */
const worthOf: Readonly<Record<string, number>> = { sure: 20, likely: 1, impossible: 0.001 };

const shown = (path: Trajectory): string => path.text.trim();

/**
 * The policy values each state by itself, `votes` times: sure 20, likely 1, impossible 0.001, summed and divided by 20 · votes (Tree of Thoughts, Yao et al.
 * 2023, arXiv:2305.10601, section 3, "value"). Null where no vote can be read. Cost: `votes` calls a state.
 */
export async function valueThoughts(run: Run, paths: readonly Trajectory[], votes: number): Promise<Score[]> {
  return await Promise.all(
    paths.map(async (path) => {
      const content = `Problem:\n${run.question.text}\n\nPartial solution:\n${shown(path)}\n\n${VALUE_INSTRUCTION}`;
      const replies = await run.sample({
        messages: [{ role: "user", content }],
        n: votes,
        temperature: 0.7,
        maxTokens: 8,
        purpose: "value",
      });
      const worths = replies.flatMap(({ text }) => {
        const word = /\b(sure|likely|impossible)\b/i.exec(text)?.[1]?.toLowerCase();
        return word === undefined ? [] : (worthOf[word] ?? []);
      });
      if (worths.length === 0) return { value: null, reason: "no vote could be read" };
      return { value: worths.reduce((sum, worth) => sum + worth, 0) / (20 * worths.length) };
    }),
  );
}

/**
 * The policy votes for the most promising of several states, `votes` times; a state is worth its share of the votes (Tree of Thoughts, "vote"). Null for all
 * where no vote can be read. A lone state needs no vote and is worth 1. Cost: `votes` calls a round.
 */
export async function voteThoughts(run: Run, paths: readonly Trajectory[], votes: number): Promise<Score[]> {
  if (paths.length === 1) return [{ value: 1 }];
  const list = paths.map((path, i) => `Partial solution ${i + 1}:\n${shown(path)}`).join("\n\n");
  const content = `Problem:\n${run.question.text}\n\n${list}\n\n${voteInstruction(paths.length)}`;
  const replies = await run.sample({
    messages: [{ role: "user", content }],
    n: votes,
    temperature: 0.7,
    maxTokens: 8,
    purpose: "vote",
  });
  const chosen = replies.flatMap(({ text }) => {
    const number = Number(/\b(\d+)\b/.exec(text)?.[1] ?? Number.NaN);
    return number >= 1 && number <= paths.length ? [number - 1] : [];
  });
  if (chosen.length === 0) return paths.map(() => ({ value: null, reason: "no vote could be read" }));
  return paths.map((_, i) => ({ value: chosen.filter((vote) => vote === i).length / chosen.length }));
}
