import type { LintCheck } from "../../experiments/datasets/lint/finding.ts";
import { lintProblems } from "../../experiments/datasets/lint/index.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Message, Policy } from "../core/policy.ts";
import type { ProblemRow } from "../core/problem.ts";
import { Random } from "../core/random.ts";
import type { Expected } from "./answering.ts";
import type { Asking, Drawn } from "./asking.ts";
import { type ConceptGraph, conceptQuestion } from "./concepts.ts";
import type { OperationName } from "./operations.ts";
import { detailsOf, personas, questionIn, rewritingMessages, suggestionMessages } from "./rewriting.ts";
import type { EvolveSpec } from "./spec.ts";
import { programMessages, vary } from "./variation.ts";

/** A question that is to be made. */
export interface Item {
  readonly operation: OperationName;
  readonly seed: ProblemRow;
  /** Counts the questions of one operation and problem. */
  readonly copy: number;
}

/** What making needs. */
export interface Maker {
  readonly spec: EvolveSpec;
  readonly writer: Policy;
  readonly sandbox: Sandbox;
  readonly seeds: ReadonlyMap<string, ProblemRow>;
  readonly graph: ConceptGraph | null;
  readonly signal?: AbortSignal;
}

/** A question as it was made, or why none was. */
export interface Made {
  readonly question: string | null;
  readonly reason: string | null;
  /** The problem that it is grouped with. */
  readonly seed: ProblemRow;
  readonly details: Readonly<Record<string, unknown>>;
  readonly drawn: readonly Drawn[];
  /** What its answer is held against. */
  readonly expected: Expected | null;
  /** Programs that gave the answer as they were run for the question. */
  readonly programs: readonly Drawn[];
}

const nothing = { question: null, reason: null, details: {}, drawn: [], expected: null, programs: [] } as const;

export const randomOf = ({ seed }: EvolveSpec, { operation, copy, seed: problem }: Item): Random =>
  new Random(JSON.stringify(["evolve", seed, operation, problem.id, copy]));

/** Makes a question: one request, two for `suggest`, one of several programs for `variation`. */
export async function makeQuestion(item: Item, maker: Maker, asking: Asking): Promise<Made> {
  const made = await (item.operation === "variation"
    ? makeVariation(item, maker, asking)
    : item.operation === "concepts"
      ? makeOfConcepts(item, maker, asking)
      : makeRewritten(item, item.operation, maker, asking));
  if (made.question === null) return { ...made, reason: made.reason ?? "no question was written" };
  return { ...made, reason: await flawOf(made.question, item.seed) };
}

async function makeRewritten(
  item: Item,
  operation: Exclude<OperationName, "concepts" | "variation">,
  maker: Maker,
  asking: Asking,
): Promise<Made> {
  const { spec } = maker;
  const { seed } = item;
  const drawnDetails = detailsOf(operation, { personas: spec.personas ?? personas, ...spec }, randomOf(spec, item));
  const before = operation === "suggest" ? await write(suggestionMessages(seed.text), maker, asking) : null;
  if (before?.text === null) return { ...nothing, seed, drawn: [before] };
  const details = before === null ? drawnDetails : { suggestion: before.text };
  const drawn = await write(
    rewritingMessages(operation, seed.text, details),
    maker,
    asking,
    operation === "open" ? "rephrase" : operation === "translate" ? "translate" : "evolve",
  );
  return {
    ...nothing,
    question: drawn.text === null ? null : questionIn(drawn.text),
    ...{ seed, details: { ...details }, drawn: before === null ? [drawn] : [before, drawn] },
    expected: expectedOf(operation, seed),
  };
}

/** A translation has the answer of its problem, an open question that of the right option. */
function expectedOf(operation: OperationName, { reference, choices }: ProblemRow): Expected | null {
  if (operation === "translate") return { answer: reference.answer, otherwise: "another answer than the seed's" };
  const option = choices?.[reference.answer.charCodeAt(0) - "A".charCodeAt(0)];
  return operation === "open" && option !== undefined
    ? { answer: option, otherwise: "another answer than the right option" }
    : null;
}

async function makeOfConcepts(item: Item, maker: Maker, asking: Asking): Promise<Made> {
  const walk = maker.graph?.walk(randomOf(maker.spec, item)) ?? null;
  if (walk === null) return { ...nothing, seed: item.seed, reason: "no concepts are known" };
  const seed = maker.seeds.get(walk.nearest) ?? item.seed;
  const drawn = await write(conceptQuestion(walk, seed.text), maker, asking);
  const { topics, points } = walk;
  const question = drawn.text === null ? null : questionIn(drawn.text);
  return { ...nothing, question, seed, details: { topics, points }, drawn: [drawn] };
}

async function makeVariation(item: Item, maker: Maker, asking: Asking): Promise<Made> {
  const { spec, sandbox, signal, writer } = maker;
  const { seed } = item;
  const n = Math.max(2, spec.programs);
  const { temperature, maxTokens } = spec;
  const messages = programMessages(seed.text);
  const drawn = await asking.ask(writer, { messages, n, temperature, maxTokens, purpose: "parametrise" });
  const asked = { question: seed.text, reference: seed.reference.answer, random: randomOf(spec, item) };
  const varied = await vary(asked, drawn, { sandbox, least: Math.max(1, spec.confirm), signal });
  if (typeof varied === "string") return { ...nothing, seed, drawn, reason: varied };
  const { question, answer, numbers, source, programs } = varied;
  const expected = { answer, otherwise: "another answer than its program's" };
  return { question, reason: null, seed, details: { numbers, program: source }, drawn, expected, programs };
}

async function write(
  messages: readonly Message[],
  { spec, writer }: Maker,
  asking: Asking,
  purpose = "evolve",
): Promise<Drawn> {
  const { temperature, questionTokens: maxTokens } = spec;
  const [drawn] = await asking.ask(writer, { messages, n: 1, temperature, maxTokens, purpose });
  if (drawn === undefined) throw new Error("A policy gave no sample for a request of one.");
  return drawn;
}

const flaws: Readonly<Partial<Record<LintCheck, string>>> = {
  question: "asks nothing",
  cut: "ends in the middle",
  formula: "a formula is broken",
};

/** What is wrong with the text of a question, or null. */
async function flawOf(text: string, { kind }: ProblemRow): Promise<string | null> {
  const row: ProblemRow = { id: "evolved", text, kind, reference: { answer: "0" } };
  const [finding] = await lintProblems([row], { checks: new Set(Object.keys(flaws) as LintCheck[]) });
  return finding === undefined ? null : (flaws[finding.check] ?? null);
}
