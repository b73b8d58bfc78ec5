import { plainNumber } from "../answer/plain-number.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { ProblemRow } from "../core/problem.ts";
import type { AnswerKind } from "../core/question.ts";
import { chainAsked, decide, programAsked, type Response, respond } from "./answering.ts";
import { Asking, mostTokens } from "./asking.ts";
import {
  ConceptGraph,
  type Concepts,
  conceptMessages,
  conceptsIn,
  shownQuestion as shownOfConcepts,
} from "./concepts.ts";
import { conceptTokens, type Most, mostOf, mostOfAll } from "./cost.ts";
import { type Allowance, inOrder, type Turn } from "./in-order.ts";
import { Journal } from "./journal.ts";
import { type Item, type Made, type Maker, makeQuestion } from "./making.ts";
import type { OperationName } from "./operations.ts";
import { type ConceptOutcome, type Outcome, type QuestionOutcome, tokensOf } from "./outcome.ts";
import { shownQuestions } from "./rewriting.ts";
import { Sieve } from "./sieve.ts";
import type { EvolveSpec } from "./spec.ts";

export interface EvolveSetup {
  readonly spec: EvolveSpec;
  /** Problems that questions are made of. */
  readonly seeds: readonly ProblemRow[];
  /** Questions that none may be. */
  readonly test: readonly string[];
  readonly writer: Policy;
  readonly solvers: readonly Policy[];
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** What the folder holds is compared with it: fingerprints of the data. */
  readonly data: unknown;
  /** Items in work at a time. */
  readonly parallel: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number, kept: number) => void;
}

export interface Evolved {
  readonly outcomes: readonly Outcome[];
  readonly questions: readonly QuestionOutcome[];
  /** Items that the budget left no room for. */
  readonly notBegun: number;
  /** Problems that cannot be evolved (programs, choices, those without a reference). */
  readonly passedOver: number;
}

/** Can a question be made of this problem so? Only `open` takes those with options. */
const isFit = ({ kind, choices, reference, code }: ProblemRow, operation: OperationName): boolean =>
  kind !== "code" &&
  code === undefined &&
  reference.answer.trim() !== "" &&
  (operation === "open" ? choices !== undefined : choices === undefined && kind !== "choice");

/**
 * New questions of a set of problems, each with an answer that chains of thought agree on and programs confirm. Items
 * are done in order of problem and operation; what comes of one is appended to `outcomes.jsonl` of the folder, from
 * which the same call goes on. The outcomes depend on the settings, the data and the models alone: not on timing, not
 * on `parallel`.
 */
export async function evolve(setup: EvolveSetup): Promise<Evolved> {
  const { spec, folder, writer, solvers } = setup;
  const seeds = seedsOf(spec, setup.seeds);
  const { budget, policy: _, solvers: __, ...settings } = spec;
  const models = { writer: writer.id, solvers: solvers.map(({ id }) => id) };
  const journal = new Journal(folder, { ...settings, models, data: setup.data });
  const allowance: Allowance = { limit: budget, spent: journal.outcomes.reduce((sum, one) => sum + tokensOf(one), 0) };
  const items = itemsOf(spec, seeds);
  const asksConcepts = spec.operations.includes("concepts");
  const before = journal.outcomes.length;
  const wanted = asksConcepts ? seeds.filter((seed) => isFit(seed, "concepts")) : [];
  const named = await nameConcepts(wanted.slice(before), setup, allowance, journal);
  const concepts = journal.outcomes.filter((one) => one.kind === "concepts");
  const all = wanted.length + items.length;
  if (named < wanted.length - Math.min(before, wanted.length))
    return result(journal, all, setup.seeds.length - seeds.length);
  const graph = asksConcepts ? new ConceptGraph(conceptMap(concepts)) : null;
  const maker: Maker = { ...setup, seeds: new Map(seeds.map((seed) => [seed.id, seed])), graph };
  const sieve = sieveOf(setup, seeds, journal);
  const begun = journal.outcomes.length - wanted.length;
  setup.onProgress?.(begun, items.length, keptOf(journal));
  await inOrder(items.slice(begun), {
    ...{
      parallel: setup.parallel,
      allowance,
      most: (item: Item) => tokensAtMost(mostOf(item, spec, solvers.length)),
      spent: tokensOf,
    },
    work: (item, turn) => workOn(item, turn, { setup, maker, sieve }),
    keep: (outcome) => {
      journal.add(outcome);
      setup.onProgress?.(journal.outcomes.length - wanted.length, items.length, keptOf(journal));
    },
  });
  return result(journal, all, setup.seeds.length - seeds.length);
}

const tokensAtMost = ({ prompt, completion }: Most): number => prompt + completion;

/** What an evolution would make of these problems, and what it would take at most; no model is asked. */
export function planned(spec: EvolveSpec, problems: readonly ProblemRow[]): Most & { readonly questions: number } {
  const items = itemsOf(spec, seedsOf(spec, problems));
  const named = spec.operations.includes("concepts") ? problems.filter((seed) => isFit(seed, "concepts")).length : 0;
  return { questions: items.length, ...mostOfAll(items, spec, spec.solvers?.length ?? 1, named) };
}

const seedsOf = ({ operations }: EvolveSpec, problems: readonly ProblemRow[]): ProblemRow[] =>
  problems.filter((seed) => operations.some((operation) => isFit(seed, operation)));

const isQuestion = (outcome: Outcome): outcome is QuestionOutcome => outcome.kind === "question";

function result({ outcomes }: Journal, all: number, passedOver: number): Evolved {
  return { outcomes, questions: outcomes.filter(isQuestion), notBegun: all - outcomes.length, passedOver };
}

const keptOf = ({ outcomes }: Journal): number =>
  outcomes.filter((one) => isQuestion(one) && one.answer !== null).length;

/** Operations take turns; when every problem has had each that fits it, there is another round. */
function itemsOf({ operations, questions }: EvolveSpec, seeds: readonly ProblemRow[]): Item[] {
  const round = seeds.flatMap((seed) =>
    operations.filter((operation) => isFit(seed, operation)).map((operation) => ({ operation, seed })),
  );
  return Array.from({ length: round.length === 0 ? 0 : (questions ?? round.length) }, (_, i) => {
    const { operation, seed } = round[i % round.length] as (typeof round)[number];
    return { operation, seed, copy: Math.floor(i / round.length) };
  });
}

const conceptAsked = (seed: ProblemRow) => ({
  messages: conceptMessages(seed.text),
  ...{ n: 1, temperature: 0, maxTokens: conceptTokens, purpose: "concepts" },
});

async function nameConcepts(
  seeds: readonly ProblemRow[],
  { writer, spec, parallel, signal }: EvolveSetup,
  allowance: Allowance,
  journal: Journal,
): Promise<number> {
  return await inOrder<ProblemRow, ConceptOutcome>(seeds, {
    ...{ parallel, allowance, spent: tokensOf, keep: (outcome) => journal.add(outcome) },
    most: (seed) => 2 * mostTokens(conceptAsked(seed)),
    work: async (seed) => {
      const asking = new Asking(`${spec.seed}/concepts/${seed.id}`, signal);
      const [drawn] = await asking.ask(writer, conceptAsked(seed));
      const concepts = drawn?.text == null ? null : conceptsIn(drawn.text);
      return { kind: "concepts", seed: seed.id, concepts, spent: asking.spent };
    },
  });
}

const conceptMap = (outcomes: readonly ConceptOutcome[]): ReadonlyMap<string, Concepts> =>
  new Map(outcomes.flatMap(({ seed, concepts }) => (concepts === null ? [] : [[seed, concepts] as const])));

const groupOf = (seed: ProblemRow): string => seed.group ?? seed.id;

/** Knows the seeds, and what was let through before the evolution was stopped. */
function sieveOf({ spec, test }: EvolveSetup, seeds: readonly ProblemRow[], { outcomes }: Journal): Sieve {
  const sieve = new Sieve(spec, test);
  for (const text of [...shownQuestions, shownOfConcepts]) sieve.add(text, "shown to the writer");
  for (const seed of seeds) sieve.add(seed.text, groupOf(seed));
  for (const one of outcomes) if (isQuestion(one) && one.admitted) sieve.add(one.question ?? "", one.group);
  return sieve;
}

interface Work {
  readonly setup: EvolveSetup;
  readonly maker: Maker;
  readonly sieve: Sieve;
}

async function workOn(item: Item, turn: Turn, { setup, maker, sieve }: Work): Promise<QuestionOutcome> {
  const { spec } = setup;
  const asking = new Asking(`${spec.seed}/${item.seed.id}/${item.operation}/${item.copy}`, setup.signal);
  const made = await makeQuestion(item, maker, asking);
  await turn.before;
  const reason = made.reason ?? heldBack(made, sieve);
  if (reason === null) sieve.add(made.question ?? "", groupOf(made.seed));
  turn.pass();
  const kind = answerKindOf(made.seed, made.expected?.answer);
  const base = {
    kind: "question" as const,
    id: `${item.seed.id}-${item.operation}-${item.copy + 1}`,
    ...{ group: groupOf(made.seed), answerKind: kind, operation: item.operation },
    ...{ question: made.question, admitted: reason === null, ancestry: ancestryOf(item, made, setup.writer.id) },
  };
  if (reason !== null || made.question === null)
    return {
      ...base,
      ...{ answer: null, reason, agreement: null, confirmed: null, responses: [], right: [], spent: asking.spent },
    };
  const responses = await answers(made, kind, asking, setup);
  const { answer, reason: doubt, right, agreement, confirmed } = decide(responses, spec, kind, made.expected);
  return { ...base, answer, reason: doubt, agreement, confirmed, responses, right: [...right], spent: asking.spent };
}

/** An option's text is a number, a formula or words. */
function answerKindOf({ kind }: ProblemRow, expected: string | undefined): QuestionOutcome["answerKind"] {
  if (kind === "number" || kind === "math" || kind === "text") return kind;
  if (expected === undefined || plainNumber(expected) !== null) return "number";
  return /[\d\\$^]/.test(expected) ? "math" : "text";
}

function heldBack({ question, seed }: Made, sieve: Sieve): string | null {
  if (question === null) return null;
  if (sieve.isLeaked(question)) return "in a test set";
  return sieve.isKnown(question, groupOf(seed)) ? "a near duplicate" : null;
}

/** Chains and programs; of a variation its own programs, which have run already. */
async function answers({ question, programs, expected }: Made, kind: AnswerKind, asking: Asking, setup: EvolveSetup) {
  const { spec, solvers, sandbox, signal } = setup;
  const { chains, temperature, maxTokens } = spec;
  const chain = chainAsked(question ?? "", chains, temperature, maxTokens);
  const asksPrograms = programs.length === 0 && spec.programs > 0;
  const program = asksPrograms ? programAsked(question ?? "", spec.programs, temperature, maxTokens) : null;
  const own = programs.map(
    ({ text, ...drawn }): Response => ({
      by: "program",
      ...drawn,
      text,
      answer: expected?.answer ?? null,
      verdict: "ok",
    }),
  );
  return [...(await respond(asking, solvers, { chain, program, kind }, sandbox, signal)), ...own];
}

function ancestryOf({ seed, operation }: Item, made: Made, writer: string): QuestionOutcome["ancestry"] {
  const seeds = [operation === "concepts" ? made.seed.id : seed.id];
  const samples = made.drawn.map(({ key }) => key);
  return { operation, seeds, details: { ...made.details }, writer, prompt: made.drawn.at(-1)?.prompt ?? "", samples };
}
