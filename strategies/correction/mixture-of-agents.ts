import { z } from "zod";
import { AnswerClasses } from "../../src/core/answer-classes.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import { roleOption } from "../../src/core/roles.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { type AcceptName, acceptCalls, acceptRule, closing, decide, undecided, wasAccepted } from "./kit/loop.ts";
import { agreed, amongStanding, holdRound, openPanel, type Panel, panelOptions, revisionNotes } from "./kit/panel.ts";

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
  aggregator: roleOption("aggregator", "part of the model that has the last word"),
});
type Options = z.output<typeof options>;

/**
 * The last word: one synthesis of what stands, as a revision of the most common answer (ties: the first). Null for an
 * empty reply.
 */
async function aggregate(run: Run, { agents, first }: Panel, given: Options): Promise<Candidate | null> {
  const all = agents.map(({ candidate }) => candidate);
  const { temperature, aggregator: model } = given;
  const [sample] = await run.sample({ messages: promptFor(run, all), temperature, purpose: "revise", model });
  if (sample === undefined || sample.text.trim() === "") return null;
  const candidate = solutionCandidate(run, sample);
  const answers = AnswerClasses.of(run, all);
  const leading = agents.reduce((best, agent) =>
    answers.votesFor(agents.indexOf(agent)) > answers.votesFor(agents.indexOf(best)) ? agent : best,
  );
  const rule = acceptRule({ ...given, independent: first });
  const decision = (await decide(run, rule, leading.candidate, candidate)) ?? undecided;
  const notes = { ...revisionNotes(given.layers - 1, leading, agents.length), ...decision, final: true };
  return { ...candidate, notes };
}

async function* layered(run: Run, given: Options): AsyncGenerator<Candidate | readonly Candidate[]> {
  let panel: Panel | null = yield* openPanel(run, given);
  for (let round = 1; round < given.layers - 1; round++) {
    if (given.signal === "disagreement" && agreed(run, panel)) return;
    const prompt = (inner: Run, own: Candidate, others: readonly Candidate[]) => promptFor(inner, [own, ...others]);
    panel = yield* holdRound(run, panel, { ...given, round, prompt });
    if (panel === null) return;
  }
  if (given.signal === "disagreement" && agreed(run, panel)) return;
  const final = await aggregate(run, panel, given);
  if (final !== null) yield final;
}

/**
 * The last word (`final` in the notes) where it was accepted and nothing was scored; else what stands of the proposers
 * and of it decides as in {@link amongStanding}, without a last word that was rejected.
 */
function finalElseStanding(accept: AcceptName): Selection {
  const among = amongStanding(accept);
  return {
    ...among,
    name: "final-else-standing",
    pick: (candidates, run) => {
      const final = candidates.find(({ notes }) => notes?.final === true);
      const rest = candidates.filter((candidate) => candidate !== final);
      if (final === undefined || final.answer === null) return among.pick(rest.length > 0 ? rest : candidates, run);
      const scored = among.usesScores && candidates.some(({ score }) => typeof score?.value === "number");
      if (!wasAccepted(final) && rest.length > 0) return among.pick(rest, run);
      return scored ? among.pick(candidates, run) : majority().pick([final], run);
    },
  };
}

/**
 * Mixture of agents: proposers answer, in each further layer every proposer is given the answers of the layer before
 * and synthesises them, and in the last an aggregator alone does (Wang et al. 2024, arXiv:2406.04692; 3 layers and
 * temperature 0.7 as in their reference script).
 */
export const mixtureOfAgents = defineStrategy({
  name: "mixture-of-agents",
  summary: "layers of proposers that read each other, and an aggregator with the last word",
  paper: "Wang et al. 2024, arXiv:2406.04692",
  family: "correction",
  how:
    "Mixture of agents: proposers answer, in each further layer every proposer is given the answers of the layer " +
    "before and synthesises them, and in the last an aggregator alone does (Wang et al. 2024, arXiv:2406.04692; 3 " +
    "layers and temperature 0.7 as in their reference script). The same panel as `debate`, with the others' answers " +
    "in the system text and a last word in place of the vote." +
    "\n\n" +
    "The aggregator's answer stands by the accept rule: if it scores higher than the leading answer, else if more " +
    "proposers had it at first, a fresh solution deciding a tie (`accept: always` is the paper's); otherwise what " +
    "stands of the proposers votes. Empty replies are dropped, not passed on.",
  costNote: "at most `agents + 2 · (agents · (layers − 2) + 1)` calls.",
  departures: ["With `signal: disagreement`, layers are spared where all agree."],
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
