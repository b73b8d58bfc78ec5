import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { BudgetExceededError } from "../../src/core/errors.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { acceptCalls, acceptRule, decide } from "./kit/accept.ts";
import { finalElseStanding } from "./kit/chains.ts";
import { agreed, noteOf, openingVoices, panelOptions, panelRound, type Voice } from "./kit/panel.ts";
import { closing } from "./kit/rewrite.ts";

const SYNTHESISE =
  "You are given solutions of the user's problem by several models. Judge them critically: some may be wrong. Do not just repeat one of them; work out one solution of your own that is right and complete.";

const promptFor = ({ question }: Run, all: readonly Candidate[]): readonly Message[] => {
  const listed = all
    .filter(({ text }) => text.trim() !== "")
    .map(({ text }, i) => `${i + 1}. ${text.trim()}`)
    .join("\n\n");
  const task = solutionMessages(question).filter(({ role }) => role !== "system");
  return [
    { role: "system", content: `${SYNTHESISE} ${closing(question)}\n\nSolutions of the models:\n\n${listed}` },
    ...task,
  ];
};

const options = panelOptions.extend({
  layers: z.int().min(2).max(8).default(3).describe("the first proposes, the last is the aggregator alone"),
  aggregator: z
    .string()
    .default("aggregator")
    .describe("name of the model that has the last word; the policy when there is none"),
});
type Options = z.output<typeof options>;

/** The last word: one synthesis of all voices. It revises the first voice with the answer that most of them have. */
async function aggregate(
  run: Run,
  voices: readonly Voice[],
  opening: readonly Candidate[],
  given: Options,
): Promise<{ readonly candidate: Candidate; readonly ended: BudgetExceededError | null } | null> {
  const all = voices.map(({ candidate }) => candidate);
  const { temperature, aggregator: model } = given;
  const [sample] = await run.sample({ messages: promptFor(run, all), temperature, purpose: "revise", model });
  const classes = run.classes(all.map(({ answer }) => answer?.text ?? null));
  const votes = (index: number) => (index < 0 ? 0 : classes.filter((other) => other === index).length);
  const leading = voices.reduce((best, voice, i) =>
    votes(classes[i] ?? -1) > votes(classes[voices.indexOf(best)] ?? -1) ? voice : best,
  );
  if (sample === undefined || sample.text.trim() === "") return null;
  const candidate = solutionCandidate(run, sample);
  const rule = acceptRule({ ...given, voices: opening });
  const { decision, ended } = await decide(run, rule, leading.candidate, candidate);
  const notes = { ...noteOf({ round: given.layers - 1 }, leading, voices.length), ...decision, final: true };
  return { candidate: { ...candidate, notes }, ended };
}

async function* layered(run: Run, given: Options) {
  let voices = yield* openingVoices(run, given.agents, given.temperature);
  const opening = voices.map(({ candidate }) => candidate);
  let at = given.agents;
  for (let round = 1; round < given.layers - 1; round++) {
    if (given.signal === "disagreement" && agreed(run, voices)) return;
    const prompt = (inner: Run, own: Candidate, others: readonly Candidate[]) => promptFor(inner, [own, ...others]);
    const held = await panelRound(run, voices, { ...given, round, at, prompt, voices: opening });
    voices = held.voices;
    at += held.candidates.length;
    yield held.candidates;
    if (held.ended !== null) throw held.ended;
  }
  if (given.signal === "disagreement" && agreed(run, voices)) return;
  const final = await aggregate(run, voices, opening, given);
  if (final === null) return;
  yield final.candidate;
  if (final.ended !== null) throw final.ended;
}

/**
 * Mixture of agents: proposers answer, in each further layer every proposer is given the answers of the layer before and synthesises them, and in the last an aggregator alone
 * does (Wang et al. 2024, arXiv:2406.04692; 3 layers and temperature 0.7 as in their reference script). The same panel as `debate`, with the others' answers in the system
 * text and a last word in place of the vote.
 *
 * The aggregator's answer stands by the accept rule: if it scores higher than the leading answer, else if more proposers had it at first, a fresh solution deciding a tie (`accept: always` is the paper's); otherwise what
 * stands of the proposers votes. Empty replies are dropped, not passed on. Departure: with `signal: disagreement`, layers are spared where all agree. Cost: at most
 * `agents + 2 · (agents · (layers − 2) + 1)` calls.
 */
export const mixtureOfAgents = defineStrategy({
  name: "mixture-of-agents",
  summary: "layers of proposers that read each other, and an aggregator with the last word",
  paper: "Wang et al. 2024, arXiv:2406.04692",
  rewards: {
    outcome: "accepts a synthesis only if it scores higher, and picks among what stands",
    process: "the same, aggregated over steps",
    none: "the aggregator has the last word where the proposers are split and a fresh solution agrees, else they vote",
  },
  options,
  candidates: layered,
  select: ({ accept }) => finalElseStanding(accept),
  cost: ({ agents, layers, accept }) => {
    const revisions = agents * (layers - 2) + 1;
    return { calls: agents + revisions * (1 + acceptCalls(accept)), scored: 2 * (agents + revisions) };
  },
});
