import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { BudgetExceededError } from "../../../src/core/errors.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { sampleSolutions, solutionCandidate } from "../../../src/engine/sampling.ts";
import { type AcceptName, acceptOption, acceptRule, decide } from "./accept.ts";

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
  /** The opening answers. */
  readonly voices: readonly Candidate[];
}

/**
 * Every voice answers anew with what the others said in view. Its new answer replaces its old one by the accept rule, for which the opening answers are the voices: those
 * alone were given before anybody had seen another's. An empty reply is dropped and the voice stands as it was. Resolves to the candidates of the round, and
 * the voices after it, and what the strategy ends with where the budget had no room to decide. Cost: a call a voice, and one more for each change that the opening answers do not decide.
 */
export async function panelRound(run: Run, voices: readonly Voice[], settings: PanelRound) {
  const { temperature, prompt } = settings;
  const replies = await Promise.all(
    voices.map(async (voice) => {
      const messages = prompt(run, voice.candidate, othersThan(voices, voice));
      const [sample] = await run.sample({ messages, temperature, purpose: "revise" });
      return sample === undefined || sample.text.trim() === "" ? null : solutionCandidate(run, sample);
    }),
  );
  const candidates: Candidate[] = [];
  const after: Voice[] = [];
  let ended: BudgetExceededError | null = null;
  for (const [i, voice] of voices.entries()) {
    const reply = replies[i] ?? null;
    if (reply === null) {
      after.push(voice);
      continue;
    }
    const judged = await decide(run, acceptRule(settings), voice.candidate, reply);
    const { decision } = judged;
    ended ??= judged.ended;
    const place = settings.at + candidates.length;
    candidates.push({ ...reply, notes: { ...noteOf(settings, voice, voice.chain), ...decision } });
    after.push(decision.accepted ? { candidate: reply, at: place, chain: voice.chain } : voice);
  }
  return { candidates, voices: after, ended };
}

/** What the others said; blank answers are left out, not shown as blanks. */
const othersThan = (voices: readonly Voice[], voice: Voice): Candidate[] =>
  voices.flatMap((other) => (other === voice || other.candidate.text.trim() === "" ? [] : [other.candidate]));

export const noteOf = ({ round }: Pick<PanelRound, "round">, voice: Voice, chain: number) => ({
  ...{ round, chain, revises: voice.at },
});
