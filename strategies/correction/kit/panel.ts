import { z } from "zod";
import { AnswerClasses } from "../../../src/core/answer-classes.ts";
import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import { rolesOption } from "../../../src/core/roles.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { best, majority } from "../../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionCandidate } from "../../../src/engine/sampling.ts";
import { type AcceptName, acceptOption, acceptRule, decide, readsScores, undecided, wasAccepted } from "./loop.ts";

/** One agent of a panel: the solution that stands, its place in the stream, and its chain in the notes. */
export interface Agent {
  readonly candidate: Candidate;
  readonly at: number;
  readonly chain: number;
  /** The part of the model that speaks; undefined: the policy. */
  readonly model: string | undefined;
}

/** A panel between two rounds. */
export interface Panel {
  readonly agents: readonly Agent[];
  /** The first answers, given before anybody saw another's. */
  readonly first: readonly Candidate[];
  /** Candidates in the stream so far. */
  readonly count: number;
}

/** The prompt of an agent in a later round; `others` stood after the round before. */
export type PanelPrompt = (run: Run, own: Candidate, others: readonly Candidate[]) => readonly Message[];

export const panelOptions = z.strictObject({
  agents: z.int().min(2).max(16).default(3).describe("agents; their first answers are plain solutions"),
  models: rolesOption("parts of the agents' models, dealt out in turn; none is the policy alone"),
  temperature: z.number().min(0).default(0.7),
  signal: z
    .enum(["disagreement", "none"])
    .default("disagreement")
    .describe("disagreement: a round is held only while the answers differ; none: always"),
  accept: acceptOption,
});

/** First answers, the plain solutions that plain sampling draws; of several models, those of each stand together. */
export async function* openPanel(
  run: Run,
  { agents: n, temperature, models }: Pick<z.output<typeof panelOptions>, "agents" | "temperature" | "models">,
): AsyncGenerator<readonly Candidate[], Panel> {
  const agents: Agent[] = [];
  const speakers: readonly (string | undefined)[] = models.length === 0 ? [undefined] : models;
  for (const [place, model] of speakers.entries()) {
    const own = Math.ceil((n - place) / speakers.length);
    for await (const batch of sampleSolutions(run, { n: own, temperature, model })) {
      const from = agents.length;
      for (const [i, candidate] of batch.entries()) agents.push({ candidate, at: from + i, chain: from + i, model });
      yield batch.map((candidate, i) => ({ ...candidate, notes: { ...candidate.notes, round: 0, chain: from + i } }));
    }
  }
  return { agents, first: agents.map(({ candidate }) => candidate), count: agents.length };
}

/** Do all agents give the same answer? An agent without an answer agrees with nobody. */
export const agreed = (run: Run, { agents }: Panel): boolean =>
  AnswerClasses.of(
    run,
    agents.map(({ candidate }) => candidate),
  ).unanimous;

export interface PanelRound {
  readonly round: number;
  readonly temperature: number;
  readonly accept: AcceptName;
  readonly prompt: PanelPrompt;
}

/**
 * One round: every agent answers again with the others' solutions in view. The new answer replaces the old one by the
 * accept rule, with the first answers as the independent ones. An empty reply is dropped, and the agent stands as it
 * was. Yields the candidates of the round and returns the panel after it; null where the budget is over. Cost: a call
 * an agent, and one more for each change that the first answers do not decide.
 */
export async function* holdRound(
  run: Run,
  panel: Panel,
  settings: PanelRound,
): AsyncGenerator<readonly Candidate[], Panel | null> {
  const replies = await run.gather(panel.agents.map((agent) => reply(run, panel, agent, settings)));
  const rule = acceptRule({ ...settings, independent: panel.first });
  const candidates: Candidate[] = [];
  const agents: Agent[] = [];
  let over = replies.over;
  for (const [i, agent] of panel.agents.entries()) {
    const candidate = replies.values[i] ?? null;
    if (candidate === null) {
      agents.push(agent);
      continue;
    }
    const decision = await decide(run, rule, agent.candidate, candidate);
    over ||= decision === null;
    const at = panel.count + candidates.length;
    agents.push(decision?.accepted === true ? { ...agent, candidate, at } : agent);
    const notes = { ...revisionNotes(settings.round, agent, agent.chain), ...(decision ?? undecided) };
    candidates.push({ ...candidate, notes });
  }
  yield candidates;
  return over ? null : { ...panel, agents, count: panel.count + candidates.length };
}

async function reply(run: Run, { agents }: Panel, agent: Agent, { temperature, prompt }: PanelRound) {
  const others = agents.filter((other) => other !== agent && other.candidate.text.trim() !== "");
  const messages = prompt(
    run,
    agent.candidate,
    others.map(({ candidate }) => candidate),
  );
  const [sample] = await run.sample({ messages, temperature, purpose: "revise", model: agent.model });
  return sample === undefined || sample.text.trim() === "" ? null : solutionCandidate(run, sample);
}

export const revisionNotes = (round: number, agent: Agent, chain: number) => ({ round, chain, revises: agent.at });

/**
 * What stands of every chain (`chain` in the notes), chains in order of their beginnings: its last accepted candidate.
 */
function standing(candidates: readonly ScoredCandidate[]): ScoredCandidate[] {
  const chains = new Map<unknown, ScoredCandidate>();
  for (const candidate of candidates) {
    const chain = candidate.notes?.chain ?? 0;
    if (!chains.has(chain) || wasAccepted(candidate)) chains.set(chain, candidate);
  }
  return [...chains.values()];
}

/** Picks among what stands of every chain: the highest score where the accept rule reads scores, else the majority. */
export function amongStanding(accept: AcceptName): Selection {
  const usesScores = readsScores(accept);
  return {
    name: "among-standing",
    usesScores,
    pick: (candidates, run) => {
      const offered = standing(candidates);
      const answered = offered.some(({ answer }) => answer !== null) ? offered : candidates;
      const scored = usesScores && answered.some(({ score }) => typeof score?.value === "number");
      return (scored ? best() : majority()).pick(answered, run);
    },
  };
}
