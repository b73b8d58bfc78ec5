import { readLetter } from "../../../src/answer/verdicts/choices.ts";
import { readWord } from "../../../src/answer/verdicts/words.ts";
import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";

/** Version 1, after section 3.1 of the paper: rewrite, then search for errors. */
const VERIFY =
  "First rewrite this solution as a theorem with the lemmas that it needs and a proof of each; leave no step out. Then go through the proofs line by line, against the problem, and look for an error. End with one word on a line of its own: Yes if the final answer is correct, No if it is not.";
const COMPARE =
  "Where do these two solutions differ? Work out at each of those places which of them is right. End with one letter on a line of its own, A or B: the solution whose final answer is correct.";

/** How solutions are verified and compared, as the options describe it. */
export interface Verifying {
  readonly verifications: number;
  readonly ties: number;
  readonly judgeTemperature: number;
  readonly model: string;
}

export interface Entrant {
  readonly candidate: ScoredCandidate;
  /** Share of the readable verifications that found it correct. */
  readonly score: number;
  readonly votes: number;
  /** Of equal answers. */
  readonly group: number;
}

/** Those with a readable verification, best first. */
export async function verifyAll(
  run: Run,
  candidates: readonly ScoredCandidate[],
  given: Verifying,
): Promise<Entrant[]> {
  const groups = run.classes(candidates.map(({ answer }) => answer?.text ?? null));
  const scores = await Promise.all(
    candidates.map(async ({ answer, text }) => {
      if (answer === null) return null;
      const replies = await ask(run, [`Solution:\n${text.trim()}`, VERIFY], given.verifications, "verify", given);
      const said = replies.flatMap((reply) => readWord(reply, ["yes", "no"], "last")?.word ?? []);
      return said.length === 0 ? null : said.filter((word) => word === "yes").length / said.length;
    }),
  );
  return candidates
    .flatMap((candidate, i): Entrant[] => {
      const [score, group] = [scores[i] ?? null, groups[i] ?? -1];
      return score === null
        ? []
        : [{ candidate, score, group, votes: groups.filter((other) => other === group).length }];
    })
    .sort((a, b) => b.score - a.score || b.votes - a.votes || a.candidate.index - b.candidate.index);
}

/** The finalist that wins most pairs, one that is even or of equal answers half; undefined where none is compared. */
export async function roundRobin(run: Run, finalists: readonly Entrant[], given: Verifying) {
  const equals = ({ group }: Entrant) => finalists.filter((other) => other.group === group).length - 1;
  const wins = finalists.map((entrant) => equals(entrant) / 2);
  const places = [...finalists.keys()];
  const pairs = places.flatMap((i) =>
    places.slice(i + 1).flatMap((j) => (finalists[i]?.group === finalists[j]?.group ? [] : [[i, j] as const])),
  );
  const shares = await Promise.all(pairs.map(([i, j]) => shareWon(run, finalists[i], finalists[j], given)));
  for (const [place, [i, j]] of pairs.entries()) {
    const share = shares[place] ?? 0.5;
    wins[i] = (wins[i] ?? 0) + (share > 0.5 ? 1 : share === 0.5 ? 0.5 : 0);
    wins[j] = (wins[j] ?? 0) + (share < 0.5 ? 1 : share === 0.5 ? 0.5 : 0);
  }
  return { winner: pairs.length === 0 ? undefined : finalists[wins.indexOf(Math.max(...wins))], pairs: pairs.length };
}

/** Share of the readable comparisons that the first of two wins; every other one shows them the other way round. */
async function shareWon(run: Run, one: Entrant | undefined, other: Entrant | undefined, given: Verifying) {
  const texts = [one, other].map((entrant) => entrant?.candidate.text.trim());
  const letters = async (first: number, count: number) => {
    const shown = [`Solution A:\n${texts[first]}`, `Solution B:\n${texts[1 - first]}`, COMPARE];
    const replies = count === 0 ? [] : await ask(run, shown, count, "compare", given);
    const named = replies.flatMap((reply) => readLetter(reply, "last") ?? []);
    return named.map((letter) => (letter === "A") === (first === 0));
  };
  const won = (
    await Promise.all([letters(0, Math.ceil(given.ties / 2)), letters(1, Math.floor(given.ties / 2))])
  ).flat();
  return won.length === 0 ? 0.5 : won.filter((each) => each).length / won.length;
}

async function ask(
  run: Run,
  parts: readonly string[],
  n: number,
  purpose: string,
  { judgeTemperature, model }: Verifying,
) {
  const content = [`Problem:\n${run.question.text}`, ...parts].join("\n\n");
  return await run.sample({
    ...{ messages: [{ role: "user", content }], n, purpose, model, temperature: judgeTemperature },
  });
}
