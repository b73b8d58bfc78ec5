import type { TokenLogprob } from "../../src/core/policy.ts";
import type { ScriptEntry } from "../../src/policy/scripted.ts";
import { scoresOf } from "./correction-scripts.ts";
import { QUESTION } from "./playing.ts";

/** One path through a strategy: the answers that lead along it. */
export interface AskingCase {
  readonly strategy: string;
  /** Which branch it takes. */
  readonly says: string;
  readonly options?: object;
  readonly script: readonly ScriptEntry[];
  readonly verifiers?: ReturnType<typeof scoresOf>;
  readonly calls?: number;
  /** Does the policy give log-probabilities with five alternatives a token? */
  readonly logprobs?: boolean;
  readonly hints?: object;
}

export const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const facts = (name: string) => `\`\`\`\n**Conditions:**\n1. ${name}\n\n**Question:**\nHow many are left?\n\`\`\``;
const final = (answer: number) => `So the final answer is: ${box(answer)}`;

function token(text: string, chance = 1, others: Readonly<Record<string, number>> = {}): TokenLogprob {
  const top = [[text, chance] as const, ...Object.entries(others)].map(([name, p]) => ({
    token: name,
    logprob: Math.log(p),
  }));
  return { token: text, logprob: Math.log(chance), top };
}
const tokens = [token("So", 0.6, { Thus: 0.4 }), token(" half", 0.5, { " all": 0.5 }), token(` ${box(1)}`)];
const draft = { text: tokens.map((each) => each.token).join(""), logprobs: tokens };

const sticker: readonly Omit<AskingCase, "strategy">[] = [
  { says: "agrees at once", script: [facts("A"), box(17), box(17)] },
  { says: "agrees after forward refinement", script: [facts("A"), box(1), box(2), facts("B"), box(17), box(17)] },
  {
    says: "agrees after inverse refinement",
    script: [facts("A"), box(1), box(2), facts("B"), box(3), box(4), facts("C"), facts("D"), box(17), box(17)],
  },
  {
    says: "never agrees",
    script: [facts("A"), box(1), box(2), facts("B"), box(3), box(4), facts("C"), facts("D"), box(5), box(6), box(17)],
  },
  { says: "no stage but the first", options: { stages: 1 }, script: [facts("A"), box(1), box(2), box(17)] },
  {
    says: "no inverse refinement",
    options: { stages: 2 },
    script: [facts("A"), box(1), box(2), facts("B"), box(3), box(4), box(17)],
  },
  { says: "a blank sticker", script: ["```\n```", facts("B"), box(17), box(17)] },
  { says: "against the question, agrees", options: { compare: "question" }, script: [facts("A"), box(17), box(17)] },
  {
    says: "against the question, never agrees",
    options: { compare: "question" },
    script: [facts("A"), box(1), box(2), facts("B"), box(3), facts("C"), facts("D"), box(4)],
  },
  {
    says: "whole runs vote",
    options: { n: 2, stages: 1 },
    script: [facts("A"), facts("B"), box(17), box(17), box(1), box(2), box(17)],
  },
  {
    says: "whole runs under a budget",
    options: { n: 2, stages: 1 },
    script: [facts("A"), box(17), box(17), facts("B"), box(1), box(1)],
    calls: 6,
  },
  { says: "predictions vote", options: { n: 2, vote: "predictions" }, script: [facts("A"), ...[2, 2, 2, 1].map(box)] },
  {
    says: "stickers vote",
    options: { n: 2, vote: "stickers" },
    script: [facts("A"), facts("B"), ...[2, 2, 2, 1].map(box)],
  },
  {
    says: "a verifier picks",
    script: [facts("A"), box(1), box(2), facts("B"), box(3), box(3)],
    verifiers: scoresOf({ 1: 0.2, 2: 0.9, 3: 0.4 }),
  },
  { says: "the budget ends it within a stage", script: [facts("A"), box(5)], calls: 2 },
];

const leastToMost: readonly Omit<AskingCase, "strategy">[] = [
  { says: "two sub-questions", options: { n: 1 }, script: ["1. A?\n2. B?", "a", "b", box(17)] },
  { says: "nothing to break down", options: { n: 1 }, script: ["NONE", box(17)] },
  { says: "a blank answer", options: { n: 1 }, script: ["1. A?\n2. B?", " ", "b", box(17)] },
  { says: "no room but for the question", options: { n: 1, most: 1 }, script: [box(17)] },
  {
    says: "the question itself among them",
    options: { n: 1 },
    script: ["1. A?\n2. How many rolls are left?", "a", box(17)],
  },
];

const selfAsk: readonly Omit<AskingCase, "strategy">[] = [
  { says: "no follow-up", options: { n: 1 }, script: [`Are follow up questions needed here: No.\n${final(17)}`] },
  { says: "two follow-ups", options: { n: 1 }, script: ["Follow up: A?\n", "a", "Follow up: B?\n", "b", final(17)] },
  { says: "follow-ups used up", options: { n: 1, most: 1 }, script: ["Follow up: A?\n", "a", box(17)] },
  { says: "a follow-up repeated", options: { n: 1 }, script: ["Follow up: A?\n", "a", "Follow up: A?\n", box(17)] },
  { says: "a blank answer", options: { n: 1 }, script: ["Follow up: A?\n", " ", box(17)] },
  { says: "answered in the same breath", options: { n: 1, answers: "own" }, script: [`Follow up: A?\n${final(17)}`] },
];

const agreement: readonly Omit<AskingCase, "strategy">[] = [
  { says: "a place is named", options: { n: 2, shuffle: false }, script: [box(1), box(2), "Response 2"] },
  { says: "no place is named", options: { n: 2, shuffle: false }, script: [box(1), box(2), "Neither."] },
  { says: "one answer only", options: { n: 2 }, script: ["Hm.", box(2)] },
  { says: "no call left", options: { n: 2 }, script: [box(1), box(2)], calls: 2 },
];

const entropy: readonly Omit<AskingCase, "strategy">[] = [
  { says: "two forks", script: [draft, box(2), box(2)], logprobs: true },
  { says: "sure of every token", options: { leastEntropy: 1 }, script: [draft], logprobs: true },
  { says: "no alternatives told", options: { n: 2 }, script: [box(1), box(1)] },
];

const small = { samples: 2, rollouts: 1, branches: 2 };
const critical: readonly Omit<AskingCase, "strategy">[] = [
  { says: "agrees with the majority", options: small, script: [draft, box(1), box(2)], logprobs: true },
  { says: "no sample to compare with", options: { samples: 0 }, script: [draft], logprobs: true },
  { says: "nothing lost", options: small, script: [draft, box(2), box(2), box(2)], logprobs: true },
  {
    says: "lost after the second token",
    options: small,
    script: [draft, box(2), box(2), box(1), box(2), box(2), box(2)],
    logprobs: true,
  },
  {
    says: "lost after the first token",
    options: small,
    script: [draft, box(2), box(2), box(1), box(1), box(2), box(2)],
    logprobs: true,
  },
  { says: "accepted by the verifier", script: [draft], verifiers: scoresOf({ 1: 0.5 }), logprobs: true },
  {
    says: "rejected by the verifier, which then says what is lost",
    options: small,
    script: [draft, box(1), box(1), box(3), box(2), box(2), box(1)],
    verifiers: scoresOf({ 1: 0.4, 2: 0.9, 3: 0.1 }),
    logprobs: true,
  },
  {
    says: "not scored is not right",
    options: { ...small, samples: 0 },
    script: [draft, box(2)],
    verifiers: scoresOf({ 2: 0.9 }),
    logprobs: true,
  },
  { says: "no alternatives told", options: { samples: 1, branches: 1 }, script: [box(1), box(1), box(1)] },
];

const hints = { concepts: ["products"], hints: ["count first"], misleading: ["divide"] };
const pool = [{ question: "A baker bakes 5 rolls?", solution: "5" }, { question: "A train?" }];
const others: readonly AskingCase[] = [
  { strategy: "plan-and-solve", says: "detailed", options: { n: 1 }, script: [box(17)] },
  { strategy: "plan-and-solve", says: "plain", options: { n: 1, trigger: "plan" }, script: [box(17)] },
  { strategy: "rephrase-then-solve", says: "a wording each", options: { n: 2 }, script: ["A", "B", box(1), box(1)] },
  {
    strategy: "rephrase-then-solve",
    says: "shared",
    options: { n: 2, prologues: "shared" },
    script: ["A", box(1), box(1)],
  },
  { strategy: "rephrase-then-solve", says: "a blank one", options: { n: 1 }, script: [" ", box(1)] },
  { strategy: "step-back", says: "a principle", options: { n: 1 }, script: ["Sums.", box(17)] },
  { strategy: "analogical", says: "three recalled", options: { n: 1 }, script: [box(17)] },
  { strategy: "analogical", says: "with a tutorial", options: { n: 1, tutorial: true }, script: [box(17)] },
  { strategy: "hint", says: "right", options: { n: 1 }, script: [box(17)], hints },
  { strategy: "hint", says: "misleading", options: { n: 1, hints: "misleading" }, script: [box(17)], hints },
  { strategy: "hint", says: "none", options: { n: 1, hints: "none" }, script: [box(17)], hints },
  { strategy: "hint", says: "own", options: { n: 1 }, script: ["Multiply.", box(17)] },
  { strategy: "few-shot", says: "similar", options: { n: 1, pool }, script: ["240", box(17)] },
  { strategy: "few-shot", says: "clustered", options: { n: 1, pool, choose: "clustered" }, script: ["240", box(17)] },
  { strategy: "thought-template", says: "retrieved", options: { n: 1 }, script: [box(17)] },
  {
    strategy: "thought-template",
    says: "distilled",
    options: { n: 1, solved: [{ question: QUESTION.replace("6 trays", "7 trays"), solution: "25" }] },
    script: ["Multiply, subtract.", box(17)],
  },
  { strategy: "thought-template", says: "nothing fits", options: { n: 1, least: 1 }, script: [box(17)] },
  { strategy: "persona", says: "two roles", options: { n: 2 }, script: [box(17), box(17)] },
  { strategy: "multilingual", says: "two languages", options: { n: 2 }, script: [box(17), box(17)] },
  {
    strategy: "multilingual",
    says: "translated",
    options: { n: 1, languages: ["French"], translate: true },
    script: ["Un boulanger…", box(17)],
  },
  {
    strategy: "complexity-vote",
    says: "the longest vote",
    options: { n: 3, keep: 1 },
    script: [box(1), box(1), `a\n${box(2)}`],
  },
];

const of = (strategy: string, cases: readonly Omit<AskingCase, "strategy">[]): AskingCase[] =>
  cases.map((one) => ({ strategy, ...one }));

export const askingCases: readonly AskingCase[] = [
  ...of("sticker", sticker),
  ...of("least-to-most", leastToMost),
  ...of("self-ask", selfAsk),
  ...of("universal-self-consistency", agreement),
  ...of("entropy-branching", entropy),
  ...of("critical-token", critical),
  ...others,
];
