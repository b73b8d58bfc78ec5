import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Message, Purpose, Sample } from "../../../src/core/policy.ts";
import type { Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Estimate, Rewards } from "../../../src/core/strategy.ts";
import { outOfBudget } from "../../../src/engine/out-of-budget.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import { roomBefore, roomFor, shorterThan } from "../../kit/landing.ts";
import { gather } from "./runs.ts";

/** One way to put a question: a text that the policy writes first, if any, and the prompt of the answer that follows. */
export interface Asking {
  /** Kept in the candidate's notes: which language, whose voice. */
  readonly label?: string;
  readonly prologue?: Prologue;
  /** The prompt of the answer; `written` is what the prologue came to, trimmed: "" where there is none. */
  readonly messages: (written: string) => readonly Message[];
}

export interface Prologue {
  readonly messages: readonly Message[];
  readonly purpose: Purpose;
}

/** A text about the question under an instruction of its own: a restatement, a principle, a hint. */
export const writtenAbout = (question: Question, instruction: string, purpose: Purpose): Prologue => ({
  messages: [
    { role: "system", content: instruction },
    { role: "user", content: question.text },
  ],
  purpose,
});

/** Options of every strategy that asks in its own way and lets the answers vote. */
export const askingOptions = {
  n: z.int().min(1).default(5).describe("answers that vote; 1 is the single pass of the paper"),
  temperature: z.number().min(0).default(0.7).describe("of everything that is written; 0 with n: 1 is greedy"),
};

/** Options of those that have a text written before the answer. */
export const prologueOptions = {
  ...askingOptions,
  prologues: z
    .enum(["each", "shared"])
    .default("each")
    .describe("each: every answer follows a text of its own; shared: one greedy text, n answers"),
};

export interface AskingChoice {
  readonly n: number;
  readonly temperature: number;
  /** Default "each". */
  readonly prologues?: "each" | "shared";
}

export const askingRewards: Rewards = {
  outcome: "picks: the answer with the highest score wins",
  process: "picks by the aggregated step scores of the answers",
  none: "the answers vote",
};

/** `n` answers and as many texts before them, or one. */
export const prologueCost = ({ n, prologues = "each" }: AskingChoice): Estimate => ({
  calls: n + (prologues === "shared" ? 1 : n),
  scored: n,
});

export const askingCost = ({ n }: AskingChoice): Estimate => ({ calls: n, scored: n });

/** So many answers are on their way together at most where each has a prologue. */
const wave = 4;

/**
 * `n` answers, sample i by way i mod `askings.length`; each wave is yielded when it is there. A prologue that comes out blank, or for
 * which the budget has no room before the first answer, leaves the plain question to be asked. Under a budget no more answers with a
 * prologue go together than there is room for, and none is begun that could not be finished. Cost: {@link prologueCost} where there are prologues, else `n` calls.
 */
export async function* ask(run: Run, askings: readonly Asking[], choice: AskingChoice): AsyncGenerator<Candidate[]> {
  const [prologued] = choice.prologues === "shared" ? [] : askings.filter(({ prologue }) => prologue !== undefined);
  const lengths: number[] = [];
  for (let from = 0; from < choice.n; ) {
    const wanted = run.batch(choice.n - from);
    const count = prologued === undefined ? wanted : waveOf(run, prologued, wanted, lengths);
    const ways = Array.from({ length: count }, (_, i) => (from + i) % askings.length);
    const groups = askings.flatMap((asking, way) => {
      const places = ways.flatMap((own, i) => (own === way ? [from + i] : []));
      return places.length === 0 ? [] : [{ asking, places }];
    });
    const { done, failed } = await gather(
      groups.map((group) => askOneWay(run, group.asking, group.places, { ...choice, lengths })),
    );
    const answers = done.flatMap((answered) => answered.answers);
    const candidates = answers.sort((a, b) => a.place - b.place).map(({ candidate }) => candidate);
    if (candidates.length > 0) yield candidates;
    const failure = failed ?? done.find((answered) => answered.failed !== null)?.failed ?? null;
    if (failure !== null) throw failure.reason;
    from += Math.max(1, candidates.length); // fewer than asked for: the next call says that the budget is spent
  }
}

interface Answered {
  readonly answers: readonly { readonly place: number; readonly candidate: Candidate }[];
  readonly failed: { readonly reason: unknown } | null;
}

function waveOf(run: Run, { prologue, messages }: Asking, wanted: number, lengths: readonly number[]): number {
  const next = prologue ?? { messages: [] };
  const longest = lengths.length === 0 ? undefined : Math.max(...lengths);
  return roomFor(run, next, { messages: messages("") }, Math.min(wanted, wave), longest);
}

interface Progress extends AskingChoice {
  /** Tokens of the prologues so far. */
  readonly lengths: number[];
}

/** The answers of one way at these places of the stream. */
async function askOneWay(run: Run, asking: Asking, places: readonly number[], choice: Progress): Promise<Answered> {
  const texts = await prologueTexts(run, asking, places, choice);
  const distinct = [...new Set(texts)];
  const { done, failed } = await gather(
    distinct.map(async (text) => {
      const own = places.filter((_, i) => texts[i] === text);
      const messages =
        text === "" && asking.prologue !== undefined ? solutionMessages(run.question) : asking.messages(text);
      const samples = await run.sample({ messages, n: own.length, temperature: choice.temperature, purpose: "solve" });
      return samples.map((sample, i) => ({ place: own[i] ?? 0, candidate: candidateOf(run, sample, asking) }));
    }),
  );
  return { answers: done.flat(), failed };
}

const candidateOf = (run: Run, sample: Sample, { label }: Asking): Candidate =>
  solutionCandidate(run, sample, label === undefined ? undefined : { way: label });

/** One text a place, trimmed; fewer where the budget had no room for more. */
async function prologueTexts(run: Run, { prologue, messages }: Asking, places: readonly number[], choice: Progress) {
  if (prologue === undefined) return places.map(() => "");
  const shared = choice.prologues === "shared";
  const written = shared && choice.lengths.length > 0;
  const room = written
    ? run.maxTokens
    : roomBefore(
        run,
        prologue,
        { messages: messages("") },
        {
          least: Math.max(0, ...choice.lengths),
          times: shared ? 1 : places.length,
        },
      );
  if (room === null) {
    if (places[0] !== 0 && !shared) throw outOfBudget(run, `problem ${run.question.id}`);
    return places.map(() => "");
  }
  const samples = await run.sample({
    ...prologue,
    ...shorterThan(run, room),
    n: shared ? 1 : places.length,
    temperature: shared ? 0 : choice.temperature,
    ...(shared ? { from: 0 } : {}),
  });
  choice.lengths.push(...samples.map(({ completionTokens }) => completionTokens));
  if (shared) return places.map(() => samples[0]?.text.trim() ?? "");
  return samples.map(({ text }) => text.trim());
}

/** The plain prompt of the question with words around its last turn. Words after a turn that is more than text are a turn of their own. */
export function questionWith(
  question: Question,
  words: { readonly before?: string; readonly after?: string },
): Message[] {
  const messages = solutionMessages(question);
  const last = messages.at(-1);
  if (last === undefined) return [];
  const around = [words.before ?? "", last.raw === undefined ? last.content : "", words.after ?? ""];
  const content = around.filter((part) => part !== "").join("\n\n");
  const turn: Message = { role: "user", content };
  return last.raw === undefined ? [...messages.slice(0, -1), { ...last, content }] : [...messages, turn];
}
