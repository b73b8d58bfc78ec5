import type { ProblemRow } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";
import { stemOf } from "../choices.ts";
import { sentences } from "../perturbations/perturbation.ts";
import { ask, inOrder, type ProbeSetup, type ProbeUsage, usageOf } from "./asking.ts";
import { rougeL } from "./rouge.ts";

export interface CompletedQuestion {
  readonly problem: string;
  /** ROUGE-L of the completion with the rest of the question; null where the model gave none. */
  readonly guided: number | null;
  readonly general: number | null;
  /** Is the guided completion the rest of the question, word for word? */
  readonly exact: boolean;
}

export interface GuidedCompletion {
  /** Name and split as the model is given them. */
  readonly dataset: string;
  readonly split: string;
  /** Both completions were given. */
  readonly measured: number;
  readonly guided: number | null;
  readonly general: number | null;
  /** Bootstrap, one-sided: how often the general instruction does as well; null where nothing was measured. */
  readonly p: number | null;
  readonly resamples: number;
  readonly exact: number;
  readonly questions: readonly CompletedQuestion[];
  readonly usage: ProbeUsage;
}

export interface GuidedSetup extends ProbeSetup {
  readonly dataset: string;
  readonly split: string;
}

const pieces = (first: string): string => `FIRST PIECE:\n${first}\n\nSECOND PIECE:\n`;

/** The authors' instructions for single texts; "instance" is said where they have a text with a label. */
const guidedPrompt = (first: string, { dataset, split }: GuidedSetup): string =>
  `INSTRUCTION:\nYou are provided with the FIRST PIECE of an instance from the ${split} split of the ${dataset} dataset.\n` +
  "Finish the SECOND PIECE of the instance as EXACTLY appeared in the dataset.\n" +
  "ONLY rely on the original form of the instance in the dataset to finish the SECOND PIECE.\n\n" +
  pieces(first);
const generalPrompt = (first: string): string =>
  "INSTRUCTION:\nFinish the SECOND PIECE based on the FIRST PIECE, such that these two pieces become a single instance.\n\n" +
  pieces(first);

const resamples = 10_000;
/** Rests of fewer words say nothing. */
const fewestWords = 4;

/**
 * Guided completion (Golchin and Surdeanu 2023, "Time Travel in LLMs", arXiv:2308.08493): a model that has seen a
 * dataset finishes its questions better when it is given the dataset's name. A question is split at a random point
 * between 40 % and 70 % of its sentences (of its words where it is one sentence), completed under both instructions,
 * and scored by ROUGE-L against its rest. `p` is the share of bootstrap resamples of the questions in which the guided
 * mean is not above the general one. The authors' code resamples the two sets of scores apart; their published p values
 * are those of pairs. It speaks of the dataset, not of a question. BLEURT and the judgement by GPT-4 are left out; so
 * are questions whose rest has fewer than four words.
 */
export async function guidedCompletion(problems: readonly ProblemRow[], setup: GuidedSetup): Promise<GuidedCompletion> {
  const splits = problems.flatMap((problem) => {
    const parts = splitText(stemOf(problem), new Random(`guided/${setup.seed}/${problem.id}`));
    return parts === null ? [] : [{ problem: problem.id, ...parts }];
  });
  const done = await inOrder(splits, setup.policy.capabilities.parallel, async ({ problem, first, rest }) => {
    const room = Math.min(1024, 64 + rest.length);
    const guided = await ask(guidedPrompt(first, setup), room, setup);
    const general = await ask(generalPrompt(first), room, setup);
    const score = (text: string | null) => (text === null ? null : rougeL(rest, text));
    const question: CompletedQuestion = {
      problem,
      guided: score(guided.text),
      general: score(general.text),
      exact: plain(guided.text ?? "") === plain(rest),
    };
    return { question, samples: [guided.sample, general.sample] };
  });
  const questions = done.map(({ question }) => question);
  const both = questions.flatMap(({ guided, general }) =>
    guided === null || general === null ? [] : [[guided, general] as const],
  );
  return {
    dataset: setup.dataset,
    split: setup.split,
    measured: both.length,
    guided: mean(both.map(([guided]) => guided)),
    general: mean(both.map(([, general]) => general)),
    p: bootstrapP(
      both.map(([guided]) => guided),
      both.map(([, general]) => general),
      setup.seed,
    ),
    resamples,
    exact: questions.filter(({ exact }) => exact).length,
    questions,
    usage: usageOf(done.flatMap(({ samples }) => samples)),
  };
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

function splitText(text: string, random: Random): { readonly first: string; readonly rest: string } | null {
  const whole = sentences(text);
  const parts = whole.length > 1 ? whole : text.split(/(?<= )/);
  const at = Math.round(parts.length * (0.4 + 0.3 * random.uniform()));
  const [first, rest] = [parts.slice(0, at).join("").trim(), parts.slice(at).join("").trim()];
  return first === "" || rest.split(/\s+/).length < fewestWords ? null : { first, rest };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How often the mean of the differences, resampled by question, is not above 0. */
export function bootstrapP(guided: readonly number[], general: readonly number[], seed: number): number | null {
  if (guided.length === 0) return null;
  const random = new Random(`guided/bootstrap/${seed}`);
  const differences = guided.map((score, i) => score - (general[i] ?? 0));
  let above = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) sum += differences[random.integer(differences.length)] ?? 0;
    if (sum > 0) above++;
  }
  return 1 - above / resamples;
}
