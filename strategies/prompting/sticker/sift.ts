import type { Candidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { outOfBudget } from "../../../src/engine/out-of-budget.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import { roomBefore } from "../../kit/landing.ts";
import { gather } from "../kit/runs.ts";
import { extraction, forwardRefinement, inverseGeneration, readSticker, type StickerRequest } from "./stickers.ts";

export interface SiftOptions {
  /** What the answer from question and sticker is compared with: the sticker alone (the algorithm), or the question alone (the abstract). */
  readonly compare: "sticker" | "question";
  /** 1: the first sticker only; 2: with forward refinement; 3: with inverse refinement too. */
  readonly stages: number;
  /** Stickers at a time, each predicted from; more than one only where stickers vote. */
  readonly stickers: number;
  /** Predictions from each prompt; more than one only where predictions vote. */
  readonly predictions: number;
  readonly temperature: number;
  readonly topP?: number;
}

/** Which prompt a prediction came from. */
export type Source = "sticker" | "question+sticker" | "question";

/** The stage of the plain answer, which stands where no stage agreed. */
export const FALLBACK_STAGE = 4;

/** Calls of one run at most: stickers s and predictions k give 4 s of stickers, 6 s k to compare, and the plain answers. */
export function siftCalls({ compare, stages, stickers, predictions }: Omit<SiftOptions, "temperature">): number {
  const written = stickers * (stages === 3 ? 4 : stages);
  const plain = stickers * predictions;
  const sides = stickers * predictions * stages * (compare === "sticker" ? 2 : 1);
  return written + sides + plain;
}

/** One of several runs of the algorithm, and what all its calls share. */
interface Sift {
  readonly run: Run;
  readonly options: SiftOptions;
  /** Which run it is: run i takes its own draws of every prompt, and a prompt that comes up again in it is not paid for again. */
  readonly index: number;
}

/** Predictions of one stage from one source, sticker by sticker. */
interface Side {
  readonly source: Source;
  /** predictions[j] belongs to sticker j. */
  readonly predictions: readonly (readonly Candidate[])[];
}

/**
 * One run of SIFT (Zeng et al. 2025, arXiv:2502.14922, algorithm 1), its predictions as they come. S a sticker, P a prediction:
 *
 *     stage 1   S = extract(question)              P(question, S) = P(S)?  → done
 *     stage 2   S = forward(question, S)           the same                → done
 *     stage 3   S = forward(question, inverse(P))  the same                → done
 *     stage 4   P(question)
 *
 * Notes of every prediction: run, stage, source; of the one that the run ends with also `settled`. Equal answers agree; a missing one agrees with
 * nothing. With several stickers or predictions a side answers by majority. A stage whose stickers are all blank is passed over. Where the budget holds no sticker
 * and an answer after it, the first run is the plain answer, and a further one is not begun.
 */
export async function* siftRun(sift: Sift): AsyncGenerator<readonly Candidate[]> {
  const { options, run } = sift;
  let stickers: readonly string[] = [];
  let solutions: readonly string[] = [];
  const room = roomBefore(run, extraction(run.question.text), { messages: solutionMessages(run.question) });
  if (room === null && sift.index > 0) throw outOfBudget(run, `problem ${run.question.id}`);
  for (let stage = 1; room !== null && stage <= options.stages; stage++) {
    stickers = await stickersOf(sift, stage, stickers, solutions);
    const usable = stickers.filter((sticker) => sticker !== "");
    if (usable.length === 0) continue;
    const { done, failed } = await gather([
      options.compare === "question" ? plainSide(sift, stage) : stickerSide(sift, stage, usable, "sticker"),
      stickerSide(sift, stage, usable, "question+sticker"),
    ]);
    const [one, both] = done;
    const settled = one !== undefined && both !== undefined ? agreed(run, one, both) : null;
    const shown = done.filter(({ source }) => source !== "question" || stage === 1);
    yield shown.flatMap(({ predictions }) =>
      predictions.flat().map((each) => (each === settled ? asSettled(each) : each)),
    );
    if (failed !== null) throw failed.reason;
    if (settled !== null) return;
    solutions = (both?.predictions ?? []).map((own) => (majorityOf(run, own) ?? own[0])?.text ?? "");
  }
  const plain = (await plainSide(sift, FALLBACK_STAGE)).predictions.flat();
  const winner = majorityOf(run, plain) ?? plain[0];
  yield plain.map((each) => (each === winner ? asSettled(each) : each));
}

const asSettled = (candidate: Candidate): Candidate => ({ ...candidate, notes: { ...candidate.notes, settled: true } });

/** The stickers of this stage from those of the last, or (stage 3) from its solutions. */
async function stickersOf(sift: Sift, stage: number, before: readonly string[], solutions: readonly string[]) {
  const { question } = sift.run;
  if (stage === 1) return await write(sift, extraction(question.text), sift.options.stickers);
  if (stage === 2) return await writeEach(sift, before, (sticker) => forwardRefinement(question.text, sticker));
  const inverse = await writeEach(sift, solutions, inverseGeneration);
  return await writeEach(sift, inverse, (sticker) => forwardRefinement(question.text, sticker));
}

const writeEach = async (sift: Sift, texts: readonly string[], about: (text: string) => StickerRequest) =>
  (await Promise.all(texts.map((text) => write(sift, about(text), 1)))).flat();

async function write({ run, options, index }: Sift, request: StickerRequest, n: number): Promise<string[]> {
  const { temperature, topP } = options;
  const nucleus = topP === undefined ? {} : { topP };
  const samples = await run.sample({ ...request, n, from: index * n, temperature, ...nucleus });
  return samples.map(({ text }) => readSticker(text));
}

/** Predictions from each sticker, alone or after the question. */
async function stickerSide(
  sift: Sift,
  stage: number,
  stickers: readonly string[],
  source: "sticker" | "question+sticker",
): Promise<Side> {
  const plain = solutionMessages(sift.run.question);
  const asked = plain.at(-1)?.content ?? "";
  const { done, failed } = await gather(
    stickers.map((sticker) => {
      const content = source === "sticker" ? sticker : `${asked}\n\n${sticker}`;
      return predict(sift, [...plain.slice(0, -1), { role: "user", content }], { stage, source });
    }),
  );
  if (done.length === 0 && failed !== null) throw failed.reason;
  return { source, predictions: done };
}

/** Plain answers, the same in every stage: as many as a side has. */
async function plainSide(sift: Sift, stage: number): Promise<Side> {
  const { stickers } = sift.options;
  const place = { stage, source: "question" } as const;
  return {
    source: "question",
    predictions: [await predict(sift, solutionMessages(sift.run.question), place, stickers)],
  };
}

async function predict(
  { run, options, index }: Sift,
  messages: readonly Message[],
  place: { readonly stage: number; readonly source: Source },
  times = 1,
): Promise<Candidate[]> {
  const n = options.predictions * times;
  const { temperature, topP } = options;
  const nucleus = topP === undefined ? {} : { topP };
  const samples = await run.sample({ messages, n, from: index * n, temperature, ...nucleus, purpose: "solve" });
  return samples.map((sample) => solutionCandidate(run, sample, { run: index, ...place }));
}

/** The first prediction of the second side that has the answer on which both sides' majorities agree; null where they do not. */
function agreed(run: Run, one: Side, both: Side): Candidate | null {
  const [mine, theirs] = [one, both].map(({ predictions }) => majorityOf(run, predictions.flat()));
  if (!mine?.answer || !theirs?.answer) return null;
  const [a, b] = run.classes([mine.answer.text, theirs.answer.text]);
  return a === b ? theirs : null;
}

/** The first candidate of the largest class of equal answers; ties: the class that appeared first. Null without an answer. */
function majorityOf(run: Run, candidates: readonly Candidate[]): Candidate | null {
  const classes = run.classes(candidates.map(({ answer }) => answer?.text ?? null));
  const sizes = new Map<number, number>();
  for (const own of classes) if (own >= 0) sizes.set(own, (sizes.get(own) ?? 0) + 1);
  const [winner] = [...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return winner === undefined ? null : (candidates[classes.indexOf(winner[0])] ?? null);
}
