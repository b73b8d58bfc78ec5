import { z } from "zod";
import { AnswerClasses } from "../../src/core/answer-classes.ts";
import type { Candidate, ScoredCandidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { best, majority } from "../../src/engine/picking/selections.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { roomBefore } from "./kit/asking.ts";
import { repeated } from "./kit/runs.ts";
import {
  extraction,
  forwardRefinement,
  inverseGeneration,
  readSticker,
  type StickerRequest,
} from "./sticker/stickers.ts";

const options = z.strictObject({
  compare: z
    .enum(["sticker", "question"])
    .default("sticker")
    .describe("what the answer from question and sticker must agree with: that from the sticker, or from the question"),
  stages: z.int().min(1).max(3).default(3).describe("1 extract, 2 and refine forward, 3 and refine inversely"),
  vote: z
    .enum(["runs", "predictions", "stickers"])
    .default("runs")
    .describe("what is sampled n times: whole runs, predictions from one sticker, or stickers"),
  n: z.int().min(1).default(1).describe("how often; 1 is a single greedy run"),
  temperature: z.number().min(0).optional().describe("default 0 for n: 1, else 0.6"),
  topP: z.number().gt(0).max(1).optional().describe("default 0.9 where n is above 1"),
});
type Options = z.output<typeof options>;

/**
 * Sticker (SIFT: Zeng et al. 2025, arXiv:2502.14922, algorithm 1): the facts of the question are written down, and the
 * answer with question and facts must agree with the answer from the facts alone; until it does the facts are refined
 * against the question, then rebuilt from the solution.
 *
 * ```text
 * stage 1   S = extract(question)              P(question, S) = P(S)?  → done
 * stage 2   S = forward(question, S)           the same                → done
 * stage 3   S = forward(question, inverse(P))  the same                → done
 * stage 4   P(question)
 * ```
 */
export const sticker = defineStrategy({
  name: "sticker",
  summary: "writes down the facts of the question and answers until both readings agree",
  paper: "Zeng et al. 2025, arXiv:2502.14922, algorithm 1",
  family: "prompting",
  how: `Sticker (SIFT: Zeng et al. 2025, arXiv:2502.14922, algorithm 1): the facts of the question are written down, and the answer with question and facts must agree with the answer from the facts alone; until it does the facts are refined against the question, then rebuilt from the solution. S a sticker, P a prediction:

\`\`\`text
stage 1   S = extract(question)              P(question, S) = P(S)?  → done
stage 2   S = forward(question, S)           the same                → done
stage 3   S = forward(question, inverse(P))  the same                → done
stage 4   P(question)
\`\`\`

Equal answers agree; a missing one agrees with nothing. With several stickers or predictions the majorities must agree. A stage whose stickers are all blank is passed over. Where the budget has no room for a sticker and an answer after it, the first run is the plain answer, and a further one is not begun. Notes of every prediction: run, stage, source; of the one that its run ends with also \`settled\`.

The paper's abstract compares with the plain answer (\`compare: question\`, which is then drawn once), its algorithm with the sticker's. Voting forms are its section on self-consistency: 10 samples at temperature 0.6, top-p 0.9.`,
  costNote:
    "3 calls a run to the end of stage 1, 6 of stage 2, 10 of stage 3, one more for the plain answer where nothing " +
    "agreed.",
  departures: [],
  rewards: {
    outcome: "picks among the predictions of all stages, instead of the agreed ones",
    process: "picks among them by the aggregated step scores",
    none: "the predictions in which the runs ended vote",
  },
  options,
  candidates: (run, given) => {
    const plan = planOf(given);
    return repeated(run, plan.runs, (index) => oneRun({ run, plan, index }));
  },
  select: () => settledVote(),
  cost: (given) => {
    const { runs, stickers, predictions } = planOf(given);
    const { compare, stages } = given;
    const written = stickers * (stages === 3 ? 4 : stages);
    const compared = stickers * predictions * stages * (compare === "sticker" ? 2 : 1);
    const calls = runs * (written + compared + stickers * predictions);
    return { calls, scored: calls };
  },
});

interface Plan extends Pick<Options, "compare" | "stages" | "topP"> {
  readonly runs: number;
  /** Stickers at a time, each predicted from; more than one only where stickers vote. */
  readonly stickers: number;
  /** Predictions from each prompt; more than one only where predictions vote. */
  readonly predictions: number;
  readonly temperature: number;
}

const planOf = ({ n, vote, compare, stages, temperature, topP }: Options): Plan => ({
  ...{ compare, stages },
  runs: vote === "runs" ? n : 1,
  stickers: vote === "stickers" ? n : 1,
  predictions: vote === "predictions" ? n : 1,
  temperature: temperature ?? (n > 1 ? 0.6 : 0),
  topP: topP ?? (n > 1 ? 0.9 : undefined),
});

/** What all calls of one run share. */
interface Sift {
  readonly run: Run;
  readonly plan: Plan;
  /** Run i takes its own draws of every prompt; a prompt that comes up again in it is not paid for again. */
  readonly index: number;
}

/** What a prediction is made from, and its sticker where there is one. */
interface Basis {
  readonly source: "sticker" | "question+sticker" | "question";
  readonly sticker: string;
}

/** The stage of the plain answer, which stands where no stage agreed. */
const PLAIN_STAGE = 4;

async function* oneRun(sift: Sift): AsyncGenerator<readonly Candidate[]> {
  const { plan, run, index } = sift;
  const room = roomBefore(run, extraction(run.question.text), { messages: solutionMessages(run.question) });
  if (room === null && index > 0) return run.outOfBudget();
  let stickers: readonly string[] = [];
  let solutions: readonly string[] = [];
  for (let stage = 1; room !== null && stage <= plan.stages; stage++) {
    stickers = await stickersOf(sift, stage, stickers, solutions);
    const usable = stickers.filter((text) => text !== "");
    if (usable.length === 0) continue;
    const one = basesOf(plan.compare, usable);
    const both = basesOf("question+sticker", usable);
    const { values, over } = await run.gather([...one, ...both].map((basis) => predict(sift, stage, basis)));
    const fromOne = values.slice(0, one.length).flatMap((own) => own ?? []);
    const fromBoth = values.slice(one.length).filter((own) => own !== null);
    const settled = agreed(run, fromOne, fromBoth.flat());
    const shown = plan.compare === "question" && stage > 1 ? [] : fromOne;
    yield markSettled([...shown, ...fromBoth.flat()], settled);
    if (over || settled !== null) return;
    solutions = fromBoth.map((own) => (majorityOf(run, own) ?? own[0])?.text ?? "");
  }
  const plain = await predict(sift, PLAIN_STAGE, { source: "question", sticker: "" });
  yield markSettled(plain, majorityOf(run, plain) ?? plain[0] ?? null);
}

/** The stickers of this stage from those of the last, or (stage 3) from its solutions. */
async function stickersOf(sift: Sift, stage: number, before: readonly string[], solutions: readonly string[]) {
  const { question } = sift.run;
  if (stage === 1) return await write(sift, extraction(question.text), sift.plan.stickers);
  const drafts = stage === 2 ? before : await writeEach(sift, solutions, inverseGeneration);
  return await writeEach(sift, drafts, (text) => forwardRefinement(question.text, text));
}

const writeEach = async (sift: Sift, texts: readonly string[], about: (text: string) => StickerRequest) =>
  (await Promise.all(texts.map((text) => write(sift, about(text), 1)))).flat();

async function write({ run, plan, index }: Sift, request: StickerRequest, n: number): Promise<string[]> {
  const { temperature, topP } = plan;
  const samples = await run.sample({ ...request, n, from: index * n, temperature, topP });
  return samples.map(({ text }) => readSticker(text));
}

const basesOf = (source: Basis["source"], stickers: readonly string[]): Basis[] =>
  (source === "question" ? [""] : stickers).map((text) => ({ source, sticker: text }));

/** Plain answers are the same in every stage, and as many as one side has. */
async function predict({ run, plan, index }: Sift, stage: number, { source, sticker }: Basis): Promise<Candidate[]> {
  const n = plan.predictions * (source === "question" ? plan.stickers : 1);
  const plain = solutionMessages(run.question);
  const asked = plain.at(-1)?.content ?? "";
  const content = source === "sticker" ? sticker : `${asked}\n\n${sticker}`;
  const messages: readonly Message[] =
    source === "question" ? plain : [...plain.slice(0, -1), { role: "user", content }];
  const { temperature, topP } = plan;
  const samples = await run.sample({ messages, n, from: index * n, temperature, topP, purpose: "solve" });
  return samples.map((sample) => solutionCandidate(run, sample, { run: index, stage, source }));
}

/** Of `both` the first prediction that has the answer on which the majorities agree; null where they do not. */
function agreed(run: Run, one: readonly Candidate[], both: readonly Candidate[]): Candidate | null {
  const majorities = [majorityOf(run, one), majorityOf(run, both)].filter((each) => each !== null);
  return majorities.length === 2 && AnswerClasses.of(run, majorities).unanimous ? (majorities[1] ?? null) : null;
}

/** The first candidate of the largest class of equal answers; ties: the class that appeared first. */
function majorityOf(run: Run, candidates: readonly Candidate[]): Candidate | null {
  const { classes, mostVotes } = AnswerClasses.of(run, candidates);
  return classes.find(({ members }) => members.length === mostVotes)?.members[0] ?? null;
}

const markSettled = (candidates: readonly Candidate[], settled: Candidate | null): Candidate[] =>
  candidates.map((each) => (each === settled ? { ...each, notes: { ...each.notes, settled: true } } : each));

/**
 * The highest score where there is a verifier; else a vote of the answers in which runs settled, of all predictions
 * while no run has one.
 */
function settledVote(): Selection {
  return {
    name: "settled-vote",
    usesScores: true,
    pick: async (candidates, run) => {
      if (run.verifiers.outcome || run.verifiers.process) return await best().pick(candidates, run);
      const settled = candidates.filter(({ answer, notes }) => notes?.settled === true && answer !== null);
      if (settled.length === 0) return await majority().pick(candidates, run);
      const pick = await majority().pick(settled, run);
      return pick === null ? null : { ...pick, reason: reasonOf(settled, pick.reason) };
    },
  };
}

/** What a single run ended with, or how many runs agree. */
function reasonOf(settled: readonly ScoredCandidate[], vote: string): string {
  const [only, ...others] = settled;
  if (only === undefined || others.length > 0) return vote.replace("samples", "runs");
  const { stage, source } = only.notes ?? {};
  return stage === PLAIN_STAGE ? "no stage agreed: the plain answer stands" : `stage ${stage} agrees (${source})`;
}
