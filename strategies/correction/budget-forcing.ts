import { z } from "zod";
import { taskLanguage } from "../../src/answer/languages.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import { estimatePromptTokens, type Sample } from "../../src/core/policy.ts";
import type { Question } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { callsOf, Trajectory } from "../../src/core/trajectory.ts";
import { paragraphs, solutionCandidate, solutionMessages } from "../../src/engine/sampling.ts";
import { type ThoughtFormat, thoughtFormats, withThought } from "../../src/policy/thinking.ts";
import { acceptCalls, acceptOption, acceptRule, correct, lastKept, type Reviser } from "./kit/loop.ts";
import { signalCalls, signalOf, signalOption, thresholdOption } from "./kit/signals.ts";

/** What thinking models end their thoughts with. */
const END_OF_THINKING = "</think>";
/** Where the answer begins once thinking was cut, and its length in tokens (a program gets the full answer length). */
const FINAL_CUE = "Final Answer: \\boxed{";
const programCue = ({ code }: Question): string => `\`\`\`${taskLanguage(code?.language).fence}\n`;
const FINAL_TOKENS = 64;
/** Begins the answer after a thought that was cut. */
const CUT_CUE = "Final Answer:";
/** Said of models that cannot be forced inside a thought. */
const TEXT_ALONE = "the model does not think first, or cannot go on from a begun thought: its text is gone on with";

const options = z.strictObject({
  waits: z.int().min(0).max(16).default(2).describe("times that thinking is made to go on"),
  thinkingTokens: z
    .int()
    .min(1)
    .optional()
    .describe("of thought in all, where it is cut; default: the answer length, for each stretch"),
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

/** The marks of the policy's thoughts, where it thinks first and goes on from a thought that has begun; else null. */
function thoughtOf(run: Run): ThoughtFormat | null {
  const { thinks, prefix, thoughtFormat } = run.policy.capabilities;
  if (thinks !== true || prefix !== "native") return null;
  return thoughtFormats.find(({ name }) => name === thoughtFormat) ?? (thoughtFormats[0] as ThoughtFormat);
}

/**
 * Goes on with a thought up to its end or to the limit, closes it and draws the answer, which alone is the candidate's
 * text. Null where the limit leaves nothing to go on with. Cost: two calls.
 */
async function thinkInside(run: Run, format: ThoughtFormat, before: string, earlier: Writing, given: Options) {
  const { temperature, thinkingTokens = earlier.tokens + run.maxTokens } = given;
  const messages = solutionMessages(run.question);
  const opened = { messages, prefix: `${format.open}\n${before}` };
  const { tokens: left, calls } = run.budget.remaining();
  // The thought is written, and read again in the prompt of the answer, for which there must be room.
  const kept = 2 * estimatePromptTokens(opened) + Math.min(run.maxTokens, left / 2);
  const room = calls < 2 ? 0 : Math.floor((left - kept) / 2);
  const maxTokens = Math.min(room, thinkingTokens - earlier.tokens);
  if (maxTokens <= 0 && before !== "") return null;
  const drawing = { ...opened, thoughtInText: true, stop: [format.close], temperature, maxTokens, purpose: "solve" };
  const [more] = maxTokens <= 0 ? [] : await run.sample(drawing);
  const thought = before + (more?.text.split(format.close)[0] ?? "").trimEnd();
  const cut = more?.finish !== "stop";
  const cue = run.question.kind === "code" ? programCue(run.question) : CUT_CUE;
  const closed = `${format.open}\n${thought}\n${format.close}${format.answer?.open ?? "\n\n"}${cut ? cue : ""}`;
  const [answer] = await run.sample({ messages, prefix: closed, temperature, purpose: "solve" });
  if (answer === undefined) return null;
  const candidate = solutionCandidate(run, { ...answer, text: (cut ? cue : "") + answer.text });
  const tokens = earlier.tokens + (more?.completionTokens ?? 0);
  const steps = paragraphs({ text: thought, completionTokens: tokens }).map((step) => ({ ...step, kind: "thought" }));
  return {
    ...candidate,
    trajectory: Trajectory.of([...steps, ...candidate.trajectory.steps]),
    calls: [...earlier.calls, ...callsOf(more === undefined ? [answer] : [more, answer])],
    notes: cut ? { forced: true } : undefined,
  };
}

/** Puts the cue after the thought in place of its end, and goes on; a thought that was cut is at its end. */
const thinkOnInside =
  (format: ThoughtFormat, given: Options): Reviser =>
  async (run, { candidate }) => {
    if (candidate.notes?.forced === true) return null;
    const thoughts = candidate.trajectory.steps.filter(({ kind }) => kind === "thought");
    const tokens = thoughts.reduce((sum, step) => sum + (step.tokens ?? 0), 0);
    const before = `${thoughts.map(({ text }) => text).join("")}\n\n${given.cue}`;
    const revised = await thinkInside(run, format, before, { tokens, calls: candidate.calls ?? [] }, given);
    return revised === null ? null : { candidate: revised };
  };

/**
 * Continues the assistant's turn; where the limit cuts it before an answer, a second call asks for the answer.
 * Cost: one call, two where it is cut.
 */
async function think(run: Run, before: string, earlier: Writing, { temperature, thinkingTokens }: Options) {
  const messages = solutionMessages(run.question);
  const prefix = before || undefined;
  const maxTokens = thinkingTokens === undefined ? undefined : thinkingTokens - earlier.tokens;
  if (maxTokens !== undefined && maxTokens <= 0) return null;
  const [sample] = await run.sample({ messages, prefix, temperature, maxTokens, purpose: "solve" });
  if (sample === undefined) return null;
  const thought = withThought(sample, before);
  const candidate = candidateOf(run, before, earlier, thought);
  if (thought.finish !== "length" || run.extract(thought.text)?.rule === "boxed") return candidate;
  const isCode = run.question.kind === "code";
  const begun = candidate.text.includes("<think>") && !candidate.text.includes(END_OF_THINKING);
  const cut = `${candidate.text.trimEnd()}${begun ? `\n${END_OF_THINKING}` : ""}\n\n${isCode ? programCue(run.question) : FINAL_CUE}`;
  const length = isCode ? run.maxTokens : FINAL_TOKENS;
  const [final] = await run.sample({ messages, prefix: cut, temperature, maxTokens: length, purpose: "solve" });
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
    "A model that thinks first, on a server that goes on from a begun thought, is forced inside its thought: the end " +
    'of the thought is left out and "Wait" put there, a thought that reaches the limit is closed and "Final Answer:" ' +
    "put after it; the answers alone are candidates. Every other model is gone on with as text (servers that cannot " +
    'do that get the prefix as an instruction): a marked end of thinking ("</think>") is taken back, a model that does ' +
    "not think goes on after its answer, and the last box counts.",
  costNote:
    "at most `2 + waits · 3` calls: a stretch of thought and its answer are two calls, as are a cut text and its " +
    "answer, and the accept rule may draw a fresh solution.",
  departures: [
    "after every stretch of thought an answer is drawn, so that each gives a candidate; there after the last one " +
      'alone. "Wait" begins a paragraph.',
    "`accept: always` is the paper's; a rejected extension at temperature 0 would come out the same, so it ends; " +
      "with another `signal` than none, an attempt in which nothing is found is not extended.",
  ],
  rewards: {
    outcome: "accepts an extension only if it scores higher; with `signal: score` it decides whether to go on",
    process: "the same, aggregated over steps",
    none: "an extension is accepted if a fresh solution agrees with it",
  },
  options,
  candidates: (run, given) => {
    const format = thoughtOf(run);
    if (format === null) run.emit({ type: "note", message: `budget-forcing: ${TEXT_ALONE}` });
    const nothing = { tokens: 0, calls: [] };
    return correct(run, {
      attempt: () => (format === null ? think(run, "", nothing, given) : thinkInside(run, format, "", nothing, given)),
      signal: signalOf({ ...given, locates: false }),
      revise: format === null ? thinkOn(given) : thinkOnInside(format, given),
      accept: acceptRule(given),
      rounds: given.waits,
      varies: given.temperature > 0,
    });
  },
  select: ({ accept }) => lastKept(accept),
  cost: ({ waits, signal, accept }) => ({
    calls: 2 + waits * (signalCalls(signal) + 2 + acceptCalls(accept)),
    scored: 2 * (1 + waits),
  }),
});
