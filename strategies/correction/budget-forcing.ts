import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Sample } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { callsOf, Trajectory } from "../../src/core/trajectory.ts";
import { paragraphs, solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { withThought } from "../../src/policy/thinking.ts";
import { acceptCalls, acceptOption, acceptRule, correct, lastKept, type Reviser } from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/** What thinking models end their thoughts with. */
const END_OF_THINKING = "</think>";
/** Where the answer begins once thinking was cut, and its length in tokens (a program gets the full answer length). */
const FINAL_CUE = "Final Answer: \\boxed{";
const PROGRAM_CUE = "```python\n";
const FINAL_TOKENS = 64;

const options = z.strictObject({
  waits: z.int().min(0).max(16).default(2).describe("times that thinking is made to go on"),
  thinkingTokens: z
    .int()
    .min(1)
    .optional()
    .describe("where each stretch of thinking is cut; default: the answer length"),
  cue: z.string().min(1).default("Wait").describe("what is put where thinking ended"),
  temperature: z.number().min(0).default(0),
  feedbackTemperature: z.number().min(0).default(0),
  signal: signalOption("none"),
  threshold: thresholdOption,
  accept: acceptOption,
});
type Options = z.output<typeof options>;

/** What a text cost to write, and the calls that wrote it. */
interface Writing {
  readonly tokens: number;
  readonly calls: readonly number[];
}

/** The text before and the sample that continues it, as one candidate. */
function candidateOf(run: Run, before: string, { tokens, calls }: Writing, sample: Sample): Candidate {
  const { answer, complete } = solutionCandidate(run, { ...sample, text: before + sample.text });
  const head = before === "" ? [] : paragraphs({ text: before, completionTokens: tokens });
  return {
    trajectory: Trajectory.of([...head, ...paragraphs(sample)]),
    calls: [...calls, ...callsOf([sample])],
    text: before + sample.text,
    answer,
    complete,
    logprobs: before === "" ? sample.logprobs : undefined,
  };
}

const writingOf = ({ trajectory, calls = [] }: Candidate): Writing => ({
  tokens: trajectory.steps.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0),
  calls,
});

/**
 * Continues the assistant's turn; where the limit cuts it before an answer, a second call asks for the answer.
 * Cost: one call, two where it is cut.
 */
async function think(run: Run, before: string, earlier: Writing, { temperature, thinkingTokens }: Options) {
  const messages = solutionMessages(run.question);
  const prefix = before || undefined;
  const [sample] = await run.sample({ messages, prefix, temperature, maxTokens: thinkingTokens, purpose: "solve" });
  if (sample === undefined) return null;
  const thought = withThought(sample, before);
  const candidate = candidateOf(run, before, earlier, thought);
  if (thought.finish !== "length" || run.extract(thought.text)?.rule === "boxed") return candidate;
  const isCode = run.question.kind === "code";
  const begun = candidate.text.includes("<think>") && !candidate.text.includes(END_OF_THINKING);
  const cut = `${candidate.text.trimEnd()}${begun ? `\n${END_OF_THINKING}` : ""}\n\n${isCode ? PROGRAM_CUE : FINAL_CUE}`;
  const maxTokens = isCode ? run.maxTokens : FINAL_TOKENS;
  const [final] = await run.sample({ messages, prefix: cut, temperature, maxTokens, purpose: "solve" });
  if (final === undefined) return candidate;
  return { ...candidateOf(run, cut, writingOf(candidate), final), notes: { forced: true } };
}

/** Takes back the end of thinking, if there is one, and all after it, puts the cue in its place, and goes on. */
const thinkOn =
  (given: Options): Reviser =>
  async (run, { candidate }) => {
    const end = candidate.text.indexOf(END_OF_THINKING);
    const thoughts = (end < 0 ? candidate.text : candidate.text.slice(0, end)).trimEnd();
    const share = thoughts.length / Math.max(1, candidate.text.length);
    const { tokens, calls } = writingOf(candidate);
    const earlier = { tokens: Math.round(tokens * share), calls };
    const revised = await think(run, `${thoughts}\n\n${given.cue}`, earlier, given);
    return revised === null ? null : { candidate: revised };
  };

/**
 * Budget forcing: thinking that ends is made to go on with "Wait", up to `waits` times, and thinking that reaches
 * `thinkingTokens` is cut and the answer requested (s1: Muennighoff et al. 2025, arXiv:2501.19393, section 3).
 */
export const budgetForcing = defineStrategy({
  name: "budget-forcing",
  summary: 'thinking goes on after "Wait", or is cut at a limit',
  paper: "Muennighoff et al. 2025, arXiv:2501.19393",
  family: "correction",
  how:
    'Budget forcing: thinking that ends is made to go on with "Wait", up to `waits` times, and thinking that reaches ' +
    "`thinkingTokens` is cut and the answer requested (s1: Muennighoff et al. 2025, arXiv:2501.19393, section 3)." +
    "\n\n" +
    "The turn is continued as text, so it needs a policy that continues a prefix (other chat servers get the prefix " +
    'as an instruction). A model with marked thoughts ("</think>") has its end of thinking taken back; any other goes ' +
    "on after its answer, and the last box counts.",
  costNote:
    "at most `2 + waits · 3` calls: a cut text takes one more for the answer, and the accept rule may draw a fresh " +
    "solution.",
  departures: [
    "`accept: always` is the paper's; a rejected extension at temperature 0 would come out the same, so it ends; " +
      "with another `signal` than none, an attempt in which nothing is found is not extended.",
  ],
  rewards: {
    outcome: "accepts an extension only if it scores higher; with `signal: score` it decides whether to go on",
    process: "the same, aggregated over steps",
    none: "an extension is accepted if a fresh solution agrees with it",
  },
  options,
  candidates: (run, given) =>
    correct(run, {
      attempt: () => think(run, "", { tokens: 0, calls: [] }, given),
      signal: signalOf({ ...given, locates: false }),
      revise: thinkOn(given),
      accept: acceptRule(given),
      rounds: given.waits,
      varies: given.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ waits, signal, accept }) => ({
    calls: 2 + waits * (signalCalls(signal) + 2 + acceptCalls(accept)),
    scored: 2 * (1 + waits),
  }),
});
