import type { Message } from "../../../src/core/policy.ts";
import type { Row, ScoreTransport, Site } from "../site.ts";
import { type Asked, ask, exactly, gathered } from "./chat.ts";

/** What stands for a label that is asked for. */
const HOLE = "<extra>";

/**
 * PathFinder-PRM (Pala et al. 2025, arXiv:2505.19706), which labels each step of a solution twice: first whether its
 * mathematics and its consistency hold; where both do, how probable it is that the step leads to the right answer. A
 * step with an error has the probability 0, where the authors' search gives it -1: below all others. Three requests a
 * step, of which the third is left out where an error was found.
 */
export const pathfinder: ScoreTransport = async (inputs, site) => {
  const judged = await Promise.all(inputs.map(({ chats }) => Promise.all(chats.map((chat) => judge(chat, site)))));
  return gathered(
    judged.map((steps) => steps.flatMap(({ asked }) => asked)),
    judged.map((steps) => steps.map(({ row }) => row)),
  );
};

async function judge(chat: readonly Message[], site: Site): Promise<{ row: Row; asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const begun = chat.at(-1)?.content ?? "";
  const labelBehind = async (text: string): Promise<Row> => {
    const messages: Message[] = [...chat.slice(0, -1), { role: "assistant", content: begun + text }];
    const goesOn = { add_generation_prompt: false, continue_final_message: true };
    const answered = await ask(site, messages, 1, goesOn);
    asked.push(answered);
    return labelOf(answered, site);
  };
  const [good] = site.preset.reading.tokens ?? ["<+>"];
  const errors = await Promise.all([
    labelBehind(" Math reasoning: "),
    labelBehind(` Math reasoning: ${HOLE}, Consistency: `),
  ]);
  const unread = errors.find((row) => "none" in row);
  if (unread !== undefined) return { row: unread, asked };
  if (errors.some(isBad)) return { row: [Number.NEGATIVE_INFINITY, 0], asked };
  return { row: await labelBehind(` Math reasoning: ${good}, Consistency: ${good}, Correctness: `), asked };
}

const isBad = (row: Row): boolean => !("none" in row) && (row[0] ?? 0) < (row[1] ?? 0);

/** [log P(good), log P(bad)] of the token that comes next. */
function labelOf({ choice }: Asked, { preset }: Site): Row {
  const [token] = choice.logprobs ?? [];
  if (token === undefined) return { none: "the server gave no log-probabilities" };
  const masses = (preset.reading.tokens ?? []).map((label) => exactly(token, label));
  if (masses.every((mass) => mass === 0)) {
    return { none: `neither label is among the likeliest tokens, but "${token.token}"` };
  }
  return masses.map(Math.log);
}
