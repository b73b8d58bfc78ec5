import type { Candidate } from "../../../src/core/candidate.ts";
import type { Sample } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { paragraphs, solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import { withThought } from "../../../src/policy/thinking.ts";
import type { Reviser } from "../kit/finding.ts";

/** What thinking models end their thoughts with. */
const END_OF_THINKING = "</think>";
/** Where the answer alone begins, once thinking was cut, and how many tokens it gets (a program as many as any answer). */
const FINAL_CUE = "Final Answer: \\boxed{";
const PROGRAM_CUE = "```python\n";
const FINAL_TOKENS = 64;

export interface ForcingSettings {
  readonly temperature: number;
  /** Tokens after which thinking is cut and the answer asked for. */
  readonly thinkingTokens: number | undefined;
  readonly cue: string;
}

/** The text that a sample continues, as a candidate. */
function candidateOf(run: Run, before: string, tokensBefore: number, sample: Sample): Candidate {
  const { answer, complete } = solutionCandidate(run, { ...sample, text: before + sample.text });
  const head = before === "" ? [] : paragraphs({ text: before, completionTokens: tokensBefore });
  return {
    trajectory: Trajectory.of([...head, ...paragraphs(sample)]),
    text: before + sample.text,
    answer,
    complete,
    ...(before === "" && sample.logprobs !== undefined ? { logprobs: sample.logprobs } : {}),
  };
}

const tokensIn = ({ trajectory }: Candidate): number =>
  trajectory.steps.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);

/** Continues the assistant's turn; where the limit cuts it before an answer, the answer is asked for. */
async function think(run: Run, before: string, tokensBefore: number, settings: ForcingSettings) {
  const { temperature, thinkingTokens } = settings;
  const messages = solutionMessages(run.question);
  const [sample] = await run.sample({
    messages,
    ...(before === "" ? {} : { prefix: before }),
    temperature,
    ...(thinkingTokens === undefined ? {} : { maxTokens: thinkingTokens }),
    purpose: "solve",
  });
  if (sample === undefined) return null;
  const thought = withThought(sample, before);
  const candidate = candidateOf(run, before, tokensBefore, thought);
  if (thought.finish !== "length" || run.extract(thought.text)?.rule === "boxed") return candidate;
  const isCode = run.question.kind === "code";
  const begun = candidate.text.includes("<think>") && !candidate.text.includes(END_OF_THINKING);
  const cut = `${candidate.text.trimEnd()}${begun ? `\n${END_OF_THINKING}` : ""}\n\n${isCode ? PROGRAM_CUE : FINAL_CUE}`;
  const maxTokens = isCode ? run.maxTokens : FINAL_TOKENS;
  const [final] = await run.sample({ messages, prefix: cut, temperature, maxTokens, purpose: "solve" });
  if (final === undefined) return candidate;
  return { ...candidateOf(run, cut, tokensIn(candidate), final), notes: { forced: true } };
}

/** The first attempt, its thinking cut after `thinkingTokens`. Cost: one call, two where it is cut. */
export const cappedAttempt = (settings: ForcingSettings) => (run: Run) => think(run, "", 0, settings);

/**
 * Lets the policy think on: the end of thinking, where there is one, and all after it is taken back, the cue ("Wait") is put in its place, and the turn goes
 * on. Cost: one call, two where it is cut.
 */
export const thinkOn =
  (settings: ForcingSettings): Reviser =>
  async (run, { candidate }) => {
    const end = candidate.text.indexOf(END_OF_THINKING);
    const thoughts = (end < 0 ? candidate.text : candidate.text.slice(0, end)).trimEnd();
    const share = thoughts.length / Math.max(1, candidate.text.length);
    const tokens = Math.round(tokensIn(candidate) * share);
    const revised = await think(run, `${thoughts}\n\n${settings.cue}`, tokens, settings);
    return revised === null ? null : { candidate: revised };
  };
