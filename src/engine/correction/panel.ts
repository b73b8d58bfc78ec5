import { z } from "zod";
import type { Candidate } from "../../core/candidate.ts";
import type { Message } from "../../core/policy.ts";
import type { Run } from "../../core/run.ts";
import { sampleSolutions, solutionCandidate } from "../sampling.ts";
import { type AcceptName, acceptOption, acceptRule } from "./accept.ts";

/** One who answers: what stands of it, and where in the stream that is. */
export interface Voice {
  readonly candidate: Candidate;
  readonly at: number;
  /** Its chain in the notes. */
  readonly chain: number;
}

/** What a voice is asked in a later round; `others` are the standing candidates of the round before. */
export type PanelPrompt = (run: Run, own: Candidate, others: readonly Candidate[]) => readonly Message[];

export const panelOptions = z.strictObject({
  agents: z.int().min(2).max(16).default(3).describe("voices; their first answers are plain solutions"),
  temperature: z.number().min(0).default(0.7),
  signal: z
    .enum(["disagreement", "none"])
    .default("disagreement")
    .describe("disagreement: a round is held only while the answers differ; none: always"),
  accept: acceptOption,
});

/** First answers: the plain solutions that plain sampling draws. Yields them as one batch. */
export async function* openingVoices(run: Run, agents: number, temperature: number) {
  const voices: Voice[] = [];
  for await (const batch of sampleSolutions(run, { n: agents, temperature })) {
    const first = voices.length;
    for (const [i, candidate] of batch.entries()) voices.push({ candidate, at: first + i, chain: first + i });
    yield batch.map((candidate, i) => ({ ...candidate, notes: { ...candidate.notes, round: 0, chain: first + i } }));
  }
  return voices;
}

/** Do all voices give the same answer? Voices without one agree with nobody. */
export function agreed(run: Run, voices: readonly Voice[]): boolean {
  const classes = run.classes(voices.map(({ candidate }) => candidate.answer?.text ?? null));
  return classes.every((index) => index === 0);
}

export interface PanelRound {
  readonly round: number;
  readonly at: number;
  readonly temperature: number;
  readonly accept: AcceptName;
  readonly prompt: PanelPrompt;
  readonly model?: string;
}

/**
 * Every voice answers anew with what the others said in view. Its new answer replaces its old one by the accept rule, for which "another voice agrees" asks nobody: the
 * others have spoken. An empty reply is dropped and the voice stands as it was. Resolves to the candidates of the round, and the voices after it.
 */
export async function panelRound(run: Run, voices: readonly Voice[], settings: PanelRound) {
  const replies = await Promise.all(
    voices.map(async (voice) => {
      const others = voices.filter((other) => other !== voice).map(({ candidate }) => candidate);
      const { temperature, prompt, model } = settings;
      const [sample] = await run.sample({
        messages: prompt(run, voice.candidate, others),
        temperature,
        purpose: "revise",
        ...(model === undefined ? {} : { model }),
      });
      return sample === undefined || sample.text.trim() === "" ? null : solutionCandidate(run, sample);
    }),
  );
  const candidates: Candidate[] = [];
  const after: Voice[] = [];
  for (const [i, voice] of voices.entries()) {
    const reply = replies[i] ?? null;
    if (reply === null) after.push(voice);
    else {
      const others = voices.filter((other) => other !== voice).map(({ candidate }) => candidate);
      const decision = await panelRule(settings, others)(run, voice.candidate, reply);
      const place = settings.at + candidates.length;
      candidates.push({ ...reply, notes: { ...noteOf(settings, voice, voice.chain), ...decision } });
      after.push(decision.accepted ? { candidate: reply, at: place, chain: voice.chain } : voice);
    }
  }
  return { candidates, voices: after };
}

export const noteOf = ({ round }: Pick<PanelRound, "round">, voice: Voice, chain: number) => ({
  ...{ round, chain, revises: voice.at },
});

/** The accept rule among voices: agreement is with one of the others. */
export const panelRule = (
  { accept, temperature }: Pick<PanelRound, "accept" | "temperature">,
  others: readonly Candidate[],
) => acceptRule({ accept, temperature, agrees: async (run, revision) => saidBy(run, revision, others) });

function saidBy(run: Run, { answer }: Candidate, others: readonly Candidate[]): boolean {
  if (answer === null) return false;
  const [own, ...rest] = run.classes([answer.text, ...others.map((other) => other.answer?.text ?? null)]);
  return rest.some((index) => index === own);
}
